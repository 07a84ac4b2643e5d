"""Does everything agree? Exit code 0 when it does, 1 when something differs."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from reports.reconciliation import Finding, reconcile, repair

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`manage.py reconcile [--json] [--repair]`: files, credentials, promises, mail, money, seats and access.

    Exit code 0: everything agrees. 1: something differs, also where --repair promised to mend it: run it again when
    the workers have had their time. 2: it could not be looked at (Django's own code for a command that fails is 1, so
    a failure is told apart here).
    """

    help = "Compare files, credentials, promises, mail, money, seats and access with each other. Deletes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """For programs, and mending."""
        parser.add_argument("--json", action="store_true", help="print one JSON document instead of lines")
        parser.add_argument(
            "--repair", action="store_true", help="promise again, through the outbox, what is missing and can be made"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Look, say what was found, mend where asked."""
        try:
            findings = reconcile()
            promised = repair(findings) if options["repair"] else 0
        except Exception as error:  # noqa: BLE001 - whatever it was, "could not look" is neither yes nor no
            self.stderr.write(f"could not look: {type(error).__name__}: {error}")
            sys.exit(2)
        if options["json"]:
            self.stdout.write(json.dumps(_document(findings, promised), indent=2))
        else:
            self._tell(findings, promised, repairing=options["repair"])
        if any(finding.differences for finding in findings):
            sys.exit(1)

    def _tell(self, findings: list[Finding], promised: int, *, repairing: bool) -> None:
        for finding in findings:
            self.stdout.write(f"{'ok  ' if not finding.differences else 'DIFF'}  {finding.title}")
            for difference in finding.differences:
                mendable = " (--repair promises it again)" if difference.mend and not repairing else ""
                self.stdout.write(f"        {difference.about}: {difference.words}{mendable}")
        count = sum(len(finding.differences) for finding in findings)
        self.stdout.write(f"{count} differences" if count else "Everything agrees.")
        if repairing:
            self.stdout.write(f"{promised} effects promised again")


def _document(findings: list[Finding], promised: int) -> dict[str, Any]:
    return {
        "agrees": not any(finding.differences for finding in findings),
        "promised_again": promised,
        "checks": [asdict(finding) for finding in findings],
    }
