"""The one door: what every life cycle promises, asked of each (status, verb) pair."""

import threading

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from applicants.models import Application, Reference
from endorsement_portal.lifecycle import LIFECYCLES, Refused, advance, available_verbs
from endorsement_portal.models import Event, Outbox
from tests import factories

STATES = [
    (model, status)
    for model in (Application, Reference)
    for status, _label in model._meta.get_field("status").flatchoices
]


def _subject(model, status, applicant):
    application = factories.application(applicant)
    if model is Application:
        Application.objects.filter(pk=application.pk).update(submitted_at="2026-01-01T12:00:00Z", status=status)
        return Application.objects.get(pk=application.pk)
    reference = factories.reference(application)
    Reference.objects.filter(pk=reference.pk).update(status=status, completed_at="2026-01-01T12:00:00Z")
    return Reference.objects.get(pk=reference.pk)


def _what_happens(subject, verb):
    """The status and the number of events that the verb leads to, or the refusal; then all is as before."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                advance(type(subject).objects.get(pk=subject.pk), verb, note="A reason")
        except Refused:
            outcome = "refused"
        else:
            outcome = type(subject).objects.get(pk=subject.pk).status
        told = Event.objects.about(subject).filter(verb=verb).count()
        transaction.set_rollback(True)
    return outcome, told


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "status"), STATES, ids=lambda v: getattr(v, "__name__", v))
def test_a_verb_works_from_its_sources_alone(model, status, applicant, edition):
    subject = _subject(model, status, applicant)
    found, expected = {}, {}
    for verb, transition in LIFECYCLES[model].table.items():
        if status not in transition.sources:
            expected[verb] = ("refused", 0)
        elif transition.guard or transition.stamp_by:
            # A guard may say no, a stamp wants a person: asked in the file of the action.
            continue
        else:
            expected[verb] = (transition.target or status, 1)
        found[verb] = _what_happens(subject, verb)
    assert found == expected
    assert model.objects.get(pk=subject.pk).status == status


@pytest.mark.django_db
def test_an_unknown_verb_is_a_programmers_mistake(draft):
    with pytest.raises(KeyError):
        advance(draft, "fly")


@pytest.mark.django_db
def test_refused_changes_nothing_and_promises_nothing(draft, applicant):
    before = Outbox.objects.count()
    with pytest.raises(Refused) as no:
        advance(draft, "submit", by=applicant)
    assert "Not everything is there yet" in no.value.message
    draft.refresh_from_db()
    assert (draft.status, draft.submitted_at) == ("draft", None)
    assert Outbox.objects.count() == before


@pytest.mark.django_db
def test_the_wrong_person_is_refused(ready_draft, other_applicant, coordinator):
    for person in (other_applicant, coordinator):
        with pytest.raises(Refused):
            advance(ready_draft, "submit", by=person)


@pytest.mark.django_db
def test_a_verb_of_the_system_is_refused_to_every_person(draft, applicant, coordinator, admin):
    for person in (applicant, coordinator, admin):
        with pytest.raises(Refused) as no:
            advance(draft, "expire", by=person)
        assert no.value.message == "You don’t have permission to do this."


@pytest.mark.django_db
def test_a_note_that_no_database_holds_is_refused(draft, coordinator):
    with pytest.raises(Refused, match="can’t be kept"):
        advance(draft, "withdraw", by=coordinator, note="a\x00b")
    draft.refresh_from_db()
    assert (draft.status, Event.objects.about(draft).count()) == ("draft", 0)


@pytest.mark.django_db
def test_a_note_of_spaces_is_no_reason(draft, coordinator):
    with pytest.raises(Refused) as no:
        advance(draft, "hold", by=coordinator, note="  \n ")
    assert no.value.message == "Please give a reason, so that others can follow the decision."
    assert Application.objects.get(pk=draft.pk).status == "draft"


@pytest.mark.django_db
def test_nobody_checks_their_own_application(edition, coordinator):
    own = factories.submitted(factories.application(coordinator))
    with pytest.raises(Refused):
        advance(own, "accept", by=coordinator)
    assert [v.verb for v in available_verbs(own, coordinator)] == ["withdraw"]


@pytest.mark.django_db
def test_the_first_admin_passes_no_permission_by_that_alone(draft, django_user_model):
    person = django_user_model.objects.create_superuser("first@example.org", "x" * 12)
    assert (person.is_superuser, person.roles) == (False, ["admin"])
    with pytest.raises(Refused):
        advance(draft, "withdraw", by=person)


@pytest.mark.django_db
def test_the_callers_object_is_brought_up_to_date_and_stamped(draft, coordinator):
    stale = Application.objects.get(pk=draft.pk)
    advance(draft, "hold", by=coordinator, note="A long leave")
    advance(stale, "resume", by=coordinator)
    assert stale.status == "draft"
    [hold, resume] = Event.objects.about(draft).filter(verb__in=["hold", "resume"])
    assert (hold.before, hold.after, hold.actor_id, hold.note) == ("draft", "on_hold", coordinator.pk, "A long leave")
    assert (resume.before, resume.after, resume.sequence) == ("on_hold", "draft", hold.sequence + 1)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_submit_once(ready_draft, applicant):
    outcomes = []

    def click():
        try:
            advance(Application.objects.get(pk=ready_draft.pk), "submit", by=applicant)
            outcomes.append("done")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done"] + ["refused"] * 5
    assert ready_draft.snapshots.count() == 1
    assert Event.objects.about(ready_draft).filter(verb="submit").count() == 1


@pytest.mark.django_db
def test_reference_content_never_reaches_the_log(draft):
    reference = factories.completed_reference(draft)
    for event in Event.objects.about(reference):
        assert "Secret" not in str(event.details) + event.note


def test_the_life_cycles_are_published_as_data(capsys):
    import json

    call_command("lifecycles")
    document = json.loads(capsys.readouterr().out)
    application = document["applicants.application"]
    assert application["initial"] == "draft"
    assert application["verbs"]["submit"] == {
        "from": ["draft", "returned"],
        "to": "submitted",
        "permission": "applicants.submit_application",
        "system_only": False,
    }
    assert application["verbs"]["expire"]["system_only"] is True
    for cycle in document.values():
        for verb, move in cycle["verbs"].items():
            assert set(move["from"]) <= set(cycle["states"]), verb
            assert move["to"] is None or move["to"] in cycle["states"], verb
