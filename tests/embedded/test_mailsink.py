"""The local mail server and its pages."""

import os
import smtplib
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from endorsement_portal.embedded import mailsink, places
from tests.processes import listens, wait_for

ROOT = Path(__file__).resolve().parents[2]


class Sink:
    """A running mail server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.smtp, self.http = places.free_port(), places.free_port()
        command = [sys.executable, "-m", "endorsement_portal.embedded.mailsink", "--folder", str(folder)]
        command += ["--smtp-port", str(self.smtp), "--http-port", str(self.http)]
        self.process = subprocess.Popen(command, cwd=ROOT, env=dict(os.environ))
        wait_for(lambda: listens(self.smtp) and listens(self.http), saying="the mail server")

    def send(self, **headers: str) -> None:
        """Send one mail."""
        message = EmailMessage()
        message["Subject"], message["From"], message["To"] = "Hello", "a@example.org", "b@example.org"
        for name, value in headers.items():
            if name != "body":
                message.replace_header(name, value) if name in message else message.add_header(name, value)
        message.set_content(headers.get("body", "Good day"))
        message.add_alternative("<script>alert(1)</script>", subtype="html")
        with smtplib.SMTP("127.0.0.1", self.smtp) as server:
            server.send_message(message)

    def page(self, path: str = "/", **headers: str) -> tuple[str, dict[str, str]]:
        """A page and its headers."""
        asked = urllib.request.Request(f"http://127.0.0.1:{self.http}{path}", headers=headers)
        with urllib.request.urlopen(asked, timeout=5) as answer:  # noqa: S310
            return answer.read().decode(), dict(answer.headers)


@pytest.fixture(scope="module")
def sink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sink]:
    """One for all tests here."""
    running = Sink(tmp_path_factory.mktemp("with a space") / "mail")
    yield running
    running.process.terminate()
    assert running.process.wait(10) == 0


def newest(sink: Sink) -> str:
    return sorted(sink.folder.glob("*.eml"))[-1].stem


def test_a_mail_is_kept_listed_and_shown(sink: Sink) -> None:
    sink.send(Subject="Your seat", To="ana@example.org", body="Come in: http://localhost:8000/cohorts/1/?a=1&b=2 .")
    kept = mailsink.parse((sink.folder / f"{newest(sink)}.eml").read_bytes())
    assert (kept["Subject"], kept["To"]) == ("Your seat", "ana@example.org")
    listed, _ = sink.page()
    assert f'<a href="/{newest(sink)}">Your seat</a>' in listed
    shown, _ = sink.page(f"/{newest(sink)}")
    address = "http://localhost:8000/cohorts/1/?a=1&amp;b=2"
    assert f'Come in: <a href="{address}" rel="noreferrer noopener">{address}</a> .' in shown


def test_what_a_mail_says_never_runs(sink: Sink) -> None:
    sink.send(Subject="<script>alert(1)</script>", body="<img src=x onerror=alert(1)> http://x/\"onmouseover='a'")
    for path in ("/", f"/{newest(sink)}"):
        shown, headers = sink.page(path)
        assert "<script" not in shown
        assert "<img" not in shown
        assert '"onmouseover' not in shown
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_only_this_machine_and_only_by_its_name(sink: Sink) -> None:
    with pytest.raises(urllib.error.HTTPError, match="403"):
        sink.page(Host=f"rebound.example:{sink.http}")
    for path in ("/../secret", "/%2e%2e/secret", "/nothing", "/1-2"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            sink.page(path)
