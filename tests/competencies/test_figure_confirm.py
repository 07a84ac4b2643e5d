"""Confirming a figure, in place and on its own page, with or without a value of one's own."""

import json

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from competencies.models import Figure
from endorsement_portal.lifecycle import advance
from endorsement_portal.models import Event


@pytest.fixture
def figure(edition):
    return Figure.objects.get(edition=edition, section="FS", path="training.total")


def url(figure, verb="confirm"):
    name = "competencies:figure_confirm" if verb == "confirm" else "competencies:figure_confirm_reopen"
    return reverse(name, args=[figure.pk])


def sent(figure, **said):
    return {"value": figure.value, "seen": json.dumps(figure.value), "note": ""} | said


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_yes_as_it_is(client_for, coordinator, figure):
    answer = client_for(coordinator).post(url(figure), sent(figure))
    back = reverse("competencies:edition_detail", args=[figure.edition_id]) + "?show=open#FS"
    assert (answer.status_code, answer.url) == (302, back)
    assert said(answer) == ["Confirmed: Training in total, 33 hours."]
    figure.refresh_from_db()
    assert (figure.status, figure.value, figure.confirmed_by) == ("confirmed", 33, coordinator)
    assert figure.confirmed_at is not None
    event = Event.objects.about(figure).get()
    assert (event.verb, event.details) == ("confirm", {"old": "33", "new": "33"})


def test_with_the_associations_own_value(client_for, coordinator, figure):
    client_for(coordinator).post(url(figure), sent(figure, value="30", note="Board, May 4"))
    figure.refresh_from_db()
    assert (figure.value, figure.status) == (30, "confirmed")
    event = Event.objects.about(figure).get()
    assert (event.details, event.note) == ({"old": "33", "new": "30"}, "Board, May 4")
    page = client_for(coordinator).get(url(figure)).content.decode()
    assert "Changed from 33 hours to 30 hours. Board, May 4" in page


@pytest.mark.parametrize(
    ("section", "path", "value", "kept"),
    [
        ("common", "rsc.max_providers", "", None),
        ("common", "rsc.max_providers", "2", 2),
        ("common", "references.scale", "1 to 5", "1 to 5"),
        ("FRS", "closing", "False", False),
        ("FRS", "replaced_by", "ERS", "ERS"),
        ("renewal", "first_due", "2028-12-31", "2028-12-31"),
        ("MHM-C", "rsc.providers", "vetted\nMental Health Mentor – Clinical\n", ["vetted", "MHM-C"]),
        ("MHM-P", "references.roles", "any\nyour current supervisor\nany", ["any", "current_supervisor", "any"]),
        ("common", "rsc.window_months_before", "12\n36", [12, 36]),
    ],
)
def test_each_kind_of_value(client_for, coordinator, edition, section, path, value, kept):
    figure = Figure.objects.get(edition=edition, section=section, path=path)
    Figure.objects.filter(pk=figure.pk).update(status="open")
    client_for(coordinator).post(url(figure), sent(figure, value=value))
    figure.refresh_from_db()
    assert (figure.value, figure.status) == (kept, "confirmed")


@pytest.mark.parametrize(
    ("section", "path", "value"),
    [
        ("FS", "training.total", "many"),
        ("FS", "training.total", "-3"),
        ("FS", "training.total", ""),
        ("FRS", "closing", "perhaps"),
        ("FRS", "replaced_by", "nobody"),
        ("renewal", "model", "whenever"),
        ("MHM-C", "rsc.providers", "a friend"),
        ("common", "rsc.window_months_before", "a year"),
    ],
)
def test_a_wrong_value_is_said_next_to_the_field_and_nothing_changes(
    client_for, coordinator, edition, section, path, value
):
    figure = Figure.objects.get(edition=edition, section=section, path=path)
    Figure.objects.filter(pk=figure.pk).update(status="open")
    page = client_for(coordinator).post(url(figure), sent(figure, value=value, note="kept"))
    assert page.status_code == 200
    assert list(page.context["form"].errors) == ["value"]
    assert b'value="kept"' in page.content
    again = Figure.objects.get(pk=figure.pk)
    assert (again.value, again.status) == (figure.value, "open")
    assert Event.objects.about(figure).count() == 0


def test_twice_does_it_once(client_for, coordinator, figure):
    browser = client_for(coordinator)
    browser.post(url(figure), sent(figure, value="30"))
    answer = browser.post(url(figure), sent(figure, value="40"))
    assert any("can’t be done now" in message for message in said(answer))
    figure.refresh_from_db()
    assert figure.value == 30
    assert Event.objects.about(figure).count() == 1


@pytest.mark.parametrize("seen", ["31", "", "{", '"33"'])
def test_a_stale_page_changes_nothing(client_for, coordinator, figure, seen):
    client_for(coordinator).post(url(figure), sent(figure, value="30", seen=seen))
    figure.refresh_from_db()
    assert (figure.value, figure.status) == (33, "open")


def test_looking_changes_nothing(client_for, coordinator, figure):
    page = client_for(coordinator).get(url(figure))
    assert page.status_code == 200
    figure.refresh_from_db()
    assert figure.status == "open"


@pytest.mark.parametrize("role", ["applicant", "reviewer", "finance"])
@pytest.mark.parametrize("verb", ["confirm", "reopen"])
def test_the_wrong_role_changes_nothing(client_for, request, figure, role, verb):
    answer = client_for(request.getfixturevalue(role)).post(url(figure, verb), sent(figure))
    assert answer.status_code == 403
    figure.refresh_from_db()
    assert figure.status == "open"


@pytest.mark.parametrize("verb", ["confirm", "reopen"])
def test_a_stranger_is_sent_to_sign_in(client, figure, verb):
    assert client.post(url(figure, verb), sent(figure)).status_code == 302
    figure.refresh_from_db()
    assert figure.status == "open"


def test_open_again_with_a_reason(client_for, coordinator, figure):
    advance(figure, "confirm", by=coordinator)
    browser = client_for(coordinator)
    assert browser.get(url(figure, "reopen")).status_code == 200
    answer = browser.post(url(figure, "reopen"), {"note": " "})
    assert said(answer) == ["Please give a reason, so that others can follow the decision."]
    figure.refresh_from_db()
    assert figure.status == "confirmed"
    browser.post(url(figure, "reopen"), {"note": "The alliance changed it"})
    figure.refresh_from_db()
    assert (figure.status, figure.confirmed_by) == ("open", None)


def test_a_note_cannot_bring_markup(client_for, coordinator, figure):
    browser = client_for(coordinator)
    browser.post(url(figure), sent(figure, note="<script>alert(1)</script>"))
    page = browser.get(url(figure)).content
    assert b"<script>alert(1)" not in page
    assert b"&lt;script&gt;alert(1)" in page
