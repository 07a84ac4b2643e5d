"""Returned for some parts: only those change in the next submission, by whatever way somebody tries."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applicants.models import KINDS, Application, Draft, Reference, Signature, Snapshot
from applicants.readiness import readiness
from applicants.sections import SECTIONS, carried_over, in_order, said
from applicants.transitions import advance
from endorsement_portal.lifecycle import Refused, available_verbs
from endorsement_portal.models import Event, Message
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(ready_draft, applicant):
    """Submitted with an entry of every kind."""
    for kind in ("education", "course", "supervision_given", "leadership"):
        getattr(factories, kind)(applicant)
    advance(ready_draft, "submit", by=applicant)
    return ready_draft


@pytest.fixture
def returned(sent, coordinator):
    """The same, returned for its work and its courses."""
    advance(sent, "return", by=coordinator, note="The dates of your jobs", sections="course work")
    return sent


def last(application) -> dict:
    return application.snapshots.order_by("-number").first().data


def again(application, applicant) -> tuple[dict, dict]:
    """Submit once more: the data before and after."""
    before = last(application)
    advance(application, "submit", by=applicant)
    return before, last(application)


# --- The form and what it says ---------------------------------------------------------------------------------------


def test_the_coordinator_names_the_parts(sent, applicant, coordinator, client_for):
    path = f"/applications/{sent.pk}/return/"
    client = client_for(coordinator)
    assert list(client.get(path).context["form"].fields) == ["note", "sections"]
    client.post(path, {"note": "The dates", "sections": ["work", "references", "sign"]})
    sent.refresh_from_db()
    assert (sent.status, sent.returned_sections) == ("returned", ["work", "references", "sign"])
    [event] = Event.objects.about(sent).filter(verb="return")
    assert event.details == {"sections": "work references sign"}
    [mail] = Message.objects.filter(kind="E26")
    assert "Open for changes: Work, References, Signed documents. Everything else stays" in mail.body
    page = client_for(applicant).get(f"/applications/{sent.pk}/").content.decode()
    assert "Open for changes: Work, References, Signed documents." in page
    assert "Open for changes: Work, References" in client_for(applicant).get("/").content.decode()
    dossier = client.get(f"/applications/{sent.pk}/")
    assert "Open: Work, References, Signed documents" in dossier.content.decode()
    assert dossier.context["timeline"][0]["note"] == "Open: Work, References, Signed documents\nThe dates"


@pytest.mark.parametrize("sections", [[], list(SECTIONS)])
def test_none_or_all_named_is_everything(sent, applicant, coordinator, client_for, sections):
    client_for(coordinator).post(f"/applications/{sent.pk}/return/", {"note": "All of it", "sections": sections})
    sent.refresh_from_db()
    assert (sent.status, sent.returned_sections, sent.is_partly_open) == ("returned", [], False)
    applicant.training_evidence.update(title="Renamed")
    _before, after = again(sent, applicant)
    assert after["evidence"]["training"][0]["title"] == "Renamed"
    assert "Open for changes" not in Message.objects.get(kind="E26").body


@pytest.mark.parametrize("sections", [["fee"], ["work", "everything"], ["<b>"]])
def test_parts_that_there_are_not(sent, coordinator, client_for, sections):
    answer = client_for(coordinator).post(f"/applications/{sent.pk}/return/", {"note": "x", "sections": sections})
    assert list(answer.context["form"].errors) == ["sections"]
    assert Application.objects.get().status == "submitted"


def test_words_and_order():
    assert in_order(["sign", "work", "work", "nonsense"]) == ["work", "sign"]
    assert in_order(SECTIONS) == []
    assert (said(["course", "work"]), said([])) == ("Work, Courses", "Everything")


# --- What the next submission says -----------------------------------------------------------------------------------


def test_only_the_named_parts_are_taken_over(returned, applicant):
    for model in KINDS.values():
        model.objects.filter(person=applicant).update(area_keys=["reflection.self_awareness"])
    applicant.profile.employer = "Somewhere Else"
    applicant.profile.save()
    before, after = again(returned, applicant)
    changed = [kind for kind in KINDS if before["evidence"][kind] != after["evidence"][kind]]
    assert changed == ["work", "course"]
    assert after["evidence"]["work"][0]["area_keys"] == ["reflection.self_awareness"]
    assert (after["profile"], after["signatures"]) == (before["profile"], before["signatures"])


def test_references_go_on_by_themselves(returned, applicant):
    Reference.objects.filter(rater_name="Rater 2").update(status="completed", completed_at="2026-01-01T12:00Z")
    before, after = again(returned, applicant)
    assert [row["completed_at"] for row in after["references"]].count("2026-01-01T12:00:00Z") == 1
    assert [row["completed_at"] for row in before["references"]].count("2026-01-01T12:00:00Z") == 0


def test_requirements_are_judged_by_what_would_be_submitted(returned, applicant, coordinator, client_for):
    applicant.training_evidence.all().delete()
    applicant.work_evidence.update(end_date="2020-02-01")
    checks = {check.key: (check.has, check.met) for check in readiness(Application.objects.get()).checks}
    assert (checks["training_total"], checks["work"][1]) == (("40", True), False)
    dossier = client_for(coordinator).get(f"/applications/{returned.pk}/")
    assert [(str(title), is_open, len(rows)) for title, is_open, rows in dossier.context["evidence"]] == [
        ("work", True, 1),
        ("education", False, 1),
        ("course", True, 1),
        ("training", False, 1),
        ("reflective supervision", False, 1),
        ("reflective supervision given", False, 1),
        ("leadership or publication", False, 1),
    ]
    assert "Foundations of relationships" in dossier.content.decode()


def test_after_it_everything_is_as_ever(returned, applicant, coordinator):
    again(returned, applicant)
    assert (returned.returned_sections, returned.status) == ([], "submitted")
    advance(returned, "return", by=coordinator, note="Now all of it")
    applicant.training_evidence.update(title="Renamed")
    _before, after = again(returned, applicant)
    assert after["evidence"]["training"][0]["title"] == "Renamed"


def test_accepting_leaves_nothing_named(returned, applicant, coordinator):
    Application.objects.update(status="submitted")
    advance(returned, "accept", by=coordinator)
    assert (returned.returned_sections, returned.returned_note) == ([], "")


def test_a_certificate_that_is_carried_over_stays(sent, applicant, coordinator, certificate, client_for, typed):
    """Its entry is deleted for good meanwhile; the paper behind the submission is still there."""
    client = client_for(applicant)
    advance(sent, "return", by=coordinator, note="x", sections="")
    client.post(
        reverse("applicants:evidence_edit", args=["training", applicant.training_evidence.get().pk]),
        typed("training", seen_version="1", certificate=certificate("diploma.pdf")),
    )
    again(sent, applicant)
    entry = applicant.training_evidence.get()
    advance(sent, "return", by=coordinator, note="x", sections="work")
    client.post(reverse("applicants:evidence_confirm_remove", args=["training", entry.pk]))
    client.post(reverse("applicants:evidence_confirm_let_go", args=["training", entry.pk]))
    assert applicant.training_evidence.count() == 0
    again(sent, applicant)
    snapshot = Snapshot.objects.latest("number")
    assert snapshot.upload_ids == [entry.document_id]
    document = reverse("applicants:document_download", args=[entry.document_id])
    assert client_for(coordinator).get(document).status_code == 200


# --- Every way in, tried -----------------------------------------------------------------------------------------------


def _edit(client, applicant, typed):
    entry = applicant.training_evidence.get()
    url = reverse("applicants:evidence_edit", args=["training", entry.pk])
    return client.post(url, typed("training", seen_version="1", title="Changed"))


def _create(client, applicant, typed):
    return client.post(reverse("applicants:evidence_create", args=["training"]), typed("training"))


def _remove(client, applicant, typed):
    pk = applicant.training_evidence.get().pk
    return client.post(reverse("applicants:evidence_confirm_remove", args=["training", pk]))


def _tag(client, applicant, typed):
    pk = applicant.training_evidence.get().pk
    return client.post(
        reverse("applicants:evidence_tag"), {"entry": [f"training:{pk}"], "area_keys": ["reflection.self_awareness"]}
    )


def _allocate(client, applicant, typed):
    pk = applicant.training_evidence.get().pk
    return client.post(
        reverse("applicants:evidence_hours", args=["training", pk]), {"area-0": "3", "seen_version": "1"}
    )


def _copy(client, applicant, typed):
    pk = applicant.training_evidence.get().pk
    return client.post(reverse("applicants:evidence_copy", args=["training", pk]))


def _import(client, applicant, typed):
    rows = b"Title,Who gave it,Kind,First day,Hours\nImported,A center,Workshop,2024-01-01,6\n"
    file = SimpleUploadedFile("list.csv", rows, "text/csv")
    return client.post(client.post(reverse("applicants:evidence_import"), {"file": file})["Location"])


def _autosave(client, applicant, typed):
    entry = applicant.training_evidence.get()
    said_ = {"form": f"evidence:training:{entry.pk}", "field": "title", "said": "Typed only", "words_seen": "1.0."}
    said_ |= {"writer": f"person-{applicant.pk}", "words_tab": str(uuid.uuid4())}
    return client.post(reverse("applicants:draft_save"), said_)


def _profile(client, applicant, typed):
    data = {"legal_name": "Another Name", "certificate_name": "A", "county": applicant.profile.county_id}
    data |= {"employer": "Elsewhere", "job_title": "Else", "sector": "home_visiting", "member_until": "2099-01-01"}
    return client.post(reverse("applicants:profile_edit"), data)


def _library(applicant) -> list:
    rows = [list(model.objects.filter(person=applicant).order_by("pk").values()) for model in KINDS.values()]
    return [*rows, list(type(applicant.profile).objects.values()), list(Draft.objects.values())]


@pytest.mark.parametrize(
    "way", [_edit, _create, _remove, _tag, _allocate, _copy, _import, _autosave, _profile], ids=lambda way: way.__name__
)
def test_no_way_of_changing_the_library_reaches_a_closed_part(returned, applicant, client_for, typed, way):
    there = _library(applicant)
    way(client_for(applicant), applicant, typed)
    assert _library(applicant) != there, "the way itself leads somewhere"
    before, after = again(returned, applicant)
    assert after["evidence"] == before["evidence"]
    assert after["profile"] == before["profile"]


def test_autosave_writes_no_entry_at_all(returned, applicant, client_for, typed):
    _autosave(client_for(applicant), applicant, typed)
    assert (Draft.objects.count(), applicant.training_evidence.get().title) == (1, "Foundations of relationships")


def test_nothing_typed_is_lost(returned, applicant, client_for, typed):
    """The library is the person's own: what is changed there is kept, for other applications."""
    _edit(client_for(applicant), applicant, typed)
    assert applicant.training_evidence.get().title == "Changed"
    other = factories.application(applicant, code="IFA")
    assert "Changed" in readiness(other).names.values()


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ("/applications/evidence/training/new/", "A-{pk:05d} does not take this part again"),
        ("/applications/evidence/work/new/", None),
        ("/applications/evidence/?kind=training", "A-{pk:05d} does not take this part again"),
        ("/applications/evidence/?kind=work", None),
        ("/applications/evidence/", "A-{pk:05d} is open for some parts"),
        ("/applications/profile/", "A-{pk:05d} does not take this part again"),
    ],
)
def test_the_pages_say_so(returned, applicant, other_applicant, client_for, page, says):
    words = says.format(pk=returned.pk) if says else f"A-{returned.pk:05d}"
    text = client_for(applicant).get(page).content.decode()
    assert (words in text) is bool(says)
    assert f"A-{returned.pk:05d}" not in client_for(other_applicant).get(page).content.decode()


def test_an_entry_of_a_closed_part_is_not_said_to_count(returned, applicant, client_for):
    work, training = applicant.work_evidence.get(), applicant.training_evidence.get()
    client = client_for(applicant)
    assert "uses" in client.get(reverse("applicants:evidence_edit", args=["work", work.pk])).context
    assert "uses" not in client.get(reverse("applicants:evidence_edit", args=["training", training.pk])).context


def test_signatures_stay_while_they_are_closed(returned, applicant, client_for):
    before = list(Signature.objects.order_by("kind").values())
    name = applicant.profile.legal_name
    path = f"/applications/{returned.pk}/sign/"
    client_for(applicant).post(path, {"signed_name": name, "ethics": "on", "agreement": "on"})
    assert list(Signature.objects.order_by("kind").values()) == before


def test_signatures_can_be_given_anew_once_they_are_named(sent, applicant, coordinator, client_for):
    advance(sent, "return", by=coordinator, note="Sign again, please", sections="sign")
    path, name = f"/applications/{sent.pk}/sign/", applicant.profile.legal_name
    client = client_for(applicant)
    old = set(Signature.objects.values_list("pk", flat=True))
    for _click in range(2):
        client.post(path, {"signed_name": name, "ethics": "on", "agreement": "on", "not_sanctioned": "on"})
    assert Signature.objects.count() == 2
    assert old.isdisjoint(Signature.objects.values_list("pk", flat=True))
    assert Event.objects.about(sent).filter(verb="sign").count() == 1
    assert "Signed by" in client.get(path).content.decode()


@pytest.mark.parametrize("sections", ["work", "references"])
def test_references_only_where_they_are_named(sent, applicant, coordinator, sections):
    advance(sent, "return", by=coordinator, note="x", sections=sections)
    fresh = factories.reference(sent, 7)
    if sections == "references":
        advance(fresh, "send", by=applicant)
        assert fresh.status == "sent"
        return
    for reference, verb in ((fresh, "send"), (fresh, "replace")):
        with pytest.raises(Refused):
            advance(reference, verb, by=applicant)
    assert Reference.objects.get(pk=fresh.pk).status == "draft"


def test_the_edition_stays(returned, coordinator, applicant):
    advance(returned, "hold", by=coordinator, note="A leave")
    advance(returned, "resume", by=applicant)
    assert (returned.status, returned.returned_sections) == ("draft", ["work", "course"])
    with pytest.raises(Refused) as no:
        advance(returned, "change_edition", by=applicant, category=returned.category, seen=returned.edition)
    assert "stays under its edition" in no.value.message


def test_on_hold_and_back_it_is_still_partly_open(returned, applicant, coordinator):
    advance(returned, "hold", by=coordinator, note="A leave")
    advance(returned, "resume", by=applicant)
    applicant.training_evidence.update(title="Renamed on leave")
    before, after = again(returned, applicant)
    assert after["evidence"]["training"] == before["evidence"]["training"]


# --- Opening more ------------------------------------------------------------------------------------------------------


def test_a_missing_piece_in_a_closed_part_leads_to_the_coordinator(returned, applicant, coordinator, client_for):
    returned.references.first().delete()
    step = client_for(applicant).get(f"/applications/{returned.pk}/").context["next"]
    assert (step.url, step.action) == (
        f"/applications/{returned.pk}/comments/applicant/",
        "Write to the coordinator",
    )
    path = f"/applications/{returned.pk}/open_more/"
    client = client_for(coordinator)
    offered = [name for name, _label in client.get(path).context["form"].fields["sections"].choices]
    assert offered == [name for name in SECTIONS if name not in {"work", "course"}]
    client.post(path, {"note": "One reference is missing", "sections": ["references"]})
    returned.refresh_from_db()
    assert (returned.status, returned.returned_sections) == ("returned", ["work", "course", "references"])
    assert returned.returned_note == "The dates of your jobs\n\nOne reference is missing"
    assert Message.objects.filter(kind="E26").count() == 2


def test_opening_everything_and_who_may(returned, sent, applicant, coordinator, other_applicant, client_for):
    path = f"/applications/{returned.pk}/open_more/"
    for person in (applicant, other_applicant):
        assert client_for(person).post(path, {"note": "x"}).status_code == 404
    client_for(coordinator).post(path, {"note": "All of it"})
    returned.refresh_from_db()
    assert (returned.status, returned.returned_sections) == ("returned", [])
    assert "open_more" not in [one.verb for one in available_verbs(returned, coordinator)]
    with pytest.raises(Refused):
        advance(returned, "open_more", by=coordinator, note="Again")


def test_what_is_carried_over_is_pure():
    now = {"profile": {"a": 1}, "evidence": {kind: [2] for kind in KINDS}, "signatures": [3], "references": [4]}
    before = {"profile": {"a": 0}, "evidence": {"work": [0]}, "signatures": [0], "references": [0]}
    assert carried_over(now, before, []) == now
    some = carried_over(now, before, ["training", "sign"])
    assert some == {
        "profile": {"a": 0},
        "evidence": {kind: [2] if kind == "training" else [0] if kind == "work" else [] for kind in KINDS},
        "signatures": [3],
        "references": [4],
    }
