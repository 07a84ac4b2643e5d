"""Fixtures with real processes on the test database: a mail server, a Celery worker with its relay, a whole site.

They need committed rows, so each of them asks for `transactional_db`; what they start is stopped before the
tables are emptied.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection

from endorsement_portal.embedded import mailsink, places
from endorsement_portal.embedded.process import Child, Guardian

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0


def wait_for(condition: Callable[[], object], *, seconds: float = PATIENCE, saying: str = "it") -> object:
    """The first true answer of `condition`, or a failed test after `seconds`."""
    until = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > until:
            pytest.fail(f"waited {seconds:.0f} s in vain for {saying}")
        time.sleep(0.1)


@pytest.fixture
def guardian() -> Iterator[Guardian]:
    """Ends a test's processes even if pytest is killed."""
    keeper = Guardian()
    yield keeper
    keeper.close()


class MailSink:
    """What a real SMTP server received during the test."""

    def __init__(self, folder: Path) -> None:
        self.port = places.free_port()
        self.messages: list[EmailMessage] = []
        self.server = mailsink.smtp_server(folder, port=self.port, heard=self.messages.append)

    @property
    def url(self) -> str:
        """The EMAIL_URL of this server."""
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[EmailMessage]:
        """The mails to one address, in the order of arrival."""
        return [message for message in self.messages if address.lower() in str(message["To"]).lower()]

    def wait_for(self, address: str, *, subject: str = "", seconds: float = PATIENCE) -> EmailMessage:
        """The newest mail to `address` whose subject contains `subject`, waiting for it to arrive."""

        def newest() -> EmailMessage | None:
            fitting = [mail for mail in self.to(address) if subject.lower() in str(mail["Subject"]).lower()]
            return fitting[-1] if fitting else None

        found = wait_for(newest, seconds=seconds, saying=f"a mail to {address} about {subject or 'anything'}")
        assert isinstance(found, EmailMessage)
        return found

    @staticmethod
    def text(message: EmailMessage) -> str:
        """The plain text of a mail."""
        return mailsink.text_of(message)

    @classmethod
    def links(cls, message: EmailMessage) -> list[str]:
        """The web addresses in a mail's plain text."""
        return [found.rstrip(".,)") for found in mailsink.LINK.findall(cls.text(message))]


@pytest.fixture
def mail_sink(tmp_path: Path, settings: Any) -> Iterator[MailSink]:
    """A real SMTP server; this process and every process of the test send to it."""
    sink = MailSink(tmp_path / "mail")
    sink.server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    yield sink
    sink.server.stop()


def database_url() -> str:
    """The URL of the database that this test uses, for other processes."""
    found = connection.settings_dict
    host, port = found["HOST"] or found.get("OPTIONS", {}).get("host", ""), found["PORT"]
    user = found["USER"] or found.get("OPTIONS", {}).get("user", "")
    who = quote(user, safe="") + (f":{quote(found['PASSWORD'], safe='')}" if found["PASSWORD"] else "")
    return f"postgres://{who}@{quote(host, safe='')}{f':{port}' if port else ''}/{found['NAME']}"


def process_env(**more: str) -> dict[str, str]:
    """The environment of a process that works on this test's database, queue and files."""
    env = dict(os.environ) | {
        "DATABASE_URL": database_url(),
        "MEDIA_ROOT": str(django_settings.MEDIA_ROOT),
        "PYTHONUNBUFFERED": "1",
    }
    return env | more


def empty_the_queue() -> None:
    """Forget jobs and counters of an earlier test; a server named by REDIS_URL for tests belongs to the tests."""
    with redis.from_url(django_settings.REDIS_URL) as client:
        client.flushdb()


class Worker:
    """A Celery worker and the relay that feeds it, as two real processes."""

    def __init__(self, *, folder: Path, env: dict[str, str], guardian: Guardian) -> None:
        celery = [sys.executable, "-m", "celery", "-A", "endorsement_portal", "worker"]
        self.celery = Child(
            name="worker",
            command=[*celery, "--loglevel=INFO", "--concurrency=1", "--without-gossip", "--without-mingle"],
            log=folder / "worker.log",
            env=env,
            cwd=ROOT,
            guardian=guardian,
        )
        self.relay = Child(
            name="relay",
            command=[sys.executable, "manage.py", "relay", "--every", "0.1"],
            log=folder / "relay.log",
            env=env,
            cwd=ROOT,
            guardian=guardian,
        )
        self.starts = 0

    def start(self) -> Self:
        """Start both without waiting."""
        self.starts += 1
        self.celery.start()
        if not self.relay.alive:
            self.relay.start()
        return self

    def wait_until_ready(self) -> Self:
        """Return when the worker takes jobs."""
        self.celery.wait_until(lambda: self.celery.log.read_text(errors="replace").count(" ready.") >= self.starts)
        return self

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Send `number` to the worker and its pool, as a crash would; the relay goes on."""
        self.celery.kill(number)

    def restart(self) -> Self:
        """Start the worker again after `kill`."""
        self.celery.stop()
        return self.start().wait_until_ready()

    def stop(self) -> None:
        """Stop both."""
        self.relay.ask_to_stop()
        self.celery.ask_to_stop()
        self.relay.stop()
        self.celery.stop()

    def logs(self) -> str:
        """What both said, for the message of a failed test."""
        return f"--- worker ---\n{self.celery.tail(60)}\n--- relay ---\n{self.relay.tail(20)}"


@pytest.fixture
def worker(
    transactional_db: None,
    mail_sink: MailSink,
    tmp_path: Path,
    guardian: Guardian,
) -> Iterator[Worker]:
    """A real worker and relay on the test database, ready to take jobs."""
    empty_the_queue()
    pair = Worker(folder=tmp_path, env=process_env(EMAIL_URL=mail_sink.url), guardian=guardian)
    try:
        yield pair.start().wait_until_ready()
    finally:
        pair.stop()


class Site:
    """The whole portal as processes: web, worker, relay and the local bank."""

    def __init__(self, url: str, *, worker: Worker, web: Child, bank_url: str, env: dict[str, str]) -> None:
        self.url = url
        self.worker = worker
        self.web = web
        self.bank_url = bank_url
        self.env = env

    def __str__(self) -> str:
        return self.url

    def to(self, path: str) -> str:
        """The address of a path of this site."""
        return f"{self.url}{path}"


def answers(url: str) -> bool:
    """Whether the address answers anything over HTTP."""
    try:
        urllib.request.urlopen(url, timeout=5).close()  # noqa: S310
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def listens(port: int) -> bool:
    """Whether a port of this machine takes connections."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="session")
def collected_static() -> str:
    """The folder of static files, gathered once as production has them."""
    folder = Path(django_settings.STATIC_ROOT)
    if not (folder / "staticfiles.json").exists():
        # In a process of its own: this one has made up its mind about static files with its first page.
        env = dict(os.environ) | {"DEBUG": "0", "STATIC_ROOT": str(folder)}
        command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
        subprocess.run(command, cwd=ROOT, env=env, check=True)
    return str(folder)


@pytest.fixture
def site(
    request: pytest.FixtureRequest,
    transactional_db: None,
    mail_sink: MailSink,
    tmp_path: Path,
    guardian: Guardian,
    collected_static: str,
    settings: Any,
) -> Iterator[Site]:
    """The portal as in production (DEBUG off, collected static files), except for plain HTTP on this machine.

    `@pytest.mark.parametrize("site", [{"DEBUG": "1"}], indirect=True)` changes its environment; with the marker
    `web_alone` neither worker nor bank is started.
    """
    whole = request.node.get_closest_marker("web_alone") is None
    empty_the_queue()
    # People made from here on can sign in there: the site knows real hashes only.
    settings.PASSWORD_HASHERS = import_module(os.environ["DJANGO_SETTINGS_MODULE"]).PASSWORD_HASHERS
    port, bank_port = places.free_port(), places.free_port()
    url, bank_url = f"http://localhost:{port}", f"http://127.0.0.1:{bank_port}"
    env = process_env(
        DEBUG="0",
        BASE_URL=url,
        EMAIL_URL=mail_sink.url,
        STATIC_ROOT=collected_static,
        STRIPE_API_BASE=bank_url,
        **getattr(request, "param", {}),
    )
    children: list[Child] = []

    def child(name: str, *command: str, **more: str) -> Child:
        made = Child(name, command, tmp_path / f"{name}.log", env=env | more, cwd=ROOT, guardian=guardian)
        children.append(made.start())
        return made

    worker = Worker(folder=tmp_path, env=env, guardian=guardian)
    try:
        web = child("web", sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "endorsement_portal.wsgi")
        if whole and find_spec("payments.bank") is not None:
            bank = [sys.executable, "-m", "payments.bank", "--port", str(bank_port)]
            child("bank", *bank, WEBHOOK_URL=f"{url}/fees/webhook/").wait_until(lambda: listens(bank_port))
        # They catch up with the web by themselves: what is promised meanwhile waits in the outbox.
        if whole:
            worker.start()
        web.wait_until(lambda: answers(f"{url}/healthz"))
        yield Site(url, worker=worker, web=web, bank_url=bank_url, env=env)
    finally:
        for started in children:
            started.ask_to_stop()
        if whole:
            worker.stop()
        for started in reversed(children):
            started.stop()
