"""The verbs of an interest, each on its own page."""

from __future__ import annotations

import pytest
from django.urls import reverse

from cohorts.models import Interest
from endorsement_portal.models import Event, Message
from tests.cohorts import rows

# verb, from, to, the mail that goes out
ACTS = [
    ("pool", "new", "pool", "E04"),
    ("ask", "new", "needs_info", "E03"),
    ("answer", "needs_info", "new", None),
    ("waitlist", "pool", "waitlisted", "E09"),
    ("not_ready", "new", "not_ready", "E10"),
    ("close", "new", "closed", "E12"),
    ("reopen", "closed", "new", None),
]
NOTE = "Please tell us about your hours.\nThank you."


def url(interest, verb) -> str:
    return reverse("cohorts:interest_confirm", args=[interest.pk, verb])


def detail(interest) -> str:
    return reverse("cohorts:interest_detail", args=[interest.pk])


@pytest.mark.parametrize(("verb", "before", "after", "mail"), ACTS)
def test_it_works(client_for, coordinator, verb, before, after, mail):
    interest = rows.interest(status=before)
    client = client_for(coordinator)

    assert client.get(url(interest, verb)).status_code == 200
    response = client.post(url(interest, verb), {"note": NOTE})

    assert (response.status_code, response["Location"]) == (302, detail(interest))
    interest.refresh_from_db()
    assert interest.status == after
    event = Event.objects.about(interest).get()
    assert (event.verb, event.before, event.after, event.actor) == (verb, before, after, coordinator)
    assert event.note == ("" if verb == "reopen" else NOTE)
    assert list(Message.objects.values_list("kind", "email")) == ([(mail, interest.email)] if mail else [])


@pytest.mark.parametrize("verb", ["ask", "not_ready", "close"])
def test_what_was_written_is_mailed(client_for, coordinator, interest, verb):
    client_for(coordinator).post(url(interest, verb), {"note": NOTE})

    assert NOTE in Message.objects.get().body


@pytest.mark.parametrize("verb", ["pool", "waitlist"])
def test_a_note_for_the_history_is_never_mailed(client_for, coordinator, interest, verb):
    client_for(coordinator).post(url(interest, verb), {"note": "Between us."})

    assert "Between us." not in Message.objects.get().body


@pytest.mark.parametrize("verb", ["ask", "not_ready"])
def test_without_the_words_it_asks_for_them(client_for, coordinator, interest, verb):
    response = client_for(coordinator).post(url(interest, verb), {"note": "  "})

    assert response.status_code == 200
    assert "Please write a few words." in response.content.decode()
    assert Interest.objects.get().status == "new"


def test_looking_changes_nothing(client_for, coordinator, interest):
    client_for(coordinator).get(url(interest, "close"))

    assert Interest.objects.get().status == "new"
    assert Event.objects.count() == Event.objects.exclude(subject_type="cohorts.interest").count()


def test_a_stranger_is_sent_to_sign_in(client, interest):
    assert client.post(url(interest, "pool")).status_code == 302
    assert Interest.objects.get().status == "new"


@pytest.mark.parametrize(("hat", "status"), [("applicant", 403), ("reviewer", 403), ("finance", 403), ("admin", 404)])
def test_others_are_refused(request, client_for, interest, hat, status):
    client = client_for(request.getfixturevalue(hat))

    assert client.post(url(interest, "pool"), {"note": ""}).status_code == status
    assert Interest.objects.get().status == "new"


@pytest.mark.parametrize("verb", ["place", "release", "leave", "nonsense"])
def test_the_systems_own_verbs_have_no_page(client_for, coordinator, verb):
    interest = rows.interest(status="offered")

    assert client_for(coordinator).post(url(interest, verb)).status_code == 404


def test_the_wrong_status_says_so(client_for, coordinator):
    interest = rows.interest(status="closed")

    response = client_for(coordinator).post(url(interest, "pool"), {"note": ""}, follow=True)

    assert response.redirect_chain == [(detail(interest), 302)]
    assert "somebody may have been quicker" in response.content.decode()
    assert Interest.objects.get().status == "closed"


def test_twice_does_it_once(client_for, coordinator, interest):
    client = client_for(coordinator)

    for _again in range(2):
        client.post(url(interest, "pool"), {"note": ""})

    assert Event.objects.about(interest).count() == 1
    assert Message.objects.filter(kind="E04").count() == 1
