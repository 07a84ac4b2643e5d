"""PostgreSQL for development and tests: a cluster of our own, reached through a Unix socket only."""

# ruff: noqa: S603 - the only command run here is the `initdb` that was found

import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class, whatever its case

from endorsement_portal.embedded import disguise
from endorsement_portal.embedded.places import CannotStartError
from endorsement_portal.embedded.postgres_binaries import find_binaries
from endorsement_portal.embedded.process import Child, Guardian

SUPERUSER, MIGRATOR, APP, DATABASE = "postgres", "portal_migrator", "portal_app", "portal"
# Safety on power loss, given up for speed where the data is thrown away anyway.
THROWN_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class Postgres:
    """A cluster in `data`, or behind a link where the server cannot reach it. `durable=False` is for tests only."""

    def __init__(
        self,
        data: Path,
        *,
        environ: Mapping[str, str],
        sockets: Path,
        log: Path,
        guardian: Guardian | None = None,
        durable: bool = True,
        runs_as: disguise.Disguise | None = None,
    ) -> None:
        self.runs_as: disguise.Disguise = runs_as or disguise.choose(data)
        self.data = disguise.place_for_data(data, self.runs_as)
        self.binaries = find_binaries(environ, data=self.data)
        self.programs = self.binaries.folder
        self.sockets = sockets
        self.durable = durable
        self.log = log
        self.guardian = guardian
        self.child: Child | None = None

    @property
    def _prefix(self) -> list[str]:
        return disguise.namespace() if self.runs_as == "namespace" else []

    @property
    def _user(self) -> int | None:
        return disguise.NOBODY if self.runs_as == "nobody" else None

    def _initialise(self) -> None:
        """Make the cluster beside its place and move it there, so that a broken attempt never looks like one."""
        fresh = self.data.with_name(f"{self.data.name}.new")
        fresh.parent.mkdir(parents=True, exist_ok=True)
        command = [*self._prefix, str(self.programs / "initdb"), "-D", str(fresh), "-U", SUPERUSER]
        command += ["--auth=trust", "--encoding=UTF8", "--no-sync", "--no-instructions"]
        said = ""
        for locale in ("C.UTF-8", "C"):
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(mode=0o700)
            if self._user is not None:
                disguise.give(fresh)
            done = subprocess.run(
                [*command, f"--locale={locale}"],
                capture_output=True,
                text=True,
                check=False,
                user=self._user,
                group=self._user,
                extra_groups=[] if self._user is not None else None,
                cwd="/",
            )
            if done.returncode == 0:
                break
            said = done.stdout + done.stderr
        else:
            raise CannotStartError(f"PostgreSQL could not make its data folder:\n{said}")
        fresh.rename(self.data)

    def _options(self) -> list[str]:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "80",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if not self.durable:
            options |= THROWN_AWAY
        return [part for name, value in options.items() for part in ("-c", f"{name}={value}")]

    def start(self) -> None:
        """Start the server, making the cluster and its roles first where they are missing.

        The caller holds the folder's lock and has ended strays, so what an earlier server left there is stale.
        """
        if self.runs_as == "nobody":
            disguise.give(self.sockets)
            if self.data.exists():
                disguise.give(self.data)
            self.programs = disguise.programs_for_nobody(self.binaries.folder, self.binaries.version)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        for stale in [self.data / "postmaster.pid", *self.sockets.glob(".s.PGSQL.*")]:
            stale.unlink(missing_ok=True)
        self.child = Child(
            name="PostgreSQL",
            command=[*self._prefix, str(self.programs / "postgres"), "-D", str(self.data), *self._options()],
            log=self.log,
            cwd=Path("/"),
            stop_signal=signal.SIGINT,
            user=self._user,
            wave=1,
            guardian=self.guardian,
        ).start()
        self.child.wait_until(self._answers)
        self._make_roles()

    def _connect(self) -> Connection:
        return psycopg2.connect(host=str(self.sockets), user=SUPERUSER, dbname="postgres", connect_timeout=5)

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg2.OperationalError:
            return False
        return True

    def _make_roles(self) -> None:
        """Two roles: the migrator owns the database and its tables, the app only uses them (`grant_app`)."""
        app, migrator, database = (sql.Identifier(name) for name in (APP, MIGRATOR, DATABASE))
        connection = self._connect()
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT rolname FROM pg_roles")
                roles = {row[0] for row in cursor.fetchall()}
                if APP not in roles:
                    cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(app))
                if MIGRATOR not in roles:
                    cursor.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB IN ROLE {}").format(migrator, app))
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, migrator))
        finally:
            connection.close()

    def url(self, role: str = APP, *, database: str = DATABASE) -> str:
        """The DATABASE_URL for `role`, through the socket."""
        return f"postgres://{role}@{quote(str(self.sockets), safe='')}/{database}"

    def stop(self) -> None:
        """Stop fast: open transactions are rolled back, nothing committed is lost."""
        if self.child is not None:
            self.child.stop()
