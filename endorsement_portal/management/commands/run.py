"""Everything in one terminal: servers, migrations, demonstration data, web, workers, mail."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from endorsement_portal.embedded.__main__ import add_run_arguments
from endorsement_portal.embedded.supervisor import Options, Supervisor


class Command(BaseCommand):
    """`manage.py run`: until Ctrl-C, which stops all of it and keeps the data."""

    help = "Run the whole portal in this terminal, embedding every server that the environment does not name."
    # Its children look at the settings; this process must start before there is a database to check.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Port, folder, demonstration data."""
        add_run_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, and end with its exit code."""
        wanted = Options(port=options["port"], data=options["data"], demo=options["demo"])
        sys.exit(Supervisor(wanted, environ=os.environ).run())
