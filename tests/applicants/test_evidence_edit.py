"""Changing evidence: a stale tab is told and keeps its words; the second save wins knowingly."""

import pytest
from django.core.files.storage import default_storage

from applicants.models import KINDS, Application, Work
from applicants.progress import Linked
from endorsement_portal.models import Upload
from tests import factories

pytestmark = pytest.mark.django_db


def path(entry) -> str:
    return f"/applications/evidence/{entry.kind}/{entry.pk}/"


@pytest.mark.parametrize("kind", list(KINDS))
def test_it_saves_and_counts_the_version(kind, applicant, client_for, typed):
    entry = getattr(factories, kind)(applicant)
    client = client_for(applicant)
    page = client.get(path(entry))
    assert page.context["form"]["seen_version"].value() == 1
    answer = client.post(path(entry), typed(kind, seen_version="1"))
    assert answer["Location"] == "/applications/evidence/"
    entry.refresh_from_db()
    assert (entry.version, KINDS[kind].objects.count()) == (2, 1)


def test_a_stale_tab_is_refused_with_its_words_kept_and_the_second_save_wins(applicant, client_for, typed):
    entry = factories.work(applicant)
    client = client_for(applicant)
    client.post(path(entry), typed("work", duties="From the first tab", seen_version="1"))
    answer = client.post(path(entry), typed("work", duties="From the second tab", seen_version="1"))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "This entry was changed in another window since you opened it here." in page
    assert "From the second tab</textarea>" in page
    assert 'name="seen_version" value="2"' in page
    assert Work.objects.get().duties == "From the first tab"
    client.post(path(entry), typed("work", duties="From the second tab", seen_version="2"))
    entry.refresh_from_db()
    assert (entry.duties, entry.version) == ("From the second tab", 3)


@pytest.mark.parametrize("seen", [None, "", "abc", "0", "9" * 30])
def test_a_form_that_saw_nothing_is_stale(seen, applicant, client_for, typed):
    entry = factories.work(applicant)
    answer = client_for(applicant).post(path(entry), typed("work", duties="Else", seen_version=seen))
    assert answer.status_code == 200
    entry.refresh_from_db()
    assert (entry.version, entry.duties) == (1, "Weekly visits with families of infants and toddlers.")


def test_what_is_wrong_changes_nothing(applicant, client_for, typed):
    entry = factories.work(applicant)
    answer = client_for(applicant).post(
        path(entry), typed("work", employer="New", start_date="nonsense", seen_version="1")
    )
    assert list(answer.context["form"].errors) == ["start_date"]
    assert 'value="New"' in answer.content.decode()
    assert Work.objects.get().employer == "Little Steps Center"


def test_hours_are_shown_without_idle_zeros(applicant, client_for):
    entry = factories.training(applicant, clock_hours="45.00", dei_hours="2.50")
    form = client_for(applicant).get(f"/applications/evidence/training/{entry.pk}/").context["form"]
    shown = [form[name].value() for name in ("clock_hours", "dei_hours", "rsc_provision_hours")]
    assert shown == ["45", "2.5", "0"]


def test_areas_of_another_category_stay_tagged(applicant, client_for, typed, draft):
    entry = factories.work(applicant, area_keys=["theoretical_foundations.statistics", "reflection.self_awareness"])
    client_for(applicant).post(path(entry), typed("work", seen_version="1", area_keys=["thinking.planning"]))
    entry.refresh_from_db()
    assert sorted(entry.area_keys) == ["theoretical_foundations.statistics", "thinking.planning"]


def test_a_new_certificate_takes_the_place_of_the_old(
    applicant, client_for, typed, certificate, django_capture_on_commit_callbacks
):
    client, entry = client_for(applicant), factories.work(applicant)
    client.post(path(entry), typed("work", seen_version="1", certificate=certificate("old.pdf")))
    old = Upload.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(path(entry), typed("work", seen_version="2", certificate=certificate("new.pdf")))
    assert [u.original_name for u in Upload.objects.all()] == ["new.pdf"]
    assert not default_storage.exists(old.file.name)
    client.post(path(entry), typed("work", seen_version="3"))
    entry.refresh_from_db()
    assert entry.document.original_name == "new.pdf"
    assert "new.pdf" in client.get(path(entry)).content.decode()


def test_a_certificate_that_was_submitted_stays(
    applicant, client_for, typed, certificate, draft, django_capture_on_commit_callbacks
):
    entry = factories.work(applicant, employer="Second job")
    client = client_for(applicant)
    client.post(path(entry), typed("work", seen_version="1", certificate=certificate("old.pdf")))
    old = Upload.objects.get()
    factories.submitted(draft)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(path(entry), typed("work", seen_version="2", certificate=certificate("new.pdf")))
    assert Upload.objects.count() == 2
    assert client.get(f"/applications/documents/{old.pk}/").status_code == 200


def test_it_says_what_it_counts_toward(applicant, client_for, draft):
    training = factories.training(applicant, clock_hours=40, dei_hours=3)
    hours = factories.supervision(applicant, status="asked")
    client = client_for(applicant)
    uses = client.get(path(training)).context["uses"]
    assert uses.counts == [
        Linked("Training in all", "#training_total", "40 hours"),
        Linked("General training", "#training_general", "37 hours"),
        Linked("Training on diversity, equity and inclusion", "#training_dei", "3 hours"),
    ]
    assert uses.not_here == []
    answer = client.get(path(hours))
    assert answer.context["uses"].counts == []
    assert answer.context["uses"].not_here == [
        Linked(
            "Reflective supervision received",
            "#rsc_hours",
            "30 hours",
            "The provider has not confirmed these hours yet.",
        )
    ]
    assert f'href="/applications/{draft.pk}/requirements/#rsc_hours"' in answer.content.decode()
    Application.objects.update(status="on_hold")
    assert "uses" not in client.get(path(training)).context


def test_nobody_else_opens_or_changes_it(applicant, other_applicant, coordinator, admin, client_for, typed):
    entry = factories.work(applicant)
    for person in (other_applicant, coordinator, admin):
        client = client_for(person)
        assert client.get(path(entry)).status_code == 404
        assert client.post(path(entry), typed("work", seen_version="1", duties="Else")).status_code == 404
    assert client_for(None).post(path(entry), typed("work"))["Location"] == f"/accounts/login/?next={path(entry)}"
    assert Work.objects.get().version == 1
    assert client_for(applicant).get(f"/applications/evidence/training/{entry.pk}/").status_code == 404
