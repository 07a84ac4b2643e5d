"""What we write to reviewers, coordinators and, after the decision, the applicant, who never reads a name here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from competencies.models import Area
from endorsement_portal.mail import letter_to
from endorsement_portal.models import Role, User
from reviews.letters import as_sent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from applicants.models import Application
    from reviews.models import Decision, Review


def _coordinators(application: Application) -> Iterator[User]:
    """All coordinators but the applicant: nobody hears from behind their own file."""
    return iter(User.objects.with_role(Role.COORDINATOR).exclude(pk=application.person_id))


def _review_path(review: Review) -> str:
    return reverse("reviews:review_detail", args=[review.pk])


def review_invited(review: Review) -> None:
    """E27: please review."""
    with letter_to(review.reviewer) as letter:
        letter.write(
            "E27",
            subject=_("Would you review an application?"),
            body=_(
                "We would like to ask you to review an application for %(category)s (%(code)s), by %(due)s.\n\n"
                "Please say within five days whether you can. If you know the applicant in a way that could sway you, "
                "or be seen to, tell us on the same page: that is a conflict of interest, and somebody else will "
                "review it."
            )
            % {
                "category": review.application.category.title,
                "code": review.application.code,
                "due": date_format(review.due_on, "F j, Y"),
            },
            link_label=_("See the invitation"),
            link_path=_review_path(review),
            about=review,
            key=f"E27:{review.pk}",
        )


def review_withdrawn(review: Review) -> None:
    """The reviewer need not go on."""
    with letter_to(review.reviewer) as letter:
        letter.write(
            "review-withdrawn",
            subject=_("You no longer need to review %(code)s") % {"code": review.application.code},
            body=_(
                "The review of %(code)s has been taken off your list, so there is nothing more you need to do for it. "
                "Thank you for being ready."
            )
            % {"code": review.application.code},
            link_label=_("See my reviews"),
            link_path=reverse("reviews:review_list"),
            about=review,
        )


def review_handed_back(review: Review, note: str) -> None:
    """To the coordinators: somebody else is needed."""
    for coordinator in _coordinators(review.application):
        with letter_to(coordinator) as letter:
            letter.write(
                "review-handed-back",
                subject=_("%(code)s needs another reviewer") % {"code": review.application.code},
                body=_("%(name)s can’t review %(code)s (%(status)s).\n\n%(note)s")
                % {
                    "name": review.reviewer,
                    "code": review.application.code,
                    "status": review.state.label,
                    "note": note,
                },
                link_label=_("Choose a reviewer"),
                link_path=reverse("reviews:assignment_create", args=[review.application_id]),
                about=review,
            )


def reviews_complete(application: Application, *, count: int) -> None:
    """E32 to the coordinators."""
    for coordinator in _coordinators(application):
        with letter_to(coordinator) as letter:
            letter.write(
                "E32",
                subject=_("Ready to decide: %(code)s") % {"code": application.code},
                body=_(
                    "All reviews of %(code)s for %(category)s are in (%(count)s). They are laid side by side for you."
                )
                % {"code": application.code, "category": application.category.title, "count": count},
                link_label=_("Read and decide"),
                link_path=reverse("reviews:decision_create", args=[application.pk]),
                about=application,
            )


def review_due(review: Review, step: int) -> None:
    """E38 and the reminder before it, once for each step: days past the due date, negative before it."""
    with letter_to(review.reviewer) as letter:
        if step < 0:
            subject, text = _("Your review is due soon: %(code)s"), _("Your review of %(code)s is due on %(due)s.")
        elif step == 0:
            subject, text = _("Your review is due today: %(code)s"), _("Your review of %(code)s is due today, %(due)s.")
        else:
            subject, text = _("Your review is overdue: %(code)s"), _("Your review of %(code)s was due on %(due)s.")
        facts = {"code": review.application.code, "due": date_format(review.due_on, "F j, Y")}
        more = _("If you can’t finish it, say so on its page and we will ask somebody else. The applicant is waiting.")
        letter.write(
            "E38" if step > 0 else "review-due",
            subject=subject % facts,
            body=f"{text % facts} {more}",
            link_label=_("Open the review"),
            link_path=_review_path(review),
            about=review,
            key=_due_key(review, step),
        )


def review_long_overdue(review: Review, step: int) -> None:
    """To the coordinators, when reminding the reviewer has not helped."""
    for coordinator in _coordinators(review.application):
        with letter_to(coordinator) as letter:
            letter.write(
                "E38",
                subject=_("A review is a week overdue: %(code)s") % {"code": review.application.code},
                body=_(
                    "%(name)s was to file the review of %(code)s by %(due)s. You may want to ask, or to choose "
                    "somebody else."
                )
                % {
                    "name": review.reviewer,
                    "code": review.application.code,
                    "due": date_format(review.due_on, "F j, Y"),
                },
                link_label=_("See the reviews"),
                link_path=reverse("reviews:assignment_create", args=[review.application_id]),
                about=review,
                key=f"{_due_key(review, step)}:{coordinator.pk}",
            )


def _due_key(review: Review, step: int) -> str:
    # A new due date starts its own reminders.
    return f"review-due:{review.pk}:{review.due_on.isoformat()}:{step}"


KINDS = {"endorse": "E33", "approve_exam": "E34", "defer": "E35", "not_endorse": "E36"}


def subject_of(outcome: str) -> str:
    """The subject of the letter for an outcome."""
    return {
        "endorse": _("You are endorsed"),
        "approve_exam": _("You are approved to sit the exam"),
        "defer": _("Your application is deferred, with a plan"),
        "not_endorse": _("The decision on your application"),
    }[outcome]


def decision_made(decision: Decision) -> None:
    """E34, E35 or E36: the letter as the coordinator confirmed it. E33 goes out with the certificate.

    Where the fee is still open the certificate has to wait, but the good news does not.
    """
    application = decision.application
    if decision.outcome == "endorse" and application.fee_state == "settled":
        return
    areas = Area.objects.filter(edition=application.edition_id, code__in=decision.unmet_areas)
    with letter_to(application.person) as letter:
        body = as_sent(
            decision.letter,
            unmet=areas.values_list("title", flat=True),
            plan=decision.plan,
            re_review_by=decision.re_review_by,
        )
        if decision.outcome == "endorse":
            body += "\n\n" + _("Your certificate is made as soon as your fee is settled.")
        letter.write(
            KINDS[decision.outcome],
            subject=subject_of(decision.outcome),
            body=body,
            link_label=_("Read the letter"),
            link_path=reverse("reviews:decision_detail", args=[decision.pk]),
            about=decision,
            key=f"decision:{decision.pk}",
        )
