"""What may come in with the profile and the application: signatures, notes, and what staff look for in the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from applicants.models import Profile
from applicants.sections import SECTIONS
from endorsement_portal.widgets import DateInput

if TYPE_CHECKING:
    from collections.abc import Collection

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
            "member_until",
            "membership_number",
            "show_county",
        ]
        widgets = {
            "legal_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "member_until": DateInput(),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
            "employer": forms.TextInput(attrs={"autocomplete": "organization"}),
            "job_title": forms.TextInput(attrs={"autocomplete": "organization-title"}),
        }


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


class NoteForm(forms.Form):
    """A note with a change of state."""

    note = forms.CharField(label=_("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, needed: bool, label: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = needed
        if label:
            self.fields["note"].label = label


class ReturnForm(NoteForm):
    """What is to be changed, and which parts open for it."""

    sections = forms.MultipleChoiceField(
        label=_("Parts that open for changes"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose none to open everything. What stays closed goes into the next submission as it was."),
    )

    def __init__(self, *args: Any, without: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts: Any = self.fields["sections"]
        parts.choices = [(name, capfirst(str(words))) for name, words in SECTIONS.items() if name not in without]

    def clean_sections(self) -> str:
        """The words of the parts, as the verb takes them and the log keeps them."""
        return " ".join(self.cleaned_data["sections"])


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
