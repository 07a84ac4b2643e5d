"""Where embedded servers keep their data, sockets and ports."""

import fcntl
import hashlib
import os
import shutil
import socket
import stat
from pathlib import Path
from typing import IO

# A Unix socket's path may be about 100 bytes long, and a clone's path may be longer or hold spaces.
SOCKET_ROOT = Path("/tmp")  # noqa: S108 - the folder made below it is private and checked to be ours


class CannotStartError(Exception):
    """Something needed to start is missing; the message says what, and what to do."""


class AlreadyRunningError(CannotStartError):
    """Another supervisor holds the same data folder."""


def socket_folder(data: Path) -> Path:
    """A short private folder for the sockets of the servers on `data`: for the same data always the same."""
    name = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:16]
    return SOCKET_ROOT / f"portal-{os.geteuid()}-{name}"


def make_socket_folder(data: Path) -> Path:
    """Make the folder of `socket_folder`, refusing one that somebody else could have laid out for us."""
    folder = socket_folder(data)
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    # As root the folder may still belong to the unprivileged user that PostgreSQL ran as the last time.
    if not stat.S_ISDIR(found.st_mode) or (found.st_uid != os.geteuid() and os.geteuid() != 0):
        raise CannotStartError(f"{folder} belongs to somebody else. Remove it, or use another data folder.")
    folder.chmod(0o700)
    return folder


def remove_socket_folder(data: Path) -> None:
    """Forget the sockets of servers that have stopped."""
    shutil.rmtree(socket_folder(data), ignore_errors=True)


def free_port(preferred: int = 0) -> int:
    """The preferred port on this machine if nobody has it, else any free one."""
    for port in (preferred, 0) if preferred else (0,):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise CannotStartError("This machine has no free port left.")


def port_is_free(port: int) -> bool:
    """Whether nobody listens on `port` of this machine."""
    return free_port(port) == port


def has_ipv6() -> bool:
    """Whether `localhost` can also mean ::1 here, as browsers try it first."""
    if not socket.has_ipv6:
        return False
    with socket.socket(socket.AF_INET6) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            return False
    return True


def lock(data: Path) -> IO[str]:
    """Hold `data` for this process until the answer is closed or the process ends, however it ends."""
    data.mkdir(parents=True, exist_ok=True)
    handle = (data / "lock").open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        raise AlreadyRunningError(
            f"A portal is already running on {data}. Stop it first, or start this one with another port, "
            "which gives it its own data: make run PORT=8001"
        ) from None
    # Children must not inherit it, or a stray one would keep the folder locked.
    os.set_inheritable(handle.fileno(), False)
    return handle
