"""What each role's main pages cost at 1,000 and at 10,000 applications: `make bench NAME=pages`.

Every line on the standard output is one JSON object with exactly these keys:

    case     role:page
    rows     applications in the database
    queries  SQL statements of one request; a page whose number changes between runs fails
    cpu_ms   CPU milliseconds of one request, Python's and this connection's PostgreSQL backend's together: median
    bytes    length of the answer's body, uncompressed

Runs go round by round through all the cases, so that whatever else the machine does hits all of them alike. Requests
go through the whole stack of middleware in one process, with production settings (DEBUG off, HTTPS, hashed static files,
cached templates). What could not be measured, and pages whose queries grow with the rows, are told on the standard
error; a page that is missing or does not answer 200 makes the exit code 1.

    make bench NAME=pages ARGS="--sizes 1000 --runs 5 --only reviewer"
"""

# ruff: noqa: E402 - the settings come first: models can't be imported before they are read
from __future__ import annotations

import argparse
import atexit
import hashlib
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import django

ROOT = Path(__file__).resolve().parent.parent
STATIC = tempfile.TemporaryDirectory(prefix="portal-bench-")
atexit.register(STATIC.cleanup)
# Production's settings around the servers that the environment names, before anything reads them.
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "endorsement_portal.settings",
    "DEBUG": "0",
    "HTTPS": "1",
    "BASE_URL": "https://portal.example",
    "ALLOWED_HOSTS": "portal.example",
    "LOG_LEVEL": "ERROR",
    "STATIC_ROOT": STATIC.name,
    "MEDIA_ROOT": f"{STATIC.name}/uploads",
}
os.environ.setdefault("SECRET_KEY", "for-measuring-only")
sys.path.insert(0, str(ROOT))
django.setup()

import pgtrigger
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from applicants.models import Application, Reference, Snapshot
from applicants.snapshots import freeze
from applicants.tokens import reference_path, reference_token
from cohorts.models import Cohort
from competencies.models import Area, Edition
from credentials.models import Credential
from endorsement_portal.models import User
from payments.models import Invoice
from reviews.models import Review

SEED = Path(__file__).with_suffix(".sql")
SIZES = (1000, 10000)
RUNS, WARM_UP = 9, 2
REVIEWERS = 30
APPLICANT, REVIEWER = "person40@bench.example", "reviewer0@bench.example"
ACCOUNTS = {"applicant": APPLICANT, "reviewer": REVIEWER} | {
    role: f"{role}@bench.example" for role in ("coordinator", "finance", "admin")
}


@dataclass(frozen=True)
class Case:
    """One page as one role. `address` is asked once per size, when the rows are there."""

    role: str
    page: str
    address: Callable[[], str]

    @property
    def name(self) -> str:
        """As it is reported."""
        return f"{self.role}:{self.page}"


@dataclass
class Measured:
    """What the runs of one case gave."""

    queries: list[int] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    bytes: int = 0


# --- The pages -----------------------------------------------------------------------------------------------------


def of(name: str, *args: Any, query: str = "") -> Callable[[], str]:
    """An address by its name, made when the rows are there."""
    return lambda: reverse(name, args=[arg() if callable(arg) else arg for arg in args]) + query


def with_status(*statuses: str) -> Callable[[], int]:
    """Some application in one of these statuses."""
    return lambda: Application.objects.filter(status__in=statuses).order_by("pk").values_list("pk", flat=True)[5]


def own(name: str) -> Callable[[], str]:
    """A page about the applicant's own application."""
    return of(name, lambda: Application.objects.get(person__email=APPLICANT).pk)


def own_review() -> int:
    """A review that the reviewer is writing."""
    reviewer = User.objects.get(email=REVIEWER)
    return Review.objects.filter(reviewer=reviewer, status="in_progress").values_list("pk", flat=True)[0]


def rater_link() -> str:
    """A live link, as a mail would carry it."""
    reference = Reference.objects.filter(application__person__email=APPLICANT).order_by("pk")[0]
    token = reference_token(reference.pk, reference.generation)
    Reference.objects.filter(pk=reference.pk).update(token_hash=hashlib.sha256(token.encode()).hexdigest())
    return reference_path(reference)


def last_page() -> str:
    """The last page of the list of applications."""
    return f"{reverse('applicants:application_list')}?page={-(-Application.objects.count() // 50)}"


# Each role's main pages. An address that can't be made is a missing page, and fails.
CASES = [
    Case("visitor", "landing", of("home")),
    Case("visitor", "registry", of("credentials:registry")),
    Case("visitor", "registry searched", of("credentials:registry", query="?q=elena")),
    Case("visitor", "verify", lambda: Credential.objects.order_by("pk")[3].verify_path),
    Case("visitor", "interest form", of("cohorts:interest_create")),
    Case("visitor", "category finder", of("competencies:category_finder")),
    Case("rater", "link", rater_link),
    Case("applicant", "home", of("home")),
    Case("applicant", "application", own("applicants:application_detail")),
    Case("applicant", "evidence", of("applicants:evidence_list")),
    Case("applicant", "evidence form", of("applicants:evidence_create", "work")),
    Case("applicant", "submit", own("applicants:application_submit")),
    Case("applicant", "references", own("applicants:reference_list")),
    Case("applicant", "fee", own("payments:fee_detail")),
    Case("applicant", "inbox", of("inbox")),
    Case("reviewer", "home", of("home")),
    Case("reviewer", "review list", of("reviews:review_list")),
    Case("reviewer", "review", of("reviews:review_detail", own_review)),
    Case("reviewer", "review form", of("reviews:review_edit", own_review)),
    Case("coordinator", "home", of("home")),
    Case("coordinator", "application list, first", of("applicants:application_list")),
    Case("coordinator", "application list, last", last_page),
    Case("coordinator", "application list, filtered", of("applicants:application_list", query="?status=submitted")),
    Case("coordinator", "application list, searched", of("applicants:application_list", query="?q=locklear")),
    Case("coordinator", "dossier", of("applicants:application_detail", with_status("reviewed"))),
    Case("coordinator", "assignments", of("reviews:assignment_list")),
    Case("coordinator", "assignment", of("reviews:assignment_create", with_status("in_review"))),
    Case("coordinator", "decision", of("reviews:decision_create", with_status("reviewed"))),
    Case("coordinator", "reviewers", of("reviews:reviewer_list")),
    Case("coordinator", "interest list", of("cohorts:interest_list")),
    Case("coordinator", "cohort list", of("cohorts:cohort_list")),
    Case("coordinator", "cohort", of("cohorts:cohort_detail", lambda: Cohort.objects.order_by("pk")[3].pk)),
    Case("coordinator", "credentials", of("credentials:credential_list")),
    Case("finance", "home", of("home")),
    Case("finance", "invoices", of("payments:invoice_list")),
    Case("finance", "invoices searched", of("payments:invoice_list", query="?q=locklear")),
    Case(
        "finance",
        "invoice",
        of("payments:invoice_detail", lambda: Invoice.objects.filter(status="paid").order_by("pk")[3].pk),
    ),
    Case("finance", "scholarships", of("payments:scholarship_list")),
    Case("admin", "home", of("home")),
    Case("admin", "reports", of("reports:report_list")),
    Case("admin", "applications.csv", of("reports:report_download", "applications")),
    Case("admin", "people", of("person_list")),
]


# --- The rows ------------------------------------------------------------------------------------------------------


def prepare() -> None:
    """The framework, the staff with their second factors, and what the seeding statements name."""

    if User.objects.exists():
        sys.exit("This database has people in it; a benchmark fills one of its own: make bench NAME=pages")
    if not Edition.objects.exists():
        call_command("load_framework", stdout=sys.stderr)
    call_command("collectstatic", interactive=False, verbosity=0)
    for role in ("coordinator", "finance", "admin"):
        User.objects.create(email=ACCOUNTS[role], name=role.title(), roles=[role])
    for n in range(REVIEWERS):
        User.objects.create(email=f"reviewer{n}@bench.example", name=f"Reviewer {n}", roles=["reviewer"])
    for person in User.objects.all():
        TOTP.activate(person, generate_totp_secret())
    with connection.cursor() as cursor:
        cursor.execute("""
            CREATE TEMPORARY TABLE bench_category AS
                SELECT row_number() OVER (ORDER BY id) - 1 AS n, id, edition_id FROM competencies_category;
            CREATE TEMPORARY TABLE bench_county AS
                SELECT row_number() OVER (ORDER BY fips) - 1 AS n, fips FROM endorsement_portal_county;
            CREATE TEMPORARY TABLE bench_reviewer AS
                SELECT row_number() OVER (ORDER BY id) - 1 AS n, id AS user_id FROM endorsement_portal_user
                WHERE roles @> ARRAY['reviewer']::varchar[];
            CREATE TEMPORARY TABLE bench_snapshot (data jsonb);
        """)


def grow(have: int, want: int) -> None:
    """Add applications have+1 to want. The first is frozen as the portal does it, and all others carry its snapshot."""

    if have == 0:
        # Twenty of them, of which one is submitted properly, serve to take the pattern of a snapshot.
        with transaction.atomic():
            _insert(1, 20)
            pattern = freeze(Application.objects.filter(status="draft").order_by("pk")[0])
            with pgtrigger.ignore("applicants.Snapshot:frozen"), connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO bench_snapshot SELECT data FROM applicants_snapshot WHERE id = %s", [pattern.pk]
                )
                cursor.execute("UPDATE applicants_snapshot SET data = (SELECT data FROM bench_snapshot)")
            Snapshot.objects.filter(pk=pattern.pk).delete()
        have = 20
    with transaction.atomic():
        _insert(have + 1, want)
    _settle()


def _insert(first: int, last: int) -> None:

    areas = list(Area.objects.order_by("domain__position", "position").values_list("code", flat=True))
    ids = dict(User.objects.filter(email__in=ACCOUNTS.values()).values_list("email", "pk"))
    with connection.cursor() as cursor:
        cursor.execute(
            SEED.read_text(encoding="utf-8"),
            {
                "first": first,
                "last": last,
                "coordinator": ids[ACCOUNTS["coordinator"]],
                "finance": ids[ACCOUNTS["finance"]],
                "areas": areas[:4],
                "answers": json.dumps(dict.fromkeys(areas[-12:], "4")),
            },
        )


def _settle() -> None:
    """Counters after the ids that were given by hand, and the planner's figures, as autovacuum would have them."""

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE")


# --- The measure ---------------------------------------------------------------------------------------------------


class Backend:
    """The PostgreSQL process behind our connection, and the CPU time it has used, where this machine tells."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self.clock = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
        try:
            self.told = b"postgres" in self.clock.with_name("cmdline").read_bytes() and self.cpu_ns() > 0
        except (OSError, ValueError):
            self.told = False
        if not self.told:
            print("PostgreSQL's CPU can't be read here: cpu_ms is Python's alone", file=sys.stderr)

    def cpu_ns(self) -> int:
        """Nanoseconds on a CPU since it began."""
        return int(self.clock.read_text().split()[0])

    def read(self) -> int:
        """The same, or nothing where it can't be read."""
        return self.cpu_ns() if self.told else 0


@contextmanager
def counted() -> Iterator[list[int]]:
    """How many statements run inside."""

    count = [0]

    def wrapper(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        count[0] += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield count


def browsers() -> dict[str, Any]:
    """A signed-in browser for each role, and one each for those without an account."""

    found = {role: Client(SERVER_NAME="portal.example") for role in ("visitor", "rater")}
    for role, email in ACCOUNTS.items():
        found[role] = Client(SERVER_NAME="portal.example")
        found[role].force_login(User.objects.get(email=email), "allauth.account.auth_backends.AuthenticationBackend")
    return found


def ask(browser: Any, address: str, backend: Backend) -> tuple[int, int, float, int]:
    """One request: status, queries, CPU milliseconds, bytes."""
    with counted() as count:
        before = time.process_time_ns() + backend.read()
        response = browser.get(address, secure=True)
        body = response.getvalue()
        after = time.process_time_ns() + backend.read()
    return response.status_code, count[0], (after - before) / 1e6, len(body)


def measure(wanted: list[Case], rows: int, runs: int) -> tuple[dict[str, Measured], list[str]]:
    """All cases, round by round. What went wrong comes back as sentences."""
    backend, clients = Backend(), browsers()
    found: dict[str, Measured] = {}
    wrong: list[str] = []
    addresses: dict[str, str] = {}
    for case in wanted:
        try:
            addresses[case.name] = case.address()
        except Exception as error:  # noqa: BLE001 - a page that has no address is reported with the others
            wrong.append(f"{case.name}: no address: {type(error).__name__}: {error}")
    for run in range(-WARM_UP, runs):
        for case in wanted:
            if case.name not in addresses:
                continue
            try:
                status, queries, cpu_ms, size = ask(clients[case.role], addresses[case.name], backend)
            except Exception as error:  # noqa: BLE001 - one broken page must not hide the figures of the others
                wrong.append(f"{case.name}: {type(error).__name__}: {str(error)[:300]}")
                del addresses[case.name]
                continue
            if status != 200:
                wrong.append(f"{case.name}: {addresses.pop(case.name)} answers {status}")
            elif run >= 0:
                one = found.setdefault(case.name, Measured())
                one.queries.append(queries)
                one.cpu_ms.append(cpu_ms)
                one.bytes = size
    wrong += [
        f"{name}: {sorted(set(m.queries))} queries at {rows}" for name, m in found.items() if len(set(m.queries)) > 1
    ]
    return found, wrong


def main() -> int:
    """Seed, measure, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="applications, growing")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--only", default="", help="cases whose name contains this")
    options = parser.parse_args()
    prepare()
    have, wrong, first = 0, [], {}
    for rows in sorted(options.sizes):
        began = time.monotonic()
        grow(have, rows)
        have = rows
        print(f"{rows} applications seeded in {time.monotonic() - began:.0f} s", file=sys.stderr)
        found, problems = measure([c for c in CASES if options.only in c.name], rows, options.runs)
        wrong += problems
        for name, one in found.items():
            line = {
                "case": name,
                "rows": rows,
                "queries": one.queries[0],
                "cpu_ms": round(statistics.median(one.cpu_ms), 1),
                "bytes": one.bytes,
            }
            print(json.dumps(line), flush=True)
            if one.queries[0] > first.setdefault(name, one.queries[0]):
                print(f"{name}: queries grow from {first[name]} to {one.queries[0]}", file=sys.stderr)
    for problem in wrong:
        print(f"FAILED {problem}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
