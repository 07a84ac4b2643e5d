"""A coordinator vets a rater by phone: noted once, with a reason, never by the applicant; and it counts."""

import pytest
from django.urls import reverse

from applicants.readiness import readiness
from endorsement_portal.models import Event
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def rated(draft):
    factories.complete_portfolio(draft)
    draft.references.update(rater_endorsement="")
    return draft.references.get(role="colleague")


def url(reference) -> str:
    return reverse("applicants:reference_confirm", args=[reference.pk, "vet"])


def counts(application) -> bool:
    return {c.key: c.met for c in readiness(application).checks}["endorsed_rater"]


def test_it_is_noted_once_and_counts(rated, draft, coordinator, client_for):
    assert not counts(draft)
    client = client_for(coordinator)
    assert client.get(url(rated)).status_code == 200
    assert client.post(url(rated), {"note": "Knows the guidelines well."}).status_code == 302
    rated.refresh_from_db()
    assert (rated.vetted_at is not None, rated.vetted_by, rated.status) == (True, coordinator, "completed")
    assert counts(draft)
    client.post(url(rated), {"note": "Again."})
    assert Event.objects.about(rated).filter(verb="vet").count() == 1


def test_it_needs_a_reason(rated, coordinator, client_for):
    answer = client_for(coordinator).post(url(rated), {"note": ""})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["note"]
    rated.refresh_from_db()
    assert rated.vetted_at is None


@pytest.mark.parametrize("who", ["applicant", "other_applicant", "reviewer", "finance", "admin"])
def test_nobody_else_vets(rated, client_for, request, who):
    answer = client_for(request.getfixturevalue(who)).post(url(rated), {"note": "I know them."})
    assert answer.status_code == 404
    rated.refresh_from_db()
    assert rated.vetted_at is None
