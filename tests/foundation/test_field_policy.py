"""Does the portal keep its own field policy? Marked texts in every field, every page asked as everybody, no mark astray.

Each text field of one applicant's rows holds a mark of its own. Then everybody goes through every address there is,
with every id there is, and through every link they are shown. A mark that the policy does not grant is a leak.
"""

from __future__ import annotations

import logging
import re
from collections import deque
from datetime import date
from itertools import count

import pytest
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from applicants.models import Grant
from applicants.transitions import advance
from cohorts.models import Cohort, Interest, Seat
from credentials.models import Credential
from endorsement_portal import policy
from endorsement_portal.models import Event, Role
from endorsement_portal.policy import Principal
from endorsement_portal.uploads import Checked, keep
from payments.ledger import open_invoice
from payments.models import Scholarship
from reviews.assignment import assign
from reviews.models import Conflict, Decision, Score
from tests import factories
from tests.conftest import make_person

MARK = re.compile(r"zq(\d{4})zq")
# Without what comes after the question mark: the pages of one list, filtered in every way, are one page here.
LINK = re.compile(r'href="(/[^"#?]*)')
MOST_PAGES = 250
# What is no page of people's rows: signing out, passwords, the look, the framework, the bank's door.
LEFT_OUT = re.compile(r"^/(accounts/|static/|design/|endorsement/.|fees/webhook/|healthz|readyz)")
VISITOR = [Principal("visitor", relation) for relation in ("any", "listed", "numbered", "linked")]


@pytest.fixture(autouse=True)
def quiet():
    """Hundreds of refusals are the point here; writing each into the log takes longer than the refusal."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def small_ids(db):
    """Ids from 1 on, whatever ran before: else every table has ids of its own and every address is asked with each."""
    filled = {model._meta.db_table for model in apps.get_models() if model._base_manager.exists()}
    sequences = [one for one in connection.introspection.sequence_list() if one["table"] not in filled]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_by_name_sql(no_style(), sequences):
            cursor.execute(statement)


@pytest.fixture
def third_reviewer(db):
    return make_person("reviewer3@example.org", Role.REVIEWER, name="Rita Reviewer")


@pytest.fixture
def invited_reviewer(db):
    return make_person("reviewer4@example.org", Role.REVIEWER, name="Ines Reviewer")


@pytest.fixture
def helper(db):
    return make_person("helper@example.org", name="Hilda Helper")


@pytest.fixture
def whole(
    small_ids,
    draft,
    coordinator,
    reviewer,
    other_reviewer,
    third_reviewer,
    invited_reviewer,
    helper,
    other_applicant,
    finance,
    admin,
):
    """One applicant with a row of nearly everything, in review."""
    factories.submitted(draft)
    person = draft.person
    document = keep(Checked(b"proof", "application/pdf", "proof.pdf"), owner=person, purpose="evidence")
    person.work_evidence.update(document=document)
    factories.education(person)
    # Another one that is still in their hands: of that, staff read the evidence as it is now.
    under_way = factories.application(person, code="IFA")
    # Two are shared, each in whole: one as it is now, one as it was submitted.
    for shared in (draft, under_way):
        Grant.objects.create(application=shared, user=helper, role="advisor", sees="portfolio")
    advance(draft, "accept", by=coordinator)
    review = assign(draft, reviewer=reviewer, by=coordinator)
    advance(review, "accept", by=reviewer)
    advance(review, "start", by=reviewer)
    Score.objects.create(review=review, area_code="reflection.self_awareness", mark="met")
    other = assign(draft, reviewer=other_reviewer, by=coordinator)
    advance(other, "decline", by=other_reviewer, note="No time")
    Conflict.objects.create(user=other_reviewer, application=draft, reason="declared", source="declared")
    assign(draft, reviewer=invited_reviewer, by=coordinator)
    open_invoice(draft, by=person)
    Scholarship.objects.create(application=draft, amount_cents=100)
    interest = Interest.objects.create(
        person=person, first_name="A", email="a@example.org", employer="E", sector="health", focus="prevention",
        ages_served=["infants"], paid_years=2, highest_education="bachelor", practice_languages=["English"],
        consent_contact=True, consent_privacy=True, status="placed",
    )  # fmt: skip
    cohort = Cohort.objects.create(
        name="Fall", kind="agency", agency_name="Agency", starts_on=date(2026, 9, 1), ends_on=date(2027, 6, 1)
    )
    Seat.objects.create(
        cohort=cohort, interest=interest, category=draft.category, application=draft, status="accepted",
        accept_by=date(2026, 8, 1), answered_at=timezone.now(),
    )  # fmt: skip
    Decision.objects.create(application=draft, round=1, outcome="approve_exam", letter="L", decided_by=coordinator)
    Credential.objects.create(
        application=draft, person=person, category=draft.category, category_title="T", track_title="T", track_mark="T",
        number="N", name="N", issued_on=date(2026, 1, 1), expires_on=date(2099, 1, 1), in_registry=True,
    )  # fmt: skip
    return draft


# Rows that are about the applicant. Accounts, cards and mail of other people in the cast are left alone.
ABOUT = {
    "endorsement_portal.user": {"email": "applicant@example.org"},
    "endorsement_portal.message": {"to__email": "applicant@example.org"},
    "account.emailaddress": {"user__email": "applicant@example.org"},
}
# Kept as they are: what the page finds the row by, or what only certain letters may stand in.
NOT_MARKED = {
    "endorsement_portal.user": {"password", "timezone", "language"},
    "endorsement_portal.message": {"link_path", "link_kind", "link_ref", "about_type", "about_id", "kind"},
    "endorsement_portal.upload": {"file", "purpose", "content_type"},
    "applicants.reference": {"token_hash"},
    "credentials.credential": {"serial", "number"},
    "reviews.score": {"area_code"},
}
UNMARKABLE = {"endorsement_portal.event", "endorsement_portal.outbox", "sessions.session", "mfa.authenticator",
              "reviews.reviewer", "payments.payment", "payments.checkout", "payments.providerevent",
              "account.emailconfirmation"}  # fmt: skip


def mark_everything(application, coordinator) -> dict[int, tuple[str, str]]:
    """Put a mark into every text field of the applicant's rows; which mark is which model's field."""
    numbers, marks = count(), {}
    for label in policy.load().rules:
        if label in UNMARKABLE:
            continue
        model = apps.get_model(label)
        rows = model._base_manager.filter(**ABOUT.get(label, {})).order_by("pk")
        for field in model._meta.concrete_fields:
            if not isinstance(field, models.CharField | models.TextField) or field.choices or field.primary_key:
                continue
            if field.name in NOT_MARKED.get(label, set()) or (field.max_length or 99) < 12:
                continue
            number = next(numbers)
            marks[number] = (label, field.name)
            for place, row in enumerate(rows):
                text = f"zq{number:04d}zq{'' if place == 0 else place}"
                if isinstance(field, models.EmailField):
                    text += "@example.org"
                if field.name.endswith("sha256"):
                    continue
                model._base_manager.filter(pk=row.pk).update(**{field.name: text})
    number = next(numbers)
    marks[number] = ("endorsement_portal.event", "note")
    Event.objects.record(application, "hold", by=coordinator, note=f"zq{number:04d}zq")
    return marks


def addresses(application) -> list[str]:
    """Every address of the portal that takes no argument, or one id, with every id that the applicant's rows have."""
    models_of_rows = [model for model in apps.get_models() if model._meta.app_label in OWN_APPS]
    ids = sorted({application.person_id} | {pk for model in models_of_rows for pk in _ids(model)})
    found = []
    for pattern, route in _routes(get_resolver().url_patterns, "/"):
        names = set(pattern.pattern.converters)
        if names == set():
            found.append(route)
        elif names == {"pk"}:
            found += [route.replace("<int:pk>", str(one)) for one in ids]
    return [one for one in found if "<" not in one and not LEFT_OUT.match(one)]


OWN_APPS = {"applicants", "cohorts", "payments", "reviews", "credentials"}


def _ids(model) -> list[int]:
    return [pk for pk in model._base_manager.values_list("pk", flat=True)[:3] if isinstance(pk, int)]


def _routes(patterns, prefix):
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield pattern, route
        else:
            yield from _routes(pattern.url_patterns, route)


def marks_seen(client, start: list[str]) -> dict[int, str]:
    """Every mark this browser comes by, with the address where it stood first."""
    seen: dict[int, str] = {}
    queue, known, followed = deque(start), set(start), 0
    while queue:
        address = queue.popleft()
        response = client.get(address)
        if response.status_code != 200:
            assert response.status_code in {301, 302, 400, 401, 403, 404, 405}, (address, response.status_code)
            continue
        text = response.getvalue().decode("utf-8", "replace") + str(dict(response.headers))
        for number in MARK.findall(text):
            seen.setdefault(int(number), address)
        for link in LINK.findall(text):
            if link not in known and not LEFT_OUT.match(link) and followed < MOST_PAGES:
                known.add(link)
                followed += 1
                queue.append(link)
    return seen


PRINCIPALS = {
    "applicant": Principal("applicant", "own"),
    "other_applicant": Principal("applicant", "other"),
    "reviewer": Principal("reviewer", "assigned"),
    "other_reviewer": Principal("reviewer", "former"),
    "invited_reviewer": Principal("reviewer", "invited"),
    "third_reviewer": Principal("reviewer", "unassigned"),
    "helper": Principal("helper", "shared"),
    "coordinator": Principal("coordinator", "other"),
    "finance": Principal("finance", "other"),
    "admin": Principal("admin", "other"),
    None: Principal("visitor", "any"),
}


def test_nobody_reads_a_field_that_the_policy_does_not_grant(whole, client_for, coordinator, request):
    rules = policy.load()
    marks = mark_everything(whole, coordinator)
    assert len(marks) > 60
    ways = addresses(whole)
    leaks, reached = [], {}
    for name, principal in PRINCIPALS.items():
        seen = marks_seen(client_for(request.getfixturevalue(name) if name else None), ways)
        reached[name] = seen
        for number, address in seen.items():
            label, field = marks[number]
            if all(rules.access(label, who, field) == "none" for who in [principal, *VISITOR[1:]]):
                leaks.append(f"{principal} reads {label}.{field} at {address}")
    assert leaks == []
    # The marks do bite: those who may read much have come by much, a stranger by what the registry shows.
    assert len(reached["applicant"]) > 25
    assert len(reached["coordinator"]) > 25
    assert len(reached["helper"]) > 12
    assert {marks[number][0] for number in reached[None]} <= {"credentials.credential"}


def test_a_leak_would_be_found(whole, client_for, coordinator, other_applicant, monkeypatch):
    """The control: with the first lock of the applications' doors open, a stranger's marks are told."""
    marks = mark_everything(whole, coordinator)
    monkeypatch.setattr("applicants.querysets._caretaker", lambda user: user.is_authenticated)
    seen = marks_seen(client_for(other_applicant), [a for a in addresses(whole) if a.startswith("/applications/")])
    rules, stranger = policy.load(), Principal("applicant", "other")
    leaked = {
        marks[number] for number in seen if rules.access(*marks[number][:1], stranger, marks[number][1]) == "none"
    }
    assert ("applicants.reference", "rater_name") in leaked
