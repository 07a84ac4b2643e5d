"""Deciding: the application's verb, the letter, the end of the reviewers' access and the mail, in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from applicants.models import Application, Snapshot
from endorsement_portal.lifecycle import Refused, advance
from reviews import emails
from reviews.conflicts import in_words, reasons_against
from reviews.models import LIVE, ConflictReason, Decision, Outcome, Review
from reviews.transitions import close_access

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from endorsement_portal.models import User

# Who knows somebody from work or leads a cohort may still run the office; who spoke for them may not judge.
BARRING = (ConflictReason.OWN_FILE, ConflictReason.RATER, ConflictReason.RSC_PROVIDER, ConflictReason.DECLARED)


def why_not_decide(application: Application, user: User) -> str:
    """Why this person may not decide on the application, in plain words, or nothing: two queries."""
    reasons = [one for one in reasons_against(application, [user.pk]).get(user.pk, []) if one in BARRING]
    if reasons:
        return _("Somebody else has to decide: %(why)s.") % {"why": in_words(reasons)}
    if Review.objects.filter(application=application, reviewer=user, status__in=LIVE).exists():
        return _("You reviewed this application, so somebody else has to decide.")
    return ""


def decide(
    application: Application,
    outcome: str,
    *,
    by: User,
    letter: str,
    unmet_areas: Collection[str] = (),
    plan: str = "",
    re_review_by: date | None = None,
) -> Decision:
    """Decide on the application's present submission and tell the applicant. Refused: nothing is changed or sent.

    `outcome` is one of Outcome's values, which are the application's verbs. Deferring needs a plan and a date.
    """
    if outcome not in Outcome.values:
        raise Refused(_("Please choose an outcome."))
    try:
        with transaction.atomic():
            locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
            refusal = why_not_decide(locked, by)
            if refusal:
                raise Refused(refusal)
            latest = Snapshot.objects.filter(application=locked).order_by("-number").first()
            advance(locked, outcome, by=by, note=_("The reasons are in the letter."))
            decision = Decision.objects.create(
                application=locked,
                round=latest.number if latest else 1,
                outcome=outcome,
                letter=letter,
                unmet_areas=sorted(unmet_areas),
                plan=plan,
                re_review_by=re_review_by,
                decided_by=by,
            )
            close_access(locked)
            emails.decision_made(decision)
    except IntegrityError as error:
        raise Refused(_("This application has been decided meanwhile.")) from error
    return decision
