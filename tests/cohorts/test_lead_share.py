"""The lead of a cohort sees what a member shares, and nothing before or after."""

import pytest

from applicants.models import Application, Grant
from cohorts.models import Cohort
from endorsement_portal.models import Message, Role
from tests.conftest import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(db):
    return make_person("lead@example.org", Role.REVIEWER, name="Lena Lead")


@pytest.fixture
def led(taken, lead):
    Cohort.objects.filter(pk=taken.cohort_id).update(lead=lead)
    taken.refresh_from_db()
    return taken


def path(seat) -> str:
    return f"/cohorts/seats/{seat.pk}/share/"


def test_a_member_shares_and_stops(led, lead, applicant, client_for):
    page = f"/applications/{led.application_id}/sharing/"
    client = client_for(applicant)
    assert "Your cohort’s lead, Lena Lead" in client.get(page).content.decode()
    assert client_for(lead).get(f"/applications/{led.application_id}/requirements/").status_code == 404
    assert client.post(path(led), {"sees": "portfolio"})["Location"] == page
    grant = Grant.objects.get()
    assert (grant.user, grant.role, grant.sees) == (lead, "cohort_lead", "portfolio")
    shown = client.get(page).content.decode()
    assert ("Your cohort’s lead, Lena Lead" in shown, "Lena Lead" in shown) == (False, True)
    assert Message.objects.filter(to=lead, kind="E20").count() == 1
    listed = client_for(lead).get("/applications/shared/").content.decode()
    assert ("Ana Applicant" in listed, "Cohort lead" in listed) == (True, True)
    for name in ("requirements", "coverage", "portfolio", "comments/advisor"):
        assert client_for(lead).get(f"/applications/{led.application_id}/{name}/").status_code == 200
    assert client_for(lead).get(f"/applications/{led.application_id}/").status_code == 404
    client.post(f"/applications/{led.application_id}/sharing/{grant.pk}/remove/")
    assert not Application.objects.visible_to(lead).exists()


def test_twice_makes_one(led, applicant, client_for):
    client = client_for(applicant)
    client.post(path(led), {"sees": "progress"})
    answer = client.post(path(led), {"sees": "portfolio"}, follow=True)
    assert "You share with your cohort’s lead already." in answer.content.decode()
    assert [grant.sees for grant in Grant.objects.all()] == ["progress"]


def test_nobody_shares_for_another(led, lead, other_applicant, coordinator, client_for):
    for person in (lead, other_applicant, coordinator):
        assert client_for(person).post(path(led), {"sees": "progress"}).status_code == 404
    assert client_for(None).post(path(led)).status_code == 302
    assert Grant.objects.count() == 0


def test_odd_requests(led, applicant, client_for):
    client = client_for(applicant)
    assert client.get(path(led)).status_code == 405
    for sees in ("", "everything"):
        assert client.post(path(led), {"sees": sees}).status_code == 404
    Cohort.objects.update(lead=None)
    assert client.post(path(led), {"sees": "progress"}).status_code == 404
    assert "cohort’s lead" not in client.get(f"/applications/{led.application_id}/sharing/").content.decode()
    assert Grant.objects.count() == 0


def test_who_reviews_it_is_no_lead_to_share_with(led, lead, applicant, client_for):
    Grant.objects.create(application=led.application, user=lead, role="reviewer")
    answer = client_for(applicant).post(path(led), {"sees": "progress"}, follow=True)
    assert "This can’t be shared with your cohort’s lead." in answer.content.decode()
    assert Grant.objects.filter(role="cohort_lead").count() == 0


def test_another_lead_starts_with_nothing(led, lead, applicant, coordinator, client_for):
    client_for(applicant).post(path(led), {"sees": "portfolio"})
    cohort = led.cohort
    facts = {"name": cohort.name, "kind": cohort.kind, "agency_name": "", "capacity": cohort.capacity}
    facts |= {"starts_on": cohort.starts_on, "ends_on": cohort.ends_on, "min_group": cohort.min_group}
    client = client_for(coordinator)
    client.post(f"/cohorts/{cohort.pk}/edit/", facts | {"lead": lead.pk})
    assert Grant.objects.get().withdrawn_at is None
    client.post(f"/cohorts/{cohort.pk}/edit/", facts | {"lead": coordinator.pk})
    assert Cohort.objects.get().lead == coordinator
    assert Grant.objects.get().withdrawn_at is not None
    assert client_for(lead).get(f"/applications/{led.application_id}/requirements/").status_code == 404


def test_who_could_lead(led, lead, finance, coordinator, client_for):
    endorsed = make_person("endorsed@example.org", name="Ena Endorsed")
    application = led.application
    Application.objects.filter(pk=application.pk).update(
        person=endorsed, status="endorsed", submitted_at="2026-01-01T12:00Z"
    )
    form = client_for(coordinator).get(f"/cohorts/{led.cohort_id}/edit/").context["form"]
    assert set(form.fields["lead"].queryset) == {lead, coordinator, endorsed}
