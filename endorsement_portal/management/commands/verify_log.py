"""Prove that nobody altered the log: exit code 0 when it holds, 1 when it does not."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from endorsement_portal.log_heads import check_log
from endorsement_portal.models import Event


class Command(BaseCommand):
    """`manage.py verify_log`: every chain, every event, every nightly head."""

    help = "Check every event's hash, every chain and every nightly head."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what is wrong, or how many events hold."""
        problems = check_log()
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            self.stderr.write(f"{len(problems)} problems in the log")
            sys.exit(1)
        self.stdout.write(f"{Event.objects.count()} events, every chain and head holds")
