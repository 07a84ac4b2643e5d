"""Days of evidence: none after today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django import forms


def not_in_the_future(form: forms.BaseForm, *names: str) -> None:
    """A date after today gets a message beside its field."""
    today = timezone.localdate()
    for name in names:
        value = form.cleaned_data.get(name)
        if value and value > today:
            form.add_error(name, _("This date is in the future. Please enter a date up to today."))
