"""Who was asked and how it goes, as pages say it: where the mail is, what to do next, and who is still needed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from applicants.counting import unfilled
from applicants.eligibility import PLACE_WORDS, hoped_roles, is_valid, places_of
from applicants.models import ReferenceRole
from applicants.portfolio import ReferenceGiven
from applicants.references import REMIND_AFTER_DAYS, counts_until
from endorsement_portal.models import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.utils.functional import _StrPromise as StrPromise

    from applicants.models import Reference
    from competencies.editions import Requirements

# Mail that carries the link.
LINK_MAIL = ("E39", "E45")


@dataclass(frozen=True)
class Tracked:
    """One reference on a page. `hint` says what comes next, `bounced` the addresses that refuse our mail."""

    reference: Reference
    label: str | StrPromise
    tone: str
    hint: str = ""
    bounced: tuple[str, ...] = ()
    asks: bool = False


def track(references: Sequence[Reference], requirements: Requirements) -> list[Tracked]:
    """How each goes, by its status and by what became of the mail with its present link: one query in all."""
    mails = _mails(references)
    return [_tracked(row, mails.get(f"{row.pk}:{row.generation}", {}), requirements) for row in references]


def _mails(references: Iterable[Reference]) -> dict[str, dict[str, Message]]:
    """The last mail to each address by the link it carries: {"reference:generation": {address: mail}}."""
    rows = Message.objects.filter(
        about_type="applicants.reference", about_id__in=[str(row.pk) for row in references], kind__in=LINK_MAIL, to=None
    )
    found: dict[str, dict[str, Message]] = defaultdict(dict)
    for mail in rows.only("link_ref", "email", "sent_at", "failed_at").order_by("pk"):
        found[mail.link_ref][mail.email] = mail
    return found


def is_unreachable(row: Reference) -> bool:
    """Whether every address of the rater refused the mail with the present link. One query."""
    mails = _mails([row]).get(f"{row.pk}:{row.generation}", {})
    return all(address in mails and mails[address].failed_at for address in row.addresses)


def _tracked(row: Reference, mails: dict[str, Message], requirements: Requirements) -> Tracked:
    if row.status == "sent":
        return _under_way(row, mails)
    until = counts_until(row, requirements.references_valid_months)
    if until and until < timezone.localdate():
        say = _(
            "It was completed too long ago to count. Replace it, and ask for a new one: the same person, if you like."
        )
        return Tracked(row, _("Too old to count"), "attention", say, asks=True)
    hints = {
        "draft": _("Nobody has written to them yet."),
        "opened": _("They have opened the form and can take their time."),
        "started": _("They have begun, and come back when it suits them."),
        "completed": _("It counts until %(day)s.") % {"day": date_format(until, "F j, Y")} if until else "",
        "declined": _("Please name somebody else."),
        "void": _("They did not know enough about your work. Please name somebody who knows it more closely."),
        "expired": _("The link was not used in time. Send it again, or name somebody else."),
    }
    asks = row.status in {"draft", "declined", "void", "expired"}
    return Tracked(row, row.state.for_applicant, row.state.tone, hints.get(row.status, ""), asks=asks)


def _under_way(row: Reference, mails: dict[str, Message]) -> Tracked:
    """Sent, as far as the status goes: the mail may be waiting still, or was refused."""
    bounced = tuple(address for address in row.addresses if address in mails and mails[address].failed_at)
    reached = [address for address in row.addresses if address in mails and mails[address].sent_at]
    if bounced and len(bounced) == len(row.addresses):
        say = _("The mail did not arrive. Correct the address, add a second one, or pass on the link yourself.")
        return Tracked(row, _("Not delivered"), "attention", say, bounced, asks=True)
    if not reached:
        return Tracked(row, _("Queued"), "waiting", _("The mail goes out within minutes."), bounced)
    hint = _next_reminder(row)
    if bounced:
        hint = _("It did not arrive at %(address)s, but at the other address.") % {"address": bounced[0]} + f" {hint}"
    return Tracked(row, row.state.for_applicant, row.state.tone, hint.strip(), bounced)


def _next_reminder(row: Reference) -> str:
    if row.sent_at is None or row.reminders >= len(REMIND_AFTER_DAYS):
        return ""
    day = timezone.localdate(row.sent_at + timedelta(days=REMIND_AFTER_DAYS[row.reminders]))
    if day <= timezone.localdate():
        return ""
    return _("We remind them on %(day)s.") % {"day": date_format(day, "F j")}


# --- Who is still needed ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A place among the raters that nobody fills yet: in words, and the roles that would."""

    words: str
    roles: frozenset[str]


def open_places(requirements: Requirements, references: Iterable[Reference]) -> list[Place]:
    """The places that neither a reference that counts nor one under way is going to fill. No query."""
    today = timezone.localdate()
    given = [_given(row) for row in references]
    hoped = [hoped_roles(row) for row in given if row.is_out or is_valid(row, requirements, today)]
    places = places_of(requirements)
    return [
        Place(str(PLACE_WORDS.get(places[at][0], places[at][0])), places[at][1])
        for at in unfilled([roles for _name, roles in places], hoped)
    ]


def _given(row: Reference) -> ReferenceGiven:
    done = timezone.localdate(row.completed_at) if row.completed_at else None
    return ReferenceGiven(f"reference:{row.pk}", row.role, row.status, done, endorsed=row.rater_is_endorsed)


def roles_to_choose(places: Sequence[Place]) -> list[tuple[str, str | list[tuple[str, str]]]]:
    """The roles for a form, those that would fill an open place first."""
    wanted = frozenset(role for place in places for role in place.roles)
    needed = [(value, str(words)) for value, words in ReferenceRole.choices if value in wanted]
    others = [(value, str(words)) for value, words in ReferenceRole.choices if value not in wanted]
    if not needed or not others:
        return [("", "---------"), *needed, *others]
    return [("", "---------"), (_("Still needed for your category"), needed), (_("Others"), others)]
