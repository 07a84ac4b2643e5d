"""The whole portal in one terminal: servers, migrations, demonstration data, web, workers, mail, bank.

Everything runs as a child in a session of its own, so that Ctrl-C reaches only this process, which then stops
them in order. A child that ends by itself ends everything, with its last words on the screen.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from importlib.util import find_spec
from pathlib import Path

from endorsement_portal.embedded import environment, places, strays
from endorsement_portal.embedded.datastores import Datastores
from endorsement_portal.embedded.environment import ROOT
from endorsement_portal.embedded.places import CannotStartError
from endorsement_portal.embedded.process import Child, Guardian
from endorsement_portal.embedded.signals import SIGNALS

MANAGE = (sys.executable, str(ROOT / "manage.py"))
CELERY = (sys.executable, "-m", "celery", "-A", "endorsement_portal")
STEP_SECONDS = 900.0
MAIL_PAGES_ABOVE, BANK_ABOVE = 25, 50
SEEDED = "seeded"


@dataclass(frozen=True)
class Options:
    """What `run` was asked. `demo=None` means: with an embedded database yes, with a given one no."""

    port: int = environment.DEFAULT_PORT
    data: Path | None = None
    demo: bool | None = None
    # Run this instead of waiting for Ctrl-C, with or without the portal's own processes, perhaps on data of its own.
    command: Sequence[str] = ()
    portal: bool = True
    fresh: bool = False


class Supervisor:
    """Starts all, watches all, stops all."""

    def __init__(self, options: Options, *, environ: Mapping[str, str]) -> None:
        self.options = options
        self.data = (options.data or environment.default_data(options.port)).resolve()
        self.environ = environ
        self.children: list[Child] = []
        self.began = time.monotonic()
        # Under make, the one who started us is make: if it is killed, so are we meant to be.
        self.parent = os.getppid() if "MAKELEVEL" in environ else None

    def run(self) -> int:
        """Run until told to stop, or until the command ends; the exit code.

        That is 0 when asked to stop, 1 when something could not go on, and otherwise the command's.
        """
        SIGNALS.install()
        try:
            held = places.lock(self.data)
        except CannotStartError as error:
            self._say(str(error))
            return 1
        with held:
            self.guardian = Guardian()
            self.stores = Datastores(
                self.data, environ=self.environ, guardian=self.guardian, durable=not self.options.fresh
            )
            try:
                self._start()
                return self._command() if self.options.command else self._watch()
            except CannotStartError as error:
                self._say(f"\n{error}\n")
                return 1
            except KeyboardInterrupt:
                return 0
            finally:
                self._stop()

    def _say(self, line: str = "") -> None:
        """One line to the person, at once; a command's own output is kept clean of ours."""
        print(line, flush=True, file=sys.stderr if self.options.command else sys.stdout)

    # --- Up ---------------------------------------------------------------------------------------------------
    def _start(self) -> None:
        self._say(f"Starting the portal (data and logs: {self._shown(self.data)})")
        if strays.end(self.data):
            self._say("  ended what an earlier start had left running")
        if not places.port_is_free(self.options.port):
            raise CannotStartError(
                f"Port {self.options.port} is taken by another program. Choose another: make run PORT=8001"
            )
        self.stores.start()
        for line in self.stores.lines:
            self._say(f"  {line}")
        self._note()
        self.env = environment.portal_environment(self.environ, data=self.data, port=self.options.port)
        self.env |= {"DATABASE_URL": self.stores.database_url, "REDIS_URL": self.stores.redis_url}
        self.migrator_env = self.env | {"DATABASE_URL": self.stores.migrator_url}
        if self.options.portal:
            self._start_mail()
            self._start_bank()
        if self.options.portal or not (self.data / SEEDED).exists():
            self._prepare_database()
        if not self.options.portal:
            return
        self._start_portal()
        environment.remember(self.data, self.env | {"MIGRATOR_DATABASE_URL": self.stores.migrator_url})
        if not self.options.command:
            self._greet()

    def _shown(self, path: Path) -> str:
        return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)

    def _note(self) -> None:
        stores = [store.child for store in (self.stores.postgres, self.stores.valkey) if store and store.child]
        strays.note(self.data, [*stores, *self.children])

    def _child(self, name: str, *command: str, grace: float = 10.0, **more: str) -> Child:
        child = Child(
            name=name,
            command=command,
            log=self.data / "log" / f"{name}.log",
            env=self.env | more,
            cwd=ROOT,
            grace=grace,
            guardian=self.guardian,
        )
        self.children.append(child.start())
        self._note()
        return child

    def _step(self, saying: str, *arguments: str, env: Mapping[str, str] | None = None) -> str:
        """Run one management command to its end and return what it said; anything but success stops the start."""
        began = time.monotonic()
        log = self.data / "log" / f"{arguments[0]}.log"
        log.unlink(missing_ok=True)
        child = Child(
            name=f"manage.py {arguments[0]}",
            command=[*MANAGE, *arguments],
            log=log,
            env=env or self.migrator_env,
            cwd=ROOT,
            grace=3.0,
            guardian=self.guardian,
        ).start()
        try:
            while child.alive:
                if time.monotonic() - began > STEP_SECONDS:
                    raise CannotStartError(f"{child.name} took too long:\n{child.tail()}")
                time.sleep(0.02)
        finally:
            code = child.returncode
            child.stop()
        if code != 0:
            raise CannotStartError(f"{child.name} failed:\n{child.tail()}")
        if saying:
            self._say(f"  {saying} ({time.monotonic() - began:.1f} s)")
        return log.read_text(errors="replace")

    def _prepare_database(self) -> None:
        self._step("tables, rights, the framework's figures", "prepare", "--role", self.stores.app_role)
        seeded = self.data / SEEDED
        embedded = self.stores.embedded_database
        wanted = embedded if self.options.demo is None else self.options.demo
        if wanted and not (embedded and self._has_demo()):
            self._say("  demonstration data, this once …")
            self._step("demonstration data", "demo")
        if embedded:
            seeded.write_text("demo\n" if wanted or self._has_demo() else "empty\n")

    def _has_demo(self) -> bool:
        seeded = self.data / SEEDED
        return seeded.exists() and seeded.read_text() == "demo\n"

    def _start_mail(self) -> None:
        self.mail_pages = ""
        if self.env.get("EMAIL_URL"):
            self._say("  Mail: through the server EMAIL_URL names")
            return
        smtp, pages = places.free_port(), places.free_port(self.options.port + MAIL_PAGES_ABOVE)
        command = (sys.executable, "-m", "endorsement_portal.embedded.mailsink", "--folder", str(self.data / "mail"))
        ports = ("--smtp-port", str(smtp), "--http-port", str(pages))
        self._child("mail", *command, *ports, grace=3.0).wait_until(lambda: listens(smtp) and listens(pages))
        self.env["EMAIL_URL"] = f"smtp://127.0.0.1:{smtp}"
        self.migrator_env["EMAIL_URL"] = self.env["EMAIL_URL"]
        self.mail_pages = f"http://localhost:{pages}"

    def _start_bank(self) -> None:
        if self.env.get("STRIPE_SECRET_KEY"):
            self._say("  Cards: through the Stripe account of STRIPE_SECRET_KEY")
            return
        if find_spec("payments.bank") is None:
            self._say("  Cards: off, since this copy of the portal holds no local bank")
            return
        port = places.free_port(self.options.port + BANK_ABOVE)
        told = {
            "STRIPE_SECRET_KEY": f"sk_test_{environment.secret(self.data, 'bank-key')}",
            "STRIPE_WEBHOOK_SECRET": f"whsec_{environment.secret(self.data, 'bank-webhook')}",
            "STRIPE_API_BASE": f"http://127.0.0.1:{port}",
        }
        self.env |= told
        self.migrator_env |= told
        webhook = f"http://localhost:{self.options.port}{environment.WEBHOOK_PATH}"
        command = (sys.executable, "-m", "payments.bank", "--port", str(port), "--state", str(self.data / "bank.json"))
        bank = self._child("bank", *command, grace=3.0, WEBHOOK_URL=webhook)
        bank.wait_until(lambda: listens(port))

    def _start_portal(self) -> None:
        port = self.options.port
        binds = [f"127.0.0.1:{port}"] + ([f"[::1]:{port}"] if places.has_ipv6() else [])
        bind = [part for address in binds for part in ("--bind", address)]
        web = self._child("web", sys.executable, "-m", "gunicorn", *bind, "endorsement_portal.wsgi")
        quiet = ("--loglevel", "INFO")
        pool = ("--concurrency", "2", "--max-tasks-per-child", "200", "--without-gossip", "--without-mingle")
        self._child("worker", *CELERY, "worker", *quiet, *pool, grace=15.0)
        self._child("beat", *CELERY, "beat", *quiet, "--pidfile", "")
        self._child("relay", *MANAGE, "relay")
        web.wait_until(lambda: answers(f"http://127.0.0.1:{port}/healthz"))

    def _greet(self) -> None:
        self._say(f"  up after {time.monotonic() - self.began:.0f} s\n")
        self._say(f"Open the portal   {self.env['BASE_URL']}")
        if self.mail_pages:
            self._say(f"Mail it sends     {self.mail_pages}")
        self._say()
        if self._has_demo() or self.options.demo:
            self._say(self._step("", "codes", env=self.env).rstrip())
            self._say()
        self._say("Ctrl-C stops everything; the data stays.")

    # --- Running ------------------------------------------------------------------------------------------------
    def _watch(self) -> int:
        everyone = [store.child for store in (self.stores.postgres, self.stores.valkey) if store and store.child]
        everyone += self.children
        while True:
            for child in everyone:
                if not child.alive:
                    self._say(
                        f"\n{child.name} stopped by itself (code {child.returncode}). Its last words:\n{child.tail()}\n"
                    )
                    return 1
            if self.parent is not None and os.getppid() != self.parent:
                return 0
            time.sleep(0.2)

    def _command(self) -> int:
        """Run the command in this terminal; data of its own is its to fill, so it gets the owner's role."""
        env = self.migrator_env if self.options.fresh else self.env
        with SIGNALS.hold():
            process = subprocess.Popen(list(self.options.command), env=env, cwd=ROOT)  # noqa: S603
        try:
            return process.wait()
        except KeyboardInterrupt:
            with SIGNALS.hold():
                process.send_signal(signal.SIGINT)
                return process.wait()

    # --- Down ---------------------------------------------------------------------------------------------------
    def _stop(self) -> None:
        SIGNALS.held += 1
        if self.children:
            self._say("\nStopping (Ctrl-C again to hurry)")
        order = (("web",), ("relay", "beat", "worker"), ("bank", "mail"))
        for names in order:
            together = [child for child in self.children if child.name in names]
            for child in together:
                child.ask_to_stop()
            for child in together:
                until = time.monotonic() + child.grace
                while child.alive and time.monotonic() < until and not SIGNALS.hurried:
                    time.sleep(0.02)
                child.stop(grace=0.0)
        self.stores.stop()
        environment.forget(self.data)
        (self.data / strays.FILE).unlink(missing_ok=True)
        self.guardian.close()
        if self.children:
            self._say("Stopped.")


def listens(port: int) -> bool:
    """Whether a port of this machine takes connections."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def answers(url: str) -> bool:
    """Whether the address answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - always our own address
            return bool(response.status == HTTPStatus.OK)
    except (urllib.error.URLError, OSError):
        return False
