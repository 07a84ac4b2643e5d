"""Who can sign in: an account for each role, first of all, and the people of the stories as they come along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.auth.hashers import make_password

from endorsement_portal.models import Event, Role, User
from reports.demo import clock
from reviews.models import Reviewer

if TYPE_CHECKING:
    from reports.demo.script import Script

ADMIN = "admin@example.org"
COORDINATOR = "coordinator@example.org"
FINANCE = "finance@example.org"
# In the order of their roles, which is the order in which they are printed. The newest joined so many days ago.
TEAM: list[tuple[str, str, Role, int]] = [
    ("reviewer@example.org", "Delphine Okonkwo-Hayes", Role.REVIEWER, 1600),
    ("reviewer2@example.org", "Pa Houa Xiong-Merritt", Role.REVIEWER, 1600),
    ("anselm.whitaker@example.org", "Anselm Whitaker", Role.REVIEWER, 1590),
    ("nieves.altamirano@example.org", "Nieves Altamirano Duque", Role.REVIEWER, 1580),
    ("thuy.hoang@example.org", "Hoàng Thị Thủy", Role.REVIEWER, 640),
    (COORDINATOR, "Winifred Tuttle", Role.COORDINATOR, 1640),
    (FINANCE, "Ambrose Lineberger", Role.FINANCE, 1640),
    (ADMIN, "Soledad Quiñones-Pratt", Role.ADMIN, 1640),
]
# Reviewer: employer, categories held, languages, how many at a time, whether they take more now.
CARDS: dict[str, tuple[str, list[str], list[str], int, bool]] = {
    "reviewer@example.org": ("Piedmont Infant Wellness Group", ["IFA", "IFS", "ECFS"], ["English", "French"], 4, True),
    "reviewer2@example.org": ("High Meadow Counseling", ["IFS", "ECFS", "ECMHS"], ["English", "Hmong"], 6, True),
    "anselm.whitaker@example.org": ("Retired", ["IMHS", "IMHM-C", "IMHM-P"], ["English"], 6, True),
    "nieves.altamirano@example.org": (
        "Casa Clara Family Therapy",
        ["IMHS", "ECMHM-C"],
        ["English", "Spanish"],
        6,
        True,
    ),
    "thuy.hoang@example.org": ("Rivermouth University", ["IMHM-RF", "IFA"], ["English", "Vietnamese"], 6, False),
}


class Accounts:
    """Makes accounts, each with the demonstration's password, hashed once."""

    def __init__(self) -> None:
        self.password = make_password(settings.DEMO_PASSWORD)

    def open(self, email: str, name: str, *roles: Role) -> User:
        """An account with a proven address and, where the roles ask for one, a second factor."""
        user = User.objects.create(
            email=email,
            name=name,
            password=self.password,
            roles=sorted(role.value for role in roles),
            is_demo=True,
        )
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        Event.objects.record(user, "sign_up", by=user)
        if user.needs_second_factor:
            TOTP.activate(user, generate_totp_secret())
            RecoveryCodes.activate(user)
        return user


def open_team(script: Script, accounts: Accounts, applicants: list[tuple[str, str, int]]) -> None:
    """The accounts of each role, the applicants' first: (address, name, days since they joined)."""
    for email, name, ago in applicants:
        with clock.at(script.moment(ago, 8)):
            accounts.open(email, name, Role.APPLICANT)
    for email, name, role, ago in TEAM:
        with clock.at(script.moment(ago, 8)):
            user = accounts.open(email, name, role)
            if email in CARDS:
                employer, categories, languages, most, available = CARDS[email]
                Reviewer.objects.create(
                    user=user,
                    employer=employer,
                    categories=categories,
                    languages=languages,
                    max_open=most,
                    is_available=available,
                )
