"""Processes that an earlier start left behind, known by id and by when they started, and ended before the next."""

import json
import subprocess
from pathlib import Path

from endorsement_portal.embedded import guardian
from endorsement_portal.embedded.process import Child

FILE = "children.json"


def started_at(pid: int) -> str:
    """When a process started, in its system's own words; empty if there is none. An id alone may be somebody else's."""
    try:
        # After the name, which may hold spaces and ends at the last bracket, the 20th figure is the start.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        if Path("/proc/self/stat").exists():
            return ""
    asked = subprocess.run(  # noqa: S603
        ["ps", "-o", "lstart=", "-p", str(pid)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout.strip()


def note(data: Path, children: list[Child]) -> None:
    """Write down who runs now."""
    rows = [
        {"pid": child.pid, "signal": int(child.stop_signal), "wave": child.wave, "started": started_at(child.pid)}
        for child in children
        if child.alive
    ]
    (data / FILE).write_text(json.dumps(rows))


def end(data: Path) -> int:
    """End what an earlier start on `data` left and say how many. The caller holds the lock of `data`."""
    try:
        rows = json.loads((data / FILE).read_text())
    except (OSError, ValueError):
        return 0
    found: dict[int, list[tuple[int, int]]] = {}
    for row in rows:
        if row["started"] and started_at(row["pid"]) == row["started"]:
            found.setdefault(row["wave"], []).append((row["pid"], row["signal"]))
    for wave in sorted(found):
        guardian.end_all(found[wave])
    (data / FILE).unlink(missing_ok=True)
    return sum(len(groups) for groups in found.values())
