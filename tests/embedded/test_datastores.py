"""The choice between servers that are given and servers of our own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
import redis

from endorsement_portal.embedded import places
from endorsement_portal.embedded.datastores import Datastores
from endorsement_portal.embedded.places import CannotStartError
from endorsement_portal.embedded.process import Guardian
from tests.processes import wait_for

ROOT = Path(__file__).resolve().parents[2]

# A program that starts both servers, says so, and waits for its end.
HOLDER = """
import os, sys, time
from pathlib import Path
from endorsement_portal.embedded.datastores import Datastores
from endorsement_portal.embedded.process import Guardian
guardian = Guardian()
stores = Datastores(Path(sys.argv[1]), environ=os.environ, guardian=guardian, durable=False)
stores.start()
print(stores.postgres.child.pid, stores.valkey.child.pid, flush=True)
time.sleep(300)
"""


def test_given_servers_are_used_and_nothing_is_started(data: Path, clean_env: dict[str, str], keeper: Guardian) -> None:
    # The servers of this test run stand for servers that somebody else runs.
    given = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
    stores = Datastores(data, environ=clean_env | given, guardian=keeper)
    stores.start()
    assert stores.lines == ["PostgreSQL: the one DATABASE_URL names", "Redis: the one REDIS_URL names"]
    assert (stores.database_url, stores.migrator_url) == (given["DATABASE_URL"], given["DATABASE_URL"])
    assert (stores.postgres, stores.valkey, stores.embedded_database) == (None, None, False)
    assert list(data.iterdir()) == []
    psycopg2.connect(stores.database_url).close()
    with redis.from_url(stores.redis_url) as client:
        assert client.ping() is True


def test_a_given_owners_url_is_used_for_the_tables(data: Path, clean_env: dict[str, str], keeper: Guardian) -> None:
    given = {"DATABASE_URL": "postgres://portal_app@db/portal", "REDIS_URL": "redis://queue"}
    owner = "postgres://portal_migrator@db/portal"
    stores = Datastores(data, environ=clean_env | given | {"MIGRATOR_DATABASE_URL": owner}, guardian=keeper)
    assert (stores.migrator_url, stores.app_role) == (owner, "portal_app")


def test_one_given_one_embedded(data: Path, clean_env: dict[str, str], keeper: Guardian) -> None:
    given = {"DATABASE_URL": os.environ["DATABASE_URL"]}
    stores = Datastores(data, environ=clean_env | given, guardian=keeper, durable=False)
    try:
        stores.start()
        assert stores.postgres is None
        with redis.from_url(stores.redis_url) as client:
            assert client.ping() is True
    finally:
        stores.stop()
    assert not places.socket_folder(data).exists()


def test_two_at_once_do_not_meet(tmp_path: Path, clean_env: dict[str, str], keeper: Guardian) -> None:
    both = [
        Datastores(tmp_path / name, environ=clean_env, guardian=keeper, durable=False) for name in ("one", "the other")
    ]
    try:
        for stores in both:
            stores.start()
        assert len({url for stores in both for url in (stores.database_url, stores.redis_url)}) == 4
        for number, stores in enumerate(both):
            with redis.from_url(stores.redis_url) as client:
                client.set("mine", number)
        for number, stores in enumerate(both):
            with redis.from_url(stores.redis_url) as client:
                assert client.get("mine") == str(number).encode()
    finally:
        for stores in both:
            stores.stop()


def test_a_folder_serves_one_at_a_time(data: Path) -> None:
    held = places.lock(data)
    with pytest.raises(CannotStartError, match="already running"):
        places.lock(data)
    held.close()
    places.lock(data).close()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_servers_end_with_whoever_started_them(
    data: Path, sockets: Path, clean_env: dict[str, str], number: int
) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(data)], env=clean_env, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    pids = [int(pid) for pid in holder.stdout.readline().split()]
    assert len(pids) == 2
    holder.send_signal(number)
    holder.wait()
    wait_for(lambda: not any(is_running(pid) for pid in pids), seconds=15, saying="the end of the servers")


def is_running(pid: int) -> bool:
    """Whether a process lives; one that waits for its burial does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
