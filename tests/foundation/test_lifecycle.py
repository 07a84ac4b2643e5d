"""The one door: what every life cycle promises, asked of each (status, verb) pair."""

import threading

import pytest
from django.db import connection

from applicants.models import Application, Reference
from endorsement_portal.lifecycle import LIFECYCLES, Refused, advance, available_verbs
from endorsement_portal.models import Event, Outbox
from tests import factories

PAIRS = [
    (model, status, verb)
    for model in (Application, Reference)
    for status, _label in model._meta.get_field("status").flatchoices
    for verb in LIFECYCLES[model].table
]


def _subject(model, status, applicant):
    application = factories.application(applicant)
    stamps = {"submitted_at": "2026-01-01T12:00:00Z", "status": status} if model is Application else {}
    if model is Application:
        Application.objects.filter(pk=application.pk).update(**stamps)
        return Application.objects.get(pk=application.pk)
    reference = factories.reference(application)
    Reference.objects.filter(pk=reference.pk).update(status=status, completed_at="2026-01-01T12:00:00Z")
    return Reference.objects.get(pk=reference.pk)


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "status", "verb"), PAIRS, ids=lambda v: getattr(v, "__name__", v))
def test_a_verb_works_from_its_sources_alone(model, status, verb, applicant, edition):
    transition = LIFECYCLES[model].table[verb]
    subject = _subject(model, status, applicant)
    if status not in transition.sources:
        with pytest.raises(Refused):
            advance(subject, verb)
        assert model.objects.get(pk=subject.pk).status == status
        assert not Event.objects.about(subject).filter(verb=verb).exists()
    elif transition.guard is None and verb not in {"submit"}:
        if transition.stamp_by:
            pytest.skip("needs a person; asked in the file of its action")
        advance(subject, verb, note="A reason")
        assert model.objects.get(pk=subject.pk).status == (transition.target or status)
        assert Event.objects.about(subject).filter(verb=verb).count() == 1


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
def test_nobody_checks_their_own_application(edition, coordinator):
    own = factories.submitted(factories.application(coordinator))
    with pytest.raises(Refused):
        advance(own, "accept", by=coordinator)
    assert [v.verb for v in available_verbs(own, coordinator)] == ["withdraw"]


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
