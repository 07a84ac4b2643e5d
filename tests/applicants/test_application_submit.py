"""Submitting: frozen as it is, told to both sides, once."""

import hashlib
import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse

from applicants.models import Application, Snapshot, Work
from applicants.transitions import advance
from endorsement_portal.models import Event, Message
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(draft):
    return f"/applications/{draft.pk}/submit/"


def test_it_is_frozen_logged_and_told(ready_draft, path, applicant, coordinator, client_for, keep_promises):
    client = client_for(applicant)
    assert "Submit my application" in client.get(path).content.decode()
    answer = client.post(path, follow=True)
    assert "Your application is submitted." in answer.content.decode()
    ready_draft.refresh_from_db()
    assert (ready_draft.status, ready_draft.submitted_at is not None) == ("submitted", True)
    [event] = Event.objects.about(ready_draft).filter(verb="submit")
    assert (event.before, event.after, event.actor_id) == ("draft", "submitted", applicant.pk)
    told = Message.objects.filter(kind__in=["E24", "E25"]).order_by("kind")
    assert [(m.kind, m.to) for m in told] == [("E24", applicant), ("E25", coordinator)]
    keep_promises()
    assert Message.objects.filter(kind__in=["E24", "E25"], sent_at=None).count() == 0


def test_the_snapshot_holds_all_but_what_references_say(ready_draft, path, applicant, client_for):
    client_for(applicant).post(path)
    snapshot = Snapshot.objects.get()
    data = snapshot.data
    assert (snapshot.number, data["application"]["category"]) == (1, "IFS")
    assert {kind: len(rows) for kind, rows in data["evidence"].items()} == {
        "work": 1,
        "education": 0,
        "course": 0,
        "training": 1,
        "supervision": 1,
        "supervision_given": 0,
        "leadership": 0,
    }
    assert data["profile"]["county_name"] == "Durham"
    assert [row["status"] for row in data["references"]] == ["completed"] * 3
    assert [row["kind"] for row in data["signatures"]] == ["agreement", "ethics"]
    text = json.dumps(data)
    for secret in ("Secret remarks", "recommend", "Rater 1", "rater1@", "token", "once", "127.0.0.1"):
        assert secret not in text, secret
    frozen = json.dumps(data, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    assert snapshot.sha256 == hashlib.sha256(frozen.encode()).hexdigest()


def test_later_changes_do_not_reach_it(ready_draft, path, applicant, coordinator, client_for, typed):
    client = client_for(applicant)
    client.post(path)
    before = Snapshot.objects.values().get()
    work = Work.objects.get()
    client.post(
        reverse("applicants:evidence_edit", args=["work", work.pk]),
        typed("work", seen_version="1", employer="Another Agency"),
    )
    client.post(f"/applications/evidence/training/{applicant.training_evidence.get().pk}/remove/")
    client.post("/applications/profile/", {"legal_name": "Somebody Else"})
    assert Snapshot.objects.values().get() == before
    page = client_for(coordinator).get(f"/applications/{ready_draft.pk}/submissions/1/").content.decode()
    assert "Little Steps Center" in page
    assert "Foundations of relationships" in page
    assert "Another Agency" not in page


def test_returned_and_sent_again_makes_a_second_snapshot(ready_draft, path, applicant, coordinator, client_for):
    client = client_for(applicant)
    client.post(path)
    advance(ready_draft, "return", by=coordinator, note="A date is missing")
    client.post(path)
    assert list(Snapshot.objects.values_list("number", flat=True)) == [1, 2]
    assert Application.objects.get().status == "submitted"


def test_a_second_click_changes_nothing_and_says_so(ready_draft, path, applicant, client_for):
    client = client_for(applicant)
    client.post(path)
    answer = client.post(path, follow=True)
    assert "This can’t be done now: somebody may have been quicker." in answer.content.decode()
    assert (Snapshot.objects.count(), Message.objects.filter(kind="E24").count()) == (1, 1)
    assert Event.objects.about(ready_draft).filter(verb="submit").count() == 1


def test_looking_submits_nothing(ready_draft, path, applicant, client_for):
    client = client_for(applicant)
    client.get(path, {"submit": "1"})
    client.head(path)
    assert Application.objects.get().status == "draft"
    client.post(path)
    assert client.get(path)["Location"] == f"/applications/{ready_draft.pk}/"


@pytest.mark.parametrize(
    ("take_away", "missing"),
    [
        (lambda a: a.person.profile.delete(), "Your profile"),
        (lambda a: a.signatures.filter(kind="ethics").delete(), "Code of Ethics"),
        (lambda a: Application.objects.update(fee_state="open"), "The fee"),
        (lambda a: a.references.first().delete(), "References"),
        (lambda a: a.person.work_evidence.all().delete(), "Years of work"),
        (lambda a: a.person.reflectivesupervision_evidence.all().delete(), "Reflective supervision received"),
    ],
    ids=["profile", "ethics", "fee", "reference", "work", "supervision"],
)
def test_what_is_missing_is_named_and_nothing_is_sent(ready_draft, path, applicant, client_for, take_away, missing):
    take_away(ready_draft)
    client = client_for(applicant)
    page = client.get(path).content.decode()
    assert f"<b>{missing}</b>" in page
    assert "Not everything is there yet" in client.post(path, follow=True).content.decode()
    assert (Application.objects.get().status, Snapshot.objects.count()) == ("draft", 0)


def test_what_is_still_to_be_confirmed_does_not_block(ready_draft, path, applicant, client_for):
    applicant.training_evidence.update(dei_hours=0)
    client_for(applicant).post(path)
    assert Application.objects.get().status == "submitted"


def test_nobody_submits_for_another(ready_draft, path, other_applicant, coordinator, admin, client_for):
    for person in (other_applicant, coordinator, admin):
        assert client_for(person).post(path).status_code == 404
    assert client_for(None).post(path)["Location"] == f"/accounts/login/?next={path}"
    assert Application.objects.get().status == "draft"


def test_the_log_keeps_every_round(ready_draft, applicant, coordinator):
    factories.application(coordinator)
    advance(ready_draft, "submit", by=applicant)
    advance(ready_draft, "return", by=coordinator, note="x")
    advance(ready_draft, "submit", by=applicant)
    verbs = Event.objects.about(ready_draft).exclude(verb="settle_fee").values_list("verb", flat=True)
    assert list(verbs) == ["submit", "return", "submit"]
