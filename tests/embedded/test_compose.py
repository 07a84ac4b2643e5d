"""What docker-compose.yml, the Dockerfile and the Procfile promise."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PORTAL = ["web", "worker", "beat", "relay"]
REQUIRED = {
    "SECRET_KEY",
    "FIELD_KEY",
    "BASE_URL",
    "EMAIL_URL",
    "POSTGRES_PASSWORD",
    "APP_DB_PASSWORD",
    "MIGRATOR_DB_PASSWORD",
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The file as Compose reads it, before variables are put in."""
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, Any]:
    """Its services."""
    return compose["services"]


def test_every_process_class_has_its_service(services: dict[str, Any]) -> None:
    assert set(services) == {*PORTAL, "migrate", "roles", "db", "redis"}


def test_all_run_read_only_without_rights_and_none_as_root(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        # The portal's image says USER itself.
        assert service.get("user", "portal") not in {"root", "0"}, name
    assert re.search(r"^USER portal$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)


def test_what_runs_on_says_whether_it_is_well(services: dict[str, Any]) -> None:
    with_check = {name for name, service in services.items() if "healthcheck" in service}
    assert with_check == {"web", "worker", "beat", "db", "redis"}
    assert "/healthz" in services["web"]["healthcheck"]["test"][-1]
    assert "/readyz" in services["worker"]["healthcheck"]["test"][-1]


def test_tables_come_first_once_and_as_their_owner(services: dict[str, Any]) -> None:
    migrate = services["migrate"]
    assert migrate["restart"] == "no"
    assert migrate["command"] == ["python", "manage.py", "prepare", "--role", "portal_app"]
    assert migrate["environment"]["DATABASE_URL"].startswith("postgres://portal_migrator:")
    for name in PORTAL:
        assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
        assert services[name]["environment"]["DATABASE_URL"].startswith("postgres://portal_app:")


def test_debug_is_off_and_a_missing_secret_stops_the_start_with_a_hint(services: dict[str, Any]) -> None:
    assert services["web"]["environment"]["DEBUG"] == "0"
    text = (ROOT / "docker-compose.yml").read_text()
    assert set(re.findall(r"\$\{([A-Z_]+):\?set \1[^}]*, see README[^}]*\}", text)) == REQUIRED
    assert re.findall(r"\$\{([A-Z_]+)\}", text) == []
    named = set(re.findall(r"^([A-Z_]+)=$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert named == REQUIRED


def test_database_and_queue_are_not_published(compose: dict[str, Any], services: dict[str, Any]) -> None:
    assert {name for name, service in services.items() if "ports" in service} == {"web"}
    assert compose["networks"]["data"] == {"internal": True}
    assert services["db"]["networks"] == services["redis"]["networks"] == ["data"]


def test_procfile_and_compose_start_the_same(services: dict[str, Any]) -> None:
    lines = [line.partition(": ") for line in (ROOT / "Procfile").read_text().splitlines()]
    assert {name: shlex.split(command) for name, _, command in lines} == {
        name: services[name]["command"] for name in PORTAL
    }


def test_the_image_holds_production_packages_by_hash(services: dict[str, Any]) -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes -r /tmp/requirements.lock" in dockerfile
    assert "dev.lock" not in dockerfile
    assert "endorsement_portal/embedded" in (ROOT / ".dockerignore").read_text().splitlines()
