"""A clean environment and a folder with a space in its name, for servers of the tests' own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from endorsement_portal.embedded import places
from endorsement_portal.embedded.environment import REMEMBERED
from endorsement_portal.embedded.process import Guardian

GIVEN = {*REMEMBERED, "PG_BIN", "SECRET_KEY", "MEDIA_ROOT", "STATIC_ROOT", "BEAT_SCHEDULE_FILE", "DEBUG", "HTTPS"}
GIVEN |= {"ALLOWED_HOSTS", "LOG_LEVEL"}


@pytest.fixture
def clean_env() -> dict[str, str]:
    """The environment without what the test run itself has been given: as on a newcomer's machine."""
    return {name: value for name, value in os.environ.items() if name not in GIVEN}


@pytest.fixture
def bare_env(clean_env: dict[str, str]) -> dict[str, str]:
    """A machine on which no server is installed: nothing on the PATH."""
    return clean_env | {"PATH": "/nowhere"}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder whose path holds spaces, far longer than a socket's path may be."""
    folder = tmp_path / "Aunt Mary's clone" / ("a long name " * 8).strip()
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def sockets(data: Path) -> Iterator[Path]:
    """The folder for the sockets of servers on `data`."""
    yield places.make_socket_folder(data)
    places.remove_socket_folder(data)


@pytest.fixture
def keeper() -> Iterator[Guardian]:
    """Ends whatever a failed test leaves."""
    guardian = Guardian()
    yield guardian
    guardian.close()


@pytest.fixture(scope="session", autouse=True)
def reference_data() -> None:
    """None here: these tests are about servers and processes, not about what the portal keeps in them."""
