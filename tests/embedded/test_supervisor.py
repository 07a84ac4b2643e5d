"""The whole portal in one terminal: up, side by side, down without a trace, and up again after the worst."""

import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psycopg2
import pytest

from endorsement_portal.embedded import environment, places
from tests.processes import answers, wait_for

ROOT = Path(__file__).resolve().parents[2]
CODE = [
    "applicants",
    "cohorts",
    "competencies",
    "credentials",
    "endorsement_portal",
    "payments",
    "reports",
    "reviews",
    "static",
    "templates",
    "manage.py",
    "gunicorn.conf.py",
]

pytestmark = pytest.mark.worker


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project in a folder with spaces in its name, which only its owner can enter."""
    folder = tmp_path_factory.mktemp("clones") / "the portal of Aunt Mary"
    folder.mkdir(mode=0o700)
    for name in CODE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
        else:
            shutil.copy(ROOT / name, folder / name)
    return folder


class Portal:
    """`run` as a process, without the demonstration's people, who would take their time."""

    def __init__(self, clone: Path, env: dict[str, str]) -> None:
        self.port = places.free_port()
        self.data = clone / "var" / f"run-{self.port}"
        self.clone = clone
        self.env = env | {"WEB_CONCURRENCY": "1"}
        self.start()

    def start(self) -> None:
        self.log = (self.clone / f"{self.port}.log").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "endorsement_portal.embedded", "run", "--port", str(self.port), "--no-demo"],
            cwd=self.clone,
            env=self.env,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def said(self) -> str:
        return Path(self.log.name).read_text()

    def wait_until_up(self) -> "Portal":
        wait_for(
            lambda: "the data stays" in self.said() or self.process.poll() is not None, seconds=120, saying="start"
        )
        assert self.process.poll() is None, self.said()
        return self

    def processes(self) -> list[int]:
        """Everything of this portal that runs, by its data folder or port in command line or environment."""
        marks = [self.data, places.socket_folder(self.data), f"BASE_URL=http://localhost:{self.port}"]
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
            except OSError:
                continue
            if any(os.fsencode(str(mark)) in words for mark in marks):
                found.append(int(folder.name))
        return found

    def stop(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)

    def database_url(self) -> str:
        return environment.remembered(self.data)["MIGRATOR_DATABASE_URL"]


@pytest.fixture
def portals(clone: Path, clean_env: dict[str, str]) -> Iterator[list[Portal]]:
    """Two portals of one clone, starting at the same time on two ports."""
    both = [Portal(clone, clean_env), Portal(clone, clean_env)]
    yield both
    for portal in both:
        if portal.process.poll() is None:
            portal.stop(signal.SIGTERM)


def all_up(portal: Portal) -> bool:
    return len(portal.processes()) >= 10


def running_from(folder: Path) -> list[str]:
    """The command lines of processes whose program or files are in `folder`."""
    found = []
    for cmdline in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = cmdline.read_bytes()
        except OSError:
            continue
        if os.fsencode(folder) in words:
            found.append(words.decode())
    return found


def count_of_counties(url: str) -> int:
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM endorsement_portal_county")
        count = cursor.fetchone()[0]
    connection.close()
    return count


def note_down(url: str) -> None:
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT 7 AS n")
    connection.close()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_up_side_by_side_down_and_up_again(portals: list[Portal]) -> None:
    one, two = (portal.wait_until_up() for portal in portals)
    for portal in (one, two):
        assert answers(f"http://localhost:{portal.port}/healthz")
        assert count_of_counties(portal.database_url()) == 100
        mail = re.search(r"Mail it sends +(http://\S+)", portal.said())
        assert b"Nothing was delivered" in urllib.request.urlopen(mail[1]).read()  # noqa: S310
        # The web and its process, the worker and its two, beat, relay, mail, PostgreSQL and Valkey.
        wait_for(partial(all_up, portal), saying="ten processes")
    assert one.database_url() != two.database_url()

    # A second start on the same data is refused, and says what to do.
    again = subprocess.run(one.process.args, cwd=one.clone, env=one.env, capture_output=True, text=True, check=False)
    assert (again.returncode, "already running" in again.stdout) == (1, True)

    # Ctrl-C: in order, to the end, nothing left.
    assert one.stop(signal.SIGINT) == 0, one.said()
    assert one.said().endswith("Stopped.\n")
    assert one.processes() == []
    assert not places.socket_folder(one.data).exists()

    # The worst: no chance to clean up. Everything ends by itself, the next start finds the data.
    note_down(two.database_url())
    socket_of_before = places.socket_folder(two.data)
    assert two.stop(signal.SIGKILL) == -signal.SIGKILL
    assert socket_of_before.exists()
    two.start()
    two.wait_until_up()
    with psycopg2.connect(two.database_url()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT n FROM kept")
        assert cursor.fetchall() == [(7,)]
    connection.close()

    # A part that dies takes the rest with it, and its last words are on the screen.
    relay = next(pid for pid in two.processes() if b"manage.py\0relay" in Path(f"/proc/{pid}/cmdline").read_bytes())
    os.kill(relay, signal.SIGKILL)
    assert two.process.wait(60) == 1
    assert "relay stopped by itself (code -9)" in two.said()
    assert two.processes() == []
    wait_for(lambda: not running_from(one.clone), seconds=15, saying="the end of the guardians")


def test_a_taken_port_is_refused_before_anything_starts(clone: Path, clean_env: dict[str, str]) -> None:
    with places.socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "endorsement_portal.embedded", "run", "--port", port],
            cwd=clone,
            env=clean_env,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert f"Port {port} is taken by another program" in done.stdout
    assert not (clone / "var" / f"run-{port}" / "postgres").exists()


def test_a_command_runs_inside_and_its_output_stays_clean(clone: Path, clean_env: dict[str, str]) -> None:
    asking = "import os, psycopg2; print(psycopg2.connect(os.environ['DATABASE_URL']).info.dbname)"
    done = subprocess.run(
        [sys.executable, "-m", "endorsement_portal.embedded", "inside", "--fresh", "--", sys.executable, "-c", asking],
        cwd=clone,
        env=clean_env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "portal\n"), done.stderr
