"""allauth's joints: encrypted second factors, events for the trail, no open door for disabled people."""

from __future__ import annotations

import logging
import smtplib
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib import messages
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.http import HttpRequest

    from endorsement_portal.models import User

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up keeps the person's name; everything else is allauth's."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """The new person, with the name they gave."""
        user.name = form.cleaned_data.get("name", "")
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A code or a notice, sent at once: codes are never stored. A mail server that is away is said calmly."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, smtplib.SMTPException) as error:
            log.warning("mail %s not sent: %s", template_prefix, type(error).__name__)
            messages.error(
                self.request, _("The mail could not be sent just now. Please ask for a new code in a minute.")
            )


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second-factor secrets rest encrypted with a key that is not in the database."""

    def encrypt(self, text: str) -> str:
        """Fernet ciphertext of a secret."""
        return Fernet(settings.FIELD_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; a tampered ciphertext raises `cryptography.fernet.InvalidToken`."""
        return Fernet(settings.FIELD_KEY).decrypt(encrypted_text.encode()).decode()
