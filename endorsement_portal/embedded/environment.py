"""What the portal's processes are told when it runs on one machine: twelve-factor settings, made where missing."""

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

DEFAULT_PORT = 8000
ROOT = Path(__file__).resolve().parents[2]
WEBHOOK_PATH = "/fees/webhook/"
RUNNING = "running.json"
REMEMBERED = (
    "DATABASE_URL",
    "MIGRATOR_DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "BASE_URL",
    "STRIPE_API_BASE",
    "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRET",
)


def default_data(port: int) -> Path:
    """Where a portal on `port` keeps its data: two side by side on two ports never share it."""
    return ROOT / "var" / ("run" if port == DEFAULT_PORT else f"run-{port}")


def secret(data: Path, name: str) -> str:
    """A secret made once for this data folder and kept in it, readable by its owner only."""
    file = data / name
    if not file.exists():
        data.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as opened:
            opened.write(secrets.token_urlsafe(48))
    return file.read_text().strip()


def portal_environment(given: Mapping[str, str], *, data: Path, port: int) -> dict[str, str]:
    """The environment of the web and the workers, apart from the servers' URLs. What is given stays as given."""
    made = {
        "DJANGO_SETTINGS_MODULE": "endorsement_portal.settings",
        "DEBUG": "1",
        "SECRET_KEY": secret(data, "secret"),
        "BASE_URL": f"http://localhost:{port}",
        "MEDIA_ROOT": str(data / "uploads"),
        "BEAT_SCHEDULE_FILE": str(data / "beat-schedule"),
        "PYTHONUNBUFFERED": "1",
    }
    return made | {name: value for name, value in given.items() if value or name not in made}


def remember(data: Path, environment: Mapping[str, str]) -> None:
    """Keep the names that matter of a running portal, so that `make codes` and the like reach the same one."""
    file = data / RUNNING
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as opened:
        json.dump({name: environment[name] for name in REMEMBERED if name in environment}, opened)


def remembered(data: Path) -> dict[str, str]:
    """What `remember` kept; empty where nothing runs."""
    try:
        found: dict[str, str] = json.loads((data / RUNNING).read_text())
    except (OSError, ValueError):
        return {}
    return found


def forget(data: Path) -> None:
    """The portal on `data` has stopped."""
    (data / RUNNING).unlink(missing_ok=True)
