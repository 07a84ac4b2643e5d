"""Every (status, verb) pair of references, and who may do what: allowed ones lead where the table says, others change nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from applicants.history import PATH
from applicants.models import Application, Reference, ReferenceStatus
from applicants.references import REFERENCE, begin
from endorsement_portal.lifecycle import Refused, advance
from endorsement_portal.models import Event
from tests import factories

pytestmark = pytest.mark.django_db

OUT = ("sent", "opened", "started")
TABLE = {
    ("draft", "send"): "sent",
    **{(status, "resend"): "sent" for status in (*OUT, "expired")},
    **{(status, "correct"): "sent" for status in ("sent", "opened", "expired")},
    **{(status, verb): status for status in OUT for verb in ("show_link", "give_code", "mail_code", "use_code", "remind")},
    ("sent", "open"): "opened",
    **{(status, "save"): "started" for status in ("opened", "started")},
    **{(status, "complete"): "completed" for status in ("opened", "started")},
    **{(status, "void"): "void" for status in ("opened", "started")},
    **{(status, "decline"): "declined" for status in OUT},
    **{(status, "expire"): "expired" for status in OUT},
    **{(status, "key_in"): "completed" for status in (*OUT, "expired")},
    **{(status, "key_in_void"): "void" for status in (*OUT, "expired")},
    **{(status, "vet"): status for status in (*OUT, "completed")},
    **{(status, "replace"): "replaced" for status in ("draft", *OUT, "declined", "void", "expired", "completed")},
}  # fmt: skip
# Who may, beside the system: the owner, a coordinator who is somebody else.
MAY = {
    "send": {"applicant"},
    "replace": {"applicant"},
    "resend": {"applicant", "coordinator"},
    "correct": {"applicant", "coordinator"},
    "show_link": {"applicant", "coordinator"},
    "give_code": {"coordinator"},
    "key_in": {"coordinator"},
    "key_in_void": {"coordinator"},
    "vet": {"coordinator"},
}
PAPER = ("key_in", "key_in_void")


def a_reference(application, status: str, *, begun: bool = False) -> Reference:
    """In this status, sent long ago, with a link that lives where it is out with the rater."""
    sent = timezone.now() - timedelta(days=2)
    out = status in OUT
    return factories.reference(
        application,
        status=status,
        generation=0 if status == "draft" else 1,
        token_hash="0" * 64 if out else "",
        sent_at=None if status == "draft" else sent,
        expires_at=sent + timedelta(days=60 if out else 1),
        # So long ago that it is too old to count, which only matters for replacing.
        completed_at=sent - timedelta(days=700) if status == "completed" else None,
        holding=1 if begun else 0,
    )


def do(reference: Reference, verb: str, **who) -> None:
    paper = {"paper_dated": date(2026, 1, 1)} if verb in PAPER else {}
    advance(reference, verb, note="Because", **who, **paper)


@pytest.mark.parametrize("verb", list(REFERENCE.table))
@pytest.mark.parametrize("status", ReferenceStatus.values)
def test_every_pair(draft, coordinator, status, verb):
    reference = a_reference(draft, status, begun=verb == "mail_code")
    by = {"by": coordinator} if verb in {*PAPER, "vet"} else {}
    expected = TABLE.get((status, verb))
    if expected is None:
        with pytest.raises(Refused):
            do(reference, verb, **by)
        assert Event.objects.about(reference).count() == 0
    else:
        do(reference, verb, **by)
        [event] = Event.objects.about(reference)
        assert (event.verb, event.before, event.after) == (verb, status, expected)
    assert Reference.objects.get().status == (expected or status)


@pytest.mark.parametrize("verb", list(REFERENCE.table))
@pytest.mark.parametrize("role", ["applicant", "other_applicant", "reviewer", "coordinator", "finance", "admin"])
def test_who_may(role, verb, draft, request):
    person = request.getfixturevalue(role)
    status = next(before for before, what in TABLE if what == verb)
    reference = a_reference(draft, status, begun=verb == "mail_code")
    if role in MAY.get(verb, set()):
        do(reference, verb, by=person)
        assert reference.status == TABLE[status, verb]
    else:
        with pytest.raises(Refused, match="permission"):
            do(reference, verb, by=person)
        assert Reference.objects.get().status == status


@pytest.mark.parametrize("verb", ["give_code", "key_in", "key_in_void", "vet"])
def test_nobody_does_it_for_their_own(coordinator, edition, verb):
    reference = a_reference(factories.application(coordinator), "sent")
    with pytest.raises(Refused, match="permission"):
        do(reference, verb, by=coordinator)


@pytest.mark.parametrize("verb", ["show_link", "give_code", "mail_code", "use_code"])
@pytest.mark.parametrize("change", [{"token_hash": ""}, {"expires_at": "2026-01-01T12:00Z"}])
def test_nothing_opens_where_no_link_lives(draft, verb, change):
    reference = a_reference(draft, "started", begun=True)
    Reference.objects.update(**change)
    with pytest.raises(Refused, match="does not work any more"):
        do(reference, verb)


@pytest.mark.parametrize("verb", ["show_link", "give_code", "mail_code", "use_code", "key_in"])
def test_nothing_more_for_an_application_that_is_closed(draft, coordinator, verb):
    reference = a_reference(draft, "started", begun=True)
    Application.objects.update(status="withdrawn")
    with pytest.raises(Refused):
        do(reference, verb, **({"by": coordinator} if verb == "key_in" else {}))
    assert Reference.objects.get().status == "started"


def test_what_is_begun_is_corrected_by_nobody(draft, applicant, coordinator):
    reference = a_reference(draft, "opened", begun=True)
    for person in (applicant, coordinator):
        with pytest.raises(Refused, match="begun to write"):
            advance(reference, "correct", by=person)
    assert Reference.objects.get().generation == 1


def test_five_corrections_by_the_applicant_and_more_by_staff(draft, applicant, coordinator):
    reference = a_reference(draft, "sent")
    for _time in range(5):
        advance(reference, "correct", by=applicant)
    with pytest.raises(Refused, match="5 times"):
        advance(reference, "correct", by=applicant)
    advance(reference, "correct", by=coordinator)
    assert Reference.objects.get().generation == 7


@pytest.mark.parametrize("verb", ["save", "complete", "void", "decline"])
@pytest.mark.parametrize("held", [0, 1, 3])
def test_only_the_browser_that_holds_the_words_changes_anything(draft, verb, held):
    reference = a_reference(draft, "started")
    Reference.objects.update(holding=2, remarks="The rater's own words")
    with pytest.raises(Refused, match="another browser"):
        advance(reference, verb, held=held, remarks="Somebody else's")
    row = Reference.objects.get()
    assert (row.status, row.remarks, row.holding) == ("started", "The rater's own words", 2)
    advance(reference, verb, held=2)


def test_the_first_words_are_one_browser_s(draft):
    reference = a_reference(draft, "opened")
    first, second = Reference.objects.get(), Reference.objects.get()
    assert (begin(first), begin(second), first.holding, second.holding) == (True, False, 1, 0)
    Reference.objects.update(holding=0, generation=5)
    assert begin(reference) is False


@pytest.mark.parametrize("name", ["code", "answers", "remarks"])
def test_the_log_keeps_no_code_and_no_words(draft, coordinator, name):
    reference = a_reference(draft, "started", begun=True)
    advance(reference, "give_code", by=coordinator)
    advance(reference, "save", remarks="Secret", answers={"thinking.planning": "1"})
    assert [(event.verb, event.note, event.details) for event in Event.objects.about(reference)] == [
        ("give_code", "", {}),
        ("save", "", {}),
    ]


def test_every_verb_has_words_for_the_log():
    assert set(REFERENCE.table) == set(PATH)
