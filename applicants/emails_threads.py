"""What we write about comments and advisors. The words of a comment stay inside the portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from endorsement_portal.mail import letter_to

if TYPE_CHECKING:
    from applicants.models import Application, Comment
    from endorsement_portal.models import User


def comment_written(comment: Comment, reader: User) -> None:
    """E29 to the applicant, E30 to staff and advisors: there is something to read."""
    application = comment.application
    mine = application.belongs_to(reader)
    with letter_to(reader) as letter:
        words = {
            "name": comment.author.get_display_name(),
            "code": application.code,
            "category": application.category.title,
        }
        letter.write(
            "E29" if mine else "E30",
            subject=_("A comment on your application") % words if mine else _("A comment on %(code)s") % words,
            body=_("%(name)s wrote something about your application for %(category)s. You can answer there.") % words
            if mine
            else _("%(name)s wrote something about application %(code)s (%(category)s). You can answer there.") % words,
            link_label=_("Read it"),
            link_path=reverse("applicants:comment_list", args=[application.pk, comment.audience]),
            about=application,
        )


def advice_asked(application: Application, address: str, person: User | None) -> None:
    """E20: somebody asks for advice. Who has no account yet reads how to get to it."""
    with letter_to(person, email=address) as letter:
        words = {"name": application.person.get_display_name(), "category": application.category.title}
        body = _(
            "%(name)s asks you to advise them on their application for %(category)s. If you say yes, you see how far "
            "they are, and can write to each other. You don’t see references, reviews or payments, and %(name)s can "
            "stop sharing at any time."
        )
        if person is None:
            body += "\n\n" + _("Please sign in, or create an account with this very address: %(address)s.")
        letter.write(
            "E20",
            subject=_("%(name)s asks you to advise them") % words,
            body=body % {**words, "address": address},
            link_label=_("See what they ask"),
            link_path=reverse("applicants:shared_list"),
            about=application,
        )


def shared_with_lead(application: Application, lead: User) -> None:
    """E20 to the lead of a cohort: a member shares their application."""
    with letter_to(lead) as letter:
        words = {"name": application.person.get_display_name(), "category": application.category.title}
        letter.write(
            "E20",
            subject=_("%(name)s shares their application with you") % words,
            body=_(
                "%(name)s, who is in your cohort, shares their application for %(category)s with you, and you can "
                "write to each other. You don’t see references, reviews or payments."
            )
            % words,
            link_label=_("Have a look"),
            link_path=reverse("applicants:application_requirements", args=[application.pk]),
            about=application,
        )
