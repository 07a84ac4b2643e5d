"""Ctrl-C and its relatives, in order: never in the middle of starting a child, and a second one means hurry."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SAME_REQUEST_SECONDS = 1.0
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Signals:
    """Turns the stopping signals into one KeyboardInterrupt, held back where it would tear something apart."""

    def __init__(self) -> None:
        self.held = 0
        self.first: float | None = None
        self.hurried = False

    def install(self) -> None:
        """From now on the stopping signals are ours."""
        for number in STOPPING:
            signal.signal(number, self._heard)

    def _heard(self, *_: Any) -> None:
        now = time.monotonic()
        if self.first is None:
            self.first = now
        # One request may arrive twice at once: from the terminal and from the program that started us.
        self.hurried = self.hurried or now - self.first > SAME_REQUEST_SECONDS
        if not self.held:
            raise KeyboardInterrupt

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Run a passage whole; what was asked meanwhile is raised at its end."""
        before = self.first
        self.held += 1
        try:
            yield
        finally:
            self.held -= 1
        if not self.held and self.first is not None and before is None:
            raise KeyboardInterrupt


SIGNALS = Signals()
