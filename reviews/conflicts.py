"""Conflicts of interest: found from what the portal knows, never by trust alone.

`reasons_against(application, user_ids)` answers for any number of people in one query. It is asked when a reviewer is
assigned, whenever they open or move a review, and when somebody decides: a conflict that comes up later counts too.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from django.db.models import BigIntegerField, QuerySet, TextField, Value
from django.db.models.functions import Cast

from applicants.models import Grant, GrantRole, Profile, Reference, ReflectiveSupervision, Work
from endorsement_portal.models import Event, User
from reviews.models import Conflict, ConflictReason, Reviewer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from applicants.models import Application

Found = dict[int, list[ConflictReason]]


def reasons_against(application: Application, user_ids: Collection[int]) -> Found:
    """Why each of these people may not judge the application, by user id; people without a conflict are left out.

    One query for any number of people. E-mail addresses and employers are compared without regard to case and spaces.
    """
    told: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for kind, owner, text in _facts(application, user_ids):
        told[kind][owner].add(_plain(text))
    employers = told["applicant_employer"][0] - {""}
    found: Found = {}
    for user_id in user_ids:
        if user_id == application.person_id:
            found[user_id] = [ConflictReason.OWN_FILE]
            continue
        emails = told["email"][user_id] - {""}
        reasons = [
            reason
            for reason, holds in (
                (ConflictReason.RATER, bool(emails & told["rater"][0])),
                (ConflictReason.RSC_PROVIDER, bool(emails & told["provider"][0])),
                (ConflictReason.EMPLOYER, bool(told["employer"][user_id] & employers)),
                (ConflictReason.HELPER, user_id in told["helper"]),
                (ConflictReason.DECLARED, user_id in told["declared"]),
            )
            if holds
        ]
        if reasons:
            found[user_id] = reasons
    return found


def in_words(reasons: Iterable[ConflictReason]) -> str:
    """The reasons as people read them, in one line."""
    return "; ".join(str(reason.label) for reason in reasons)


def keep(application: Application, user: User, reasons: Iterable[ConflictReason], *, by: User | None) -> None:
    """Write down conflicts that the portal found, once each, with a line each in that person's log."""
    rows = [
        Conflict(application=application, user=user, reason=reason, source=Conflict.Source.DETECTED)
        for reason in reasons
        if reason != ConflictReason.DECLARED
    ]
    known = set(Conflict.objects.filter(application=application, user=user).values_list("reason", flat=True))
    fresh = [row for row in rows if row.reason not in known]
    Conflict.objects.bulk_create(fresh, ignore_conflicts=True)
    for row in fresh:
        Event.objects.record(
            user, "conflict_found", by=by, details={"application": application.pk, "reason": row.reason}
        )


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _facts(application: Application, user_ids: Collection[int]) -> QuerySet[Any, tuple[str, int, str]]:
    """(kind, user id or 0 for the applicant's side, text): everything the comparison needs, in one query."""

    def rows(queryset: QuerySet[Any], kind: str, text: str, owner: str = "") -> QuerySet[Any, Any]:
        who = Cast(owner, BigIntegerField()) if owner else Value(0, output_field=BigIntegerField())
        return queryset.order_by().values_list(Value(kind, output_field=TextField()), who, Cast(text, TextField()))

    person = application.person_id
    asked = Reference.objects.filter(application=application).exclude(status="draft")
    received = ReflectiveSupervision.objects.filter(person=person).exclude(provider_email="")
    helpers = Grant.objects.filter(
        application=application, user__in=user_ids, role__in=[GrantRole.ADVISOR, GrantRole.COHORT_LEAD]
    )
    declared = Conflict.objects.filter(application=application, user__in=user_ids, source=Conflict.Source.DECLARED)
    return rows(asked, "rater", "rater_email").union(
        rows(asked.exclude(second_email=""), "rater", "second_email"),
        rows(received, "provider", "provider_email"),
        rows(Profile.objects.filter(person=person), "applicant_employer", "employer"),
        rows(Work.objects.filter(person=person, end_date=None), "applicant_employer", "employer"),
        rows(User.objects.filter(pk__in=user_ids), "email", "email", "pk"),
        rows(EmailAddress.objects.filter(user__in=user_ids, verified=True), "email", "email", "user_id"),
        rows(Reviewer.objects.filter(user__in=user_ids), "employer", "employer", "user_id"),
        rows(Profile.objects.filter(person__in=user_ids), "employer", "employer", "person_id"),
        rows(helpers, "helper", "role", "user_id"),
        rows(declared, "declared", "reason", "user_id"),
        all=True,
    )
