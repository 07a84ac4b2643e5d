"""Setting up: the stamp, the Makefile's verbs, and the browser that tests ask for."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import browsers

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A clone in a folder with a space, whose environment is up to date as far as its stamp says."""
    clone = tmp_path / "a clone"
    (clone / "endorsement_portal" / "embedded").mkdir(parents=True)
    for name in ("Makefile", "requirements-dev.lock", "requirements-uv.lock", "endorsement_portal/embedded/install.py"):
        shutil.copy(ROOT / name, clone / name)
    return clone


def make(folder: Path, *arguments: str, **env: str) -> "subprocess.CompletedProcess[str]":
    """Run make as a person would."""
    clean = {name: value for name, value in os.environ.items() if name not in {"MAKELEVEL", "MAKEFLAGS"}}
    command = [shutil.which("make") or "make", "--no-print-directory", f"PYTHON={sys.executable}", *arguments]
    return subprocess.run(command, cwd=folder, env=clean | env, capture_output=True, text=True, check=False)


def test_help_lists_the_verbs_twelve_at_most() -> None:
    listed = re.findall(r"^  make ([a-z]+) +\S", make(ROOT, "help").stdout, re.MULTILINE)
    assert {"run", "test", "setup", "bench", "help"} <= set(listed)
    assert len(listed) <= 12
    assert set(listed) == set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_what_is_up_to_date_is_left_alone(house: Path) -> None:
    (house / ".venv").mkdir()
    script = house / "endorsement_portal" / "embedded" / "install.py"
    asking = f"import runpy; print(runpy.run_path({str(script)!r})['fingerprint']())"
    stamp = subprocess.run([sys.executable, "-I", "-c", asking], capture_output=True, text=True, check=True).stdout
    (house / ".venv" / ".installed").write_text(stamp.strip())
    done = make(house, "setup")
    assert (done.returncode, done.stdout) == (0, "")
    assert "Setting up" not in done.stderr
    assert [path.name for path in (house / ".venv").iterdir()] == [".installed"]


def test_an_old_python_is_refused_in_plain_words(house: Path) -> None:
    (house / "bin").mkdir()
    for name in ("sed", "sh"):
        (house / "bin" / name).symlink_to(shutil.which(name))
    done = make(house, "setup", "PYTHON=", PATH=str(house / "bin"))
    assert done.returncode != 0
    assert "Python 3.11 or newer is needed" in done.stderr


def test_bench_asks_which(house: Path) -> None:
    (house / "benchmarks").mkdir()
    (house / "benchmarks" / "pages.py").touch()
    makefile = house / "Makefile"
    makefile.write_text(makefile.read_text().replace("bench: setup", "bench:"))
    done = make(house, "bench")
    assert done.returncode != 0
    assert "make bench NAME=x with x of: pages" in done.stderr


def test_the_build_server_runs_the_tests_with_a_browser_required_and_nothing_else() -> None:
    lines = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if not line.startswith("#")]
    assert lines == ['cd "$(dirname "$0")/.." && REQUIRE_BROWSER=1 exec make test']
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


BROWSER_TEST = """
import pytest

def test_page(page):
    pass

def test_plain():
    pass
"""


@pytest.mark.parametrize(
    ("required", "code", "said"),
    [("", 0, "BROWSER TESTS DID NOT RUN"), ("1", 1, "REQUIRE_BROWSER=1 makes this a failure")],
)
def test_a_missing_browser_is_loud_and_where_required_a_failure(
    tmp_path: Path, required: str, code: int, said: str
) -> None:
    (tmp_path / "test_it.py").write_text(BROWSER_TEST)
    env = dict(os.environ) | {"CHROMIUM": "/nowhere/chromium", "REQUIRE_BROWSER": required, "PYTHONPATH": str(ROOT)}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.browsers",
        "-p",
        "no:django",
        "-p",
        "no:randomly",
        "test_it.py",
    ]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout
    assert said in done.stdout
    assert "1 passed" in done.stdout


def test_a_named_browser_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", sys.executable)
    assert browsers.find_chromium() == sys.executable
