"""The pytest plugin that starts real servers for a run, before Django's settings are read.

A throw-away PostgreSQL and Valkey serve every test, unless DATABASE_URL or REDIS_URL name servers to use.
`conftest.py` would be too late: pytest-django has read the settings by then. Where tests run side by side (`-n 2`),
each worker has servers of its own. Fixtures with processes and browsers are in `tests.processes` and `tests.browsers`.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from endorsement_portal.embedded import places
from endorsement_portal.embedded.datastores import Datastores
from endorsement_portal.embedded.process import Guardian

pytest_plugins = ["tests.browsers", "tests.processes"]

DEFAULTS = {
    "DJANGO_SETTINGS_MODULE": "endorsement_portal.settings",
    # pytest-django turns DEBUG off; what stays is static files without gathering. `site` runs as production does.
    "DEBUG": "1",
    # Plain HTTP, so that test clients and browsers keep their cookies; settings for HTTPS have tests of their own.
    "HTTPS": "0",
    "SECRET_KEY": "a-key-for-tests-only-that-is-longer-than-fifty-characters",
    "BASE_URL": "http://localhost:8000",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
    "EMAIL_URL": "smtp://127.0.0.1:9",
    "STRIPE_SECRET_KEY": "sk_test_tests_only",
    "STRIPE_WEBHOOK_SECRET": "whsec_tests_only",
    "STRIPE_API_BASE": "http://127.0.0.1:9",
    "LOG_LEVEL": "WARNING",
}

# What lets the controller of several workers read the settings; it runs no test and the workers take it back.
PLACEHOLDERS = {"DATABASE_URL": "postgres://none/none", "REDIS_URL": "redis://none"}
TO_TAKE_BACK = "TEST_PLACEHOLDERS"


class Run:
    """The servers of one run and the folder they live in."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="portal-tests-"))
        # Where PostgreSQL has to run as an unprivileged user, that user must be able to walk in.
        self.folder.chmod(0o711)
        self.guardian = Guardian()
        self.guardian.sweep(self.folder)
        self.guardian.sweep(places.socket_folder(self.folder))
        self.stores = Datastores(self.folder, environ=os.environ, guardian=self.guardian, durable=False)

    def start(self) -> None:
        """Start what the environment does not give, and tell Django by the environment."""
        self.stores.start()
        # Django makes the test database itself, as the role that owns tables in production.
        os.environ["DATABASE_URL"] = self.stores.migrator_url
        os.environ["REDIS_URL"] = self.stores.redis_url
        defaults = DEFAULTS | {
            "MEDIA_ROOT": str(self.folder / "uploads"),
            "STATIC_ROOT": str(self.folder / "static"),
            "BEAT_SCHEDULE_FILE": str(self.folder / "beat-schedule"),
        }
        for name, value in defaults.items():
            os.environ.setdefault(name, value)

    def stop(self) -> None:
        """Stop everything and leave nothing behind; doing it twice does nothing more."""
        self.stores.stop()
        self.guardian.close()
        shutil.rmtree(self.folder, ignore_errors=True)


run_key = pytest.StashKey[Run]()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> Generator[None]:
    """Start the servers around pytest-django's own hook, which reads the settings."""
    if {"--help", "-h", "--version", "-V"} & set(args):
        return (yield)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker:
        _prepare_worker(worker)
    if early_config.known_args_namespace.numprocesses and not worker:
        missing = {name: value for name, value in PLACEHOLDERS.items() if not os.environ.get(name)}
        os.environ.update(missing | {TO_TAKE_BACK: " ".join(missing)})
        for name, value in DEFAULTS.items():
            os.environ.setdefault(name, value)
    else:
        run = Run()
        # Stops them too where pytest itself gives up early.
        atexit.register(run.stop)
        early_config.stash[run_key] = run
        run.start()
    return (yield)


def _prepare_worker(worker: str) -> None:
    """Servers of its own for one of several workers; of a given Redis a database of its own."""
    for name in os.environ.pop(TO_TAKE_BACK, "").split():
        del os.environ[name]
    given = urlsplit(os.environ.get("REDIS_URL", ""))
    if given.scheme:
        number = worker.removeprefix("gw")
        own = {"query": f"db={number}"} if given.scheme == "unix" else {"path": f"/{number}"}
        os.environ["REDIS_URL"] = given._replace(**own).geturl()


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say which servers serve the run."""
    run = config.stash.get(run_key, None)
    return run.stores.lines if run is not None else ["servers: each worker starts its own"]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers, also after Ctrl-C."""
    run = config.stash.get(run_key, None)
    if run is not None:
        run.stop()
