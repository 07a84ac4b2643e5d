"""What may come in about references: whom to ask, and what a rater answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applicants.forms.dates import not_in_the_future
from applicants.models import Application, Reference
from endorsement_portal.widgets import DateInput

if TYPE_CHECKING:
    from collections.abc import Iterable

    from competencies.models import Area, Domain


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

    def __init__(self, *args: Any, application: Application, own: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.application = application
        # To keep or give up the right to read a reference is the applicant's alone, whoever corrects the rest.
        if not own:
            del self.fields["waived"]

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

    def __init__(
        self,
        *args: Any,
        areas: list[tuple[Domain, list[Area]]],
        endorsements: Iterable[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
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
        # The association asks that one of an applicant's raters is endorsed; what a rater says, staff can look up.
        self.fields["rater_endorsement"] = forms.ChoiceField(
            label=_("Do you hold an endorsement yourself?"),
            choices=[("", _("No, or I would rather not say")), *endorsements],
            required=False,
            help_text=_("One of the people who answer has to be endorsed. It does not matter if you are not."),
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
