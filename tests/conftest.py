"""The cast and the stage: one person a role, a client for each, and promises that can be kept on the spot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase
from django.utils import timezone

from competencies.models import Edition
from endorsement_portal import outbox
from endorsement_portal.celery import app as celery_app
from endorsement_portal.models import Outbox, Role, User
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Callable

PASSWORD = "a-long-password-for-tests"
# Every promise has its handler, as in a worker.
celery_app.autodiscover_tasks(force=True)


# Files that take long without a browser.
LONG = ("test_house", "test_field_policy", "test_demo", "test_ledger", "test_supervisor", "test_look")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first, in whatever order the rest is shuffled: no worker is left with one at the end."""
    heavy = {
        item.path
        for item in items
        if item.path.stem.startswith(LONG) or item.get_closest_marker("browser") or item.get_closest_marker("worker")
    }
    items.sort(key=lambda item: item.path not in heavy)


@pytest.fixture(scope="session", autouse=True)
def reference_data(django_db_setup, django_db_blocker):
    """Counties, fees and the framework are there for every test, also after a transactional one emptied the tables.

    The log's trigger refuses TRUNCATE; only here, between tests, it is told to look away.
    """
    with django_db_blocker.unblock():
        if Edition._meta.db_table not in connection.introspection.table_names():
            # A run without any test of the database makes none.
            yield
            return
        factories.load_framework()
        kept = [
            list(model._default_manager.all())
            for model in apps.get_models()
            if model._meta.app_label not in {"contenttypes", "auth", "sessions"} and model._default_manager.exists()
        ]
    original = TransactionTestCase._fixture_teardown

    def teardown(self):
        with pgtrigger.ignore():
            original(self)
        for rows in kept:
            type(rows[0])._default_manager.bulk_create(rows, ignore_conflicts=True)

    TransactionTestCase._fixture_teardown = teardown
    yield
    TransactionTestCase._fixture_teardown = original


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Passwords hashed as cheaply as can be: what is tested is never the hash."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def fresh_cache():
    """No rate limit or heartbeat of the test before."""
    cache.clear()


@pytest.fixture
def edition(db) -> Edition:
    """The framework as the project ships it, loaded as a draft edition."""
    return factories.load_framework()


def make_person(email: str, *roles: Role, name: str = "") -> User:
    """Somebody with a verified address, and with a second factor where the roles ask for one."""
    user = User.objects.create_user(
        email, PASSWORD, roles=roles or [Role.APPLICANT], name=name or email.split("@", maxsplit=1)[0].title()
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if user.needs_second_factor:
        TOTP.activate(user, generate_totp_secret())
        RecoveryCodes.activate(user)
    return user


@pytest.fixture
def applicant(db) -> User:
    return make_person("applicant@example.org", name="Ana Applicant")


@pytest.fixture
def other_applicant(db) -> User:
    return make_person("other@example.org", name="Otis Other")


@pytest.fixture
def reviewer(db) -> User:
    return make_person("reviewer@example.org", Role.REVIEWER, name="Rhea Reviewer")


@pytest.fixture
def other_reviewer(db) -> User:
    return make_person("reviewer2@example.org", Role.REVIEWER, name="Ruth Reviewer")


@pytest.fixture
def coordinator(db) -> User:
    return make_person("coordinator@example.org", Role.COORDINATOR, name="Cora Coordinator")


@pytest.fixture
def finance(db) -> User:
    return make_person("finance@example.org", Role.FINANCE, name="Finn Finance")


@pytest.fixture
def admin(db) -> User:
    return make_person("admin@example.org", Role.ADMIN, name="Ada Admin")


@pytest.fixture
def client_for() -> Callable[[User | None], Client]:
    """A browser of one's own for a person; for None, a stranger's."""

    def make(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return make


@pytest.fixture
def keep_promises() -> Callable[[], int]:
    """Carry out every open promise here and now, in order, as a worker would; returns how many."""

    def settle() -> int:
        done = 0
        for _round in range(10):
            due = Outbox.objects.filter(done_at=None, parked_at=None, due_at__lte=timezone.now()).order_by("pk")
            ids = list(due.values_list("pk", flat=True))
            if not ids:
                break
            done += sum(outbox.perform(pk) for pk in ids)
        return done

    return settle


@pytest.fixture
def draft(applicant, edition):
    """A fresh application of the applicant in the Family Specialist category."""
    return factories.application(applicant, edition=edition)


@pytest.fixture
def ready_draft(draft):
    """The same with a portfolio that meets every requirement: one click from submitted."""
    return factories.complete_portfolio(draft)
