"""What we write to applicants, raters and the coordinator about an application."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from applicants.tokens import link_secret
from endorsement_portal.mail import letter_to
from endorsement_portal.models import Role, User

if TYPE_CHECKING:
    from collections.abc import Iterator

    from applicants.models import Application, Reference
    from endorsement_portal.mail import Letter


def _path(application: Application) -> str:
    return reverse("applicants:application_detail", args=[application.pk])


def application_opened(application: Application) -> None:
    """E19: the portfolio is open."""
    with letter_to(application.person) as letter:
        letter.write(
            "E19",
            subject=_("Your application is open"),
            body=_(
                "Your application for %(category)s is open. You can work on it whenever it suits you, on any device, "
                "and everything you enter is kept.\n\nStart with your profile. The page of your application always "
                "shows the next step and what others are still doing."
            )
            % {"category": application.category.title},
            link_label=_("Open my application"),
            link_path=_path(application),
            about=application,
        )


def application_submitted(application: Application) -> None:
    """E24 to the applicant, E25 to the coordinators."""
    with letter_to(application.person) as letter:
        letter.write(
            "E24",
            subject=_("We have your application"),
            body=_(
                "Thank you. Your application for %(category)s reached us on %(date)s and is kept exactly as you sent "
                "it.\n\n"
                "The coordinator now checks that everything is there. You will hear from us either way."
            )
            % {"category": application.category.title, "date": date_format(timezone.localtime(), "F j, Y")},
            link_label=_("See where it stands"),
            link_path=_path(application),
            about=application,
        )
    for coordinator in User.objects.with_role(Role.COORDINATOR):
        with letter_to(coordinator) as letter:
            letter.write(
                "E25",
                subject=_("New submission: %(code)s") % {"code": application.code},
                body=_("An application for %(category)s was submitted and waits for its completeness check.")
                % {"category": application.category.title},
                link_label=_("Check it"),
                link_path=_path(application),
                about=application,
            )


def application_returned(application: Application, note: str) -> None:
    """E26: what is still missing."""
    with letter_to(application.person) as letter:
        letter.write(
            "E26",
            subject=_("Your application needs a few changes"),
            body=_("Thank you for your application. Before it can be reviewed, we need a little more:\n\n%(note)s")
            % {"note": note},
            link_label=_("Make the changes"),
            link_path=_path(application),
            about=application,
        )


def review_started(application: Application) -> None:
    """E28: review started, without names."""
    with letter_to(application.person) as letter:
        letter.write(
            "E28",
            subject=_("Your review has started"),
            body=_(
                "Everything was there, and reviewers are now reading your application. Most reviews take up to six "
                "weeks."
            ),
            link_label=_("See where it stands"),
            link_path=_path(application),
            about=application,
        )


def idle_draft(application: Application, days: int) -> None:
    """A kind nudge to somebody who has not worked on a draft for a while."""
    with letter_to(application.person) as letter:
        letter.write(
            "idle",
            subject=_("Your application is waiting for you"),
            body=_(
                "It has been about %(days)s days since you last worked on your application for %(category)s. "
                "Everything you entered is still there. If something is in the way, write to us and we will help."
            )
            % {"days": days, "category": application.category.title},
            link_label=_("Continue"),
            link_path=_path(application),
            about=application,
            key=f"idle:{application.pk}:{application.worked_on_at:%Y%m%d%H%M%S}:{application.nudges}",
        )


# --- References --------------------------------------------------------------------------------------------------


def _applicant(reference: Reference) -> str:
    return reference.application.person.get_display_name()


def reference_requested(reference: Reference) -> None:
    """E39 to the rater: a personal link, no account."""
    with letter_to(None, email=reference.rater_email) as letter:
        letter.write(
            "E39",
            subject=_("%(name)s asks you for a reference") % {"name": _applicant(reference)},
            body=_(
                "Dear %(rater)s,\n\n%(name)s is applying for %(category)s and has named you as somebody who knows "
                "their work. The form takes about fifteen minutes. You need no account, and you can save and come "
                "back.\n\n"
                "The link is yours alone; please don’t forward it. It works until %(until)s."
            )
            % {
                "rater": reference.rater_name,
                "name": _applicant(reference),
                "category": reference.application.category.title,
                "until": date_format(timezone.localtime(reference.expires_at), "F j, Y"),
            },
            link_label=_("Open the reference form"),
            secret_link=link_secret(reference),
            about=reference,
        )


def reference_reminder(reference: Reference) -> None:
    """E45 to the rater."""
    with letter_to(None, email=reference.rater_email) as letter:
        letter.write(
            "E45",
            subject=_("A reminder: a reference for %(name)s") % {"name": _applicant(reference)},
            body=_(
                "Dear %(rater)s,\n\na short reminder that %(name)s is waiting for your reference. If you would rather "
                "not give one, the form lets you say so, and %(name)s can ask somebody else."
            )
            % {"rater": reference.rater_name, "name": _applicant(reference)},
            link_label=_("Open the reference form"),
            secret_link=link_secret(reference),
            about=reference,
        )


@contextmanager
def _letter_about(reference: Reference) -> Iterator[Letter]:
    """To the applicant who asked for it."""
    with letter_to(reference.application.person, about=reference) as letter:
        letter.link_label = _("See your references")
        letter.link_path = reverse("applicants:reference_list", args=[reference.application_id])
        yield letter


def reference_completed(reference: Reference) -> None:
    """E40: it is there; never what it says."""
    name = {"name": reference.rater_name}
    with _letter_about(reference) as letter:
        letter.write(
            "E40",
            subject=_("%(name)s has sent your reference") % name,
            body=_("The reference by %(name)s is complete. There is nothing more you need to do for it.") % name,
        )


def reference_declined(reference: Reference) -> None:
    """E41: the rater declined; the reason is for staff."""
    name = {"name": reference.rater_name}
    with _letter_about(reference) as letter:
        letter.write(
            "E41",
            subject=_("%(name)s can’t give a reference") % name,
            body=_("%(name)s has let us know that they can’t give a reference. Please name somebody else instead.")
            % name,
        )


def reference_void(reference: Reference) -> None:
    """E44: too many answers were 'not enough information'."""
    name = {"name": reference.rater_name}
    with _letter_about(reference) as letter:
        letter.write(
            "E44",
            subject=_("One reference can’t be counted"),
            body=_(
                "%(name)s answered, but did not know enough about several parts of your work, so the reference can’t "
                "be counted. Please name somebody who knows your work more closely."
            )
            % name,
        )


def reference_expired(reference: Reference) -> None:
    """E43: the link ran out."""
    name = {"name": reference.rater_name}
    with _letter_about(reference) as letter:
        letter.write(
            "E43",
            subject=_("The reference link for %(name)s has expired") % name,
            body=_("The link we sent to %(name)s was not used in time. You can send a new one, or name somebody else.")
            % name,
        )
