"""Leave a picture of every page, as each role sees it, and say what is wrong with any."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from credentials.models import Credential
from endorsement_portal.embedded import places
from endorsement_portal.embedded.process import Child, Guardian
from endorsement_portal.models import User
from reports.look import sheets, shots
from reports.management.commands.demo import is_complete

try:
    from reports.look.camera import Camera
except ModuleNotFoundError:  # A portal that people use has no tools of development.
    Camera = None  # type: ignore[assignment, misc]

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
NO_CHROMIUM = (
    "No Chromium was found, so nothing can be pictured. Install one (apt-get install chromium, or playwright install "
    "chromium), or name one in CHROMIUM."
)


class Command(BaseCommand):
    """`manage.py look`: exit code 0 when nothing is wrong, 1 when something is."""

    help = "Picture every page of the demonstration, as each role, at 360 and 1280 pixels, light and dark."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, and which."""
        parser.add_argument("--out", type=Path, default=Path(settings.BASE_DIR) / "var" / "look")
        parser.add_argument("--only", default="", help="only pages whose role/name contains this")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work out the pages, start a server on this database, go and look."""
        if Camera is None:
            raise CommandError("The tools for pictures are not installed: make setup brings them.")
        chromium = find_chromium()
        if chromium is None:
            raise CommandError(NO_CHROMIUM)
        self._see_to_the_demonstration()
        began, out = time.monotonic(), options["out"]
        planned = shots.plan(options["only"])
        if not planned.sittings:
            raise CommandError(f"No page is called anything with “{options['only']}” in it.")
        certificates = {c.number: c.pdf.file.read() for c in _certificates() if c.pdf} if not options["only"] else {}
        # From here on a browser's loop runs in this thread, and Django would refuse its database.
        connections.close_all()
        with _server() as address:
            camera = Camera(address=address, out=out, chromium=chromium, say=self.stdout.write)
            camera.take(planned.sittings)
        shots.forget(planned.sittings)
        for number, content in certificates.items():
            sheets.picture_pdf(content, out / "certificate" / number)
        made = sheets.lay_out(camera.pictures, out / "sheets")
        self._report(planned.left_out, camera.problems, options["only"])
        told = f"{len(camera.pictures)} pictures and {len(made)} contact sheets in {out}"
        self.stdout.write(f"{told}, after {time.monotonic() - began:.0f} s. {len(camera.problems)} problems.")
        if camera.problems:
            sys.exit(1)

    def _see_to_the_demonstration(self) -> None:
        if not User.objects.exists():
            call_command("demo", stdout=self.stdout)
        if not is_complete():
            raise CommandError("Pictures are taken of the demonstration only, and this database holds something else.")

    def _report(self, left_out: list[str], problems: list[str], only: str) -> None:
        if left_out and not only:
            self.stdout.write("Not pictured:")
            for line in left_out:
                self.stdout.write(f"  {line}")
        if problems:
            self.stdout.write("Problems:")
            for line in problems:
                self.stdout.write(f"  {line}")


def find_chromium() -> str | None:
    """CHROMIUM if given, else Playwright's own browser, else the system's."""
    given = os.environ.get("CHROMIUM")
    if given:
        return given if os.access(given, os.X_OK) else None
    home = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    own = sorted(home.glob("chromium-*/chrome-linux*/chrome"))
    return str(own[-1]) if own else next((path for name in CHROMIUMS if (path := shutil.which(name))), None)


def _certificates() -> list[Credential]:
    """The holder's certificate, and that with the longest name."""
    made = list(Credential.objects.exclude(pdf=None).select_related("pdf"))
    holder = [c for c in made if c.person.email == "holder@example.org"]
    return [*holder, *sorted(made, key=lambda c: len(c.name))[-1:]]


@contextmanager
def _server() -> Iterator[str]:
    """The portal on a port of its own, on this process's database; ended whatever happens."""
    port = places.free_port()
    address = f"http://localhost:{port}"
    env = os.environ | {"BASE_URL": address, "DEBUG": "1", "HTTPS": "0", "WEB_CONCURRENCY": "1", "LOG_LEVEL": "WARNING"}
    env |= {"SECRET_KEY": settings.SECRET_KEY}
    guardian = Guardian()
    with tempfile.TemporaryDirectory(prefix="portal-look-") as folder:
        web = Child(
            name="web",
            command=[sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "endorsement_portal.wsgi"],
            log=Path(folder) / "web.log",
            env=env,
            cwd=Path(settings.BASE_DIR),
            guardian=guardian,
        )
        try:
            web.start()
            web.wait_until(lambda: _answers(f"{address}/healthz"))
            yield address
        except places.CannotStartError as error:
            raise CommandError(str(error)) from error
        finally:
            web.stop()
            guardian.close()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - always our own address
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
