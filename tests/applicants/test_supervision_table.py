"""Every (status, verb) pair of hours received, and who may do what: allowed ones lead where the table says, others change nothing."""

from __future__ import annotations

import pytest

from applicants.history import RECORDED
from applicants.models import ReflectiveSupervision, SupervisionStatus
from applicants.supervision import SUPERVISION
from endorsement_portal.lifecycle import Refused, advance
from endorsement_portal.models import Event
from tests import factories

pytestmark = pytest.mark.django_db

TABLE = {
    ("unasked", "ask"): "asked",
    ("unasked", "override"): "overridden",
    ("unasked", "match"): "unasked",
    ("asked", "ask"): "asked",
    ("asked", "confirm"): "confirmed",
    ("asked", "dispute"): "disputed",
    ("asked", "remind"): "asked",
    ("asked", "expire"): "unasked",
    ("asked", "override"): "overridden",
    ("asked", "match"): "asked",
    ("asked", "reset"): "unasked",
    ("confirmed", "override"): "overridden",
    ("confirmed", "match"): "confirmed",
    ("confirmed", "reset"): "unasked",
    ("disputed", "ask"): "asked",
    ("disputed", "override"): "overridden",
    ("disputed", "match"): "disputed",
    ("disputed", "reset"): "unasked",
    ("overridden", "reset"): "unasked",
}
# Who may, beside the system: the owner, a coordinator who is somebody else.
MAY = {
    "ask": {"applicant", "coordinator"},
    "reset": {"applicant", "coordinator"},
    "override": {"coordinator"},
    "match": {"coordinator"},
}
DETAILS = {"override": {"standing": "ERS"}, "dispute": {"remark": "Less."}}


def details(verb: str) -> dict[str, object]:
    return {"provider": factories.provider("Paul Provider")} if verb == "match" else DETAILS.get(verb, {})


@pytest.mark.parametrize("verb", list(SUPERVISION.table))
@pytest.mark.parametrize("status", SupervisionStatus.values)
def test_every_pair(applicant, status, verb):
    entry = factories.supervision(applicant, status=status)
    expected = TABLE.get((status, verb))
    if expected is None:
        with pytest.raises(Refused):
            advance(entry, verb, note="Because", **details(verb))
        assert Event.objects.about(entry).count() == 0
    else:
        advance(entry, verb, note="Because", **details(verb))
        [event] = Event.objects.about(entry)
        assert (event.verb, event.before, event.after) == (verb, status, expected)
    assert ReflectiveSupervision.objects.get().status == (expected or status)


@pytest.mark.parametrize("verb", list(SUPERVISION.table))
@pytest.mark.parametrize("role", ["applicant", "other_applicant", "reviewer", "coordinator", "finance", "admin"])
def test_who_may(role, verb, applicant, request):
    person = request.getfixturevalue(role)
    status = next(before for before, what in TABLE if what == verb)
    entry = factories.supervision(applicant, status=status)
    if role in MAY.get(verb, set()):
        advance(entry, verb, by=person, note="Because", **details(verb))
        assert entry.status == TABLE[status, verb]
    else:
        with pytest.raises(Refused, match="permission"):
            advance(entry, verb, by=person, note="Because", **details(verb))
        assert ReflectiveSupervision.objects.get().status == status


@pytest.mark.parametrize("verb", ["override", "match"])
def test_nobody_settles_their_own(coordinator, verb):
    entry = factories.supervision(coordinator, status="disputed")
    with pytest.raises(Refused, match="permission"):
        advance(entry, verb, by=coordinator, note="Because", **details(verb))


def test_accepting_needs_a_reason_and_a_standing(applicant, coordinator):
    entry = factories.supervision(applicant, status="disputed", provider_standing="other")
    with pytest.raises(Refused, match="reason"):
        advance(entry, "override", by=coordinator, note="  ", standing="ERS")
    with pytest.raises(Refused, match="qualified"):
        advance(entry, "override", by=coordinator, note="By phone")
    assert ReflectiveSupervision.objects.get().status == "disputed"
    advance(entry, "override", by=coordinator, note="By phone", standing="ERS")
    assert (entry.status, entry.provider_standing) == ("overridden", "ERS")
    [event] = Event.objects.about(entry)
    assert (event.note, event.details) == ("By phone", {"standing": "ERS"})


def test_peers_are_neither_asked_nor_accepted(applicant, coordinator):
    entry = factories.supervision(applicant, status="unasked", peer=True)
    for verb, by in (("ask", applicant), ("override", coordinator)):
        with pytest.raises(Refused, match="Peer supervision"):
            advance(entry, verb, by=by, note="Because", **details(verb))


@pytest.mark.parametrize(
    "address",
    [
        "applicant@example.org",
        "APPLICANT@Example.org",
        "second@example.org",
        "applicant+provider@example.org",
        "Second+1+2@EXAMPLE.org",
        "third@example.org",
        "third+x@example.org",
        "",
    ],
)
def test_nobody_confirms_their_own_hours(applicant, address):
    applicant.emailaddress_set.create(email="second@example.org", verified=True)
    applicant.emailaddress_set.create(email="Third+home@example.org", verified=False)
    entry = factories.supervision(applicant, status="unasked", provider=None, provider_email=address)
    with pytest.raises(Refused):
        advance(entry, "ask", by=applicant)


@pytest.mark.parametrize(
    "address", ["applicant2@example.org", "applicant@example.com", "app+licant@example.org", "+@example.org"]
)
def test_what_only_looks_alike_is_somebody_else_s(applicant, address):
    entry = factories.supervision(applicant, status="unasked", provider=None, provider_email=address)
    advance(entry, "ask", by=applicant)
    assert entry.status == "asked"


def test_a_provider_is_never_asked_about_their_own_hours(applicant):
    entry = factories.supervision(applicant, status="unasked", provider=factories.provider("Paul P", person=applicant))
    with pytest.raises(Refused, match="own address"):
        advance(entry, "ask", by=applicant)


def test_every_verb_has_words_for_the_log():
    assert set(SUPERVISION.table) - set(RECORDED) == set()
