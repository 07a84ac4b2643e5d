""" "How far am I?": the same check over one's library, for any category or add-on, without an application."""

import pytest
from django.urls import reverse

from applicants.models import KINDS, Application
from competencies.models import Category, Edition, Figure
from endorsement_portal.models import Event
from tests import factories
from tests.applicants.test_application_requirements import rows_in

pytestmark = pytest.mark.django_db


def path(code: str) -> str:
    return f"/applications/evidence/requirements/{code}/"


def fill(person) -> None:
    factories.profile(person)
    factories.work(person)
    factories.training(person)
    factories.supervision(person)


def test_from_the_library_alone(applicant, client_for, edition):
    fill(applicant)
    answer = client_for(applicant).get(path("IFS"))
    rows = rows_in(answer)
    assert {key: row.state for key, row in rows.items()} == {
        "profile": "met",
        "membership": "met",
        "work": "met",
        "families": "met",
        "training_total": "met",
        "training_general": "met",
        "training_dei": "met",
        "rsc_hours": "met",
        "areas": "look",
    }
    assert rows["areas"].measure == "3 of 38 areas"
    assert Application.objects.count() == 0


def test_it_says_the_same_as_an_application(draft, applicant, client_for):
    fill(applicant)
    client = client_for(applicant)
    alone = rows_in(client.get(path("IFS")))
    within = rows_in(client.get(f"/applications/{draft.pk}/requirements/"))
    assert {key: (row.state, row.measure, row.counted) for key, row in alone.items()} == {
        key: (row.state, row.measure, row.counted) for key, row in within.items() if key in alone
    }
    assert set(within) - set(alone) == {
        *("references", "reference_roles", "endorsed_rater", "ethics", "agreement", "fee"),
    }


def test_every_category_and_the_add_on(applicant, client_for, edition):
    fill(applicant)
    client = client_for(applicant)
    codes = list(Category.objects.filter(edition=edition).values_list("code", flat=True))
    assert len(codes) == 14
    for code in [*codes, "ERS"]:
        answer = client.get(path(code))
        assert answer.status_code == 200
        for row in rows_in(answer).values():
            if row.state != "met":
                assert client.get(row.action).status_code == 200, (code, row.check.key)


def test_what_the_add_on_asks(applicant, client_for, edition):
    factories.profile(applicant)
    factories.supervision_given(applicant)
    factories.training(applicant, clock_hours=20, dei_hours=0, rsc_provision_hours=15)
    answer = client_for(applicant).get(path("ERS"))
    rows = rows_in(answer)
    assert {key: (row.state, row.measure) for key, row in rows.items()} == {
        "profile": ("met", ""),
        "membership": ("met", ""),
        "rsc_given": ("met", "4 years; 1 is asked"),
        "training_rsc_provision": ("met", "15 of 15 hours"),
        "rsc_about_provision": ("asked", "0 of 12 hours"),
    }
    assert "It goes with an endorsement" in answer.content.decode()
    assert answer.context["later"] == [
        "2 references: your provider of reflective supervision; someone who receives reflective supervision from you",
        "The Code of Ethics and the Endorsement Agreement, read and signed.",
        "The fee, or a scholarship.",
        "You may begin as “emerging”, before everything is met, and have 24 months to finish.",
    ]
    assert [one.code for one in answer.context["bases"]] == ["IFS", "ECFS", "IMHS", "ECMHS"]
    assert client_for(applicant).get(path("IFS")).context["bases"] == []


def test_what_is_open_about_the_add_on_says_so(applicant, client_for, edition):
    Figure.objects.filter(edition=edition, section="ERS", path="rsc_hours_about_provision").update(
        basis="inferred", status="open"
    )
    answer = client_for(applicant).get(path("ERS"))
    row = rows_in(answer)["rsc_about_provision"]
    assert (row.check.to_confirm, row.check.blocking, row.state) == (True, False, "look")
    assert answer.context["unconfirmed"]
    assert 'class="tbc"' in answer.content.decode()


def test_what_comes_with_an_application(applicant, client_for, edition):
    client = client_for(applicant)
    assert client.get(path("IFS")).context["later"] == [
        (
            "3 references: your current supervisor; your provider of reflective supervision; one more person who knows your "
            "work"
        ),
        "One of these people is endorsed, or vetted by the association.",
        "The Code of Ethics and the Endorsement Agreement, read and signed.",
        "The fee, or a scholarship.",
    ]
    assert client.get(path("ECMHM-C")).context["later"][-1] == "An exam after the review, given by the Alliance."


@pytest.mark.parametrize("code", ["XXX", "ifs", "profile", "new", "0"])
def test_what_there_is_not(applicant, client_for, edition, code):
    assert client_for(applicant).get(path(code)).status_code == 404


def test_without_any_edition_there_is_none(applicant, client_for):
    Edition.objects.all().delete()
    assert client_for(applicant).get(path("IFS")).status_code == 404


def test_each_sees_their_own(applicant, other_applicant, coordinator, client_for, edition):
    fill(applicant)
    for person in (other_applicant, coordinator):
        answer = client_for(person).get(path("IFS"))
        assert rows_in(answer)["work"].measure == "0 of 2 years"
        assert "Little Steps Center" not in answer.content.decode()
    assert client_for(None).get(path("IFS"))["Location"] == f"/accounts/login/?next={path('IFS')}"


def test_looking_changes_nothing(applicant, client_for, edition):
    client = client_for(applicant)
    before = Event.objects.count()
    client.get(path("IFS"))
    assert Event.objects.count() == before


@pytest.mark.parametrize("code", ["IFS", "ERS", "IMHM-C"])
@pytest.mark.parametrize("rows", [1, 3])
def test_it_takes_the_same_queries(applicant, client_for, edition, rows, code, django_assert_num_queries):
    for _time in range(rows):
        for kind in KINDS:
            getattr(factories, kind)(applicant)
    client = client_for(applicant)
    with django_assert_num_queries({"IFS": 9, "ERS": 9, "IMHM-C": 10}[code]):
        client.get(path(code))


def test_the_category_pages_lead_there_for_who_is_signed_in(applicant, client_for, client, edition):
    link = f'href="{path("IFS")}"'
    page = reverse("competencies:category_detail", args=["IFS"])
    assert link in client_for(applicant).get(page).content.decode()
    assert link not in client.get(page).content.decode()
