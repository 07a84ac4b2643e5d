"""Who wears which hat: for admins alone, and one admin always remains."""

import pytest
from django.urls import reverse

from endorsement_portal.models import Event, User

pytestmark = pytest.mark.django_db


def test_it_gives_a_hat_and_leaves_an_event(admin, applicant, client_for):
    answer = client_for(admin).post(f"/people/{applicant.pk}/", {"roles": ["applicant", "reviewer"], "is_active": "on"})
    assert answer["Location"] == "/people/"
    applicant.refresh_from_db()
    assert applicant.roles == ["applicant", "reviewer"]
    [event] = Event.objects.about(applicant)
    assert (event.verb, event.actor_id) == ("change_roles", admin.pk)
    assert event.details == {"before": "applicant", "after": "applicant, reviewer"}


def test_it_blocks_somebody_and_says_so_in_the_log(admin, applicant, client_for):
    client_for(admin).post(f"/people/{applicant.pk}/", {"roles": ["applicant"]})
    applicant.refresh_from_db()
    assert applicant.is_active is False
    [event] = Event.objects.about(applicant)
    assert event.details == {"before": "applicant", "after": "applicant (may not sign in)"}


@pytest.mark.parametrize(
    "wrong",
    [{"roles": ["applicant"], "is_active": "on"}, {"roles": ["admin"]}, {"a": "form"}],
    ids=["role", "block", "both"],
)
def test_nobody_locks_themselves_out(admin, client_for, wrong):
    answer = client_for(admin).post(f"/people/{admin.pk}/", wrong)
    assert answer.status_code == 200
    assert answer.context["form"].errors["roles"] == ["You can’t take the admin role from yourself. Ask another admin."]
    admin.refresh_from_db()
    assert (admin.roles, admin.is_active) == (["admin"], True)
    assert not Event.objects.about(admin).filter(verb="change_roles").exists()


def test_an_unknown_hat_is_refused(admin, applicant, client_for):
    answer = client_for(admin).post(f"/people/{applicant.pk}/", {"roles": ["king"], "is_active": "on"})
    assert list(answer.context["form"].errors) == ["roles"]
    assert User.objects.get(pk=applicant.pk).roles == ["applicant"]


def test_the_page_changes_nothing_by_being_looked_at(admin, applicant, client_for):
    assert client_for(admin).get(f"/people/{applicant.pk}/").status_code == 200
    assert Event.objects.about(applicant).count() == 0


def test_it_is_for_admins_alone(applicant, reviewer, coordinator, finance, client_for):
    for person in (applicant, reviewer, coordinator, finance):
        client = client_for(person)
        assert client.get("/people/").status_code == 403
        assert client.post(f"/people/{person.pk}/", {"roles": ["admin"], "is_active": "on"}).status_code == 403
        person.refresh_from_db()
        assert "admin" not in person.roles
    assert client_for(None).get(f"/people/{applicant.pk}/")["Location"].startswith("/accounts/login/")


def test_a_person_who_is_not_there_is_not_found(admin, client_for):
    assert client_for(admin).get("/people/999999/").status_code == 404


@pytest.mark.parametrize(
    ("q", "found"), [("", 3), ("OTHER@", 1), ("ana app", 1), ("nobody", 0), ("a\x00b", 0), ("%", 0)], ids=repr
)
def test_the_list_is_searched(admin, applicant, other_applicant, client_for, q, found, django_assert_num_queries):
    client = client_for(admin)
    with django_assert_num_queries(6 if found else 5):
        answer = client.get("/people/", {"q": q})
    assert len(answer.context["page"].object_list) == found


@pytest.mark.parametrize("role", ["applicant", "reviewer", "coordinator", "finance", "admin"])
def test_every_link_of_the_navigation_opens(role, request, client_for, edition):
    person = request.getfixturevalue(role)
    client = client_for(person)
    links = [item["url"] for item in client.get("/settings/").context["nav_items"]]
    assert links[0] == reverse("home")
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)
