"""What may come in as evidence: one form a kind, with areas, a certificate and the guard against a stale tab."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applicants.documents import EVIDENCE_PURPOSE, discard
from applicants.forms.dates import not_in_the_future
from applicants.models import (
    Education,
    Evidence,
    ReflectiveSupervision,
    Training,
    Work,
)
from applicants.portfolio import plain
from endorsement_portal.uploads import CertificateField, Checked, receive
from endorsement_portal.widgets import DateInput

if TYPE_CHECKING:
    from competencies.models import Area, Domain
    from endorsement_portal.models import User


class EvidenceForm(forms.ModelForm):
    """What every kind of evidence shares: areas, a certificate, and the guard against a stale tab."""

    area_keys = forms.MultipleChoiceField(
        label=_("Competency areas it shows"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Tick the areas this really touched. You can change them later."),
    )
    certificate = CertificateField(label=_("Certificate or proof"), required=False)
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    past_dates: tuple[str, ...] = ("start_date", "end_date")
    # Parts of the hours; left empty they are none.
    parts: tuple[str, ...] = ()
    needs_area = True

    def __init__(self, *args: Any, areas: list[tuple[Domain, list[Area]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys: Any = self.fields["area_keys"]
        known = [(str(domain), [(area.code, str(area)) for area in inside]) for domain, inside in areas]
        listed = {code for _domain, inside in known for code, _title in inside}
        # Areas tagged for another category stay tagged, though this page doesn't offer them.
        self.kept_keys = [key for key in self.instance.area_keys if key not in listed]
        keys.choices = known
        for name in self.parts:
            self.fields[name].required = False
        if self.instance.pk:
            self.fields["seen_version"].initial = self.instance.version
            hours = [name for name, field in self.fields.items() if isinstance(field, forms.DecimalField)]
            self.initial.update({name: plain(getattr(self.instance, name)) for name in hours})

    def clean(self) -> dict[str, Any]:
        """Dates in the past and in order; the entry as this tab last saw it."""
        data = super().clean() or self.cleaned_data
        data.update({name: Decimal(0) for name in self.parts if name in data and data[name] is None})
        not_in_the_future(self, *self.past_dates)
        start, end = data.get("start_date"), data.get("end_date")
        if start and end and start > end:
            self.add_error("end_date", _("The last day is before the first day. Please check both dates."))
        if self.instance.pk and data.get("seen_version") != self.instance.version:
            raise ValidationError(
                _(
                    "This entry was changed in another window since you opened it here. Nothing was overwritten: your "
                    "words are still below. Open the entry anew in another window to compare, then save this one again."
                ),
                code="stale",
            )
        return data

    def store(self, *, person: User) -> Evidence:
        """Save the entry and its certificate together; ValidationError where the person's file quota is full.

        IntegrityError where this very form was stored before. Call inside a transaction.
        """
        entry: Evidence = super().save(commit=False)
        entry.person = person
        entry.once = entry.once if entry.pk else self.cleaned_data["once"]
        entry.area_keys = [*self.cleaned_data["area_keys"], *self.kept_keys]
        checked: Checked | None = self.cleaned_data.get("certificate")
        replaced = entry.document if checked else None
        if checked:
            entry.document = receive(checked, owner=person, purpose=EVIDENCE_PURPOSE)
        entry.version = entry.version + 1 if entry.pk else 1
        entry.save()
        discard(replaced)
        return entry


class WorkForm(EvidenceForm):
    """A job."""

    class Meta:
        model = Work
        fields = [
            "employer",
            "job_title",
            "county",
            "start_date",
            "end_date",
            "hours_per_week",
            "focus",
            "paid",
            "trained_volunteer",
            "supervised_internship",
            "families_served",
            "duties",
            "supervisor_name",
        ]
        widgets = {
            "start_date": DateInput(),
            "end_date": DateInput(),
            "duties": forms.Textarea(attrs={"rows": 5}),
            "focus": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        focus: Any = self.fields["focus"]
        focus.choices = [choice for choice in focus.choices if choice[0]]
        self.fields["duties"].help_text = _(
            "A few sentences. Please write about families in general, never so that one could be recognized."
        )


class EducationForm(EvidenceForm):
    """A degree, certificate or license."""

    past_dates = ("conferred_on",)

    class Meta:
        model = Education
        fields = ["institution", "degree_level", "field_of_study", "conferred_on"]
        widgets = {"conferred_on": DateInput()}


class TrainingForm(EvidenceForm):
    """An in-service training."""

    parts = ("dei_hours", "rsc_provision_hours")

    class Meta:
        model = Training
        fields = [
            "title",
            "sponsor",
            "format",
            "start_date",
            "end_date",
            "clock_hours",
            "dei_hours",
            "rsc_provision_hours",
            "description",
        ]
        widgets = {
            "start_date": DateInput(),
            "end_date": DateInput(),
            "description": forms.Textarea(attrs={"rows": 3}),
        }

    def clean(self) -> dict[str, Any]:
        """Hours that add up."""
        data = super().clean()
        _positive(self, "clock_hours")
        _not_negative(self, *self.parts)
        clock = data.get("clock_hours")
        parts = (data.get("dei_hours") or Decimal(0)) + (data.get("rsc_provision_hours") or Decimal(0))
        if clock is not None and parts > clock:
            self.add_error(
                "clock_hours",
                _("The two parts add up to %(parts)s hours, which is more than the hours in all.")
                % {"parts": plain(parts)},
            )
        return data


class SupervisionForm(EvidenceForm):
    """Reflective supervision received."""

    parts = ("hours_about_provision",)

    class Meta:
        model = ReflectiveSupervision
        fields = [
            "provider_name",
            "provider_email",
            "provider_standing",
            "setting",
            "start_date",
            "end_date",
            "total_hours",
            "hours_about_provision",
        ]
        widgets = {"start_date": DateInput(), "end_date": DateInput(), "setting": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        setting: Any = self.fields["setting"]
        setting.choices = [choice for choice in setting.choices if choice[0]]

    def clean(self) -> dict[str, Any]:
        """Hours that add up."""
        data = super().clean()
        _positive(self, "total_hours")
        _not_negative(self, *self.parts)
        total, about = data.get("total_hours"), data.get("hours_about_provision") or Decimal(0)
        if total is not None and about > total:
            self.add_error("hours_about_provision", _("This is more than the hours received in all."))
        return data


def _positive(form: forms.BaseForm, name: str) -> None:
    value = form.cleaned_data.get(name)
    if value is not None and value <= 0:
        form.add_error(name, _("Please enter more than 0 hours."))


def _not_negative(form: forms.BaseForm, *names: str) -> None:
    for name in names:
        value = form.cleaned_data.get(name)
        if value is not None and value < 0:
            form.add_error(name, _("Hours can’t be less than 0."))


FORMS: dict[str, type[EvidenceForm]] = {
    "work": WorkForm,
    "education": EducationForm,
    "training": TrainingForm,
    "supervision": SupervisionForm,
}
