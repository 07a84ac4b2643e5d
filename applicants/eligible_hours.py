"""Training and reflective supervision: what is asked in clock hours. Pure functions; every hour counts once in a sum."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applicants.answers import answer, hours
from applicants.portfolio import LeftOut, plain

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

    from applicants.portfolio import Check, Portfolio, SupervisionHours, TrainingHours
    from competencies.editions import Requirements

# What came of asking the provider; only these hours are counted.
COUNTED = frozenset({"confirmed", "overridden"})
WAITING = frozenset({"waiting", "asked"})


def training(requirements: Requirements, portfolio: Portfolio) -> list[Check]:
    """Clock hours in all, and the buckets: an hour is in one bucket, and the general ones are what is left."""
    rows: list[tuple[str, StrPromise, list[tuple[str, Decimal]], int | None]] = [
        (
            "training_total",
            gettext_lazy("Training in all"),
            [(t.entry, t.clock) for t in portfolio.trainings],
            requirements.training_total,
        ),
        (
            "training_general",
            gettext_lazy("General training"),
            [(t.entry, general_hours(t)) for t in portfolio.trainings],
            requirements.training_general,
        ),
        (
            "training_dei",
            gettext_lazy("Training on diversity, equity and inclusion"),
            [(t.entry, t.dei) for t in portfolio.trainings],
            requirements.training_dei,
        ),
        (
            "training_rsc_provision",
            gettext_lazy("Training on providing reflective supervision"),
            [(t.entry, t.rsc_provision) for t in portfolio.trainings],
            requirements.training_rsc_provision,
        ),
    ]
    return [_bucket(requirements, *row) for row in rows if row[3]]


def general_hours(entry: TrainingHours) -> Decimal:
    """Hours that fall into no bucket of their own; never less than none."""
    return max(entry.clock - entry.dei - entry.rsc_provision, Decimal(0))


def _bucket(
    requirements: Requirements, key: str, title: StrPromise, rows: list[tuple[str, Decimal]], asked: int | None
) -> Check:
    have, need = sum((amount for _entry, amount in rows), Decimal(0)), Decimal(asked or 0)
    words = {"have": plain(have), "need": hours(need), "more": hours(need - have), "what": title}
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
    )


# --- Reflective supervision received -----------------------------------------------------------------------------


def why_not(row: SupervisionHours, providers: tuple[str, ...], vetted_until: str, *, peer_counts: bool = False) -> str:
    """Why hours do not count, or "" where they do. The provider's standing is that on the dates of the hours."""
    if row.peer and not peer_counts:
        return _("Peer supervision does not count, even with an endorsed peer.")
    if row.state == "disputed":
        return _("The provider does not confirm these hours. The coordinator can look at it with you.")
    if row.state not in COUNTED:
        return _("The provider has not confirmed these hours yet.")
    if not row.standing:
        return _("We do not know yet what this provider was qualified as on those dates. The coordinator checks it.")
    if row.standing not in providers:
        return _("The provider’s standing at that time does not count for this category.")
    if row.standing == "vetted" and vetted_until and row.end > date.fromisoformat(vetted_until):
        return _("Hours with a vetted provider count until %(day)s.") % {"day": vetted_until}
    return ""


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
    reasons = {
        row.entry: why_not(row, requirements.rsc_providers, until, peer_counts=peers) for row in portfolio.supervision
    }
    part = {row.entry: row.total if key == "rsc_hours" else row.about_provision for row in portfolio.supervision}
    have = sum((amount for entry, amount in part.items() if not reasons[entry]), Decimal(0))
    # The list of providers is not confirmed everywhere: with any provider at all, would it be enough?
    standings = tuple({row.standing for row in portfolio.supervision if row.standing})
    with_any = sum(
        (part[r.entry] for r in portfolio.supervision if not why_not(r, standings, until, peer_counts=peers)),
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
        left_out=tuple(LeftOut(entry, why) for entry, why in reasons.items() if why and part[entry]),
    )
