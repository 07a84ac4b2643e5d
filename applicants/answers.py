"""How one requirement is answered: met or not, whether it blocks, and the words that go with it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applicants.portfolio import Check, plain

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

    from competencies.editions import Requirements


def answer(
    requirements: Requirements,
    key: str,
    title: StrPromise,
    *,
    figures: tuple[str, ...] = (),
    met: bool,
    surely_short: bool = False,
    sentence: str,
    next: str,  # noqa: A002  the word that pages use
    section: str,
    at: str = "",
    **facts: Any,
) -> Check:
    """The answer to one requirement that rests on these figures of the edition.

    A figure that the association has not confirmed informs but never blocks, unless what is entered is `surely_short`:
    short even by the figures that are confirmed.
    """
    to_confirm = any(name in requirements.unconfirmed for name in figures)
    return Check(
        key=key,
        title=title,
        met=met,
        sentence="" if met else sentence,
        next="" if met else next,
        at="" if met else at,
        section=section,
        blocking=surely_short or not to_confirm,
        to_confirm=to_confirm,
        **facts,
    )


def hours(value: Decimal | int) -> str:
    """A number of hours in words: "1 hour", "2.5 hours"."""
    return ngettext("%(number)s hour", "%(number)s hours", 1 if value == 1 else 2) % {"number": plain(value)}


def years(value: Decimal | int) -> str:
    """A number of years in words: "1 year", "1.5 years"."""
    return ngettext("%(number)s year", "%(number)s years", 1 if value == 1 else 2) % {"number": plain(value)}


def either(words: list[str]) -> str:
    """Several things of which one is enough: "a CDA or any college degree"."""
    return _(" or ").join(words)
