"""One child process: started in a session of its own, logged to a file, stopped in good order."""

# ruff: noqa: S603 - the commands are our own, and what they run is found on the PATH on purpose

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from endorsement_portal.embedded.places import CannotStartError
from endorsement_portal.embedded.signals import SIGNALS

TAIL_LINES = 25


class Guardian:
    """A helper process that ends our children if we die without being able to (see `guardian.py`)."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__).with_name("guardian.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
            text=True,
        )

    def tell(self, line: str) -> None:
        """Tell the guardian one thing; a guardian that has died is no reason to stop."""
        if self.process.stdin is not None and not self.process.stdin.closed:
            with contextlib.suppress(OSError):
                self.process.stdin.write(line + "\n")
                self.process.stdin.flush()

    def keep(self, child: "Child") -> None:
        """Have `child` ended with us."""
        self.tell(f"add {child.pid} {int(child.stop_signal)} {child.wave}")

    def release(self, child: "Child") -> None:
        """`child` has ended."""
        self.tell(f"remove {child.pid}")

    def sweep(self, folder: Path) -> None:
        """Have `folder` removed when we are gone."""
        self.tell(f"folder {folder}")

    def close(self) -> None:
        """Close the pipe: the guardian ends what is still on its list, removes its folders and goes."""
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()
        self.process.wait()


@dataclass
class Child:
    """A process that is ours to stop: `stop_signal` to its leader, and after `grace` seconds the end of its group."""

    name: str
    command: Sequence[str]
    log: Path
    env: Mapping[str, str] | None = None
    cwd: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    grace: float = 10.0
    # If we die, the guardian ends wave 0 together and then wave 1: the servers that the others need.
    wave: int = 0
    user: int | None = None
    guardian: Guardian | None = None
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    def start(self) -> Self:
        """Start it, its words going to the end of its log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        # Not torn apart by Ctrl-C: a child that runs is a child that its guardian knows.
        with SIGNALS.hold(), self.log.open("ab") as log:
            self.process = subprocess.Popen(
                list(self.command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(self.env) if self.env is not None else None,
                cwd=self.cwd,
                # Ctrl-C in the terminal reaches the supervisor only, which then stops us in order.
                start_new_session=True,
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user is not None else None,
            )
            if self.guardian is not None:
                self.guardian.keep(self)
        return self

    @property
    def pid(self) -> int:
        """The process id, which is also its group's."""
        if self.process is None:
            raise RuntimeError(f"{self.name} has not been started")
        return self.process.pid

    @property
    def returncode(self) -> int | None:
        """None while it runs."""
        return self.process.poll() if self.process is not None else None

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    def wait_until(self, ready: Callable[[], bool], *, seconds: float = 60.0) -> None:
        """Return when `ready()`; if it dies or takes too long, stop it and tell its last words."""
        until = time.monotonic() + seconds
        while not ready():
            if not self.alive:
                self.stop()
                raise CannotStartError(f"{self.name} stopped while starting:\n{self.tail()}")
            if time.monotonic() > until:
                self.stop()
                raise CannotStartError(f"{self.name} was not ready after {seconds:.0f} seconds:\n{self.tail()}")
            time.sleep(0.03)

    def ask_to_stop(self) -> None:
        """Send the stop signal without waiting for the end."""
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, self.stop_signal)

    def stop(self, *, grace: float | None = None) -> None:
        """Ask it to stop, wait, then kill what is left of its group. Doing it twice does nothing more."""
        if self.process is None:
            return
        self.ask_to_stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(self.grace if grace is None else grace)
        self.kill()

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Send `number` to the whole group at once, and reap the leader if that ended it."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)
        if number == signal.SIGKILL:
            self.process.wait()
            if self.guardian is not None:
                self.guardian.release(self)

    def tail(self, lines: int = TAIL_LINES) -> str:
        """The last lines of its log."""
        if not self.log.exists():
            return ""
        text = self.log.read_bytes()[-20_000:].decode(errors="replace")
        return "\n".join(text.splitlines()[-lines:])
