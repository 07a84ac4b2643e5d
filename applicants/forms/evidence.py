"""What may come in as evidence: one form a kind, with areas, a certificate and the guard against a stale tab."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applicants.documents import EVIDENCE_PURPOSE, discard
from applicants.forms.care import CareMixin
from applicants.forms.dates import not_in_the_future
from applicants.forms.provider_choice import look_up_provider, offer_providers
from applicants.library import hours_that_hold
from applicants.models import (
    Course,
    Education,
    Evidence,
    Leadership,
    Provider,
    ReflectiveSupervision,
    SupervisionGiven,
    Training,
    Work,
    WorkTest,
)
from applicants.portfolio import plain
from applicants.supervision import ask, asked_together, not_askable
from endorsement_portal.lifecycle import advance
from endorsement_portal.uploads import CertificateField, Checked, receive
from endorsement_portal.widgets import DateInput

if TYPE_CHECKING:
    from competencies.models import Area, Domain
    from endorsement_portal.models import User


class EvidenceForm(CareMixin, forms.ModelForm):
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
    # Whether hours by area were let go because they no longer fitted what was saved.
    hours_dropped = False

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
        shared = entry.area_hours
        entry.area_hours = hours_that_hold(entry)
        self.hours_dropped = entry.area_hours != shared
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

    narratives = ("duties",)

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
            "internship_supervisor_endorsed",
            "as_therapist",
            "meets_tests",
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
        help_texts = {"supervisor_name": _("Psychotherapy counts for a specialist where it was supervised: by whom?")}

    meets_tests = forms.MultipleChoiceField(
        label=_("This work"),
        choices=WorkTest.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Tick what is true of it. The Family Specialist category asks for all three."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _without_empty(self, "focus")
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


class CourseForm(EvidenceForm):
    """A college course."""

    past_dates = ("completed_on",)

    class Meta:
        model = Course
        fields = ["title", "code", "institution", "education", "completed_on", "credits"]
        widgets = {"completed_on": DateInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        education: Any = self.fields["education"]
        education.queryset = Education.objects.own(self.instance.person)
        education.empty_label = _("No degree")


class TrainingForm(EvidenceForm):
    """An in-service training."""

    narratives = ("description",)

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
    """Reflective supervision received, with a provider from the directory or somebody named here."""

    parts = ("hours_about_provision",)

    ask_now = forms.BooleanField(
        label=_("Ask the provider to confirm when I save"),
        required=False,
        help_text=_("We send them a personal link. Until they confirm, the hours don’t count. You can also ask later."),
    )

    class Meta:
        model = ReflectiveSupervision
        fields = [
            "provider",
            "provider_name",
            "provider_email",
            "provider_standing",
            "setting",
            "peer",
            "start_date",
            "end_date",
            "total_hours",
            "hours_about_provision",
        ]
        widgets = {"start_date": DateInput(), "end_date": DateInput(), "setting": forms.RadioSelect}
        help_texts = {
            "provider_name": _("Only if they are not in the list."),
            "provider_email": _("Only if they are not in the list. We write to it when you ask them to confirm."),
            "provider_standing": _("As far as you know. The coordinator looks it up."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.claimed = self.instance.claim if self.instance.pk else None
        _without_empty(self, "setting")
        offer_providers(self)
        for name in ("provider_name", "provider_email", "provider_standing"):
            self.fields[name].required = False
        if self.instance.provider_id:
            self.initial.update({"provider_name": "", "provider_email": ""})
        if self.instance.status == "overridden":
            del self.fields["ask_now"]
        elif self.instance.status != "unasked":
            self.fields["ask_now"].label = _("If I change something, ask the provider again when I save")

    def clean(self) -> dict[str, Any]:
        """Hours that add up; a provider from the directory, or a name, an address and a standing."""
        data = super().clean()
        _positive(self, "total_hours")
        _not_negative(self, *self.parts)
        total, about = data.get("total_hours"), data.get("hours_about_provision") or Decimal(0)
        if total is not None and about > total:
            self.add_error("hours_about_provision", _("This is more than the hours received in all."))
        if not data.get("provider") and data.get("provider_email"):
            # Somebody who is in the directory without being listed is known by their address.
            data["provider"] = Provider.objects.filter(email__iexact=data["provider_email"]).first()
        look_up_provider(self, data)
        provider = data.get("provider")
        if provider:
            # Their own address is theirs: it is looked up when they are asked, and never shown here.
            data |= {"provider_name": provider.name, "provider_email": ""}
            data["provider_standing"] = data.get("provider_standing") or ReflectiveSupervision.ProviderStanding.OTHER
        else:
            if data.get("peer"):
                data["provider_standing"] = ReflectiveSupervision.ProviderStanding.OTHER
            for name in ("provider_name", "provider_standing"):
                if not data.get(name) and not self.has_error("provider"):
                    self.add_error(name, _("Please fill this in, or choose the provider from the list."))
        return data

    def _post_clean(self) -> None:
        """Whether somebody can be asked is known once the entry is filled in."""
        super()._post_clean()
        if self.cleaned_data.get("ask_now") and not self.errors and (refusal := not_askable(self.instance)):
            self.add_error("ask_now", refusal)

    def store(self, *, person: User) -> Evidence:
        """Save the entry; what others said to it holds no longer where it now claims something else."""
        entry = super().store(person=person)
        changed = self.claimed is not None and self.claimed != self.instance.claim
        if changed and self.instance.status != "unasked":
            advance(self.instance, "reset", by=person)
        if self.cleaned_data.get("ask_now") and self.instance.status in {"unasked", "disputed"}:
            ask(asked_together(self.instance), by=person)
        return entry


class SupervisionGivenForm(EvidenceForm):
    """Reflective supervision given to others."""

    narratives = ("description",)

    class Meta:
        model = SupervisionGiven
        fields = ["organization", "setting", "people", "start_date", "end_date", "total_hours", "description"]
        widgets = {
            "start_date": DateInput(),
            "end_date": DateInput(),
            "setting": forms.RadioSelect,
            "description": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _without_empty(self, "setting")

    def clean(self) -> dict[str, Any]:
        """More than no hours."""
        data = super().clean()
        _positive(self, "total_hours")
        return data


class LeadershipForm(EvidenceForm):
    """Leadership, teaching, or something published."""

    narratives = ("description",)
    link = forms.URLField(label=_("Link"), max_length=300, required=False, assume_scheme="https")

    class Meta:
        model = Leadership
        fields = ["type", "title", "role", "organization", "start_date", "end_date", "description", "link"]
        help_texts = {"end_date": _("Leave empty if it goes on, or if it took a day, as a talk or an article does.")}
        widgets = {
            "start_date": DateInput(),
            "end_date": DateInput(),
            "description": forms.Textarea(attrs={"rows": 3}),
        }


def _without_empty(form: forms.BaseForm, name: str) -> None:
    """Radio buttons without one that says nothing."""
    field: Any = form.fields[name]
    field.choices = [choice for choice in field.choices if choice[0]]


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
    "course": CourseForm,
    "training": TrainingForm,
    "supervision": SupervisionForm,
    "supervision_given": SupervisionGivenForm,
    "leadership": LeadershipForm,
}
