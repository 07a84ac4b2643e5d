"""Load a framework document as a draft edition."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from competencies.documents import FrameworkError
from competencies.loading import BUILT_IN, load
from competencies.models import Figure

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Loading the same key and version again changes nothing."""

    help = "Load a framework document (titles and figures) as a draft edition."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--file", type=Path, default=BUILT_IN, help="default: the framework that comes with us")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            loaded = load(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path} can’t be read: {error}") from error
        except FrameworkError as error:
            raise CommandError("The framework was not loaded.\n" + "\n".join(error.problems)) from error
        edition = loaded.edition
        if loaded.created:
            still_open = Figure.objects.filter(edition=edition).still_open().count()
            self.stdout.write(f"Loaded {edition} as a draft: {still_open} figures are to be confirmed.")
        elif loaded.differs:
            self.stdout.write(
                f"{edition} is loaded already, from a file that was different. Nothing changed: "
                "give the file a new version to load it as a new edition."
            )
        else:
            self.stdout.write(f"{edition} is loaded already. Nothing changed.")
