"""A paper form keyed in by a coordinator: the same questions, the same rule, and everybody who judges sees whence it came."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from applicants.models import Application, Reference
from applicants.readiness import readiness
from applicants.transitions import advance
from endorsement_portal.models import Event, Message, Upload
from reviews.dossier import references_of
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(asked):
    return f"/applications/references/{asked.pk}/paper/"


@pytest.fixture
def paper(answers):
    """What a coordinator types."""

    def fill(**changes):
        day = (timezone.localdate() - timedelta(days=10)).isoformat()
        return answers(action=None, paper_dated=day, note="By post, signed", **changes)

    return fill


def test_it_counts_from_the_day_on_the_paper(path, asked, paper, coordinator, client_for, link):
    door = link(asked)
    answer = client_for(coordinator).post(path, paper(rater_endorsement="IFS"))
    assert answer["Location"] == f"/applications/references/{asked.pk}/"
    row = Reference.objects.get()
    day = timezone.localdate() - timedelta(days=10)
    assert (row.status, row.keyed_by, row.paper_dated) == ("completed", coordinator, day)
    assert f"{timezone.localtime(row.completed_at):%Y-%m-%d %H:%M}" == f"{day} 12:00"
    assert (row.remarks, row.signed_name, row.rater_endorsement) == ("Secret remarks of the rater", "Rater 1", "IFS")
    [event] = Event.objects.about(asked).filter(verb="key_in")
    assert (event.actor_id, event.note, event.details) == (coordinator.pk, "By post, signed", {"paper_dated": str(day)})
    assert Client().get(door).status_code == 404
    checks = {check.key: check for check in readiness(Application.objects.get()).checks}
    assert (checks["references"].have, checks["endorsed_rater"].met) == (1, True)


def test_dated_today_it_is_never_in_the_future(path, paper, coordinator, client_for):
    client_for(coordinator).post(path, paper() | {"paper_dated": timezone.localdate().isoformat()})
    assert Reference.objects.get().completed_at <= timezone.now()


def test_applicant_and_rater_hear_of_it_without_a_word_of_it(path, asked, paper, coordinator, applicant, client_for):
    client_for(coordinator).post(path, paper())
    mails = {mail.kind: mail for mail in Message.objects.exclude(kind="E39")}
    assert set(mails) == {"E40", "reference_received"}
    assert "typed it in" in mails["reference_received"].body
    assert all("Secret" not in mail.body for mail in mails.values())
    page = client_for(applicant).get(f"/applications/references/{asked.pk}/").content.decode()
    assert ("Keyed in from paper" in page, "Secret" in page, "By post" in page) == (True, False, False)


@pytest.mark.parametrize(("unknown", "status"), [(5, "completed"), (6, "void")])
def test_the_same_rule_of_six(path, paper, coordinator, client_for, unknown, status):
    client_for(coordinator).post(path, paper(unknown=unknown))
    assert (Reference.objects.get().status, Reference.objects.get().keyed_by) == (status, coordinator)
    assert Message.objects.filter(kind="E44").count() == (1 if status == "void" else 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"paper_dated": ""},
        {"paper_dated": "2999-01-01"},
        {"note": "  "},
        {"signed_name": ""},
        {"recommendation": ""},
        {"item_sample_curiosity": "9"},
        {"remarks": "x" * 100_000},
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_wrong_is_said_beside_it(path, paper, coordinator, client_for, wrong):
    answer = client_for(coordinator).post(path, paper() | wrong)
    assert list(answer.context["form"].errors) == list(wrong)
    assert Reference.objects.get().status == "sent"


def test_the_scan_is_for_those_who_may_read_it(
    path, asked, paper, coordinator, admin, applicant, reviewer, client_for, certificate
):
    client_for(coordinator).post(path, paper() | {"scan": certificate("paper.pdf")})
    scan = f"/applications/references/{asked.pk}/scan/"
    assert Upload.objects.get().purpose == "reference"
    for person in (coordinator, admin):
        answer = client_for(person).get(scan)
        assert (answer.status_code, "paper.pdf" in answer["Content-Disposition"]) == (200, True)
        assert answer.getvalue().startswith(b"%PDF")
    for person in (applicant, reviewer):
        assert client_for(person).get(scan).status_code == 404
    Reference.objects.update(waived=False)
    assert client_for(applicant).get(scan).status_code == 404
    assert client_for(applicant).get(f"/applications/documents/{Upload.objects.get().pk}/").status_code == 404


def test_a_scan_that_is_none_is_refused_and_nothing_is_keyed_in(path, paper, coordinator, client_for):
    wrong = SimpleUploadedFile("paper.pdf", b"MZ not a pdf", "application/pdf")
    answer = client_for(coordinator).post(path, paper() | {"scan": wrong})
    assert list(answer.context["form"].errors) == ["scan"]
    assert (Reference.objects.get().status, Upload.objects.count()) == ("sent", 0)


def test_reviewers_and_staff_see_that_it_came_on_paper(path, asked, paper, draft, coordinator, client_for):
    factories.completed_reference(draft, 2)
    client_for(coordinator).post(path, paper())
    assert [(one.rater, one.on_paper) for one in references_of(draft)] == [("Rater 1", True), ("Rater 2", False)]
    page = client_for(coordinator).get(f"/applications/references/{asked.pk}/").content.decode()
    for words in ("Keyed in from paper", "By post, signed", "Paper dated", "Secret remarks of the rater"):
        assert words in page


def test_a_second_click_keys_it_in_once(path, asked, paper, coordinator, client_for):
    client = client_for(coordinator)
    assert client.post(path, paper()).status_code == 302
    assert client.post(path, paper(remarks="Again")).status_code == 404
    assert Event.objects.about(asked).filter(verb="key_in").count() == 1


def test_who_answered_online_meanwhile_is_not_overwritten(path, asked, paper, coordinator, client_for, monkeypatch):
    def too_late(*args, **kwargs):
        Reference.objects.update(status="completed", completed_at=timezone.now(), remarks="Online")
        return advance(*args, **kwargs)

    monkeypatch.setattr("applicants.views.reference_help.advance", too_late)
    answer = client_for(coordinator).post(path, paper())
    assert "somebody may have been quicker" in answer.content.decode()
    assert (Reference.objects.get().remarks, Event.objects.about(asked).filter(verb="key_in").count()) == ("", 0)


@pytest.mark.parametrize("status", ["draft", "completed", "declined", "void", "replaced"])
def test_not_where_nothing_is_waited_for(path, paper, coordinator, client_for, status):
    Reference.objects.update(status=status, completed_at=timezone.now())
    assert client_for(coordinator).post(path, paper()).status_code == 404


def test_an_expired_one_may_come_on_paper_still(path, asked, paper, coordinator, client_for):
    advance(asked, "expire")
    client_for(coordinator).post(path, paper())
    assert Reference.objects.get().status == "completed"


def test_nobody_else_may(path, applicant, other_applicant, reviewer, finance, admin, client_for, paper):
    for person in (applicant, other_applicant, reviewer, finance, admin):
        client = client_for(person)
        assert client.get(path).status_code == client.post(path, paper()).status_code == 404
    assert client_for(None).post(path)["Location"] == f"/accounts/login/?next={path}"
    assert Reference.objects.get().status == "sent"
