"""Listeners that keep the security trail: signing in and out, factors, addresses, each as an event of the person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.signals import email_changed, password_changed, password_reset, user_signed_up
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import transaction
from django.dispatch import receiver

from endorsement_portal.models import Event

if TYPE_CHECKING:
    from endorsement_portal.models import User


def _note(user: User | None, verb: str) -> None:
    if user is not None and user.pk:
        with transaction.atomic():
            Event.objects.record(user, verb, by=user)


@receiver(user_logged_in)
def signed_in(user: User, **kwargs: Any) -> None:
    """A sign-in happened."""
    _note(user, "sign_in")


@receiver(user_logged_out)
def signed_out(user: User | None, **kwargs: Any) -> None:
    """A sign-out happened."""
    _note(user, "sign_out")


@receiver(user_signed_up)
def signed_up(user: User, **kwargs: Any) -> None:
    """An account was made."""
    _note(user, "sign_up")


@receiver([password_changed, password_reset])
def changed_password(user: User, **kwargs: Any) -> None:
    """The password changed."""
    _note(user, "change_password")


@receiver(email_changed)
def changed_email(user: User, **kwargs: Any) -> None:
    """The sign-in address changed."""
    _note(user, "change_email")


@receiver(authenticator_added)
def added_factor(user: User, **kwargs: Any) -> None:
    """A second factor was added."""
    _note(user, "add_second_factor")


@receiver(authenticator_removed)
def removed_factor(user: User, **kwargs: Any) -> None:
    """A second factor was removed."""
    _note(user, "remove_second_factor")
