"""Letters: a first draft for each outcome, made of the words that reviewers wrote for the applicant.

The coordinator edits and reads it before it goes out. No name of a reviewer, mark, private note or reference is ever
put into one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from applicants.models import Application
    from reviews.agreement import AreaSeen
    from reviews.models import Review


def first_draft(outcome: str, application: Application, reviews: Sequence[Review], seen: Sequence[AreaSeen]) -> str:
    """The letter to start from, as plain text."""
    facts = {
        "name": application.person.get_display_name(),
        "category": application.category.title,
        "mark": application.category.track.mark,
    }
    parts = [_("Dear %(name)s,") % facts, _OPENINGS[outcome]() % facts]
    strengths = _lines(review.strengths for review in reviews)
    if strengths:
        parts.append(_("What stood out in your application:") + "\n" + strengths)
    growth = _lines(review.growth for review in reviews)
    if growth:
        parts.append(_("Where you may want to grow:") + "\n" + growth)
    comments = _comments(seen)
    if comments:
        parts.append(_("On particular areas:") + "\n" + comments)
    parts += [_CLOSINGS[outcome](), _("Kind regards,\nThe endorsement coordinator")]
    return "\n\n".join(parts)


def as_sent(letter: str, *, unmet: Iterable[str], plan: str, re_review_by: date | None) -> str:
    """The whole text that goes out: the letter, the titles of unmet areas, the plan and the day of the new review."""
    parts = [letter]
    titles = _lines(unmet)
    if titles:
        parts.append(_("Areas that are not met yet:") + "\n" + titles)
    if plan:
        parts.append(_("The plan:") + "\n" + plan)
    if re_review_by:
        parts.append(_("New review by %(day)s.") % {"day": date_format(re_review_by, "F j, Y")})
    return "\n\n".join(parts)


_OPENINGS = {
    "endorse": lambda: _(
        "Congratulations! We are glad to tell you that you are endorsed as %(category)s (%(mark)s). Thank you for the "
        "work you do with young children and families, and for the care with which you showed it to us."
    ),
    "approve_exam": lambda: _(
        "We are glad to tell you that your application for %(category)s (%(mark)s) has been approved, and that you may "
        "sit the exam. The approval lasts twelve months."
    ),
    "defer": lambda: _(
        "Thank you for your application for %(category)s (%(mark)s). It is not complete yet, so the decision is "
        "deferred. That is not a no: below is what is still missing, with a plan for showing it."
    ),
    "not_endorse": lambda: _(
        "Thank you for your application for %(category)s (%(mark)s), and for all the work behind it. After careful "
        "review we can’t endorse it."
    ),
}
_CLOSINGS = {
    "endorse": lambda: _("Your certificate comes with a page of its own where anybody can verify it."),
    "approve_exam": lambda: _(
        "We will write to you with how to register for the exam, and are happy to answer questions."
    ),
    "defer": lambda: _("You can continue working on your application at any time, and there is no new fee."),
    "not_endorse": lambda: _(
        "You may appeal within 30 days by answering this letter. Reviewers who have not seen your application would "
        "then read it afresh, and their decision is final. You may also apply again."
    ),
}


def _lines(texts: Iterable[str]) -> str:
    """Each text as a line of a list; empty ones and repetitions left out."""
    found = dict.fromkeys(" ".join(text.split()) for text in texts)
    return "\n".join(f"– {text}" for text in found if text)


def _comments(seen: Sequence[AreaSeen]) -> str:
    """Comments for the applicant, by area."""
    lines = [
        f"– {one.area.title}: {' '.join(score.comment_to_applicant.split())}"
        for one in seen
        for score in one.scores
        if score and score.comment_to_applicant.strip()
    ]
    return "\n".join(dict.fromkeys(lines))
