"""What a large portfolio costs: `make bench NAME=portfolio`.

Every line on the standard output is one JSON object with exactly these keys:

    case     what was asked: requirements (the page of all requirements with the entries behind them, for their owner),
             dossier (all of it for a coordinator), autosave (one field on its way into the draft of an entry)
    entries  entries of evidence of every kind in the person's library
    queries  SQL statements of one run; a case whose number changes between runs or with the entries fails, and so does
             a check of the requirements that takes more than ten
    cpu_ms   CPU milliseconds of one run, Python's and this connection's PostgreSQL backend's together: median

The stage is that of benchmarks/pages.py: the whole stack of middleware in one process, production's settings. What went
wrong is told on the standard error, and makes the exit code 1.

    make bench NAME=portfolio ARGS="--sizes 30 300 --runs 15 --only autosave"
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pages import Backend, counted
from pages import prepare as prepare_stage

from applicants.models import (
    Application,
    Course,
    Draft,
    Education,
    Evidence,
    Leadership,
    Profile,
    Provider,
    Reference,
    ReflectiveSupervision,
    Standing,
    SupervisionGiven,
    Training,
    Work,
)
from applicants.words import sheet_of_entry
from competencies.models import Category
from endorsement_portal.models import County, User

PERSON, COORDINATOR = "portfolio@bench.example", "coordinator@bench.example"
SIZES = (30, 100, 300)
RUNS, WARM_UP = 15, 2
MOST_QUERIES = {"requirements": 10, "autosave": 6}

Run = Callable[[], None]


def begin(person: User) -> Application:
    """A clinical mentor's application, which looks at every kind of evidence, with its references and a provider."""
    Profile.objects.create(
        person=person, legal_name="P", certificate_name="P", county=County.objects.first(), employer="E",
        member_until=timezone.localdate() + timedelta(days=300),
    )  # fmt: skip
    provider = Provider.objects.create(name="Priya Provider", email="priya@bench.example")
    Standing.objects.create(provider=provider, qualification="MHM-C", starts_on=date(2010, 1, 1))
    category = Category.objects.get(code="IMHM-C")
    application = Application.objects.create(person=person, category=category, edition=category.edition)
    for number in range(3):
        Reference.objects.create(
            application=application, role="colleague", rater_name=f"Rater {number}", waived=True,
            rater_email=f"rater{number}@bench.example", known_since=date(2015, 1, 1),
        )  # fmt: skip
    return application


def grow(person: User, have: int, want: int) -> None:
    """Add entries have+1 to want: six of ten are trainings, as in people's own, the others of every kind in turn."""
    areas = list(Category.objects.get(code="IMHM-C").areas().values_list("code", flat=True))
    provider = Provider.objects.get()
    rows: dict[type[Evidence], list[Evidence]] = {}
    for number in range(have, want):
        start = date(2005, 1, 1) + timedelta(days=20 * number)
        shown = {
            "person": person,
            "once": uuid.uuid4(),
            "area_keys": [areas[(number * 7 + n) % len(areas)] for n in (0, 1)],
        }
        period = {"start_date": start, "end_date": start + timedelta(days=400)}
        kinds: list[Evidence] = [
            Work(employer=f"Employer {number}", job_title="Therapist", hours_per_week=30, focus="intervention",
                 as_therapist=True, duties="Words. " * 40, families_served=9, **period, **shown),
            Education(institution="A university", degree_level="master", field_of_study="F", conferred_on=start, **shown),
            Course(institution="A university", title=f"Course {number}", completed_on=start, credits=3, **shown),
            ReflectiveSupervision(provider=provider, provider_name=provider.name, provider_standing="other",
                                  setting="group", status="confirmed", total_hours=3, **period, **shown),
            SupervisionGiven(organization="A center", setting="group", people=5, total_hours=9, **period, **shown),
            Leadership(type="teaching", title=f"Seminar {number}", role="Teacher", **period, **shown),
        ]  # fmt: skip
        entry = kinds[(number // 10 * 4 + number % 10) % len(kinds)]
        if number % 10 < 6:
            entry = Training(title=f"Training {number}", sponsor="A center", format="workshop", start_date=start,
                             clock_hours=Decimal("6.5"), dei_hours=Decimal("0.5"), **shown)  # fmt: skip
        rows.setdefault(type(entry), []).append(entry)
    for model, entries in rows.items():
        model._default_manager.bulk_create(entries)


# --- The cases -----------------------------------------------------------------------------------------------------


def browser(user: User) -> Client:
    """Signed in, for requests as they come from outside."""
    client = Client(SERVER_NAME="portal.example")
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def page(user: User, address: str, says: str) -> Run:
    """One page asked for; it has to be there and say what it is about."""
    client = browser(user)

    def run() -> None:
        answer = client.get(address, secure=True)
        if answer.status_code != 200 or says not in answer.content.decode():
            raise RuntimeError(f"{address} answers {answer.status_code}")

    return run


def requirements(person: User) -> Run:
    """Every requirement with the entries that count and those that do not."""
    address = reverse("applicants:application_requirements", args=[person.applications.get().pk])
    return page(person, address, "Training 2")


def dossier(person: User) -> Run:
    """All that staff judge by, while the applicant works on it."""
    address = reverse("applicants:application_detail", args=[person.applications.get().pk])
    return page(User.objects.get(email=COORDINATOR), address, "Training 2")


def autosave(person: User) -> Run:
    """One field of one entry, as the script of the form sends it; every run goes on where the last one ended."""
    client = browser(person)
    sheet = sheet_of_entry(Training.objects.filter(person=person).order_by("pk")[0])
    sheet.forget()
    address, tab = reverse("applicants:draft_save"), str(uuid.uuid4())
    said = {"form": sheet.form, "writer": sheet.writer, "field": "description", "words_tab": tab}
    state = {"words_seen": str(sheet.seen(None)), "said": "A few words. " * 20}

    def run() -> None:
        answer = client.post(address, said | state, secure=True)
        if answer.status_code != 200:
            raise RuntimeError(f"autosave answers {answer.status_code}")
        state["words_seen"] = answer.json()["seen"]

    return run


CASES: dict[str, Callable[[User], Run]] = {"requirements": requirements, "dossier": dossier, "autosave": autosave}


def measure(run: Run, backend: Backend, runs: int) -> tuple[list[int], list[float]]:
    """Queries and CPU milliseconds of each run, after the warm-up."""
    queries, cpu_ms = [], []
    for number in range(-WARM_UP, runs):
        with counted() as count:
            before = time.process_time_ns() + backend.read()
            run()
            after = time.process_time_ns() + backend.read()
        if number >= 0:
            queries.append(count[0])
            cpu_ms.append((after - before) / 1e6)
    return queries, cpu_ms


def main() -> int:
    """Grow, measure, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="entries, growing")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--only", default="", help="cases whose name contains this")
    options = parser.parse_args()
    prepare_stage()
    person = User.objects.create(email=PERSON, name="Portia Folio", roles=["applicant"])
    begin(person)
    backend, have, wrong, first = Backend(), 0, [], {}
    for entries in sorted(options.sizes):
        grow(person, have, entries)
        have = entries
        for name, case in CASES.items():
            if options.only not in name:
                continue
            queries, cpu_ms = measure(case(person), backend, options.runs)
            line = {"case": name, "entries": entries, "queries": queries[0]}
            print(json.dumps(line | {"cpu_ms": round(statistics.median(cpu_ms), 2)}), flush=True)
            if len({*queries, first.setdefault(name, queries[0])}) > 1:
                wrong.append(f"{name}: {sorted({*queries, first[name]})} queries at {entries} entries")
            if queries[0] > MOST_QUERIES.get(name, queries[0]):
                wrong.append(f"{name}: {queries[0]} queries, {MOST_QUERIES[name]} are allowed")
    if Draft.objects.count() > 1:
        wrong.append("autosave: more than one row was written")
    for problem in wrong:
        print(f"FAILED {problem}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
