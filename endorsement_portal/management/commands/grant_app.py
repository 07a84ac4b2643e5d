"""Give the application's database role what it needs and no more."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from psycopg2 import sql

# The log and the ledger: rows are added and never changed.
APPEND_ONLY = ("endorsement_portal_event", "payments_payment")


class Command(BaseCommand):
    """`manage.py grant_app`, run as the migrator after `migrate`: rows yes, tables no, the log insert-only."""

    help = "Grant the application's database role its rights: no DDL, and only insert and select on the event log."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which role."""
        parser.add_argument("--role", default="portal_app", help="the application's role (default portal_app)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Grant, then take back what the log must not allow."""
        role = sql.Identifier(options["role"])
        append_only = sql.SQL(", ").join(sql.Identifier(table) for table in APPEND_ONLY)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, EXISTS (SELECT 1 FROM pg_roles WHERE rolname = %s)", [options["role"]])
            current, exists = cursor.fetchone()
            if not exists:
                raise CommandError(
                    f"The role {options['role']} does not exist: create it first (see README, deploying)."
                )
            if current == options["role"]:
                self.stdout.write("The database is run under one role only; nothing to grant.")
                return
            for statement in (
                "GRANT USAGE ON SCHEMA public TO {role}",
                # Before version 15, PUBLIC may create from the start; the migrator goes on by a right of its own.
                "GRANT CREATE ON SCHEMA public TO CURRENT_USER",
                "REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role}",
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
                "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
                "REVOKE UPDATE, DELETE, TRUNCATE ON {append_only} FROM {role}",
                "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
            ):
                cursor.execute(
                    sql.SQL(statement).format(role=role, append_only=append_only).as_string(cursor.connection)
                )
            cursor.execute("SELECT has_schema_privilege(%s, 'public', 'CREATE')", [options["role"]])
            if cursor.fetchone()[0]:
                self.stderr.write(
                    f"{options['role']} can still create tables: whoever owns the schema public must revoke it."
                )
        self.stdout.write(f"{options['role']}: rows yes, tables no, the log insert-only")
