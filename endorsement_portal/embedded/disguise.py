"""Running as somebody whom PostgreSQL accepts: it refuses root, and users without a name.

As one of these it runs in a user namespace, which leaves no user and no changed permission behind. Where namespaces are
forbidden (most containers) it runs as the unprivileged user `nobody`, with data and programs in folders that
`nobody` can walk to.
"""

# ruff: noqa: S603, S607 - the commands are our own, and what they run is found on the PATH on purpose

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Literal

from endorsement_portal.embedded.places import CannotStartError

NOBODY = 65534
# Survives a restart of the machine; what is made below it belongs to root or to `nobody`.
REACHABLE_ROOT = Path("/var/tmp")  # noqa: S108
HOME_PREFIX = "portal-nobody-"

Disguise = Literal["none", "namespace", "nobody"]


def choose(data: Path) -> Disguise:
    """How to run a server that refuses root on `data`: as before where data exists, else what works here."""
    if os.geteuid() != 0 and _has_a_name(os.geteuid()):
        return "none"
    if data.exists() and data.stat().st_uid == NOBODY:
        return "nobody"
    if _namespaces_work():
        return "namespace"
    if _can_become_nobody():
        return "nobody"
    raise CannotStartError(
        "PostgreSQL refuses to run as root or as a user without a name, and this machine allows neither a user "
        "namespace nor another user. Start as an ordinary user, or give DATABASE_URL."
    )


def _has_a_name(user: int) -> bool:
    """Whether the machine knows the user: PostgreSQL asks, and containers may run as a mere number."""
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def namespace() -> list[str]:
    """The words before a command that make it believe to be an ordinary user with a name; files stay ours."""
    names = [entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid != 0]
    user = NOBODY if NOBODY in names else min(names, default=NOBODY)
    return ["unshare", "-U", f"--map-user={user}", f"--map-group={user}"]


def _namespaces_work() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*namespace(), "true"], capture_output=True, check=False).returncode == 0


def _can_become_nobody() -> bool:
    if not _has_a_name(NOBODY):
        return False
    try:
        tried = subprocess.run(["true"], user=NOBODY, group=NOBODY, extra_groups=[], check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return tried.returncode == 0


def reachable(path: Path) -> bool:
    """Whether `nobody` can walk to `path`."""
    folders = [folder for folder in path.resolve().parents if folder.exists()]
    return all(folder.stat().st_mode & 0o001 for folder in folders)


def place_for_data(data: Path, disguise: Disguise) -> Path:
    """Where the data is: in `data` itself, or behind a link where `nobody` could not walk to it."""
    if disguise != "nobody" or reachable(data):
        return data.resolve()
    home = Path(tempfile.mkdtemp(prefix=HOME_PREFIX, dir=REACHABLE_ROOT))
    home.chmod(0o711)
    kept = home / "postgres"
    if data.is_symlink():
        data.unlink()
    elif data.exists():
        # Made when namespaces were still allowed.
        shutil.move(data, kept)
    data.parent.mkdir(parents=True, exist_ok=True)
    data.symlink_to(kept)
    return kept


def give(folder: Path) -> None:
    """Make `nobody` the owner of the folder and of all in it."""
    os.chown(folder, NOBODY, NOBODY)
    for path in folder.rglob("*"):
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)


def home_of_programs(folder: Path) -> Path:
    """Where a copy of the programs in `folder` is kept; always the same, so that it is made once."""
    return REACHABLE_ROOT / f"{HOME_PREFIX}{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"


def programs_for_nobody(folder: Path, version: str) -> Path:
    """A folder of programs that `nobody` can reach: `folder`, or a copy of the wheel's tree around it.

    The programs find their own files from where they are, so a copy works.
    """
    if reachable(folder / "postgres"):
        return folder
    tree = folder.parent
    package = tree.parent
    copy = home_of_programs(folder) / version / package.name
    copy.parents[1].mkdir(mode=0o711, exist_ok=True)
    if copy.parents[1].is_symlink() or copy.parents[1].stat().st_uid != os.geteuid():
        raise CannotStartError(f"{copy.parents[1]} belongs to somebody else. Remove it.")
    if not (copy / tree.name).exists():
        partly = copy / f"{tree.name}.part"
        shutil.copytree(tree, partly, symlinks=True, dirs_exist_ok=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, copy.with_name(libraries.name), symlinks=True, dirs_exist_ok=True)
        partly.rename(copy / tree.name)
    return copy / tree.name / "bin"
