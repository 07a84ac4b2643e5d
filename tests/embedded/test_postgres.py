"""PostgreSQL: every way of finding it, roles, data that stays, and running as root."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest

from endorsement_portal.embedded import disguise, postgres_binaries
from endorsement_portal.embedded.places import CannotStartError
from endorsement_portal.embedded.postgres import APP, MIGRATOR, Postgres
from endorsement_portal.embedded.process import Guardian

Make = Callable[..., Postgres]


@pytest.fixture
def make(data: Path, sockets: Path, keeper: Guardian, bare_env: dict[str, str]) -> Iterator[Make]:
    """Make servers on `data`; all are stopped in the end."""
    made: list[Postgres] = []

    def start(**changes: object) -> Postgres:
        options = {"environ": bare_env, "sockets": sockets, "log": data / "postgres.log", "guardian": keeper}
        server = Postgres(data / "postgres", durable=False, **(options | changes))
        made.append(server)
        server.start()
        return server

    yield start
    for server in made:
        server.stop()


def ask(url: str, statement: str) -> list[tuple[object, ...]]:
    """The rows of one statement, committed."""
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def installed() -> Path:
    """A PostgreSQL folder outside the wheel, or the wheel's where the machine has none."""
    found = postgres_binaries.candidates(os.environ)
    return next((binaries.folder for binaries in found if binaries.origin != "wheel"), found[-1].folder)


def test_wheel_serves_where_nothing_is_installed(make: Make, bare_env: dict[str, str]) -> None:
    found = postgres_binaries.find_binaries(bare_env, system_roots=())
    assert found.origin == "wheel"
    server = make(environ=bare_env | {"PG_BIN": str(found.folder)})
    assert ask(server.url(), "SHOW server_version")[0][0] == found.version


def test_system_folders_come_before_the_wheel_newest_first(tmp_path: Path, bare_env: dict[str, str]) -> None:
    for version in ("15", "9"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "bin").symlink_to(installed())
    (tmp_path / "16" / "bin").mkdir(parents=True)
    found = postgres_binaries.find_binaries(bare_env, system_roots=[f"{tmp_path}/*/bin"])
    assert found.origin == "system"
    assert (tmp_path / "16" / "bin") != found.folder, "a folder without programs counts for nothing"


def test_path_comes_before_the_systems_folders(make: Make, bare_env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "on path").symlink_to(installed())
    env = bare_env | {"PATH": str(tmp_path / "on path")}
    found = postgres_binaries.find_binaries(env)
    assert found.origin == "PATH"
    assert ask(make(environ=env).url(), "SELECT 1") == [(1,)]


def test_pg_bin_is_taken_at_its_word(bare_env: dict[str, str], tmp_path: Path) -> None:
    found = postgres_binaries.find_binaries(bare_env | {"PG_BIN": str(installed())})
    assert found.origin == "PG_BIN"
    with pytest.raises(CannotStartError, match=r"PG_BIN=.* holds no working initdb and postgres"):
        postgres_binaries.find_binaries(bare_env | {"PG_BIN": str(tmp_path)})


def test_data_keeps_the_version_that_made_it(data: Path, bare_env: dict[str, str]) -> None:
    wheel = postgres_binaries.find_binaries(bare_env, system_roots=())
    (data / "PG_VERSION").write_text(f"{wheel.major}\n")
    assert postgres_binaries.find_binaries(os.environ, data=data).major == wheel.major
    (data / "PG_VERSION").write_text("11\n")
    with pytest.raises(CannotStartError, match="was made by PostgreSQL 11"):
        postgres_binaries.find_binaries(os.environ, data=data)


def test_two_roles_one_owns_and_one_uses(make: Make) -> None:
    server = make()
    ask(server.url(MIGRATOR), "CREATE TABLE thing (n int)")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(server.url(APP), "CREATE TABLE other (n int)")
    roles = "SELECT rolname, rolsuper, rolcreatedb FROM pg_roles WHERE rolname LIKE 'portal%' ORDER BY 1"
    assert ask(server.url(), roles) == [(APP, False, False), (MIGRATOR, False, True)]


def test_nothing_listens_on_the_network(make: Make) -> None:
    assert ask(make().url(), "SHOW listen_addresses") == [("",)]


def test_data_stays_and_stale_files_of_a_killed_server_do_not_matter(make: Make) -> None:
    first = make()
    ask(first.url(MIGRATOR), "CREATE TABLE thing (n int)")
    ask(first.url(MIGRATOR), "INSERT INTO thing VALUES (7)")
    first.stop()
    second = make()
    assert ask(second.url(MIGRATOR), "SELECT n FROM thing") == [(7,)]
    second.child.kill()
    assert (second.data / "postmaster.pid").exists()
    assert ask(make().url(MIGRATOR), "SELECT n FROM thing") == [(7,)]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to disguise itself")
def test_root_runs_as_nobody_where_namespaces_are_forbidden(make: Make, tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    server = make(runs_as="nobody")
    try:
        assert ask(server.url(), "SELECT 1") == [(1,)]
        assert server.child.process is not None
        assert Path(f"/proc/{server.child.pid}").stat().st_uid == disguise.NOBODY
        # Below a folder that only root can enter, the data is elsewhere, and found there again.
        link = server.log.parent / "postgres"
        assert link.is_symlink()
        assert link.resolve() == server.data
        assert disguise.choose(link) == "nobody"
        assert disguise.place_for_data(link, "nobody") == server.data
    finally:
        server.stop()
        shutil.rmtree(server.data.parent, ignore_errors=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to disguise itself")
def test_programs_that_nobody_cannot_reach_are_copied(tmp_path: Path) -> None:
    wheel = postgres_binaries.wheel_folder()
    assert wheel is not None
    hidden = tmp_path / "site-packages"
    hidden.mkdir(mode=0o700)
    (hidden / "package").mkdir()
    shutil.copytree(wheel.parent, hidden / "package" / "pginstall", symlinks=True)
    libraries = wheel.parents[1].with_name(f"{wheel.parents[1].name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, hidden / "package.libs")
    folder = disguise.programs_for_nobody(hidden / "package" / "pginstall" / "bin", "18")
    try:
        assert disguise.reachable(folder / "postgres")
        env = {"PG_BIN": str(folder)}
        assert postgres_binaries.find_binaries(env).folder == folder
    finally:
        shutil.rmtree(disguise.home_of_programs(hidden / "package" / "pginstall" / "bin"), ignore_errors=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to disguise itself")
def test_root_leaves_no_user_and_no_open_folder_behind(make: Make, tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    users = Path("/etc/passwd").read_bytes()
    server = make()
    assert ask(server.url(), "SELECT 1") == [(1,)]
    assert Path("/etc/passwd").read_bytes() == users
    assert tmp_path.stat().st_mode & 0o777 == 0o700
