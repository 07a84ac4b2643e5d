"""allauth's joints: encrypted second factors, events for the trail, no open door for disabled people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest

    from endorsement_portal.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up keeps the person's name; everything else is allauth's."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """The new person, with the name they gave."""
        user.name = form.cleaned_data.get("name", "")
        saved: User = super().save_user(request, user, form, commit)
        return saved


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second-factor secrets rest encrypted with a key that is not in the database."""

    def encrypt(self, text: str) -> str:
        """Fernet ciphertext of a secret."""
        return Fernet(settings.FIELD_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; a tampered ciphertext raises `cryptography.fernet.InvalidToken`."""
        return Fernet(settings.FIELD_KEY).decrypt(encrypted_text.encode()).decode()
