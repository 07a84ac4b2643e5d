"""Is it alive, and is everything it needs there?"""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.utils import timezone

from endorsement_portal.tasks import HEARTBEAT, heartbeat
from endorsement_portal.views import health


def test_the_process_answers_without_a_database(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"ok", "text/plain")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_ready_while_a_worker_consumes(client):
    heartbeat()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": True, "queue": True, "storage": True})


@pytest.mark.django_db
def test_not_ready_without_a_heartbeat_or_with_an_old_one(client):
    expected = (503, {"database": True, "queue": False, "storage": True})
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == expected
    cache.set(HEARTBEAT, (timezone.now() - timedelta(seconds=91)).isoformat())
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == expected
    cache.set(HEARTBEAT, "not a time")
    assert client.get("/readyz").status_code == 503


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["database", "storage"])
def test_a_part_that_fails_is_named_and_tells_no_more(client, monkeypatch, part):
    heartbeat()

    def fail() -> bool:
        raise OperationalError("password of portal_app at 10.0.0.7 is wrong")

    monkeypatch.setattr(health, f"_{part}", fail)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()[part]) == (503, False)
    assert b"10.0.0.7" not in answer.content


@pytest.mark.django_db
def test_a_probe_leaves_nothing_behind(client, settings, tmp_path):
    here = settings.STORAGES["default"] | {"OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"default": here}
    client.get("/readyz")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_nothing_is_posted_to_them(client, path):
    assert client.post(path).status_code == 405
