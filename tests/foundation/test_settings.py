"""Settings fail loudly with a hint, and production is clean without anything being silenced."""

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def production() -> dict[str, str]:
    """The environment of a deployment that speaks HTTPS."""
    # The last one is what Playwright needs inside this process, and no deployment has.
    left_out = {"DEBUG", "HTTPS", "ALLOWED_HOSTS", "EMAIL_URL", "LOG_LEVEL", "DJANGO_ALLOW_ASYNC_UNSAFE"}
    return {k: v for k, v in os.environ.items() if k not in left_out} | {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "BASE_URL": "https://portal.example.org",
        "EMAIL_URL": "smtp+tls://user:word@mail.example.org:587",
    }


def manage(env: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *command], env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("SECRET_KEY", "SECRET_KEY is not set. Set it to 50 or more random characters; `make run` makes one for you."),
        (
            "DATABASE_URL",
            "DATABASE_URL is not set. Give a PostgreSQL URL, or start with `make run`, which embeds a server.",
        ),
        ("REDIS_URL", "REDIS_URL is not set. Give a Redis URL, or start with `make run`, which embeds a server."),
    ],
)
def test_what_is_missing_stops_the_start_with_a_hint(production, name, hint):
    del production[name]
    done = manage(production, "check")
    assert done.returncode != 0
    assert hint in done.stderr.splitlines()[-1]
    empty = manage(production | {name: ""}, "check")
    assert empty.returncode != 0
    assert hint.replace("is not set", "is empty") in empty.stderr.splitlines()[-1]


def test_a_value_of_the_wrong_kind_stops_the_start(production):
    done = manage(production | {"DEBUG": "perhaps"}, "check")
    assert done.returncode != 0
    assert "DEBUG" in done.stderr


def test_production_passes_every_check_with_nothing_silenced(production):
    done = manage(production, "check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stdout.strip()) == (0, "System check identified no issues (0 silenced)."), done.stderr
    assert "SILENCED" not in (ROOT / "endorsement_portal" / "settings.py").read_text()


def test_debug_is_off_unless_said(production):
    done = manage(
        production, "shell", "--no-imports", "-c", "from django.conf import settings as s; print(s.DEBUG, s.HTTPS)"
    )
    assert done.stdout.strip().splitlines()[-1] == "False True", done.stderr


def test_every_setting_is_named_where_people_look_for_it():
    """In the example to copy, and in the table of the README, whole names only."""
    source = (ROOT / "endorsement_portal" / "settings.py").read_text()
    names = set(re.findall(r'(?:\benv\.\w+|\brequired)\(\s*"([A-Z][A-Z0-9_]*)"', source))
    assert {"SECRET_KEY", "DATABASE_URL", "STATIC_ROOT", "TZ"} <= names
    for file in (".env.example", "README.md"):
        text = (ROOT / file).read_text()
        assert {name for name in names if not re.search(rf"(?<![A-Z_]){name}(?![A-Z_])", text)} == set(), file


def test_gathered_static_files_can_be_read_by_whoever_runs_the_portal(production, tmp_path):
    """The image gathers them as root and serves them as somebody else; uploads stay the portal's own."""
    done = manage(production | {"STATIC_ROOT": str(tmp_path)}, "collectstatic", "--no-input", "--verbosity", "0")
    assert done.returncode == 0, done.stderr
    modes = {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*") if path.is_file()}
    folders = {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*") if path.is_dir()}
    assert (modes, folders) == ({0o644}, {0o755})
