"""The entry form: a provider from the directory or somebody named, asking while saving, and what a change makes void."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from applicants.models import Provider, ReflectiveSupervision
from applicants.readiness import readiness
from applicants.supervision import ask
from endorsement_portal.models import Event, Message
from tests import factories

pytestmark = pytest.mark.django_db
NEW = "/applications/evidence/supervision/new/"


@pytest.fixture
def listed(edition):
    """A provider who opted into the directory."""
    return factories.provider("Paul Listed", listed=True, contact="paul@example.com")


@pytest.fixture
def client(client_for, applicant):
    return client_for(applicant)


def only() -> ReflectiveSupervision:
    return ReflectiveSupervision.objects.get()


def edit(client, typed, entry, **changes):
    """Send the edit form as it is shown, changed by keywords; None leaves a field empty."""
    path = reverse("applicants:evidence_edit", args=["supervision", entry.pk])
    form = client.get(path).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    data |= {name: value for name, value in changes.items() if value is not None}
    for name in [name for name, value in changes.items() if value is None]:
        data.pop(name, None)
    return client.post(path, data)


def test_a_provider_from_the_directory(client, typed, listed):
    answer = client.post(NEW, typed("supervision", provider=listed.pk, provider_name="", provider_standing=""))
    assert answer.status_code == 302
    entry = only()
    assert (entry.provider, entry.provider_name, entry.provider_email) == (listed, "Paul Listed", "")
    assert (entry.provider_standing, entry.status, entry.asked_email) == ("other", "unasked", "paul@example.org")
    assert Message.objects.count() == 0


def test_the_provider_s_private_address_is_shown_to_nobody(client, typed, listed):
    client.post(NEW, typed("supervision", provider=listed.pk, provider_name="", ask_now="on"))
    entry = only()
    for path in (
        reverse("applicants:evidence_edit", args=["supervision", entry.pk]),
        reverse("applicants:supervision_detail", args=[entry.pk]),
        reverse("applicants:supervision_confirm", args=[entry.pk, "ask"]),
        "/applications/evidence/",
        "/applications/providers/",
    ):
        page = client.get(path).content.decode()
        assert ("paul@example.org" in page, path) == (False, path)


def test_the_list_offers_who_is_listed_and_who_is_named_already(client, applicant, typed, listed):
    hidden, other = factories.provider("Hidden Hanna"), factories.provider("Never Named")
    entry = factories.supervision(applicant, provider=hidden, provider_name="Hidden Hanna")
    form = client.get(reverse("applicants:evidence_edit", args=["supervision", entry.pk])).context["form"]
    assert [one.name for one in form.fields["provider"].queryset] == ["Hidden Hanna", "Paul Listed"]
    form = client.get(NEW).context["form"]
    assert [one.name for one in form.fields["provider"].queryset] == ["Paul Listed"]
    refused = client.post(NEW, typed("supervision", provider=other.pk))
    assert list(refused.context["form"].errors) == ["provider"]


def test_somebody_who_is_not_listed_is_known_by_their_address(client, typed):
    hidden = factories.provider("Hidden Hanna")
    client.post(NEW, typed("supervision", provider_name="H. Hidden", provider_email="HIDDEN@example.org"))
    assert (only().provider, only().provider_name) == (hidden, "Hidden Hanna")


def test_somebody_who_is_in_no_list(client, typed):
    client.post(NEW, typed("supervision", provider_name="Nora New", provider_email="nora@example.com"))
    entry = only()
    assert (entry.provider, entry.provider_name, entry.asked_email) == (None, "Nora New", "nora@example.com")
    assert Provider.objects.filter(name="Nora New").count() == 0


@pytest.mark.parametrize("missing", ["provider_name", "provider_standing"])
def test_somebody_in_no_list_has_a_name_and_a_standing(client, typed, missing):
    answer = client.post(NEW, typed("supervision", **{missing: ""}))
    assert list(answer.context["form"].errors) == [missing]


@pytest.mark.parametrize("wrong", ["nobody", "x@", "a\x00b@example.org", f"{'x' * 250}@example.org"])
def test_an_address_that_is_none_is_refused_beside_it(client, typed, wrong):
    answer = client.post(NEW, typed("supervision", provider_email=wrong))
    assert list(answer.context["form"].errors) == ["provider_email"]


@pytest.mark.parametrize("wrong", ["999999", "x", "-1", "1e308", "\x00"])
def test_a_provider_who_is_none_is_refused_beside_it(client, typed, wrong):
    answer = client.post(NEW, typed("supervision", provider=wrong))
    assert list(answer.context["form"].errors) == ["provider"]


@pytest.mark.parametrize("wrong", ["NaN", "1e308", "-1", "0", "30.333", "Infinity", "2001"])
def test_hours_that_are_none_are_refused_beside_them(client, typed, wrong):
    answer = client.post(NEW, typed("supervision", total_hours=wrong))
    assert list(answer.context["form"].errors) == ["total_hours"]


def test_asking_while_saving(client, typed, listed, applicant):
    client.post(NEW, typed("supervision", provider=listed.pk, ask_now="on"))
    entry = only()
    assert (entry.status, entry.generation, entry.asked_at is not None) == ("asked", 1, True)
    [message] = Message.objects.all()
    assert (message.kind, message.email) == ("E47", "paul@example.org")
    [event] = Event.objects.about(entry)
    assert (event.verb, event.actor_id) == ("ask", applicant.pk)


def test_the_same_form_twice_asks_once(client, typed, listed):
    data = typed("supervision", provider=listed.pk, ask_now="on")
    client.post(NEW, data)
    client.post(NEW, data)
    assert (ReflectiveSupervision.objects.count(), Message.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"provider_email": ""},
        {"provider_email": "Applicant@example.org"},
        {"provider_email": "p@example.com", "peer": "on"},
    ],
    ids=["no address", "own address", "peers"],
)
def test_nobody_is_asked_where_nobody_can_be(client, typed, changes):
    answer = client.post(NEW, typed("supervision", ask_now="on", **changes))
    assert list(answer.context["form"].errors) == ["ask_now"]
    assert (ReflectiveSupervision.objects.count(), Message.objects.count()) == (0, 0)


def test_a_stale_form_asks_nobody(client, typed, listed, applicant):
    entry = factories.supervision(applicant, status="unasked", version=3)
    answer = edit(client, typed, entry, seen_version="2", ask_now="on", total_hours="31")
    assert answer.context["form"].has_error("__all__", "stale")
    assert (only().status, Message.objects.count()) == ("unasked", 0)


CHANGES = [
    {"total_hours": "31"},
    {"hours_about_provision": "1"},
    {"start_date": "2023-01-02"},
    {"end_date": "2024-01-30"},
    {"setting": "individual"},
    {"peer": "on"},
    {"provider": None, "provider_name": "Nora New", "provider_email": "nora@example.com"},
]


@pytest.mark.parametrize("status", ["asked", "confirmed", "disputed", "overridden"])
@pytest.mark.parametrize("changes", CHANGES, ids=str)
def test_a_change_of_what_was_said_yes_to_makes_the_yes_void(client, typed, applicant, status, changes):
    entry = factories.supervision(
        applicant, status=status, token_hash="x", answered_at=timezone.now(), answer_note="Hm."
    )
    assert edit(client, typed, entry, **changes).status_code == 302
    row = only()
    assert (row.status, row.token_hash, row.answered_at, row.answer_note) == ("unasked", "", None, "Hm.")
    [event] = Event.objects.about(row)
    assert (event.verb, event.before, event.actor_id) == ("reset", status, applicant.pk)


@pytest.mark.parametrize("status", ["asked", "confirmed", "disputed", "overridden"])
@pytest.mark.parametrize(
    "changes", [{}, {"area_keys": ["reflection.curiosity"]}, {"total_hours": "30.0"}, {"provider_name": "Pri"}], ids=str
)
def test_what_nobody_said_yes_to_can_change(client, typed, applicant, status, changes):
    entry = factories.supervision(applicant, status=status, token_hash="x")
    assert edit(client, typed, entry, **changes).status_code == 302
    assert (only().status, only().token_hash, only().version) == (status, "x", 2)
    assert Event.objects.about(entry).count() == 0


def test_the_standing_that_a_coordinator_accepted_is_not_the_owner_s_to_change(client, typed, applicant):
    entry = factories.supervision(applicant, status="overridden", provider_standing="ERS")
    edit(client, typed, entry, provider_standing="MHM-C")
    assert only().status == "unasked"


def test_a_provider_who_took_another_name_is_the_same(client, typed, applicant):
    entry = factories.supervision(applicant)
    Provider.objects.update(name="Priya Newname")
    edit(client, typed, entry)
    assert (only().status, only().provider_name) == ("confirmed", "Priya Newname")


def test_changed_and_asked_again_in_one_go(client, typed, applicant):
    entry = factories.supervision(applicant, status="unasked")
    ask([entry], by=applicant)
    old = entry.token_hash
    edit(client, typed, entry, total_hours="31", ask_now="on")
    row = only()
    assert (row.status, row.generation, row.token_hash != old) == ("asked", 2, True)
    assert [e.verb for e in Event.objects.about(row)] == ["ask", "reset", "ask"]


def test_not_changed_is_not_asked_again(client, typed, applicant):
    entry = factories.supervision(applicant)
    edit(client, typed, entry, ask_now="on")
    assert (only().status, Message.objects.count()) == ("confirmed", 0)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("confirmed", "nobody has confirmed them any more"),
        ("overridden", "nobody has confirmed them any more"),
        ("asked", "the link we sent stops working"),
        ("unasked", "These hours count once the provider confirms them."),
    ],
)
def test_the_form_says_so_before(client, applicant, status, said):
    entry = factories.supervision(applicant, status=status)
    page = client.get(reverse("applicants:evidence_edit", args=["supervision", entry.pk]))
    assert page.content.decode().count(said) == 1


def test_what_is_disputed_unconfirmed_or_among_peers_counts_nothing(draft, applicant):
    for status in ("disputed", "unasked", "asked"):
        factories.supervision(applicant, status=status)
    factories.supervision(applicant, peer=True)
    [check] = [c for c in readiness(draft).checks if c.key == "rsc_hours"]
    assert (check.have, len(check.left_out), check.met) == (0, 4, False)
    factories.supervision(applicant, status="overridden", provider=None, provider_standing="ERS")
    [check] = [c for c in readiness(draft).checks if c.key == "rsc_hours"]
    assert (check.have, check.met) == (30, True)


def test_only_the_days_on_which_the_provider_was_qualified(draft, applicant):
    entry = factories.supervision(applicant)
    entry.provider.standings.update(ends_on=entry.end_date - timedelta(days=1))
    [check] = [c for c in readiness(draft).checks if c.key == "rsc_hours"]
    assert check.have == 0
    assert [row.pk for row in ReflectiveSupervision.objects.unsettled()] == [entry.pk]
    entry.provider.standings.update(ends_on=entry.end_date)
    assert ReflectiveSupervision.objects.unsettled().count() == 0
    [check] = [c for c in readiness(draft).checks if c.key == "rsc_hours"]
    assert check.have == 30
