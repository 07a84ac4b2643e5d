"""How the framework changes: every (status, verb) pair, who may, and what stays."""

import pytest
from django.utils import timezone

from competencies.models import Area, Category, Domain, Edition, Figure
from competencies.transitions import confirm_figure
from endorsement_portal.lifecycle import LIFECYCLES, Refused, advance, available_verbs
from endorsement_portal.models import Event

PAIRS = [
    (model, status, verb)
    for model in (Edition, Figure, Category, Domain, Area)
    for status, _label in model._meta.get_field("status").flatchoices
    for verb in LIFECYCLES[model].table
]


def put(model, status, edition, by):
    subject = edition if model is Edition else model.objects.filter(edition=edition).first()
    fields = {"status": status}
    if model is Edition and status != "draft":
        fields |= {"published_at": timezone.now(), "published_by": by}
    model.objects.filter(pk=subject.pk).update(**fields)
    return model.objects.get(pk=subject.pk)


@pytest.mark.parametrize(("model", "status", "verb"), PAIRS, ids=lambda v: getattr(v, "__name__", v))
def test_a_verb_works_from_its_sources_alone(edition, coordinator, model, status, verb):
    transition = LIFECYCLES[model].table[verb]
    subject = put(model, status, edition, coordinator)
    if status not in transition.sources:
        with pytest.raises(Refused):
            advance(subject, verb, by=coordinator, note="because")
        assert model.objects.get(pk=subject.pk).status == status
        assert list(Event.objects.about(subject)) == []
        return
    advance(subject, verb, by=coordinator, note="because")
    assert model.objects.get(pk=subject.pk).status == transition.target
    event = Event.objects.about(subject).get()
    assert (event.verb, event.before, event.after, event.actor_id) == (verb, status, transition.target, coordinator.pk)


@pytest.mark.parametrize("role", ["applicant", "reviewer", "finance"])
def test_others_may_not(edition, request, role):
    person = request.getfixturevalue(role)
    figure = Figure.objects.still_open().first()
    for subject, verb in [(edition, "publish"), (figure, "confirm"), (Area.objects.still_open().first(), "confirm")]:
        assert available_verbs(subject, person) == []
        with pytest.raises(Refused, match="permission"):
            advance(subject, verb, by=person)
    assert Event.objects.filter(subject_type__startswith="competencies").count() == 0


def test_an_admin_publishes_and_retires(edition, admin):
    assert [verb.verb for verb in available_verbs(edition, admin)] == ["publish"]
    advance(edition, "publish", by=admin)
    assert (edition.published_by, edition.retired_by) == (admin, None)
    advance(edition, "retire", by=admin)
    assert (edition.status, edition.retired_by) == ("retired", admin)
    assert available_verbs(edition, admin) == []


def test_a_corrected_value_and_the_old_one_are_in_the_log(edition, coordinator):
    figure = Figure.objects.get(edition=edition, section="FS", path="training.total")
    confirm_figure(figure, by=coordinator, seen=33, value=30, note="Board, May 4")
    figure.refresh_from_db()
    assert (figure.value, figure.status, figure.confirmed_by) == (30, "confirmed", coordinator)
    event = Event.objects.about(figure).get()
    assert (event.details, event.note) == ({"old": "33", "new": "30"}, "Board, May 4")


def test_a_list_survives_the_log(edition, coordinator):
    figure = Figure.objects.get(edition=edition, section="MHM-P", path="references.roles")
    roles = ["current_supervisor", "any_listed", "any_listed"]
    confirm_figure(figure, by=coordinator, seen=["any", "any", "any"], value=roles)
    figure.refresh_from_db()
    assert figure.value == roles


def test_two_people_at_once_do_not_overwrite_each_other(edition, coordinator, admin):
    figure = Figure.objects.get(edition=edition, section="FS", path="training.total")
    Figure.objects.filter(pk=figure.pk).update(value=31)
    with pytest.raises(Refused, match="a moment ago"):
        confirm_figure(figure, by=coordinator, seen=33, value=30)
    figure.refresh_from_db()
    assert (figure.value, figure.status) == (31, "open")


def test_reopening_clears_who_confirmed_and_needs_a_reason(edition, coordinator):
    figure = Figure.objects.get(edition=edition, section="FS", path="training.total")
    confirm_figure(figure, by=coordinator, seen=33, value=33)
    with pytest.raises(Refused, match="reason"):
        advance(figure, "reopen", by=coordinator)
    advance(figure, "reopen", by=coordinator, note="The alliance changed it")
    figure.refresh_from_db()
    assert (figure.status, figure.confirmed_at, figure.confirmed_by, figure.value) == ("open", None, None, 33)


def test_a_retired_edition_stays_as_it_was(edition, admin):
    advance(edition, "publish", by=admin)
    advance(edition, "retire", by=admin)
    figure = Figure.objects.still_open().first()
    with pytest.raises(Refused, match="retired"):
        confirm_figure(figure, by=admin, seen=figure.value, value=figure.value)
    figure.refresh_from_db()
    assert figure.status == "open"
