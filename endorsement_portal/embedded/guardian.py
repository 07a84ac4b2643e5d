"""Stops every server when the process that started them dies without saying goodbye, even by `kill -9`.

It runs as a process of its own (`python -I -S guardian.py`), reads lines from the starting process and acts
when that pipe closes. Only the standard library, and no import of the project: it must start in an instant.
"""

import contextlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Sequence

GRACE_SECONDS = 6.0


def gone(group: int) -> bool:
    """Whether no process of the group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def end_all(groups: Sequence[tuple[int, int]], grace: float = GRACE_SECONDS) -> None:
    """Ask the leaders of all these (group, signal) to stop, wait together, and end whatever is left of the groups."""
    for group, number in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(group, number)
    until = time.monotonic() + grace
    while time.monotonic() < until and not all(gone(group) for group, _ in groups):
        time.sleep(0.05)
    for group, _ in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


def main() -> None:
    """Keep the list that the pipe tells; when the pipe closes, end what is on it, the servers others need last."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    groups: dict[int, tuple[int, int]] = {}
    folders: list[str] = []
    for line in sys.stdin:
        verb, _, rest = line.rstrip("\n").partition(" ")
        if verb == "add":
            group, number, wave = (int(part) for part in rest.split())
            groups[group] = (number, wave)
        elif verb == "remove":
            groups.pop(int(rest), None)
        elif verb == "folder":
            folders.append(rest)
    for wave in sorted({wave for _, wave in groups.values()}):
        end_all([(group, number) for group, (number, its_wave) in groups.items() if its_wave == wave])
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
