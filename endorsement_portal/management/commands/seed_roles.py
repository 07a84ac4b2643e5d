"""Accounts of every role, for testers: ordinary accounts with random secrets, printed once."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse

from endorsement_portal import policy
from endorsement_portal.models import Event, Role, User

if TYPE_CHECKING:
    from argparse import ArgumentParser

# Reserved for examples (RFC 2606): no mail reaches it and no real person has an address in it.
DOMAIN = "roles.example"
# (local part, name, roles). Two of each role, so that one can try to reach the other's rows; and people with two hats.
CAST: tuple[tuple[str, str, tuple[Role, ...]], ...] = (
    *((f"{role.value}-{n}", f"Seeded {role.value} {n}", (role,)) for role in Role for n in (1, 2)),
    ("applicant-and-reviewer", "Seeded applicant and reviewer", (Role.APPLICANT, Role.REVIEWER)),
    ("applicant-and-coordinator", "Seeded applicant and coordinator", (Role.APPLICANT, Role.COORDINATOR)),
    ("applicant-and-finance", "Seeded applicant and finance", (Role.APPLICANT, Role.FINANCE)),
)


class Command(BaseCommand):
    """`manage.py seed_roles --json`: twelve or so accounts to test with, and the field policy they are held to.

    The accounts are like everybody's: they sign in by the same pages, with a random password, and with a second factor
    where their role needs one. Nothing in the portal knows them apart. Secrets are printed and kept nowhere else;
    running the command again gives every account new ones and ends its sessions. `--close` shuts them all.

    A database with real people in it is refused: made-up people of the demonstration and this command's own accounts
    don't count. `--beside-real-people` says that you mean it, for a rehearsal on a copy; DEBUG makes no difference.
    """

    help = "Make two or more accounts of every role, print how to sign in with each, and the field policy."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """For programs; for those who know; and the way back."""
        parser.add_argument("--json", action="store_true", help="print one JSON document, with the field policy")
        parser.add_argument(
            "--beside-real-people", action="store_true", help="make them although the database holds real people"
        )
        parser.add_argument("--close", action="store_true", help="shut these accounts: no password, no way in")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make, or shut, all of them or none."""
        if options["close"]:
            self.stdout.write(f"{close_accounts()} accounts are shut")
            return
        if real_people_here() and not options["beside_real_people"]:
            raise CommandError(
                "There are real people in this database, and accounts for tests don't belong beside them. Use a "
                "database of its own, or say --beside-real-people if this is a copy made for a rehearsal."
            )
        with transaction.atomic():
            accounts = [_account(local, name, roles) for local, name, roles in CAST]
        if options["json"]:
            self.stdout.write(json.dumps({**_ways_in(), "accounts": accounts, "policy": policy.explained()}, indent=1))
            return
        for account in accounts:
            factor = account["totp_secret"] or "-"
            self.stdout.write(f"{account['email']:45} {account['password']}  {factor:32}  {' '.join(account['roles'])}")


def real_people_here() -> bool:
    """Whether anybody here is neither made up nor of this command's making."""
    return User.objects.filter(is_demo=False).exclude(email__iendswith=f"@{DOMAIN}").exists()


def close_accounts() -> int:
    """Shut every account of this command; how many."""
    with transaction.atomic():
        people = list(User.objects.filter(email__iendswith=f"@{DOMAIN}", is_active=True).select_for_update())
        for person in people:
            person.is_active = False
            person.set_unusable_password()
            person.save(update_fields=["is_active", "password"])
            Authenticator.objects.filter(user=person).delete()
            Event.objects.record(person, "close_seeded")
    return len(people)


def _account(local: str, name: str, roles: tuple[Role, ...]) -> dict[str, Any]:
    """One account, made or given new secrets, as it is printed."""
    email, password = f"{local}@{DOMAIN}", secrets.token_urlsafe(18)
    person = User.objects.filter(email=email).first() or User(email=email)
    person.name, person.roles, person.is_active = name, sorted(role.value for role in roles), True
    person.set_password(password)
    person.save()
    EmailAddress.objects.update_or_create(user=person, email=email, defaults={"verified": True, "primary": True})
    Authenticator.objects.filter(user=person).delete()
    secret = None
    if person.needs_second_factor:
        secret = generate_totp_secret()
        TOTP.activate(person, secret)
        RecoveryCodes.activate(person)
    Event.objects.record(person, "seed", details={"roles": " ".join(person.roles)})
    return {
        "email": email,
        "password": password,
        "totp_secret": secret,
        "name": name,
        "roles": person.roles,
        "id": person.pk,
    }


def _ways_in() -> dict[str, Any]:
    """Where one signs in, and how the second factor is counted."""
    return {
        "sign_in": {
            "url": settings.BASE_URL + reverse("account_login"),
            "fields": ["login", "password"],
            "second_factor_url": settings.BASE_URL + reverse("mfa_authenticate"),
            "second_factor_field": "code",
            "totp": {"encoding": "base32", "algorithm": "SHA1", "digits": 6, "period_seconds": 30},
        }
    }
