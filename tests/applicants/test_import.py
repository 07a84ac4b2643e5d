"""Bringing in a spreadsheet: every row is named before anything is kept, one confirm, all good rows or none."""

from __future__ import annotations

import threading
import time
import uuid
from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from applicants import importing, library
from applicants.models import Application, Training
from applicants.views import importing as views
from tests import factories
from tests.applicants.workbooks import HEADING, workbook

pytestmark = pytest.mark.django_db
PATH = "/applications/evidence/import/"
CSV = "Title,Who gave it,First day,Clock hours\n"
GONE = "This upload is no longer here. Please choose your file again."


def upload(client, content: str | bytes, name: str = "list.csv"):
    data = content.encode() if isinstance(content, str) else content
    return client.post(PATH, {"file": SimpleUploadedFile(name, data)})


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_a_list_is_looked_at_and_then_brought_in(client_for, applicant, draft):
    old = timezone.now() - timedelta(days=40)
    Application.objects.update(worked_on_at=old, nudges=2)
    client = client_for(applicant)
    answer = upload(client, CSV + "Play,A center,3/1/2024,6\nMissing,,3/1/2024,6\nLoss,B,2024-05-01,1.5\n")
    where = answer["Location"]
    page = client.get(where)
    text = page.content.decode()
    assert (page.status_code, Training.objects.count()) == (200, 0)
    assert "Bring in 2 trainings" in text
    assert "ready, with 7.5 hours" in text
    assert "Row 3</th><td><bdi>Missing</bdi></td><td>Who gave it: this is missing.</td>" in text
    done = client.post(where)
    assert (done["Location"], said(done)[-1]) == (
        "/applications/evidence/",
        "2 trainings are in your evidence. Tick them to add their areas, several at once.",
    )
    assert list(Training.objects.order_by("pk").values_list("person", "title", "sponsor", "format", "start_date", "clock_hours")) == [
        (applicant.pk, "Play", "A center", "workshop", date(2024, 3, 1), 6),
        (applicant.pk, "Loss", "B", "workshop", date(2024, 5, 1), 1.5),
    ]  # fmt: skip
    draft.refresh_from_db()
    assert (draft.nudges, draft.worked_on_at > old) == (0, True)


def test_a_workbook_too(client_for, applicant):
    client = client_for(applicant)
    where = upload(client, workbook([HEADING, ["Play", "A", 45366, 7.5]]), "my list.xlsx")["Location"]
    client.post(where)
    assert Training.objects.get().start_date == date(2024, 3, 15)


def test_confirming_twice_brings_in_once(client_for, applicant):
    client = client_for(applicant)
    where = upload(client, CSV + "Play,A,3/1/2024,6\n")["Location"]
    first, second = client.post(where), client.post(where)
    assert said(first)[-1] == said(second)[-1]
    client.get(where)
    library.take_out(Training.objects.get())
    client.post(where)
    assert Training.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_confirms_at_once_bring_in_once(client_for, applicant):
    client = client_for(applicant)
    where = upload(client, CSV + "".join(f"No. {n},A,3/1/2024,1\n" for n in range(60)))["Location"]
    ready, answers = threading.Barrier(4), []

    def confirm():
        other = Client()
        other.cookies = client.cookies
        try:
            ready.wait()
            answers.append(other.post(where).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (answers, Training.objects.count()) == ([302] * 4, 60)


def test_doubles_stay_out_unless_they_are_ticked(client_for, applicant):
    factories.training(applicant, title="Play", start_date=date(2024, 3, 3))
    client = client_for(applicant)
    rows = CSV + "Play,A,3/1/2024,6\nLoss,A,3/1/2024,6\nLOSS,A,3/2/2024,6\n"
    where = upload(client, rows)["Location"]
    text = client.get(where).content.decode()
    assert [f'name="double" value="{n}"' in text for n in (2, 3, 4)] == [True, False, True]
    client.post(where, {"double": ["4", "3", "x", "999999999999", "-1"]})
    assert sorted(Training.objects.values_list("title", flat=True)) == ["LOSS", "Loss", "Play"]
    where = upload(client, rows)["Location"]
    client.post(where)
    assert Training.objects.count() == 3
    where = upload(client, rows)["Location"]
    client.post(where, {"all_doubles": "yes"})
    assert Training.objects.count() == 6


def test_nothing_half_done_where_the_database_says_no(client_for, applicant, monkeypatch):
    client = client_for(applicant)
    where = upload(client, CSV + "".join(f"No. {n},A,3/1/2024,1\n" for n in range(600)))["Location"]
    kept = importing.once_of

    def clash(upload_id, number):
        # The last row of the second batch takes the number of the first.
        return kept(upload_id, 2 if number == 601 else number)

    monkeypatch.setattr(importing, "once_of", clash)
    with pytest.raises(DatabaseError):
        client.post(where)
    assert Training.objects.count() == 0
    monkeypatch.undo()
    client.post(where)
    assert Training.objects.count() == 600


def test_five_thousand_rows_half_of_them_wrong(client_for, applicant, django_assert_num_queries):
    client = client_for(applicant)
    rows = "".join(f"No. {n},A,{'3/1/2024' if n % 2 else '31/12/2024'},1\n" for n in range(5000))
    where = upload(client, CSV + rows)["Location"]
    with django_assert_num_queries(4):
        page = client.get(where)
    found = page.context["found"]
    assert (len(found.good), len(found.refused)) == (2500, 2500)
    text = page.content.decode()
    assert text.count('<th scope="row">Row ') == 500
    assert "First day: the month comes first, such as 12/31/2024.</b> Rows 1002, 1004," in text
    assert "4996, 4998, 5000." in text
    assert len(text) < 400_000
    client.post(where)
    assert Training.objects.count() == 2500


def test_rows_in_which_somebody_could_be_recognized_are_worth_a_look(client_for, applicant):
    client = client_for(applicant)
    rows = [
        "Play,A,3/1/2024,1,We spoke about Maria who is 3 years old. Call 919-555-0142.",
        "Play,A,3/2/2024,1,DOB 3/4/2021",
        "Loss,A,3/1/2024,1,How infants and toddlers mourn",
        'Sleep,A,never,1,"Mia, 2 years"',
    ]
    where = upload(client, f"{CSV.strip()},Description\n" + "\n".join(rows))["Location"]
    page = client.get(where)
    look = [(row.number, [hint.words for hint in hints]) for row, hints in page.context["look"]]
    assert look == [(2, ["Maria who is 3 years old", "919-555-0142"]), (3, ["DOB 3/4/2021"])]
    text = page.content.decode()
    assert "Worth a look" in text
    assert "“Maria who is 3 years old”" in text
    # It asks and never refuses.
    client.post(where, {"all_doubles": "yes"})
    assert Training.objects.count() == 3


def test_a_list_without_names_has_nothing_worth_a_look(client_for, applicant):
    client = client_for(applicant)
    page = client.get(upload(client, CSV + "Play,A,3/1/2024,1\n")["Location"])
    assert (page.context["look"], "Worth a look" in page.content.decode()) == ([], False)


def test_looking_ends_whatever_the_length_of_the_list():
    texts = ["Mia, 3 years old. ", "Aa is " * 80, "x" * 500]
    for text in texts:
        rows = [importing.Row(n, {}, {"description": text[:500]}) for n in range(importing.MOST_ROWS)]
        started = time.process_time()
        assert len(importing.worth_a_look(rows)) == (importing.MOST_LOOKS if text.startswith("Mia") else 0)
        assert time.process_time() - started < 4


def test_the_refused_rows_come_back_with_their_reasons(client_for, applicant):
    client = client_for(applicant)
    where = upload(client, CSV + 'Good,A,3/1/2024,1\n"@Home, ñ",,3/1/2024,1\n')["Location"]
    answer = client.get(f"{where}refused/")
    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        "text/csv; charset=utf-8",
        'attachment; filename="rows-to-mend.csv"',
    )
    assert (
        answer.content.decode("utf-8-sig").splitlines()[1]
        == '"\'@Home, ñ",,,3/1/2024,,1,,,,3,Who gave it: this is missing.'
    )
    mended = answer.content.replace(b",,,3/1/2024", b",A,,3/1/2024")
    client.post(upload(client, mended)["Location"])
    assert Training.objects.get().title == "@Home, ñ"


def test_the_template_is_a_heading_that_we_understand(client_for, applicant):
    answer = client_for(applicant).get(f"{PATH}template/")
    heading = answer.content.decode("utf-8-sig").strip()
    assert (
        heading
        == "Title,Who gave it,Kind,First day,Last day,Clock hours,DEI hours,RSC provision hours,What it was about"
    )
    client = client_for(applicant)
    where = upload(client, answer.content + b"Play,A,Webinar,3/1/2024,3/2/2024,6,1,2,All of it\r\n")["Location"]
    client.post(where)
    entry = Training.objects.get()
    assert (entry.format, entry.end_date, entry.dei_hours, entry.rsc_provision_hours, entry.description) == (
        "webinar", date(2024, 3, 2), 1, 2, "All of it",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "This file is empty."),
        (b"a,b\n1,2\n", "There is no column called: Title, Who gave it, First day, Clock hours."),
        (b"%PDF-1.7", "This is not a table."),
        (b"PK\x03\x04", "This file can’t be opened."),
        (b"x" * (2 * 1024 * 1024 + 1), "This file is larger than 2 MB."),
    ],
    ids=["empty", "other", "pdf", "torn", "large"],
)
def test_a_file_that_is_no_list_is_refused_beside_its_field(client_for, applicant, content, reason):
    answer = upload(client_for(applicant), content)
    assert answer.status_code == 200
    assert answer.context["form"].errors["file"][0].startswith(reason)
    assert 'class="error-summary"' in answer.content.decode()
    none = client_for(applicant).post(PATH, {})
    assert none.context["form"].errors["file"] == ["Please choose a file."]


# --- A file that is far too large ----------------------------------------------------------------------------------


class Wire:
    """What a browser would send, without there being so much; counts what is read."""

    def __init__(self, size: int) -> None:
        self.left, self.taken = size, 0

    def read(self, size: int = -1) -> bytes:
        size = min(self.left, size if size >= 0 else self.left)
        self.left, self.taken = self.left - size, self.taken + size
        return b"x" * size

    readline = read


@pytest.mark.parametrize(("megabytes", "read"), [(3, True), (200, False)])
def test_a_file_far_too_large_is_refused_before_it_is_looked_at(client_for, applicant, megabytes, read):
    size = megabytes * 1024 * 1024
    wire = Wire(size)
    answer = client_for(applicant).generic(
        "POST", PATH, content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(size), **{"wsgi.input": wire}
    )
    assert answer.status_code == 413
    assert "This file is larger than 2 MB. Please divide it, or save it as CSV." in answer.content.decode()
    # What is only a little too large is let in and thrown away, so that the browser hears our answer.
    assert wire.taken == (size if read else 0)
    assert cache.get(f"import:{applicant.pk}") is None


def test_the_form_is_checked_for_where_it_comes_from(applicant):
    client = Client(enforce_csrf_checks=True)
    client.force_login(applicant, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert upload(client, CSV + "Play,A,3/1/2024,6\n").status_code == 403


# --- Whose it is, and when it is gone ------------------------------------------------------------------------------


def test_an_upload_is_its_owners_and_the_last_one_alone(client_for, applicant, other_applicant):
    client = client_for(applicant)
    where = upload(client, CSV + "Play,A,3/1/2024,6\n")["Location"]
    for person in (other_applicant,):
        stranger = client_for(person)
        for answer in (stranger.get(where), stranger.post(where), stranger.get(f"{where}refused/")):
            assert (answer["Location"], said(answer)[-1]) == (PATH, GONE)
    second = upload(client, CSV + "Loss,A,3/1/2024,6\n")["Location"]
    assert client.post(where)["Location"] == PATH
    assert client.post(second)["Location"] == "/applications/evidence/"
    assert [entry.title for entry in Training.objects.all()] == ["Loss"]


def test_a_lost_upload_is_asked_for_anew(client_for, applicant):
    client = client_for(applicant)
    where = upload(client, CSV + "Play,A,3/1/2024,6\n")["Location"]
    cache.clear()
    assert said(client.post(where)) == [GONE]
    assert client.get(f"{PATH}{uuid.uuid4()}/")["Location"] == PATH
    assert Training.objects.count() == 0


def test_what_was_a_good_row_is_asked_again_when_it_is_confirmed(client_for, applicant, monkeypatch):
    """The clock or the library may have changed between the two pages."""
    client = client_for(applicant)
    where = upload(client, CSV + "Play,A,3/1/2024,6\nLoss,A,3/1/2024,6\n")["Location"]
    assert "Bring in 2 trainings" in client.get(where).content.decode()
    factories.training(applicant, title="Play", start_date=date(2024, 3, 1))
    client.post(where)
    assert sorted(Training.objects.values_list("title", flat=True)) == ["Loss", "Play"]


def test_strangers_sign_in_first(client):
    for path in (PATH, f"{PATH}template/", f"{PATH}{uuid.uuid4()}/", f"{PATH}{uuid.uuid4()}/refused/"):
        assert client.get(path)["Location"] == f"/accounts/login/?next={path}"
    assert client.post(PATH)["Location"] == f"/accounts/login/?next={PATH}"


def test_spans_of_numbers_are_read_easily():
    assert views._spans([2, 3, 4, 7, 9, 10]) == "2–4, 7, 9–10"
