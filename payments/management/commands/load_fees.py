"""Put a fee schedule in force from a file."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from payments.models import FeeCode, FeeItem

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """The file has the form of `payments/data/fees_sample.yaml`. Invoices already issued keep their prices."""

    help = "Put a fee schedule in force: prices end where the new ones begin, and issued invoices keep theirs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            document = yaml.safe_load(options["file"].read_text(encoding="utf-8"))
            items = [_item(document, entry) for entry in document["items"]]
            first_day = items[0].effective_from
        except (OSError, UnicodeDecodeError, yaml.YAMLError, LookupError, TypeError, ValueError) as error:
            raise CommandError(f"The schedule was not loaded: {type(error).__name__}: {error}") from error
        with transaction.atomic():
            for item in items:
                _put_in_force(item)
        self.stdout.write(f"{len(items)} prices are in force from {first_day:%B %-d, %Y}.")


def _item(document: dict[str, Any], entry: dict[str, Any]) -> FeeItem:
    starts, cents = document["effective_from"], entry["amount_cents"]
    if not isinstance(starts, date):
        raise ValueError("effective_from is not a date, like 2027-01-01")  # noqa: TRY004 - told as a bad value
    if entry["code"] not in FeeCode.values:
        raise ValueError(f"code {entry['code']!r} is none of {', '.join(FeeCode.values)}")
    if not isinstance(cents, int) or cents <= 0:
        raise ValueError(f"amount_cents {cents!r} is not a whole number of cents above zero")
    return FeeItem(
        code=entry["code"],
        profile=str(entry.get("profile", "")),
        title=str(entry["title"]),
        amount_cents=cents,
        effective_from=starts,
        is_sample=bool(document["is_sample"]),
    )


def _put_in_force(item: FeeItem) -> None:
    """End the price that the new one replaces; the same price from the same day is changed in place."""
    same = FeeItem.objects.filter(code=item.code, profile=item.profile)
    same.filter(effective_from__lt=item.effective_from, effective_to__isnull=True).update(
        effective_to=item.effective_from - timedelta(days=1)
    )
    FeeItem.objects.update_or_create(
        code=item.code,
        profile=item.profile,
        effective_from=item.effective_from,
        defaults={"title": item.title, "amount_cents": item.amount_cents, "is_sample": item.is_sample},
    )
