"""What may come in about references: whom to ask, and what a rater answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applicants.forms.dates import not_in_the_future
from applicants.models import Application, Reference
from applicants.raters import roles_to_choose
from applicants.supervision import is_address_of
from endorsement_portal.uploads import CertificateField
from endorsement_portal.widgets import DateInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from applicants.raters import Place
    from competencies.rating import Question


class ReferenceForm(forms.ModelForm):
    """Whom to ask for a reference."""

    waived = forms.TypedChoiceField(
        label=_("May you read what this person writes?"),
        choices=[
            ("True", _("No. I give up the right to read it, so that the person can answer freely.")),
            ("False", _("Yes. I keep the right to read it.")),
        ],
        coerce=lambda value: str(value) == "True",
        widget=forms.RadioSelect,
        help_text=_("Your choice for this reference. Neither choice changes how you are judged."),
    )

    class Meta:
        model = Reference
        fields = ["role", "rater_name", "rater_email", "second_email", "known_since", "waived"]
        widgets = {
            "rater_email": forms.EmailInput(attrs={"autocomplete": "off"}),
            "second_email": forms.EmailInput(attrs={"autocomplete": "off"}),
            "known_since": DateInput(),
        }
        help_texts = {
            "rater_email": _("A private address works best: some employers’ mail servers hold our mail back."),
            "second_email": _("Another address of the same person. Each of our mails goes to both."),
            "known_since": _("People who have known your work for a year or longer can say most."),
        }

    def __init__(
        self, *args: Any, application: Application, own: bool = True, places: Sequence[Place] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.application = application
        self.fields["role"].choices = roles_to_choose(places)  # type: ignore[attr-defined]
        # To keep or give up the right to read a reference is the applicant's alone, whoever corrects the rest.
        if not own:
            del self.fields["waived"]

    def clean_rater_email(self) -> str:
        """Not oneself, and each rater once."""
        return self._address("rater_email")

    def clean_second_email(self) -> str:
        """The same person's, so neither oneself nor another rater; and not the first address again."""
        if not self.cleaned_data["second_email"]:
            return ""
        email = self._address("second_email")
        if email.lower() == self.cleaned_data.get("rater_email", "").lower():
            raise ValidationError(_("This is the same address as above. Leave it empty if there is only one."))
        return email

    def _address(self, name: str) -> str:
        email: str = self.cleaned_data[name].strip()
        if is_address_of(self.application.person, email):
            raise ValidationError(_("This is your own address. Please name somebody else."))
        others = self.application.references.exclude(status__in=["replaced", "declined"]).exclude(pk=self.instance.pk)
        if others.filter(Q(rater_email__iexact=email) | Q(second_email__iexact=email)).exists():
            raise ValidationError(_("You have already named somebody with this address."))
        return email

    def addresses_are_taken(self) -> bool:
        """Whether another window named somebody with one of these addresses meanwhile; it then stands on the form."""
        for name in ("rater_email", "second_email"):
            try:
                if self.cleaned_data[name]:
                    self._address(name)
            except ValidationError as error:
                self.add_error(name, error)
        return bool(self.errors)

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


def field_name(key: str) -> str:
    """What the field of a question is called: the key of an item is one word, an area's code has a dot."""
    return key.replace(".", "__") if "." in key else f"item_{key}"


class AnswerForm(forms.Form):
    """A rater's answers: the edition's questions, an overall recommendation, remarks, a signature.

    Saving for later takes anything; sending needs every answer.
    """

    def __init__(
        self,
        *args: Any,
        questions: Iterable[Question],
        endorsements: Iterable[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        needed = self.data.get("action") != "save"
        missing = {"required": _("Please answer this before you send.")}
        # Each question by the name of its field.
        self.items = {field_name(question.key): question for question in questions}
        for name, question in self.items.items():
            self.fields[name] = forms.ChoiceField(
                label=question.text, choices=SCALE, widget=forms.RadioSelect, required=needed, error_messages=missing
            )
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
        for name, question in self.items.items():
            found.setdefault(question.domain, []).append(self[name])
        return list(found.items())

    @property
    def is_sample(self) -> bool:
        """Whether a question is not in the words of the licensed form."""
        return any(question.is_sample for question in self.items.values())

    @property
    def answers(self) -> dict[str, str]:
        """Answers by the key of the question."""
        said = {question.key: self.cleaned_data.get(name) for name, question in self.items.items()}
        return {key: value for key, value in said.items() if value}

    @property
    def unrated(self) -> int:
        """How many answers say 'not enough information'."""
        return sum(1 for value in self.answers.values() if value == "n")

    def unknown(self) -> list[forms.BoundField]:
        """The questions that stand at 'not enough information' as the form shows them."""
        return [self[name] for name in self.items if self[name].value() == "n"]

    def written(self) -> dict[str, Any]:
        """What the rater wrote, by the names of the reference's fields."""
        return {"answers": self.answers} | {
            name: self.cleaned_data[name] for name in ("recommendation", "rater_endorsement", "remarks", "signed_name")
        }


class PaperForm(AnswerForm):
    """The same, as it stands on a paper that a coordinator has before them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signed_name"].label = _("The name with which it is signed")
        self.fields["paper_dated"] = forms.DateField(
            label=_("The date on the paper"),
            widget=DateInput(),
            help_text=_("The reference counts from this day."),
        )
        self.fields["scan"] = CertificateField(label=_("A scan or photo of the paper"), required=False)
        self.fields["note"] = forms.CharField(
            label=_("How it reached you"),
            max_length=500,
            help_text=_("For example: by post, in an envelope of the center; or handed over at the meeting in May."),
        )

    def clean(self) -> dict[str, Any]:
        """What is dated later than today is a slip."""
        data = super().clean() or self.cleaned_data
        not_in_the_future(self, "paper_dated")
        return data


class DeclineForm(forms.Form):
    """Why a rater would rather not."""

    note = forms.CharField(
        label=_("Would you like to say why?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only the coordinator reads this; the applicant just learns that you can’t."),
    )


class CodeForm(forms.Form):
    """The number and the code that somebody read out, or that a mail showed."""

    number = forms.CharField(
        label=_("Number of the reference"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_("It begins with R, like R125."),
    )
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        help_text=_("Eight letters and digits. Capitals, blanks and hyphens don’t matter."),
    )
