"""What we write to applicants, raters and the coordinator about an application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from applicants.sections import said
from endorsement_portal.mail import letter_to
from endorsement_portal.models import Role, User

if TYPE_CHECKING:
    from applicants.models import Application


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
    """E26: what is still missing, and which parts are open for it."""
    with letter_to(application.person) as letter:
        body = _("Thank you for your application. Before it can be reviewed, we need a little more:\n\n%(note)s") % {
            "note": note
        }
        if application.returned_sections:
            body += "\n\n" + _("Open for changes: %(parts)s. Everything else stays as you submitted it on %(day)s.") % {
                "parts": said(application.returned_sections),
                "day": date_format(timezone.localtime(application.submitted_at), "F j, Y"),
            }
        letter.write(
            "E26",
            subject=_("Your application needs a few changes"),
            body=body,
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
