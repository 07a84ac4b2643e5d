"""What may come in to a thread, and who is asked to advise."""

from __future__ import annotations

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from applicants.models import Sees


class CommentForm(forms.Form):
    """One comment."""

    body = forms.CharField(
        label=_("Your comment"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4}), strip=True
    )
    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class AdvisorForm(forms.Form):
    """Whom to share an application with, and how much of it."""

    email = forms.EmailField(label=_("Their email address"), help_text=_("We write to them. They need no account yet."))
    sees = forms.ChoiceField(
        label=_("What they see"), choices=Sees.choices, initial=Sees.PROGRESS, widget=forms.RadioSelect
    )
