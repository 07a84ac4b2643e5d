"""What may come in: the profile, evidence of each kind, references, signatures, a rater's answers."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applicants.documents import EVIDENCE_PURPOSE, discard
from applicants.models import (
    Application,
    Education,
    Evidence,
    Profile,
    Reference,
    ReflectiveSupervision,
    Training,
    Work,
)
from endorsement_portal.uploads import CertificateField, Checked, receive

if TYPE_CHECKING:
    from competencies.models import Area, Domain
    from endorsement_portal.models import User

LANGUAGES = [
    ("English", _("English")),
    ("Spanish", _("Spanish")),
    ("ASL", _("American Sign Language")),
    ("Arabic", _("Arabic")),
    ("Chinese", _("Chinese")),
    ("French", _("French")),
    ("Hmong", _("Hmong")),
    ("Karen", _("Karen")),
    ("Montagnard", _("Montagnard languages")),
    ("Swahili", _("Swahili")),
    ("Vietnamese", _("Vietnamese")),
    ("Other", _("Another language")),
]


class DateInput(forms.DateInput):
    """The browser's own date picker; ISO inside."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


def not_in_the_future(form: forms.BaseForm, *names: str) -> None:
    """A date after today gets a message beside its field."""
    today = timezone.localdate()
    for name in names:
        value = form.cleaned_data.get(name)
        if value and value > today:
            form.add_error(name, _("This date is in the future. Please enter a date up to today."))


class ProfileForm(forms.ModelForm):
    """A person's profile."""

    practice_languages = forms.MultipleChoiceField(
        label=_("Languages you work in"), choices=LANGUAGES, widget=forms.CheckboxSelectMultiple, required=False
    )

    class Meta:
        model = Profile
        fields = [
            "legal_name",
            "certificate_name",
            "former_names",
            "phone",
            "county",
            "employer",
            "job_title",
            "sector",
            "practice_languages",
            "show_county",
        ]
        widgets = {
            "legal_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
            "employer": forms.TextInput(attrs={"autocomplete": "organization"}),
            "job_title": forms.TextInput(attrs={"autocomplete": "organization-title"}),
        }


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
                _("The two parts add up to %(parts)s hours, which is more than the hours in all.") % {"parts": parts},
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


class ReferenceForm(forms.ModelForm):
    """Whom to ask for a reference."""

    waived = forms.TypedChoiceField(
        label=_("May you read what this person writes?"),
        choices=[
            ("True", _("No. I give up the right to read it, so that the person can answer freely.")),
            ("False", _("Yes. I keep the right to read it.")),
        ],
        coerce=lambda value: value == "True",
        widget=forms.RadioSelect,
        help_text=_("Your choice for this reference. Neither choice changes how you are judged."),
    )

    class Meta:
        model = Reference
        fields = ["role", "rater_name", "rater_email", "known_since", "waived"]
        widgets = {
            "rater_email": forms.EmailInput(attrs={"autocomplete": "off"}),
            "known_since": DateInput(),
        }
        help_texts = {
            "rater_email": _("A private address works best: some employers’ mail servers hold our mail back."),
        }

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.application = application

    def clean_rater_email(self) -> str:
        """Not oneself, and each rater once."""
        email: str = self.cleaned_data["rater_email"].strip()
        if email.lower() == self.application.person.email.lower():
            raise ValidationError(_("This is your own address. Please name somebody else."))
        taken = self.application.references.exclude(status__in=["replaced", "declined"]).exclude(pk=self.instance.pk)
        if taken.filter(rater_email__iexact=email).exists():
            raise ValidationError(_("You have already named somebody with this address."))
        return email

    def clean(self) -> dict[str, Any]:
        """The date of meeting is in the past."""
        data = super().clean() or self.cleaned_data
        not_in_the_future(self, "known_since")
        return data

    def save(self, commit: bool = True) -> Reference:
        """A request of this application."""
        self.instance.application = self.application
        saved: Reference = super().save(commit)
        return saved


class SignForm(forms.Form):
    """Both documents signed with one's typed name."""

    ethics = forms.BooleanField(label=_("I have read the Code of Ethics and will follow it."))
    agreement = forms.BooleanField(label=_("I have read the Endorsement Agreement and accept it."))
    not_sanctioned = forms.BooleanField(label=_("No licensing board has sanctioned me."), required=False)
    registry_consent = forms.BooleanField(
        label=_("Once endorsed, my name and category may be shown in the public registry."), required=False
    )
    signed_name = forms.CharField(
        label=_("Type your legal name to sign"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def __init__(self, *args: Any, legal_name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.legal_name = legal_name
        self.fields["signed_name"].help_text = _("As in your profile: %(name)s") % {"name": legal_name}
        self.fields["not_sanctioned"].help_text = _(
            "If a board has sanctioned you, leave this empty: the coordinator will talk with you. It does not end your application."
        )

    def clean_signed_name(self) -> str:
        """The name of the profile, whatever the case and spaces."""
        typed: str = self.cleaned_data["signed_name"]
        if " ".join(typed.split()).casefold() != " ".join(self.legal_name.split()).casefold():
            raise ValidationError(
                _("Please type your name just as it is in your profile: %(name)s") % {"name": self.legal_name}
            )
        return typed


SCALE = [
    ("1", _("Rarely")),
    ("2", _("Sometimes")),
    ("3", _("Often")),
    ("4", _("Almost always")),
    ("n", _("Not enough information")),
]
RECOMMENDATIONS = [
    ("recommend", _("I recommend this person")),
    ("reservations", _("I recommend this person with reservations")),
    ("not_recommend", _("I do not recommend this person")),
]


class AnswerForm(forms.Form):
    """A rater's answers: one question an area, an overall recommendation, remarks, a signature.

    Saving for later takes anything; sending needs every answer.
    """

    def __init__(self, *args: Any, areas: list[tuple[Domain, list[Area]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needed = self.data.get("action") != "save"
        missing = {"required": _("Please answer this before you send.")}
        self.items: list[str] = []
        for domain, inside in areas:
            for area in inside:
                name = area.code.replace(".", "__")
                self.items.append(name)
                self.fields[name] = forms.ChoiceField(
                    label=str(area), choices=SCALE, widget=forms.RadioSelect, required=needed, error_messages=missing
                )
                self.fields[name].domain = str(domain)  # type: ignore[attr-defined]
        self.fields["recommendation"] = forms.ChoiceField(
            label=_("Do you recommend them?"),
            choices=RECOMMENDATIONS,
            widget=forms.RadioSelect,
            required=needed,
            error_messages=missing,
        )
        self.fields["remarks"] = forms.CharField(
            label=_("Anything else the reviewers should know"),
            max_length=4000,
            required=False,
            widget=forms.Textarea(attrs={"rows": 5}),
        )
        self.fields["signed_name"] = forms.CharField(
            label=_("Type your name to sign"), max_length=120, required=needed, error_messages=missing
        )

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The questions by domain, in order."""
        found: dict[str, list[forms.BoundField]] = {}
        for name in self.items:
            found.setdefault(self.fields[name].domain, []).append(self[name])  # type: ignore[attr-defined]
        return list(found.items())

    @property
    def answers(self) -> dict[str, str]:
        """Answers by area code."""
        return {name.replace("__", "."): self.cleaned_data[name] for name in self.items if self.cleaned_data.get(name)}

    @property
    def unrated(self) -> int:
        """How many answers say 'not enough information'."""
        return sum(1 for value in self.answers.values() if value == "n")


class DeclineForm(forms.Form):
    """Why a rater would rather not."""

    note = forms.CharField(
        label=_("Would you like to say why?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only the coordinator reads this; the applicant just learns that you can’t."),
    )


class NoteForm(forms.Form):
    """A note with a change of state."""

    note = forms.CharField(label=_("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, needed: bool, label: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = needed
        if label:
            self.fields["note"].label = label


class ApplicationFilterForm(forms.Form):
    """What a coordinator looks for in the list."""

    q = forms.CharField(label=_("Name or number"), required=False, max_length=100)
    status = forms.ChoiceField(label=_("Status"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    county = forms.ChoiceField(label=_("County"), required=False)

    def __init__(
        self,
        *args: Any,
        statuses: list[tuple[str, Any]],
        categories: list[tuple[str, Any]],
        counties: list[tuple[str, Any]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        every = [("", _("All"))]
        for name, choices in (("status", statuses), ("category", categories), ("county", counties)):
            field: Any = self.fields[name]
            field.choices = every + choices
