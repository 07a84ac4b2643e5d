"""Training and reflective supervision: what is asked in clock hours. Pure functions; every hour counts once in a sum."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applicants.answers import answer, hours
from applicants.counting import covered
from applicants.portfolio import LeftOut, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import _StrPromise as StrPromise

    from applicants.portfolio import Check, Held, Portfolio, SupervisionHours, TrainingHours
    from competencies.editions import Requirements

# What came of asking the provider; only these hours are counted.
COUNTED = frozenset({"confirmed", "overridden"})
WAITING = frozenset({"waiting", "asked"})


def training(requirements: Requirements, portfolio: Portfolio) -> list[Check]:
    """Clock hours in all, and the buckets: an hour is in one bucket, and the general ones are what is left.

    Hours beyond what a bucket of its own asks are general too where the edition says so: to say in more detail what a
    training was about never costs anybody an hour.
    """
    entries = [row.entry for row in portfolio.trainings]
    dei, provision = [row.dei for row in portfolio.trainings], [row.rsc_provision for row in portfolio.trainings]
    general, beyond = [general_hours(row) for row in portfolio.trainings], Decimal(0)
    if requirements.training_surplus_is_general:
        dei, more_dei = _split(dei, requirements.training_dei)
        provision, more_provision = _split(provision, requirements.training_rsc_provision)
        general = [sum(parts, Decimal(0)) for parts in zip(general, more_dei, more_provision, strict=True)]
        beyond = sum(more_dei, Decimal(0)) + sum(more_provision, Decimal(0))
    rows: list[tuple[str, StrPromise, list[Decimal], int | None]] = [
        (
            "training_total",
            gettext_lazy("Training in all"),
            [row.clock for row in portfolio.trainings],
            requirements.training_total,
        ),
        ("training_general", gettext_lazy("General training"), general, requirements.training_general),
        (
            "training_dei",
            gettext_lazy("Training on diversity, equity and inclusion"),
            dei,
            requirements.training_dei,
        ),
        (
            "training_rsc_provision",
            gettext_lazy("Training on providing reflective supervision"),
            provision,
            requirements.training_rsc_provision,
        ),
    ]
    checks = [
        _bucket(requirements, key, title, list(zip(entries, amounts, strict=True)), asked)
        for key, title, amounts, asked in rows
        if asked
    ]
    return [_with_what_is_beyond(requirements, check, beyond) for check in checks]


def general_hours(entry: TrainingHours) -> Decimal:
    """Hours that fall into no bucket of their own; never less than none."""
    return max(entry.clock - entry.dei - entry.rsc_provision, Decimal(0))


def _split(amounts: list[Decimal], asked: int | None) -> tuple[list[Decimal], list[Decimal]]:
    """Of each amount what goes toward that which is asked, the first ones first, and what is beyond it."""
    within, left = [], Decimal(asked or 0)
    for amount in amounts:
        within.append(min(amount, left))
        left -= within[-1]
    return within, [amount - kept for amount, kept in zip(amounts, within, strict=True)]


def _with_what_is_beyond(requirements: Requirements, check: Check, beyond: Decimal) -> Check:
    """The general hours, and in words what of them is there only by the rule about hours beyond a bucket's own."""
    have, need = Decimal(check.have or 0), Decimal(check.need or 0)
    if check.key != "training_general" or not beyond or have - beyond >= need:
        return check
    said = _("This includes %(beyond)s that are beyond what is asked on equity or on providing reflective supervision.")
    said %= {"beyond": hours(beyond)}
    open_rule = "training_surplus_is_general" in requirements.unconfirmed
    return replace(
        check,
        sentence=f"{check.sentence} {said}".strip(),
        to_confirm=check.to_confirm or (check.met and open_rule),
    )


def _bucket(
    requirements: Requirements, key: str, title: StrPromise, rows: list[tuple[str, Decimal]], asked: int | None
) -> Check:
    have, need = sum((amount for _entry, amount in rows), Decimal(0)), Decimal(asked or 0)
    words = {"have": plain(have), "need": hours(need), "more": hours(need - have)}
    return answer(
        requirements,
        key,
        title,
        figures=(key,),
        met=have >= need,
        sentence=_("You have entered %(have)s of %(need)s.") % words,
        next=_("Add %(more)s more of training.") % words
        if key == "training_total"
        else _("Add %(more)s more, or say in a training how many of its hours were of this kind.") % words,
        section="training",
        have=have,
        need=need,
        unit="hours",
        entries=tuple(entry for entry, amount in rows if amount),
        amounts=tuple((entry, amount) for entry, amount in rows if amount),
    )


# --- Reflective supervision received -----------------------------------------------------------------------------


def why_not(row: SupervisionHours, providers: frozenset[str], vetted_until: str, *, peer_counts: bool = False) -> str:
    """Why hours do not count, or "" where they do: on each of their days under a standing that counts then."""
    if row.peer and not peer_counts:
        return _("Peer supervision does not count, even with an endorsed peer.")
    if row.state == "disputed":
        return _("The provider does not confirm these hours. The coordinator can look at it with you.")
    if row.state not in COUNTED:
        return _("The provider has not confirmed these hours yet.")
    if not _covered(row, row.standings):
        return _("We do not know yet what this provider was qualified as on those dates. The coordinator checks it.")
    fitting = [held for held in row.standings if held.qualification in providers]
    if not _covered(row, fitting):
        return _("The provider’s standing at that time does not count for this category.")
    if vetted_until and not _covered(row, _until(fitting, date.fromisoformat(vetted_until))):
        return _("Hours with a vetted provider count until %(day)s.") % {"day": vetted_until}
    return ""


def _covered(row: SupervisionHours, standings: Iterable[Held]) -> bool:
    return covered([(held.start, held.end) for held in standings], row.start, row.end)


def _until(standings: Iterable[Held], last: date) -> list[Held]:
    """The same, with those of vetted providers up to this day alone."""
    rows = [replace(h, end=min(h.end or last, last)) if h.qualification == "vetted" else h for h in standings]
    return [held for held in rows if held.end is None or held.start <= held.end]


def supervision(requirements: Requirements, portfolio: Portfolio) -> list[Check]:
    """Hours received, and those of them about the supervision that the person gives."""
    checks = []
    rows: list[tuple[str, StrPromise, int | None]] = [
        ("rsc_hours", gettext_lazy("Reflective supervision received"), requirements.rsc_hours),
        (
            "rsc_about_provision",
            gettext_lazy("Reflective supervision about the supervision you give"),
            requirements.rsc_about_provision,
        ),
    ]
    for key, title, asked in rows:
        if asked:
            checks.append(_received(requirements, portfolio, key, title, Decimal(asked)))
    return checks


def _received(requirements: Requirements, portfolio: Portfolio, key: str, title: StrPromise, need: Decimal) -> Check:
    until, peers = str(requirements.rsc_vetted_until), requirements.rsc_peer_counts
    providers = frozenset(requirements.rsc_providers)
    reasons = {row.entry: why_not(row, providers, until, peer_counts=peers) for row in portfolio.supervision}
    part = {row.entry: row.total if key == "rsc_hours" else row.about_provision for row in portfolio.supervision}
    have = sum((amount for entry, amount in part.items() if not reasons[entry]), Decimal(0))
    # The list of providers is not confirmed everywhere: with any provider at all, would it be enough?
    anybody = frozenset(held.qualification for row in portfolio.supervision for held in row.standings)
    with_any = sum(
        (part[r.entry] for r in portfolio.supervision if not why_not(r, anybody, until, peer_counts=peers)),
        Decimal(0),
    )
    open_ones = [r for r in portfolio.supervision if r.state in WAITING and not r.peer and part[r.entry]]
    unasked = [r for r in open_ones if r.state == "waiting"]
    waiting = sum((part[r.entry] for r in open_ones), Decimal(0))
    words = {"have": plain(have), "need": hours(need), "more": hours(need - have), "waiting": hours(waiting)}
    sentence, step = _("%(have)s of %(need)s count."), _("Add %(more)s more with a provider who counts.")
    if waiting:
        sentence = _("%(have)s of %(need)s count; %(waiting)s wait for a provider to confirm them.")
    if enough_is_open := have < need <= have + waiting:
        step = _("Ask the provider to confirm your hours.") if unasked else _("Wait for the provider to confirm them.")
    return answer(
        requirements,
        key,
        title,
        figures=(key, "rsc_providers"),
        met=have >= need,
        surely_short=with_any < need and key not in requirements.unconfirmed,
        sentence=sentence % words,
        next=step % words,
        at=unasked[0].entry if enough_is_open and unasked else "",
        waits=enough_is_open and not unasked,
        section="supervision",
        have=have,
        need=need,
        unit="hours",
        entries=tuple(entry for entry, amount in part.items() if amount and not reasons[entry]),
        amounts=tuple((entry, amount) for entry, amount in part.items() if amount),
        left_out=tuple(LeftOut(entry, why) for entry, why in reasons.items() if why and part[entry]),
    )
