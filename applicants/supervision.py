"""How hours of reflective supervision come to count: the table of verbs, and the letters that go with them.

The verbs move one entry and write no mail, since one letter asks about several entries and one answer settles them.
`ask`, `answer` and `remind_providers` go through the door and write the letter in the same transaction.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applicants import emails_supervision as emails
from applicants.models import Provider, ReflectiveSupervision, SupervisionStatus
from applicants.tokens import SUPERVISION_LINK_DAYS, hash_of, supervision_secret, supervision_token
from endorsement_portal.lifecycle import Lifecycle, Refused, Transition, advance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.functional import _StrPromise as StrPromise

    from endorsement_portal.models import User

S = SupervisionStatus
REMIND_AFTER_DAYS = (7, 14)
EVERY = (S.UNASKED, S.ASKED, S.CONFIRMED, S.DISPUTED, S.OVERRIDDEN)


def not_askable(entry: ReflectiveSupervision) -> str | StrPromise | None:
    """Why nobody can be asked about this entry as it is; None where somebody can."""
    if entry.removed_at is not None:
        return _("This entry was taken out.")
    if entry.peer:
        return _("Peer supervision is not counted, so nobody needs to confirm it.")
    if not entry.asked_email:
        return _("There is no address of this provider yet. Please add it to the entry.")
    if is_address_of(entry.person, entry.asked_email) or (
        entry.provider and entry.provider.person_id == entry.person_id
    ):
        return _("This is the person’s own address. Somebody else has to confirm these hours.")
    return None


def is_address_of(person: User, address: str) -> bool:
    """Whether the person can read what is written to this address. What stands behind a + leads to the same mailbox."""
    own: Any = person
    theirs = {person.email, *own.emailaddress_set.values_list("email", flat=True)}
    return _mailbox(address) in map(_mailbox, theirs)


def _mailbox(address: str) -> str:
    name, _at, host = address.strip().casefold().rpartition("@")
    return f"{name.partition('+')[0] or name}@{host}"


def _askable(entry: ReflectiveSupervision, by: User | None) -> str | StrPromise | None:
    return not_askable(entry)


def _ask(entry: ReflectiveSupervision, *, link: str = "", **_details: Any) -> tuple[str, ...]:
    """A new link, named after this entry, or the one that the letter about several has already; the old one is dead."""
    entry.generation += 1
    entry.token_hash = link or hash_of(supervision_token(entry.pk, entry.generation))
    entry.reminders = 0
    entry.answered_at = None
    return ("generation", "token_hash", "reminders", "answered_at")


def _answer(entry: ReflectiveSupervision, *, link: str = "", remark: str = "", **_details: Any) -> tuple[str, ...]:
    """What the provider wrote stays with the entry; the log only knows that they answered.

    `link` is the hash of the link by which they did: what was asked anew meanwhile may claim something else.
    """
    if link != entry.token_hash:
        raise Refused(_("This was asked anew in the meantime. The newest letter has the link that works."))
    entry.answer_note = remark
    entry.token_hash = ""
    return ("answer_note", "token_hash")


def _forget(entry: ReflectiveSupervision, **_details: Any) -> tuple[str, ...]:
    """Nobody has said anything to the entry as it is now. What a provider wrote to it before stays readable."""
    entry.token_hash = ""
    entry.answered_at = None
    return ("token_hash", "answered_at")


def _expire(entry: ReflectiveSupervision, **_details: Any) -> tuple[str, ...]:
    entry.token_hash = ""
    return ("token_hash",)


def _remind(entry: ReflectiveSupervision, *, due: int = 1, **_details: Any) -> tuple[str, ...]:
    entry.reminders = due
    return ("reminders",)


def _can_count(entry: ReflectiveSupervision, by: User | None) -> str | StrPromise | None:
    if entry.removed_at is not None:
        return _("This entry was taken out.")
    return _("Peer supervision never counts, whoever accepts it.") if entry.peer else None


def _override(entry: ReflectiveSupervision, *, standing: str = "", **_details: Any) -> tuple[str, ...]:
    """From here on the coordinator's word on the provider's standing holds, so there has to be one."""
    entry.provider_standing = standing or entry.provider_standing
    if entry.provider_standing == ReflectiveSupervision.ProviderStanding.OTHER:
        raise Refused(_("Please say what the provider was qualified as on these dates: the hours count by it."))
    entry.token_hash = ""
    return ("provider_standing", "token_hash")


def _match(entry: ReflectiveSupervision, *, provider: Provider, **_details: Any) -> tuple[str, ...]:
    entry.provider, entry.provider_name, entry.provider_email = provider, provider.name, ""
    return ("provider", "provider_name", "provider_email")


SUPERVISION = Lifecycle(
    model=ReflectiveSupervision,
    initial=S.UNASKED,
    table={
        "ask": Transition(
            (S.UNASKED, S.ASKED, S.DISPUTED),
            S.ASKED,
            _("Ask the provider to confirm"),
            "applicants.ask_supervision",
            guard=_askable,
            apply=_ask,
            stamp="asked_at",
        ),
        "confirm": Transition((S.ASKED,), S.CONFIRMED, _("Confirm"), apply=_answer, stamp="answered_at"),
        "dispute": Transition((S.ASKED,), S.DISPUTED, _("Say what is different"), apply=_answer, stamp="answered_at"),
        "remind": Transition((S.ASKED,), None, _("Remind"), apply=_remind),
        "expire": Transition((S.ASKED,), S.UNASKED, _("Expire"), apply=_expire),
        "override": Transition(
            (S.UNASKED, S.ASKED, S.CONFIRMED, S.DISPUTED),
            S.OVERRIDDEN,
            _("Accept these hours"),
            "applicants.judge_supervision",
            guard=_can_count,
            apply=_override,
            needs_note=True,
            tone="secondary",
            logged=("standing",),
        ),
        "match": Transition(
            (S.UNASKED, S.ASKED, S.CONFIRMED, S.DISPUTED),
            None,
            _("Name the provider from the directory"),
            "applicants.judge_supervision",
            apply=_match,
            tone="secondary",
            logged=("provider",),
        ),
        "reset": Transition(
            (S.ASKED, S.CONFIRMED, S.DISPUTED, S.OVERRIDDEN),
            S.UNASKED,
            _("Take it back to “not confirmed”"),
            "applicants.ask_supervision",
            apply=_forget,
            tone="danger",
        ),
    },
)


# --- Asking --------------------------------------------------------------------------------------------------------


def asked_together(entry: ReflectiveSupervision) -> list[ReflectiveSupervision]:
    """The entry and what else its person has still to be confirmed by the same provider, in the order of their ids."""
    same = Q(provider=entry.provider_id) if entry.provider_id else _by_address(entry.provider_email)
    open_ones = Q(status__in=[S.UNASKED, S.ASKED], peer=False, removed_at=None) & same
    rows = ReflectiveSupervision.objects.filter(person=entry.person_id).filter(open_ones | Q(pk=entry.pk))
    return list(rows.select_related("person", "provider").order_by("pk"))


def _by_address(email: str) -> Q:
    return Q(provider=None, provider_email__iexact=email) & ~Q(provider_email="")


def ask(entries: Sequence[ReflectiveSupervision], *, by: User) -> None:
    """Ask the provider of these entries, which have one, about all of them in one letter with one new link.

    Refused for all where one of them can't be asked about.
    """
    with transaction.atomic():
        for entry in entries:
            advance(entry, "ask", by=by, link=entries[0].token_hash if entry is not entries[0] else "")
        emails.hours_to_confirm(entries)


def answer(said: Sequence[tuple[ReflectiveSupervision, bool, str]]) -> None:
    """Keep what the provider says to each entry of one person: whether it is right, and in words what is not.

    Refused where one was answered, changed or taken back in the meantime; then nothing is kept.
    """
    with transaction.atomic():
        for entry, is_right, remark in sorted(said, key=lambda one: one[0].pk):
            advance(entry, "confirm" if is_right else "dispute", link=entry.token_hash, remark=remark)
        emails.hours_answered([entry for entry, _right, _remark in said])


def accept(entry: ReflectiveSupervision, *, by: User, note: str, standing: str) -> None:
    """Let the hours count on a coordinator's word, with the reason and what the provider was qualified as."""
    with transaction.atomic():
        advance(entry, "override", by=by, note=note, standing=standing)
        emails.hours_accepted(entry)


def match(entry: ReflectiveSupervision, provider: Provider, *, by: User) -> None:
    """Say which provider of the directory an entry is about. What somebody said at another address is not theirs."""
    with transaction.atomic():
        if entry.asked_email.lower() != provider.email.lower() and entry.status != S.UNASKED:
            advance(entry, "reset", by=by)
        advance(entry, "match", by=by, provider=provider)


# --- The calendar --------------------------------------------------------------------------------------------------


def remind_providers() -> int:
    """Remind each provider whose next reminder is due, in one letter a link, and let links past their day expire.

    Returns how many links were looked after. Safe to run at any time, and twice at once.
    """
    waiting = ReflectiveSupervision.objects.present().filter(status=S.ASKED).order_by()
    return sum(_turn(token_hash) for token_hash in list(waiting.values_list("token_hash", flat=True).distinct()))


def _turn(token_hash: str) -> bool:
    """What the day brings for one link, looked at under the locks of its entries."""
    with transaction.atomic():
        rows = ReflectiveSupervision.objects.present().filter(status=S.ASKED, token_hash=token_hash)
        entries = list(rows.select_for_update(of=("self",)).select_related("person", "provider").order_by("pk"))
        if not entries:
            return False
        waited = timezone.now() - max(entry.asked_at or timezone.now() for entry in entries)
        # A link also ends with the entry that it was named after, if that is gone for good.
        if waited >= timedelta(days=SUPERVISION_LINK_DAYS) or supervision_secret(entries) is None:
            for entry in entries:
                advance(entry, "expire")
            emails.hours_unanswered(entries)
            return True
        due = sum(1 for days in REMIND_AFTER_DAYS if waited >= timedelta(days=days))
        if due <= min(entry.reminders for entry in entries):
            return False
        for entry in entries:
            advance(entry, "remind", due=due)
        emails.hours_reminder(entries)
        return True
