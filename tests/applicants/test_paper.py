"""The paper of a submission: made once, by the worker, from the snapshot alone; readable by everybody who may."""

import io
import re
import subprocess
import threading
from itertools import pairwise

import pikepdf
import pypdf
import pytest
from django.db import InternalError, connection, transaction

from applicants import paper
from applicants.models import Snapshot
from applicants.paper import make_paper, render
from applicants.transitions import advance
from endorsement_portal import outbox
from endorsement_portal.models import Outbox, Upload
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def snapshot(ready_draft, applicant) -> Snapshot:
    for kind in ("education", "course", "supervision_given", "leadership"):
        getattr(factories, kind)(applicant)
    applicant.profile.phone = "919-555-0199"
    applicant.profile.membership_number = "MEMBER-77"
    applicant.profile.save()
    advance(ready_draft, "submit", by=applicant)
    return Snapshot.objects.select_related("application__person").get()


def text(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def test_submitting_promises_it_and_the_worker_makes_it_once(snapshot, keep_promises):
    [promised] = Outbox.objects.filter(kind="applicants.snapshot_pdf")
    assert (promised.key, promised.payload) == (f"snapshot_pdf:{snapshot.pk}", {"snapshot_id": snapshot.pk})
    assert snapshot.document is None
    keep_promises()
    keep_promises()
    snapshot.refresh_from_db()
    made = snapshot.document
    assert (made.content_type, made.purpose, made.owner) == ("application/pdf", "submission", None)
    assert made.original_name == f"A-{snapshot.application_id:05d}-submission-1.pdf"
    assert make_paper(snapshot.pk) == made
    assert Upload.objects.filter(purpose="submission").count() == 1


def test_a_worker_killed_in_the_middle_leaves_nothing_and_the_next_one_makes_it(snapshot, monkeypatch):
    """Whatever happened before the row says done, did not happen."""
    promised = Outbox.objects.get(kind="applicants.snapshot_pdf")

    def killed(_snapshot):
        raise SystemExit

    monkeypatch.setattr(paper, "render", killed)
    with pytest.raises(SystemExit), transaction.atomic():
        outbox.perform(promised.pk)
    monkeypatch.undo()
    assert Upload.objects.filter(purpose="submission").count() == 0
    assert outbox.perform(promised.pk)
    assert not outbox.perform(promised.pk)
    assert Upload.objects.filter(purpose="submission").count() == 1


@pytest.mark.django_db(transaction=True)
def test_three_workers_at_once_make_one(snapshot):
    made = []

    def work():
        made.append(make_paper(snapshot.pk).pk)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [paper_] = Upload.objects.filter(purpose="submission")
    assert made == [paper_.pk] * 3


def test_it_says_what_was_submitted(snapshot):
    said = text(render(snapshot))
    for words in (
        f"Application A-{snapshot.application_id:05d}",
        "Ana Applicant",
        "Application for Infant Family Specialist",
        "Submission 1, sent on",
        "Requirements on that day",
        "Years of work",
        "Home visitor, Little Steps Center",
        "Jan. 1, 2020 – Dec. 31, 2022",
        "Weekly visits with families of infants and toddlers.",
        "Foundations of relationships",
        "Bachelor’s degree, A state university",
        "HDF 301 Infants and families",
        "With Priya Provider",
        "At High Meadow Center",
        "County board for the early years",
        "Complete",
        "Code of Ethics (edition",
        f"A-{snapshot.application_id:05d} · submission 1",
    ):
        assert words in said, words
    assert snapshot.sha256 in said.replace(" ", "")


def test_it_says_nothing_that_a_reader_may_not_know(snapshot):
    said = text(render(snapshot)) + str(pypdf.PdfReader(io.BytesIO(render(snapshot))).metadata)
    for secret in (
        "Secret remarks",
        "Rater 1",
        "rater1@",
        "919-555",
        "MEMBER-77",
        "fee",
        "priya@example.org",
        "127.0.0.1",
    ):
        assert secret not in said, secret


def test_it_comes_from_the_snapshot_alone(snapshot, applicant, django_assert_num_queries):
    before = render(snapshot)
    applicant.work_evidence.all().delete()
    applicant.profile.delete()
    fresh = Snapshot.objects.select_related("application__person").get()
    with django_assert_num_queries(0):
        assert render(fresh) == before


def test_a_submission_from_before_there_were_titles_is_printed_too(snapshot):
    snapshot.data = {"profile": {"legal_name": "Ana"}, "evidence": {"work": [{"headline": "A job"}]}}
    said = text(render(snapshot))
    assert ("A job" in said, "Requirements" in said) == (True, False)


def test_it_is_tagged_and_declares_itself(snapshot):
    pdf = render(snapshot)
    document = pypdf.PdfReader(io.BytesIO(pdf))
    catalog = document.trailer["/Root"]
    assert (catalog["/Lang"], bool(catalog["/MarkInfo"]["/Marked"])) == ("en-US", True)
    assert document.metadata["/Title"] == f"A-{snapshot.application_id:05d}, submission 1: Ana Applicant"
    assert str(document.outline[0]["/Title"]) == "Ana Applicant"
    with pikepdf.open(io.BytesIO(pdf)) as opened, opened.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "U")
        assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
        assert not opened.check_pdf_syntax()
    assert [float(side) for side in document.pages[0].mediabox] == [0, 0, 612, 792]


def test_every_mark_on_every_page_is_tagged_or_decoration(snapshot):
    painting = {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "Do", "sh", "Tj", "TJ", "'", '"'}
    with pikepdf.open(io.BytesIO(render(snapshot))) as pdf:
        for page in pdf.pages:
            depth, stray = 0, []
            for operands, operator in pikepdf.parse_content_stream(page):
                name = str(operator)
                depth += {"BMC": 1, "BDC": 1, "EMC": -1}.get(name, 0)
                if name in painting and depth == 0:
                    stray.append((name, operands))
            assert (depth, stray) == (0, [])


def test_headings_skip_no_level(snapshot):
    found = re.findall(rb"/S\s*/H(\d)", pikepdf_objects(render(snapshot)))
    levels = [int(level) for level in found]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def pikepdf_objects(pdf: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(
            out, stream_decode_level=pikepdf.StreamDecodeLevel.none, object_stream_mode=pikepdf.ObjectStreamMode.disable
        )
    return out.getvalue()


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script><img src=http://127.0.0.1/a>",
        "W" * 900,
        "مريم الأنصاري و王小明 👩‍👩‍👧",
        "a\u202eb\x07c\ud800" + "\n" * 40,
        "{{ settings.SECRET_KEY }}{% now 'Y' %}",
    ],
)
def test_whatever_was_typed_is_only_words(snapshot, words, settings):
    entry = snapshot.data["evidence"]["work"][0]
    entry["duties"] = entry["headline"] = words
    snapshot.data["profile"]["legal_name"] = words
    pdf = render(snapshot)
    assert settings.SECRET_KEY not in text(pdf)
    assert "Fingerprint" in text(pdf)
    width = max(float(page.mediabox.width) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    assert width == 612


def test_three_hundred_entries(snapshot):
    entry = snapshot.data["evidence"]["training"][0]
    snapshot.data["evidence"]["training"] = [entry | {"id": n, "headline": f"Training {n}"} for n in range(300)]
    said = text(render(snapshot))
    assert ("Training 0" in said, "Training 299" in said) == (True, True)


# --- What is frozen stays so -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [{"data": {}}, {"sha256": "0" * 64}, {"number": 7}, {"upload_ids": [1]}, {"frozen_at": "2020-01-01T12:00Z"}],
    ids=lambda change: next(iter(change)),
)
def test_the_database_refuses_every_change_of_a_snapshot(snapshot, change):
    with pytest.raises(InternalError), transaction.atomic():
        Snapshot.objects.update(**change)
    assert Snapshot.objects.get().data == snapshot.data


def test_the_paper_is_put_beside_it_once_and_never_exchanged(snapshot):
    make_paper(snapshot.pk)
    for other in (None, Upload.objects.create(original_name="x", size=1, purpose="submission").pk):
        with pytest.raises(InternalError), transaction.atomic():
            Snapshot.objects.update(document=other)
    assert Snapshot.objects.get().document.original_name.endswith("submission-1.pdf")
