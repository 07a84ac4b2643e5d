"""PostgreSQL and a Redis-protocol server: the real ones where URLs name them, else embedded ones in a folder."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from endorsement_portal.embedded import places, postgres, valkey
from endorsement_portal.embedded.process import Guardian


class Datastores:
    """Both stores for one data folder. After `start()` the URLs are set, and `lines` say what was found where."""

    def __init__(self, data: Path, *, environ: Mapping[str, str], guardian: Guardian, durable: bool = True) -> None:
        self.data = data.resolve()
        self.environ = environ
        self.guardian = guardian
        self.durable = durable
        self.postgres: postgres.Postgres | None = None
        self.valkey: valkey.Valkey | None = None
        self.database_url = environ.get("DATABASE_URL", "")
        self.migrator_url = environ.get("MIGRATOR_DATABASE_URL", "") or self.database_url
        self.redis_url = environ.get("REDIS_URL", "")
        self.lines: list[str] = []

    def start(self) -> None:
        """Start what the environment does not give. Gives up as `CannotStartError`, with nothing left running."""
        try:
            self._start_postgres()
            self._start_valkey()
        except BaseException:
            self.stop()
            raise

    def _start_postgres(self) -> None:
        if self.database_url:
            self.lines.append("PostgreSQL: the one DATABASE_URL names")
            return
        self.postgres = postgres.Postgres(
            self.data / "postgres",
            environ=self.environ,
            sockets=places.make_socket_folder(self.data),
            log=self.data / "log" / "postgres.log",
            guardian=self.guardian,
            durable=self.durable,
        )
        self.postgres.start()
        self.database_url = self.postgres.url(postgres.APP)
        self.migrator_url = self.postgres.url(postgres.MIGRATOR)
        self.lines.append(f"PostgreSQL {self.postgres.binaries.version}, {_origin(self.postgres.binaries.origin)}")

    def _start_valkey(self) -> None:
        if self.redis_url:
            self.lines.append("Redis: the one REDIS_URL names")
            return
        binary = valkey.find_binary(self.environ)
        self.valkey = valkey.Valkey(
            self.data / "valkey",
            binary=binary,
            sockets=places.make_socket_folder(self.data),
            log=self.data / "log" / "valkey.log",
            guardian=self.guardian,
            durable=self.durable,
        )
        self.valkey.start()
        self.redis_url = self.valkey.url()
        self.lines.append(f"{binary.program.name}, {_origin(binary.origin)}")

    @property
    def embedded_database(self) -> bool:
        """Whether the database is ours, made for development."""
        return self.postgres is not None

    @property
    def app_role(self) -> str:
        """The role of the application's URL, which may be unnamed (then the server decides)."""
        return unquote(urlsplit(self.database_url).username or "")

    def stop(self) -> None:
        """Stop what was started, the queue before the database."""
        if self.valkey is not None:
            self.valkey.stop()
        if self.postgres is not None:
            self.postgres.stop()
        if self.valkey is not None or self.postgres is not None:
            places.remove_socket_folder(self.data)


def _origin(origin: str) -> str:
    return {
        "PG_BIN": "from PG_BIN",
        "PATH": "found on the PATH",
        "system": "found on this system",
        "wheel": "from its wheel",
    }[origin]
