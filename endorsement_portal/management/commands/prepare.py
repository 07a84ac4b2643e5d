"""Make the database ready for this version of the portal: tables, rights, the framework's figures."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """`manage.py prepare`, run as the tables' owner before each start; a second time it changes nothing."""

    help = "Migrate, give the application's role its rights, and load the framework that comes with the portal."
    # The tables that some checks would look at may not be there yet.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which role the web and the workers use."""
        parser.add_argument("--role", default="portal_app", help="the application's role (default portal_app)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Three commands in one process."""
        call_command("migrate", interactive=False, stdout=self.stdout)
        if options["role"]:
            call_command("grant_app", role=options["role"], stdout=self.stdout)
        call_command("load_framework", stdout=self.stdout)
