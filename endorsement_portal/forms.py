"""What may come in at the foundation: sign-up's extra field, and a person's own settings."""

from __future__ import annotations

import zoneinfo
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from endorsement_portal.models import Role, User

if TYPE_CHECKING:
    from django.http import HttpRequest

ZONES = [
    ("America/New_York", _("Eastern")),
    ("America/Chicago", _("Central")),
    ("America/Denver", _("Mountain")),
    ("America/Phoenix", _("Arizona")),
    ("America/Los_Angeles", _("Pacific")),
    ("America/Anchorage", _("Alaska")),
    ("Pacific/Honolulu", _("Hawaii")),
    ("America/Puerto_Rico", _("Atlantic (Puerto Rico)")),
]


class SignupForm(forms.Form):
    """The name asked at sign-up, beside the address and password that allauth asks."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        help_text=_("As you would like to be addressed. The name on a certificate is asked later."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["name", "email", "password1"]

    def signup(self, request: HttpRequest, user: User) -> None:
        """allauth's hook; the adapter has already kept the name."""


class AccountSettingsForm(forms.ModelForm):
    """A person's own name, time zone and language."""

    timezone = forms.ChoiceField(label=_("Time zone"), choices=ZONES, help_text=_("Dates and times are shown in it."))
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("en", _("English")), ("es", _("Spanish"))],
        help_text=_("Pages not yet translated are shown in English."),
    )

    class Meta:
        model = User
        fields = ["name", "timezone", "language"]

    def clean_timezone(self) -> str:
        """A zone that this machine knows."""
        name: str = self.cleaned_data["timezone"]
        zoneinfo.ZoneInfo(name)
        return name


class RolesForm(forms.ModelForm):
    """Which hats a person wears; for admins."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple, required=False
    )

    class Meta:
        model = User
        fields = ["roles", "is_active"]
        labels = {"is_active": _("May sign in")}
