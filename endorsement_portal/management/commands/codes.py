"""How to sign in to a demonstration: one account for each role, with a current one-time code."""

import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from endorsement_portal.models import Role, User

PERIOD_SECONDS = 30
# Somebody has to read the code and type it: with less than this left, the next one is given as well.
ENOUGH_SECONDS = 10


class Command(BaseCommand):
    """`manage.py codes`: exists for demonstration databases only, and refuses any other."""

    help = "Print the demonstration accounts, one a role, each with its password and a current one-time code."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the table."""
        if not User.objects.filter(is_demo=True, is_active=True).exists():
            raise CommandError("This is not a demonstration database: no account here is a made-up one.")
        now = time.time()
        left = PERIOD_SECONDS - int(now) % PERIOD_SECONDS
        rows = [("Role", "E-mail", "Code")]
        for role in Role:
            user = User.objects.with_role(role).filter(is_demo=True).order_by("pk").first()
            if user is not None:
                rows.append((str(role.label), user.email, self._code(user, int(now) // PERIOD_SECONDS, left)))
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        self.stdout.write(f"Sign in with the password  {settings.DEMO_PASSWORD}")
        for row in rows:
            self.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        self.stdout.write(f"Codes change every {PERIOD_SECONDS} seconds; `make codes` prints fresh ones.")

    def _code(self, user: User, counter: int, left: int) -> str:
        found = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
        if found is None:
            return "none needed"
        secret = decrypt(found.data["secret"])
        current, coming = (format_hotp_value(hotp_value(secret, number)) for number in (counter, counter + 1))
        return f"{current} for {left} s" + (f", then {coming}" if left < ENOUGH_SECONDS else "")
