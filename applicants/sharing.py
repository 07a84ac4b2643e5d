"""Sharing: with advisors, asked by their address, and with the lead of one's cohort. The applicant alone decides.

Asking somebody says nothing about who has an account here: a letter goes out either way, and whoever has proven the
address to be theirs may say yes. Nothing is open before that.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from applicants import emails_threads
from applicants.models import Grant, GrantRole
from endorsement_portal.lifecycle import Refused
from endorsement_portal.models import Event, User, verified_addresses

if TYPE_CHECKING:
    from applicants.models import Application

MOST_SHARED = 10
MOST_ASKED_A_DAY = 20


def shares_of(application: Application) -> list[Grant]:
    """With whom the application is shared or who was asked, in the order of asking: one query."""
    grants = Grant.objects.helpers().standing().filter(application=application)
    return list(grants.select_related("user").order_by("granted_at", "pk"))


def share_with(user: User, application: Application) -> Grant | None:
    """What the applicant shares with this person now; with several, the one that shows more. One query."""
    grants = Grant.objects.held_by(user).filter(application=application)
    return grants.order_by("sees").first()


def ask(application: Application, *, email: str, sees: str, by: User) -> Grant:
    """Ask somebody to advise, by letter. The answer to the applicant is the same whoever has the address.

    Refused where it is the applicant's own, is asked already, or where very many were asked.
    """
    address = email.strip().lower()
    if address == by.email.lower() or address in verified_addresses(by):
        raise Refused(_("This is your own address."))
    with transaction.atomic():
        _leave_room(application)
        try:
            with transaction.atomic():
                grant = Grant.objects.create(application=application, email=address, role=GrantRole.ADVISOR, sees=sees)
        except IntegrityError as error:
            raise Refused(_("You share with this address already.")) from error
        Event.objects.record(application, "share", by=by, details={"grant": grant.pk, "role": grant.role})
        emails_threads.advice_asked(application, address, _holder(address))
    return grant


def _holder(address: str) -> User | None:
    """Who has proven that the address is theirs."""
    known = EmailAddress.objects.filter(email__iexact=address, verified=True, user__is_active=True)
    found = known.select_related("user").first()
    return found.user if found else None


def _leave_room(application: Application) -> None:
    """Refuse to write to very many people on somebody's behalf. Held by the row of the application."""
    type(application).objects.select_for_update().get(pk=application.pk)
    rows = Grant.objects.helpers().filter(application__person=application.person_id)
    today = rows.filter(granted_at__gt=timezone.now() - timedelta(days=1)).count()
    if rows.standing().filter(application=application).count() >= MOST_SHARED or today >= MOST_ASKED_A_DAY:
        raise Refused(_("You have asked many people. Please stop sharing with somebody first, or try again tomorrow."))


def share_with_lead(application: Application, lead: User, *, sees: str, by: User) -> Grant:
    """Open the application to the lead of its cohort. Refused where that is so already, or can't be."""
    if lead == by or _judges(lead, application):
        raise Refused(_("This can’t be shared with your cohort’s lead. Please ask somebody else to advise you."))
    try:
        with transaction.atomic():
            grant = Grant.objects.create(application=application, user=lead, role=GrantRole.COHORT_LEAD, sees=sees)
            Event.objects.record(application, "share", by=by, details={"grant": grant.pk, "role": grant.role})
            emails_threads.shared_with_lead(application, lead)
    except IntegrityError as error:
        raise Refused(_("You share with your cohort’s lead already.")) from error
    return grant


def answer(grant: Grant, *, yes: bool, by: User) -> None:
    """Somebody who was asked says yes or no. Who judges the application can't advise on it, and is told so alone."""
    with transaction.atomic():
        row = Grant.objects.asked_of(by).select_for_update(of=("self",)).filter(pk=grant.pk).first()
        if row is None:
            raise Refused(_("You are not asked any more: it was answered, or the applicant took it back."))
        taken = Grant.objects.held_by(by).filter(application=row.application_id, role=row.role).exists()
        judges = _judges(by, row.application)
        if yes and not taken and not judges:
            row.user = by
            row.save(update_fields=["user"])
        else:
            row.withdrawn_at = timezone.now()
            row.save(update_fields=["withdrawn_at"])
        Event.objects.record(
            row.application, "advise" if row.user else "decline_advice", by=by, details={"grant": row.pk}
        )
    if yes and judges:
        raise Refused(_("You review this application, so you can’t advise on it. The applicant is not told why."))


def _judges(user: User, application: Application) -> bool:
    """Whether this person reviews the application or has begun to at some time."""
    return Grant.objects.filter(application=application, user=user, role=GrantRole.REVIEWER).exists()


def stop(application: Application, grant_id: int, *, by: User | None) -> bool:
    """End one share; False where it had ended before."""
    with transaction.atomic():
        standing = Grant.objects.helpers().standing().filter(application=application, pk=grant_id)
        ended = bool(standing.update(withdrawn_at=timezone.now()))
        if ended:
            Event.objects.record(application, "unshare", by=by, details={"grant": grant_id})
    return ended
