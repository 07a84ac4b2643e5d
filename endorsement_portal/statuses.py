"""Statuses with two labels side by side: what staff read and what the applicant reads, and the tone of the pill."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


class Status(models.TextChoices):
    """Members are written `NAME = value, applicant's label, tone, staff label`.

    Tones: neutral, info, waiting, good, attention, done.
    """

    for_applicant: StrPromise
    tone: str

    if not TYPE_CHECKING:  # mypy knows enumerations by their value alone

        def __new__(cls, value: str, for_applicant: StrPromise, tone: str) -> Self:
            """One member; the staff label is taken by Django as `label`."""
            member = str.__new__(cls, value)
            member._value_ = value
            member.for_applicant = for_applicant
            member.tone = tone
            return member
