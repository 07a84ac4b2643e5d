"""An applicant shares with an advisor: what opens, what stays closed, and that it ends when they say so."""

import pytest
from django.urls import reverse

from applicants.models import Application, Grant
from endorsement_portal.models import Event, Message

pytestmark = pytest.mark.django_db


def url(application) -> str:
    return reverse("applicants:advisor_list", args=[application.pk])


def share(client, application, email):
    return client.post(url(application), {"email": email})


def test_sharing_opens_the_requirements_and_the_thread_and_nothing_else(draft, applicant, other_reviewer, client_for):
    advisor = client_for(other_reviewer)
    pages = {
        name: reverse(f"applicants:{name}", args=[draft.pk])
        for name in (
            *("application_requirements", "application_coverage", "application_detail", "reference_list"),
            *("advisor_list", "application_submit", "application_sign"),
        )
    }
    assert {advisor.get(page).status_code for page in pages.values()} == {404}
    assert share(client_for(applicant), draft, other_reviewer.email.upper()).status_code == 302
    opened = {name for name, page in pages.items() if advisor.get(page).status_code == 200}
    assert opened == {"application_requirements", "application_coverage"}
    assert Message.objects.filter(to=other_reviewer, kind="E20").count() == 1
    assert Event.objects.about(draft).filter(verb="share").count() == 1


def test_sharing_ends_at_once_and_ending_it_twice_does_nothing_more(draft, applicant, other_reviewer, client_for):
    client = client_for(applicant)
    share(client, draft, other_reviewer.email)
    remove = reverse("applicants:advisor_remove", args=[draft.pk, other_reviewer.pk])
    assert client.get(remove).status_code == 405
    for _time in range(2):
        assert client.post(remove).status_code == 302
    assert Event.objects.about(draft).filter(verb="unshare").count() == 1
    assert not Application.objects.visible_to(other_reviewer).filter(pk=draft.pk).exists()
    share(client, draft, other_reviewer.email)
    assert Grant.objects.filter(application=draft, withdrawn_at__isnull=True).count() == 1


@pytest.mark.parametrize("email", ["nobody@example.org", "applicant@example.org", "no address", ""])
def test_whom_one_cannot_share_with_is_said_by_the_field(draft, applicant, client_for, email):
    answer = share(client_for(applicant), draft, email)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["email"]
    assert Grant.objects.count() == 0


def test_nobody_who_reviews_it_can_be_its_advisor_nor_twice(draft, applicant, reviewer, other_reviewer, client_for):
    client = client_for(applicant)
    Grant.objects.create(application=draft, user=reviewer, role="reviewer")
    assert share(client, draft, reviewer.email).status_code == 200
    assert share(client, draft, other_reviewer.email).status_code == 302
    assert share(client, draft, other_reviewer.email).status_code == 200
    assert Grant.objects.filter(role="advisor").count() == 1


def test_only_the_owner_chooses(draft, coordinator, other_applicant, client_for):
    for person in (coordinator, other_applicant):
        assert client_for(person).get(url(draft)).status_code == 404
        assert share(client_for(person), draft, "reviewer@example.org").status_code == 404
