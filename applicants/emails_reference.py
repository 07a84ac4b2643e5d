"""What we write about a reference: to the rater at every address there is, and to the applicant; never what it says."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from applicants.tokens import CODE_MINUTES, code_secret, link_secret
from endorsement_portal.mail import letter_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from applicants.models import Reference
    from endorsement_portal.mail import Letter


def _applicant(reference: Reference) -> str:
    return reference.application.person.get_display_name()


@contextmanager
def _letter_to_applicant(reference: Reference) -> Iterator[Letter]:
    """To the applicant who asked for it."""
    with letter_to(reference.application.person, about=reference) as letter:
        letter.link_label = _("See your references")
        letter.link_path = reverse("applicants:reference_list", args=[reference.application_id])
        yield letter


# --- To the rater --------------------------------------------------------------------------------------------------


def reference_requested(reference: Reference) -> None:
    """E39 to the rater: a personal link, no account."""
    for address in reference.addresses:
        with letter_to(None, email=address, about=reference) as letter:
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
            )


def reference_reminder(reference: Reference) -> None:
    """E45 to the rater."""
    for address in reference.addresses:
        with letter_to(None, email=address, about=reference) as letter:
            letter.write(
                "E45",
                subject=_("A reminder: a reference for %(name)s") % {"name": _applicant(reference)},
                body=_(
                    "Dear %(rater)s,\n\na short reminder that %(name)s is waiting for your reference. If you would "
                    "rather not give one, the form lets you say so, and %(name)s can ask somebody else."
                )
                % {"rater": reference.rater_name, "name": _applicant(reference)},
                link_label=_("Open the reference form"),
                secret_link=link_secret(reference),
            )


def reference_code_sent(reference: Reference) -> None:
    """A code to the rater, who began in one browser and goes on in another. It stands behind the link alone."""
    for address in reference.addresses:
        with letter_to(None, email=address, about=reference) as letter:
            letter.write(
                "reference_code",
                subject=_("Go on with the reference for %(name)s") % {"name": _applicant(reference)},
                body=_(
                    "Dear %(rater)s,\n\nsomebody who has the link to your reference for %(name)s would like to go on "
                    "with it in another browser. If that is you, open the page below: it shows a code, and works for "
                    "%(minutes)s minutes.\n\n"
                    "If it is not you, there is nothing to do: without the code nobody reads what you wrote."
                )
                % {"rater": reference.rater_name, "name": _applicant(reference), "minutes": CODE_MINUTES},
                link_label=_("Show my code"),
                secret_link=code_secret(reference),
            )


def _thanks(reference: Reference) -> str:
    said = {"rater": reference.rater_name, "name": _applicant(reference)}
    if reference.keyed_by_id:
        body = _(
            "Dear %(rater)s,\n\nyour reference for %(name)s reached us on paper, and we have typed it in. Thank you.\n\n"
            "If you did not give one, please answer this mail, and we will look into it."
        )
    else:
        body = _(
            "Dear %(rater)s,\n\nyour reference for %(name)s has reached us. Thank you for your time. Your link has "
            "done its work; you don’t need it any more.\n\n"
            "If you did not write one, please answer this mail, and we will look into it."
        )
    return body % said


def reference_received(reference: Reference) -> None:
    """To the rater: thank you. Where somebody else wrote in their name, they learn of it."""
    for address in reference.addresses:
        with letter_to(None, email=address, about=reference) as letter:
            subject = _("Thank you for your reference for %(name)s") % {"name": _applicant(reference)}
            letter.write("reference_received", subject=subject, body=_thanks(reference))


def reference_spared(reference: Reference) -> None:
    """To a rater who had opened the form: the applicant has asked somebody else."""
    for address in reference.addresses:
        with letter_to(None, email=address, about=reference) as letter:
            letter.write(
                "reference_spared",
                subject=_("Your reference for %(name)s is not needed any more") % {"name": _applicant(reference)},
                body=_(
                    "Dear %(rater)s,\n\n%(name)s has asked somebody else for this reference. You don’t need to do "
                    "anything. Thank you for having been willing to."
                )
                % {"rater": reference.rater_name, "name": _applicant(reference)},
            )


# --- To the applicant ------------------------------------------------------------------------------------------------


def reference_completed(reference: Reference) -> None:
    """E40: it is there; never what it says."""
    name = {"name": reference.rater_name}
    with _letter_to_applicant(reference) as letter:
        letter.write(
            "E40",
            subject=_("%(name)s has sent your reference") % name,
            body=_("The reference by %(name)s is complete. There is nothing more you need to do for it.") % name,
        )


def reference_declined(reference: Reference) -> None:
    """E41: the rater declined; the reason is for staff."""
    name = {"name": reference.rater_name}
    with _letter_to_applicant(reference) as letter:
        letter.write(
            "E41",
            subject=_("%(name)s can’t give a reference") % name,
            body=_("%(name)s has let us know that they can’t give a reference. Please name somebody else instead.")
            % name,
        )


def reference_void(reference: Reference) -> None:
    """E44: too many answers were 'not enough information'."""
    name = {"name": reference.rater_name}
    with _letter_to_applicant(reference) as letter:
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
    with _letter_to_applicant(reference) as letter:
        letter.write(
            "E43",
            subject=_("The reference link for %(name)s has expired") % name,
            body=_("The link we sent to %(name)s was not used in time. You can send a new one, or name somebody else.")
            % name,
        )
