"""Comment threads: who is in which, and what a comment sets going. The audience is chosen before a word is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from applicants import emails_threads
from applicants.models import Audience, Comment
from applicants.sharing import share_with, shares_of
from endorsement_portal.models import Role, User

if TYPE_CHECKING:
    from uuid import UUID

    from applicants.models import Application


def audiences_of(application: Application, user: User) -> list[Audience]:
    """The threads that somebody reads and writes in, the one most people share first. One query for others' own."""
    if application.belongs_to(user):
        return [Audience.APPLICANT, Audience.ADVISOR]
    staff = [Audience.APPLICANT, Audience.STAFF] if user.has_role(Role.COORDINATOR, Role.ADMIN) else []
    return [*staff, Audience.ADVISOR] if share_with(user, application) else staff


def write(application: Application, *, audience: Audience, body: str, once: UUID, by: User) -> Comment | None:
    """Keep a comment and tell the others in its thread. The same form sent twice makes one; then None."""
    try:
        with transaction.atomic():
            comment = Comment.objects.create(
                application=application, audience=audience, author=by, body=body, once=once
            )
            for reader in _readers(application, audience):
                if reader != by:
                    emails_threads.comment_written(comment, reader)
    except IntegrityError:
        return None
    return comment


def _readers(application: Application, audience: Audience) -> list[User]:
    """Who hears of a new comment. A coordinator who is the applicant hears of their own application as one only."""
    staff = [user for user in User.objects.with_role(Role.COORDINATOR) if user.pk != application.person_id]
    if audience == Audience.STAFF:
        return staff
    if audience == Audience.ADVISOR:
        return [application.person, *[share.user for share in shares_of(application) if share.user]]
    return [application.person, *staff]
