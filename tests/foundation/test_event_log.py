"""The log: insert-only for the application and for its role in the database, and any tampering comes to light."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pgtrigger
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from endorsement_portal.log_heads import FOLDER, keep_head
from endorsement_portal.management.commands.grant_app import APPEND_ONLY
from endorsement_portal.models import Event

TABLE = "endorsement_portal_event"
APP = "portal_app"


@pytest.fixture(autouse=True)
def no_heads_yet(settings, tmp_path):
    """Heads of this test alone."""
    here = settings.STORAGES["default"] | {"OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"default": here}


@pytest.fixture
def chain(applicant):
    """Three events of one person, an hour old: the head leaves out the last minutes."""
    return _record(applicant, "one", "two", "three")


def _record(subject, *verbs: str) -> list[Event]:
    before, timezone_now = timezone.now() - timedelta(hours=1), timezone.now
    timezone.now = lambda: before  # pytest.MonkeyPatch would undo it later than the next record
    try:
        return [Event.objects.record(subject, verb, by=subject, note=f"note {verb}") for verb in verbs]
    finally:
        timezone.now = timezone_now


def _tamper(statement: str, *values: object) -> None:
    """What somebody with the owner's rights could do."""
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def verify() -> int:
    """The exit code of verify_log."""
    try:
        call_command("verify_log")
    except SystemExit as end:
        return int(end.code)
    return 0


# --- The chain ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_events_form_a_chain_for_each_subject(applicant, other_applicant, chain):
    [other] = _record(other_applicant, "one")
    assert [event.sequence for event in chain] == [1, 2, 3]
    assert [event.previous_hash for event in chain] == ["", chain[0].hash, chain[1].hash]
    assert (other.sequence, other.previous_hash) == (1, "")
    for event in Event.objects.all():
        assert event.hash == event.compute_hash()
    assert list(Event.objects.about(applicant)) == chain
    assert verify() == 0


@pytest.mark.django_db
def test_the_order_of_details_and_any_language_keep_the_hash(applicant):
    Event.objects.record(applicant, "x", note="Zoë 🎓 شهادة", details={"b": 1.5, "a": [None, True], "c": "é"})
    event = Event.objects.get()
    assert event.hash == event.compute_hash()


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_get_eight_places(applicant):
    ready = threading.Barrier(8)

    def work():
        try:
            ready.wait()
            with transaction.atomic():
                Event.objects.record(applicant, "race")
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [event.sequence for event in Event.objects.about(applicant)] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert verify() == 0


# --- What the database refuses -----------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        lambda e: Event.objects.filter(pk=e.pk).update(note="nothing"),
        lambda e: Event.objects.filter(pk=e.pk).delete(),
        lambda e: e.delete(),
        lambda e: (setattr(e, "note", "nothing"), e.save()),
        lambda e: Event.objects.bulk_update([e], ["note"]),
        lambda e: connection.cursor().execute(f"UPDATE {TABLE} SET note = 'nothing'"),  # noqa: S608
        lambda e: connection.cursor().execute(f"DELETE FROM {TABLE}"),  # noqa: S608
        lambda e: connection.cursor().execute(f"TRUNCATE {TABLE}"),
        lambda e: connection.cursor().execute(f"TRUNCATE {TABLE} CASCADE"),
    ],
    ids=["update", "delete", "row-delete", "save", "bulk", "sql-update", "sql-delete", "truncate", "cascade"],
)
def test_the_owner_of_the_table_is_refused_too(chain, change):
    with pytest.raises(DatabaseError), transaction.atomic():
        change(chain[1])
    assert list(Event.objects.values_list("note", flat=True)) == ["note one", "note two", "note three"]


@pytest.fixture
def as_app(db):
    """Statements as the application's role, each in a savepoint: True, or the database's words."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {APP}")
    call_command("grant_app", role=APP, verbosity=0)

    def run(statement: str) -> bool | str:
        with connection.cursor() as cursor:
            try:
                with transaction.atomic():
                    cursor.execute(f"SET LOCAL ROLE {APP}")
                    cursor.execute(statement)
                    transaction.set_rollback(True)
            except DatabaseError as no:
                return str(no).splitlines()[0]
            return True

    return run


def test_the_applications_role_may_add_to_the_log_and_nothing_else(as_app, chain):
    columns = "subject_type, subject_id, sequence, verb, before, after, note, details, at, previous_hash, hash"
    values = "'t', '1', 1, 'v', '', '', '', '{}', now(), '', 'x'"
    assert as_app(f"SELECT * FROM {TABLE}") is True  # noqa: S608
    assert as_app(f"INSERT INTO {TABLE} ({columns}) VALUES ({values})") is True  # noqa: S608
    denied = f"permission denied for table {TABLE}"
    for statement in (
        f"UPDATE {TABLE} SET note = ''",  # noqa: S608
        f"DELETE FROM {TABLE}",  # noqa: S608
        f"TRUNCATE {TABLE}",
        # The way around the trigger is not a way around the rights.
        f"SELECT set_config('pgtrigger.ignore', '{{{TABLE}:append_only}}', true); DELETE FROM {TABLE}",  # noqa: S608
    ):
        assert as_app(statement) == denied, statement


def test_the_applications_role_changes_no_table(as_app):
    owner = f"must be owner of table {TABLE}"
    assert as_app("CREATE TABLE mine (x int)") == "permission denied for schema public"
    assert as_app(f"ALTER TABLE {TABLE} DISABLE TRIGGER ALL") == owner
    assert as_app(f"DROP TABLE {TABLE}") == owner
    assert (
        as_app("ALTER TABLE endorsement_portal_user ADD COLUMN x int")
        == "must be owner of table endorsement_portal_user"
    )
    assert as_app("DELETE FROM django_migrations") == "permission denied for table django_migrations"
    assert "permission denied" in str(as_app("SET session_replication_role = 'replica'"))


def test_the_applications_role_works_with_every_other_table(as_app):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = {row[0] for row in cursor.fetchall()} - {*APPEND_ONLY, "django_migrations"}
    assert len(tables) > 40
    refused = {t: as_app(f"DELETE FROM {t} WHERE false") for t in sorted(tables)}  # noqa: S608
    assert set(refused.values()) == {True}, refused


def test_nobody_else_makes_tables_where_an_old_server_let_everybody(as_app):
    """Before version 15, PUBLIC may create in the schema from the start."""
    with connection.cursor() as cursor:
        cursor.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")
    assert as_app("CREATE TABLE mine (id int)") is True
    call_command("grant_app", role=APP, verbosity=0)
    assert as_app("CREATE TABLE mine (id int)") == "permission denied for schema public"


def test_a_way_to_make_tables_that_is_left_is_said(as_app, capsys):
    """Where the schema is somebody else’s, taking a right back has no effect."""
    with connection.cursor() as cursor:
        cursor.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")

    def without_effect(execute, statement, *rest):
        return None if statement.startswith("REVOKE CREATE") else execute(statement, *rest)

    with connection.execute_wrapper(without_effect):
        call_command("grant_app", role=APP)
    said = "portal_app can still create tables: whoever owns the schema public must revoke it.\n"
    assert capsys.readouterr().err == said


def test_a_role_that_does_not_exist_is_said(db):
    with pytest.raises(CommandError) as no:
        call_command("grant_app", role="nobody_here")
    assert "The role nobody_here does not exist" in str(no.value)


# --- What comes to light -----------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (f"UPDATE {TABLE} SET note = 'nothing' WHERE sequence = 2", "the event was changed"),  # noqa: S608
        (f"UPDATE {TABLE} SET actor_id = NULL WHERE sequence = 1", "the event was changed"),  # noqa: S608
        (f"UPDATE {TABLE} SET at = at + interval '1 ms' WHERE sequence = 3", "the event was changed"),  # noqa: S608
        (f"UPDATE {TABLE} SET details = '{{\"a\": 1}}' WHERE sequence = 1", "the event was changed"),  # noqa: S608
        (f"DELETE FROM {TABLE} WHERE sequence = 2", "the chain is broken here"),  # noqa: S608
        (f"DELETE FROM {TABLE} WHERE sequence = 1", "the chain is broken here"),  # noqa: S608
        (f"UPDATE {TABLE} SET sequence = 4 WHERE sequence = 2", "the chain is broken here"),  # noqa: S608
    ],
    ids=["note", "actor", "time", "details", "middle-gone", "first-gone", "order"],
)
def test_a_change_comes_to_light(chain, capsys, statement, words):
    _tamper(statement)
    assert verify() == 1
    assert words in capsys.readouterr().err


@pytest.mark.django_db
def test_two_events_that_changed_places_come_to_light(chain):
    one, two = chain[0], chain[1]
    fields = "verb = %s, note = %s, hash = %s"
    _tamper(f"UPDATE {TABLE} SET {fields} WHERE id = %s", two.verb, two.note, two.hash, one.pk)  # noqa: S608
    _tamper(f"UPDATE {TABLE} SET {fields} WHERE id = %s", one.verb, one.note, one.hash, two.pk)  # noqa: S608
    assert verify() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("gone", ["sequence = 3", "sequence >= 2", "true"], ids=["tail", "long-tail", "whole-chain"])
def test_what_a_chain_can_not_show_the_head_does(chain, other_applicant, gone, capsys):
    _record(other_applicant, "something else")
    keep_head()
    assert verify() == 0
    _tamper(f"DELETE FROM {TABLE} WHERE subject_id = %s AND {gone}", chain[0].subject_id)  # noqa: S608
    assert verify() == 1
    assert "the log no longer matches the head kept that night" in capsys.readouterr().err


@pytest.mark.django_db
def test_a_chain_written_anew_comes_to_light_by_the_head(chain, applicant):
    """All hashes of the chain fit again; only the head knows that they were others."""
    keep_head()
    _tamper(f"DELETE FROM {TABLE}")  # noqa: S608
    _record(applicant, "one", "two", "another")
    assert verify() == 1


@pytest.mark.django_db
def test_heads_of_many_nights_hold_while_the_log_grows(chain, other_applicant):
    keep_head()
    _record(other_applicant, "one", "two")
    keep_head()
    Event.objects.record(other_applicant, "just now")
    name = keep_head()
    facts = json.loads(default_storage.open(name).read())
    assert facts["count"] == 5
    assert len(default_storage.listdir(FOLDER)[1]) == 3
    assert verify() == 0


@pytest.mark.django_db
def test_the_head_leaves_the_last_minutes_alone(chain, applicant):
    """A transaction that is still open may hold a lower place; tomorrow's head has it."""
    Event.objects.record(applicant, "just now")
    assert json.loads(default_storage.open(keep_head()).read())["count"] == 3


@pytest.mark.django_db
def test_an_altered_head_comes_to_light(chain):
    name = keep_head()
    facts = json.loads(default_storage.open(name).read()) | {"head": "0" * 64}
    default_storage.delete(name)
    default_storage.save(name, ContentFile(json.dumps(facts).encode()))
    assert verify() == 1


@pytest.mark.django_db
def test_an_empty_log_holds(capsys):
    assert verify() == 0
    keep_head()
    assert verify() == 0
    assert "0 events, every chain and head holds" in capsys.readouterr().out
