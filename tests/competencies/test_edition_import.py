"""Bringing in an edition: one document, checked as a whole, loaded as a draft or not at all."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from competencies.models import Area, Category, Edition, Figure
from endorsement_portal.lifecycle import advance
from endorsement_portal.models import Event
from tests.competencies.newer import document

URL = reverse("competencies:edition_import")


def counts() -> list[int]:
    return [model.objects.count() for model in (Edition, Category, Figure, Area)]


def sent(client, content: str | bytes, name: str = "framework.yaml"):
    data = content.encode() if isinstance(content, str) else content
    return client.post(URL, {"file": SimpleUploadedFile(name, data)})


@pytest.mark.parametrize("role", ["coordinator", "admin"])
def test_it_is_loaded_as_a_draft(client_for, request, edition, role):
    person = request.getfixturevalue(role)
    client = client_for(person)
    assert client.get(URL).status_code == 200
    answer = sent(client, "\ufeff" + document())
    made = Edition.objects.get(version="2026.1")
    assert (answer.status_code, answer.url, made.status) == (302, made.get_absolute_url(), "draft")
    assert Figure.objects.filter(edition=made).count() == 236
    event = Event.objects.about(made).get()
    assert (event.verb, event.actor, event.after) == ("import", person, "draft")


def test_twice_says_so_and_changes_nothing(client_for, coordinator, edition):
    client = client_for(coordinator)
    sent(client, document())
    before = counts()
    again = sent(client, document()).content.decode()
    assert "Edition 2026.1 is here already" in again
    assert "It is the same file. Nothing was changed." in again
    other = sent(client, document(title="Another title")).content.decode()
    assert "This file differs from the one that was loaded, and nothing was overwritten." in other
    assert counts() == before
    assert Event.objects.filter(verb="import").count() == 1


def test_every_problem_is_named_by_its_place_and_nothing_is_half_loaded(client_for, coordinator, edition):
    def spoil(found):
        found["categories"][1]["scope"] = "research"
        found["categories"][2]["track"] = ["IMH-E"]
        found["categories"][3]["code"] = "E C/<b>"
        found["figures"]["FS"]["training.total"]["v"] = "33 hours"
        found["figures"]["FS"]["exam"]["v"] = "no"
        found["figures"]["FS"]["gate.logic"]["v"] = "perhaps"
        found["figures"]["FS"]["rsc.providers"]["v"] = "MHM-C"
        found["figures"]["FA"]["training.dei"]["st"] = ["c"]
        found["figures"]["common"]["references.count"]["v"] = -1
        found["tracks"][0]["age_months"] = [0, 99999]
        found["domains"][0]["title"] = "x" * 81
        found["domains"][0]["areas"][0]["profiles"] = ["XX"]

    before = counts()
    answer = sent(client_for(coordinator), document(spoil))
    assert [f"{row['place']}: {row['what']}" for row in answer.context["problems"]] == [
        "categories[4]: “code” should have letters, digits, - and _ alone",
        "figures.common.references.count: should be a number from 0 to 9999",
        "figures.FA.training.dei: “st” should be c, i or u, not \"['c']\"",
        "figures.FS.gate.logic: should be one of any_of, all_of",
        "figures.FS.training.total: should be a number from 0 to 9999",
        "figures.FS.rsc.providers: should be a list of words",
        "figures.FS.exam: should be true or false",
        "domains.theoretical_foundations: “title” is longer than 80 characters",
        "tracks.IMH-E: “age_months” should be two numbers",
        "categories.ECFA: “research” is not a scope of practice",
        "categories.IFS: there is no track “['IMH-E']”",
        "domains.theoretical_foundations.pregnancy: there is no profile “XX”",
    ]
    page = answer.content.decode()
    assert "12 places in the file need another look" in page
    assert "Nothing was loaded." in page
    assert "E C/<b>" not in page
    assert counts() == before


def test_hundreds_of_problems_are_counted(client_for, coordinator, edition):
    def spoil(found):
        found["figures"]["FS"].update({f"odd.{n}": {"v": 1, "st": "x"} for n in range(300)})

    answer = sent(client_for(coordinator), document(spoil))
    assert (len(answer.context["problems"]), answer.context["more"]) == (200, 100)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "This file is empty."),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "This is not a text file."),
        (b"key: one\0two", "This is not a text file."),
        ("key: ü".encode("utf-16"), "This is not a text file."),
        (b"a: " + b"x" * 1024 * 1024, "This file is larger than 1 MB."),
    ],
)
def test_what_is_no_document_is_refused(client_for, coordinator, edition, content, said):
    before = counts()
    [error] = sent(client_for(coordinator), content).context["form"].errors["file"]
    assert error.startswith(said)
    assert counts() == before


@pytest.mark.parametrize("content", ["just words", "a: &a [x]\nb: [*a, *a]", "[" * 10_000, "key: [", "%PDF-1.7"])
def test_text_that_is_no_framework_or_a_bomb_is_said(client_for, coordinator, edition, content):
    before = counts()
    answer = sent(client_for(coordinator), content)
    assert (answer.status_code, len(answer.context["problems"])) == (200, 1)
    assert counts() == before


def test_bringing_one_in_changes_nothing_even_before_anything_is_published(client_for, coordinator, edition):
    assert sent(client_for(coordinator), document()).status_code == 302
    newer = Edition.objects.get(version="2026.1")
    assert Edition.objects.current() == edition
    advance(newer, "publish", by=coordinator)
    assert Edition.objects.current() == newer


def test_no_file_is_asked_for(client_for, coordinator, edition):
    assert client_for(coordinator).post(URL).context["form"].errors["file"] == ["Please choose a file."]


def test_200_megabytes_are_refused_before_they_are_read(client_for, coordinator, edition):
    class Unread:
        def read(self, *_size):
            raise AssertionError("nobody should read this")

        readline = read

    answer = client_for(coordinator).generic(
        "POST",
        URL,
        b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(200 * 1024 * 1024),
        **{"wsgi.input": Unread()},
    )
    assert answer.status_code == 413
    assert "This file is larger than 1 MB." in answer.content.decode()


def test_a_form_of_another_site_is_refused(coordinator, edition):
    client = Client(enforce_csrf_checks=True)
    client.force_login(coordinator, backend="allauth.account.auth_backends.AuthenticationBackend")
    before = counts()
    assert sent(client, document()).status_code == 403
    assert counts() == before


@pytest.mark.parametrize(("role", "status"), [("applicant", 403), ("reviewer", 403), ("finance", 403), (None, 302)])
def test_others_bring_in_nothing(client_for, request, edition, role, status):
    client = client_for(request.getfixturevalue(role) if role else None)
    before = counts()
    assert [client.get(URL).status_code, sent(client, document()).status_code] == [status, status]
    assert counts() == before
