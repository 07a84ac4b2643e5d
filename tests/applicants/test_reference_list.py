"""How each request goes, as its applicant reads it: from the status, and from what became of the mail."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from applicants.models import Application, Reference
from applicants.raters import open_places
from applicants.transitions import advance
from competencies.editions import requirements_for
from endorsement_portal.models import Message
from tests import factories

pytestmark = pytest.mark.django_db


def row(client, application):
    [found] = client.get(f"/applications/{application.pk}/references/").context["rows"]
    return found


@pytest.fixture
def client(applicant, client_for):
    return client_for(applicant)


def delivered(**conditions) -> None:
    Message.objects.filter(kind__in=["E39", "E45"], **conditions).update(sent_at=timezone.now())


def refused(**conditions) -> None:
    Message.objects.filter(kind__in=["E39", "E45"], **conditions).update(
        failed_at=timezone.now(), failure="550 No such mailbox"
    )


def test_queued_sent_bounced(asked, draft, client):
    assert row(client, draft).label == "Queued"
    delivered()
    found = row(client, draft)
    day = timezone.localdate(asked.sent_at + timedelta(days=7))
    assert (found.label, found.hint) == ("Sent", f"We remind them on {day:%B} {day.day}.")
    refused()
    found = row(client, draft)
    assert (found.label, found.tone, found.bounced) == ("Not delivered", "attention", ("rater1@example.org",))
    page = client.get(f"/applications/references/{asked.pk}/").content.decode()
    for way in ("Our mail was refused", "Correct, or add an address", "Copy the link", ">Replace<"):
        assert way in page


def test_of_two_addresses_one_is_enough(asked, draft, client, applicant):
    Reference.objects.update(second_email="second@example.org")
    advance(Reference.objects.get(), "correct", by=applicant)
    generation = {"link_ref": f"{asked.pk}:2"}
    refused(email="rater1@example.org", **generation)
    assert (row(client, draft).label, row(client, draft).bounced) == ("Queued", ("rater1@example.org",))
    delivered(email="second@example.org", **generation)
    found = row(client, draft)
    assert (found.label, found.bounced) == ("Sent", ("rater1@example.org",))
    assert found.hint.startswith("It did not arrive at rater1@example.org, but at the other address.")
    refused(email="second@example.org", **generation)
    assert row(client, draft).label == "Not delivered"


def test_mail_with_an_old_link_says_nothing_about_the_new_one(asked, draft, client, applicant):
    refused()
    advance(asked, "correct", by=applicant)
    assert row(client, draft).label == "Queued"


@pytest.mark.parametrize(
    ("status", "label", "hint", "asks"),
    [
        ("draft", "Not sent yet", "Nobody has written to them yet.", True),
        ("opened", "Opened", "They have opened the form and can take their time.", False),
        ("started", "Started", "They have begun, and come back when it suits them.", False),
        ("declined", "Declined", "Please name somebody else.", True),
        ("void", "Can’t be counted", "They did not know enough about your work.", True),
        ("expired", "Link expired", "The link was not used in time.", True),
    ],
)
def test_the_other_states(asked, draft, client, status, label, hint, asks):
    refused()
    Reference.objects.update(status=status)
    found = row(client, draft)
    assert (found.label, found.hint.startswith(hint), found.asks) == (label, True, asks)


def test_one_that_was_never_sent_is_sent_from_its_page(draft, client):
    reference = factories.reference(draft)
    page = client.get(f"/applications/references/{reference.pk}/")
    edit = f"/applications/references/{reference.pk}/edit/"
    assert (page.context["may"].get("send"), page.content.decode().count(edit)) == (True, 1)
    form = client.get(edit).context["form"]
    same = {name: form[name].value() or "" for name in form.fields}
    client.post(edit, same | {"waived": "True", "known_since": str(reference.known_since)})
    assert Reference.objects.get().status == "sent"


@pytest.mark.parametrize(("days", "label"), [(0, "Complete"), (364, "Complete"), (367, "Too old to count")])
def test_it_counts_for_twelve_months(draft, client, days, label):
    factories.completed_reference(draft)
    Reference.objects.update(completed_at=timezone.now() - timedelta(days=days))
    found = row(client, draft)
    assert (found.label, found.asks) == (label, label != "Complete")


def test_an_endorsement_is_the_rater_s_to_confirm(draft, client, applicant):
    asked = factories.reference(draft, role="endorsed_or_vetted")
    advance(asked, "send", by=applicant)
    page = f"/applications/{draft.pk}/references/"
    assert "To be confirmed by the rater" in client.get(page).content.decode()
    advance(asked, "open")
    advance(asked, "save", rater_endorsement="IFS")
    assert "To be confirmed by the rater" in client.get(page).content.decode()
    advance(asked, "complete", rater_endorsement="IFS", answers={"thinking.planning": "3"})
    text = client.get(page).content.decode()
    assert ("To be confirmed by the rater" in text, "Not confirmed" in text) == (False, False)
    Reference.objects.update(rater_endorsement="")
    assert "Not confirmed" in client.get(page).content.decode()


@pytest.mark.parametrize(
    ("asked", "open_"),
    [
        (
            [],
            [
                "your current supervisor",
                "your provider of reflective supervision",
                "one more person who knows your work",
            ],
        ),
        (["colleague"], ["your current supervisor", "your provider of reflective supervision"]),
        (["current_supervisor", "rsc_provider"], ["one more person who knows your work"]),
        (["current_supervisor", "rsc_provider", "colleague"], []),
    ],
)
def test_who_is_still_needed(draft, applicant, client, asked, open_):
    for number, role in enumerate(asked):
        advance(factories.reference(draft, number, role=role), "send", by=applicant)
    advance(factories.reference(draft, 9, role="current_supervisor"), "send", by=applicant)
    Reference.objects.filter(rater_name="Rater 9").update(status="declined")
    places = open_places(requirements_for(draft.category), draft.references.current())
    assert [place.words for place in places] == open_
    form = client.get(f"/applications/{draft.pk}/references/new/").context["form"]
    groups = [label for label, _roles in form.fields["role"].choices][1:]
    assert (groups[0] == "Still needed for your category") is bool(open_)
    assert form["role"].value() == ("current_supervisor" if "your current supervisor" in open_ else "")


def test_one_that_is_too_old_leaves_its_place_open(draft):
    factories.completed_reference(draft, role="current_supervisor")
    places = open_places(requirements_for(draft.category), draft.references.current())
    assert "your current supervisor" not in [place.words for place in places]
    Reference.objects.update(completed_at=timezone.now() - timedelta(days=400))
    places = open_places(requirements_for(draft.category), draft.references.current())
    assert places[0].words == "your current supervisor"


def test_nothing_is_offered_where_the_references_are_closed(asked, draft, client):
    Application.objects.update(status="returned", submitted_at="2026-01-01T12:00Z", returned_sections=["training"])
    assert client.get(f"/applications/{draft.pk}/references/").context["may_change"] is False
    assert client.get(f"/applications/{draft.pk}/references/new/").status_code == 404
    assert client.get(f"/applications/references/{asked.pk}/edit/").status_code == 404
