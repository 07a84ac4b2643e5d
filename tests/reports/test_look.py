"""The look: its plan of pages, its sheets, and one small tour with a real browser."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import clear_url_caches, path
from PIL import Image

from endorsement_portal import urls
from endorsement_portal.models import User
from reports.look import scenes, sheets, shots, unseen
from reports.look.camera import LIGHTS, Camera
from reports.management.commands import look
from tests.conftest import make_person


@pytest.fixture
def cast(edition, db):
    """The accounts that the scenes ask for, without their stories."""
    emails = {sitter.email() for sitter in scenes.SITTERS} - {""}
    people = [make_person(email) for email in sorted(emails)]
    User.objects.update(is_demo=True)
    return people


def test_scenes_have_names_of_their_own():
    for sitter in scenes.SITTERS:
        titles = [scene.title for scene in sitter.scenes]
        assert len(titles) == len(set(titles)), sitter.role


def test_every_scene_is_a_page_and_none_is_left_out_for_two_reasons():
    known = set(shots._names(shots.get_resolver()))
    shown = {scene.name for sitter in scenes.SITTERS for scene in sitter.scenes}
    assert shown - known - {"design"} == set()
    assert set(unseen.NO_PAGE) - known == set()
    assert shown & set(unseen.NO_PAGE) == set()


def test_a_page_without_a_row_is_told_of(cast):
    planned = shots.plan("rater/")
    assert planned.sittings == []
    assert "rater/applicants-reference_form: the demonstration has no row for it" in planned.left_out


def test_a_page_without_a_scene_is_told_of(monkeypatch):
    monkeypatch.setattr(shots, "_names", lambda _resolver: iter(["home", "healthz", "brand:new", "account_login"]))
    assert shots.names_without_scene() == ["brand:new"]


def test_a_sitting_is_signed_in_and_forgotten(cast):
    [sitting] = shots.plan("finance/home").sittings
    assert [(shot.title, shot.path, shot.main) for shot in sitting.shots] == [("home", "/", True)]
    client = Client()
    client.cookies["session8000"] = sitting.session_key
    assert client.get("/inbox/").status_code == 200
    shots.forget([sitting])
    assert not Session.objects.exists()
    assert client.get("/inbox/").status_code == 302


def test_nobody_real_sits(cast):
    User.objects.update(is_demo=False)
    with pytest.raises(User.DoesNotExist):
        shots.plan("finance/home")


def test_the_command_looks_at_a_demonstration_only(db, monkeypatch, applicant):
    monkeypatch.setattr(look, "find_chromium", lambda: "/usr/bin/true")
    with pytest.raises(CommandError, match="demonstration only"):
        call_command("look", stdout=io.StringIO())


def test_the_command_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(look, "find_chromium", lambda: None)
    with pytest.raises(CommandError, match="No Chromium was found"):
        call_command("look")
    monkeypatch.setattr(look, "Camera", None)
    with pytest.raises(CommandError, match="make setup"):
        call_command("look")


def test_a_browser_that_is_named_is_taken_or_missed(monkeypatch, tmp_path):
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "nowhere"))
    assert look.find_chromium() is None
    program = tmp_path / "chrome"
    program.touch(mode=0o755)
    monkeypatch.setenv("CHROMIUM", str(program))
    assert look.find_chromium() == str(program)


def test_sheets_hold_a_role_and_light_each(tmp_path):
    pictures = []
    for role in ("finance", "admin"):
        for name, size in (("home", (360, 900)), ("a-very_long-name-of-a-page-that-needs-cutting", (360, 4000))):
            for light in ("360-light", "360-dark-nojs"):
                picture = tmp_path / role / f"{name}-{light}.png"
                picture.parent.mkdir(exist_ok=True)
                Image.new("RGB", size, "#888888").save(picture)
                pictures.append(picture)
    made = sheets.lay_out(pictures, tmp_path / "sheets")
    assert [sheet.stem for sheet in made] == [
        "admin-360-dark-nojs",
        "admin-360-light",
        "finance-360-dark-nojs",
        "finance-360-light",
    ]
    with Image.open(made[0]) as sheet:
        assert sheet.width == 2 * (sheets.THUMB_WIDTH["360"] + sheets.GAP) + sheets.GAP
        assert sheet.height < 1000


BROKEN = """<!doctype html><html lang="en"><head><title>Broken</title></head><body>
<main><h1>Broken</h1><img src="data:,"><pre>%s</pre></main></body></html>""" % ("wide " * 80)


@pytest.mark.browser
def test_the_camera_takes_pictures_and_finds_faults(live_server, cast, tmp_path, chromium_path, monkeypatch):
    """In a real browser: a page that is fine, one that is missing, one that is wide and has a picture without words."""
    broken = path("broken/", lambda _request: HttpResponse(BROKEN))
    monkeypatch.setattr(urls, "urlpatterns", [broken, *urls.urlpatterns])
    clear_url_caches()
    pages = [("privacy", "/privacy/", True), ("broken", "/broken/", False), ("lost", "/nowhere/", False)]
    sitting = shots.Sitting("visitor", "", [shots.Shot(title, where, main=main) for title, where, main in pages])
    camera = Camera(address=live_server.url, out=tmp_path, chromium=chromium_path, say=lambda _line: None)
    # In a thread of its own: this one may carry the loop of another test's browser.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(camera.take, [sitting]).result()
    monkeypatch.undo()
    clear_url_caches()
    looked = [light for light in LIGHTS if light.javascript]
    assert len(camera.pictures) == len(LIGHTS) + 2 * len(looked)
    told = "\n".join(camera.problems)
    assert "visitor/privacy" not in told
    assert "visitor/broken 360-light: is" in told
    assert "pixels wider than a window of 320" in told
    assert "axe critical: Images must have alternative text" in told
    assert "visitor/lost 1280-light: answers 404 at /nowhere/" in told
    for light in LIGHTS:
        assert (tmp_path / "visitor" / f"privacy-{light.name}.png").stat().st_size > 1000
