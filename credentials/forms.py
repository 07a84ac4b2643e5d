"""What may come in: a search of the registry, a number to verify, a holder's choice, a note with a verb."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from competencies.models import Category
from credentials.models import Credential, CredentialStatus
from endorsement_portal.models import County


def _categories() -> list[tuple[str, str]]:
    rows = Category.objects.order_by("position", "code").values_list("code", "title").distinct()
    return [("", str(_("All"))), *((code, f"{title} ({code})") for code, title in rows)]


class RegistryForm(forms.Form):
    """Whom a visitor looks for."""

    q = forms.CharField(label=_("Name"), required=False, max_length=100)
    category = forms.ChoiceField(label=_("Category"), required=False)
    county = forms.ChoiceField(label=_("County"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category: Any = self.fields["category"]
        category.choices = _categories()
        county: Any = self.fields["county"]
        county.choices = [("", _("All")), *County.objects.order_by("name").values_list("fips", "name")]


class StaffFilterForm(forms.Form):
    """What a coordinator looks for."""

    q = forms.CharField(label=_("Name or number"), required=False, max_length=100)
    category = forms.ChoiceField(label=_("Category"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category: Any = self.fields["category"]
        category.choices = _categories()
        status: Any = self.fields["status"]
        status.choices = [("", _("All")), *CredentialStatus.choices]


class NumberForm(forms.Form):
    """The number printed on a certificate."""

    number = forms.CharField(
        label=_("Number of the certificate"),
        max_length=40,
        help_text=_("Printed at the bottom of the certificate, like NC-IMH-2026-0001."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_number(self) -> str:
        """As it is stored, however it was typed: spaces and small letters don't matter."""
        return "".join(str(self.cleaned_data["number"]).split()).upper().replace("–", "-")


class ListingForm(forms.ModelForm):
    """What the public registry shows of a credential: the holder's choice."""

    class Meta:
        model = Credential
        fields = ["in_registry", "show_county"]
        help_texts = {
            "in_registry": _("Your name, category, number and dates. Your certificate can be verified either way."),
        }


class NoteForm(forms.Form):
    """A reason that goes with a verb."""

    note = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Kept in the log for staff. Neither the holder nor the public reads it."),
    )

    def __init__(self, *args: Any, needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = needed
