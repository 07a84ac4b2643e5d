"""Makes the virtual environment from the hashed lock and looks for what Python packages cannot bring.

Runs with any Python from 3.11 on, before anything is installed: `python3 -I endorsement_portal/embedded/install.py`.
Only the standard library, and no import of the project.
"""

# ruff: noqa: S603, T201 - commands are our own and found on the PATH; a person reads what is printed

import argparse
import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = "requirements-dev.lock"
UV_LOCK = "requirements-uv.lock"
PANGO_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
# As WeasyPrint itself looks for them, on Linux and on Macs.
PANGO_LIBRARIES = (
    ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
)
MAC_FOLDERS = ("", "/opt/homebrew/lib/", "/usr/local/lib/")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")


def say(line: str) -> None:
    """One line to the person, beside any output that a program reads."""
    print(line, file=sys.stderr, flush=True)


def apt_installs(*packages: str) -> bool:
    """Install Debian packages where that is possible: as root, with apt-get there."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-qq", "-o", "Acquire::http::Timeout=20", "-o", "Acquire::Retries=1"]
    install = [*apt, "install", "-y", "--no-install-recommends", *packages]
    for command in (install, [*apt, "update"], install):
        done = subprocess.run(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        if done.returncode == 0 and command is install:
            return True
    return False


def loads(names: tuple[str, ...]) -> bool:
    """Whether a shared library can be loaded under any of its names."""
    folders = MAC_FOLDERS if sys.platform == "darwin" else ("",)
    for name in (f"{folder}{name}" for folder in folders for name in names):
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False


def pango_is_here() -> bool:
    """Whether WeasyPrint will find what it draws letters with."""
    return all(loads(names) for names in PANGO_LIBRARIES)


def check_pango() -> None:
    """Install Pango where that is possible, else say in one line what to install. Certificates need it."""
    if pango_is_here():
        return
    say(f"Installing {' '.join(PANGO_PACKAGES)} (letters for certificates)")
    if apt_installs(*PANGO_PACKAGES):
        # This process has looked in vain already; a new one sees what was installed.
        return
    hint = "brew install pango" if sys.platform == "darwin" else f"sudo apt-get install {' '.join(PANGO_PACKAGES)}"
    say(f"!! Certificates need Pango, which is not here. Install it:  {hint}")


def chromium_is_here() -> bool:
    """Whether a browser for the tests can be found, as the tests will look for it."""
    if os.environ.get("CHROMIUM") or any(shutil.which(name) for name in CHROMIUM_NAMES):
        return True
    places = [
        Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright"),
        Path.home() / "Library" / "Caches" / "ms-playwright",
    ]
    return any(any(place.glob("chromium-*/chrome-*")) for place in places)


def check_chromium() -> None:
    """Install a browser for the tests where that is possible; the tests say themselves what they did not run."""
    if chromium_is_here():
        return
    say("Installing Chromium for the browser tests")
    if apt_installs("chromium", "fonts-dejavu-core"):
        return
    playwright = str(ROOT / ".venv" / "bin" / "playwright")
    if subprocess.run([playwright, "install", "chromium"], stdout=subprocess.DEVNULL, check=False).returncode != 0:
        say("!! No Chromium could be installed. Install it:  sudo apt-get install chromium")


def fingerprint() -> str:
    """What the virtual environment depends on: the locks, and which Python."""
    digest = hashlib.sha256()
    for name in (LOCK, UV_LOCK):
        digest.update((ROOT / name).read_bytes())
    # A moved folder breaks the scripts inside, so its place counts too.
    digest.update(f"{sys.version_info[:2]} {ROOT}".encode())
    return digest.hexdigest()


def make_environment(venv: Path) -> None:
    """Make the virtual environment, with what Debian splits off the interpreter if it is missing."""
    command = [sys.executable, "-m", "venv", "--clear", str(venv)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if apt_installs(package) and subprocess.run(command, check=False).returncode == 0:
        return
    shutil.rmtree(venv, ignore_errors=True)
    sys.exit(
        f"{done.stdout}{done.stderr}\nPython cannot make a virtual environment. Try: sudo apt-get install {package}"
    )


def pip_setting(pip: list[str], name: str) -> str:
    """One of pip's settings, from its files or the environment."""
    given = os.environ.get(f"PIP_{name.upper().replace('-', '_')}")
    if given:
        return given
    asked = subprocess.run([*pip, "config", "get", f"global.{name}"], capture_output=True, text=True, check=False)
    return asked.stdout.strip()


def uv_environment(pip: list[str]) -> dict[str, str]:
    """Where pip has been told to look, told to uv, which does not read pip's settings."""
    env = dict(os.environ)
    settings = {"UV_DEFAULT_INDEX": "index-url", "UV_INDEX": "extra-index-url", "UV_FIND_LINKS": "find-links"}
    for name, setting in settings.items():
        value = pip_setting(pip, setting)
        if value and name not in env:
            env[name] = value
    certificate = pip_setting(pip, "cert")
    if certificate:
        env.setdefault("SSL_CERT_FILE", certificate)
    # All indexes together, as pip has it; the hashes decide what may come.
    env.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    env.setdefault("UV_HTTP_TIMEOUT", "180")
    return env


def install_packages(venv: Path) -> None:
    """Install the lock: with uv, in half a minute, or with pip where uv cannot be had."""
    python = str(venv / "bin" / "python")
    pip = [python, "-m", "pip", "--disable-pip-version-check"]
    hashed = ["install", "--quiet", "--require-hashes", "-r"]
    # Its complaints do not matter: pip does the work where uv cannot be had.
    subprocess.run([*pip, "-qq", *hashed, str(ROOT / UV_LOCK)], stderr=subprocess.DEVNULL, check=False)
    uv = venv / "bin" / "uv"
    if uv.exists():
        command = [str(uv), "pip", *hashed, str(ROOT / LOCK), "--python", python]
        if subprocess.run(command, env=uv_environment(pip), check=False).returncode == 0:
            return
    say("uv is not to be had here; installing with pip, which takes some minutes")
    if subprocess.run([*pip, *hashed, str(ROOT / LOCK)], check=False).returncode != 0:
        sys.exit("The packages could not be installed; the lines above say why.")


def main() -> None:
    """Bring everything up to date; an environment that already is costs a few milliseconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--browser", action="store_true", help="also see to a Chromium for the tests")
    options = parser.parse_args()
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever calls us may have an older one
        sys.exit("Python 3.11 or newer is needed.")
    venv = ROOT / ".venv"
    stamp = venv / ".installed"
    wanted = fingerprint()
    if not stamp.exists() or stamp.read_text() != wanted:
        began = time.monotonic()
        say("Setting up .venv from the lock (a minute or so, once)")
        stamp.unlink(missing_ok=True)
        if not (venv / "bin" / "python").exists() or not _matches(venv):
            make_environment(venv)
        install_packages(venv)
        stamp.write_text(wanted)
        say(f"Set up in {time.monotonic() - began:.0f} s")
    check_pango()
    if options.browser:
        check_chromium()


def _matches(venv: Path) -> bool:
    """Whether the environment there works, is of this Python, and was made for this folder."""
    asking = "import sys, pip; print(sys.version_info[:2], sys.prefix)"
    asked = subprocess.run([venv / "bin" / "python", "-c", asking], capture_output=True, text=True, check=False)
    scripts = venv / "bin" / "pip"
    made_here = scripts.exists() and str(venv).encode() in scripts.read_bytes()[:4000]
    return asked.stdout.strip() == f"{sys.version_info[:2]} {venv}" and made_here


if __name__ == "__main__":
    main()
