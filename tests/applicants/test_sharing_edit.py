"""An applicant shares: what opens and for whom, that it ends when they say so, and that asking tells nothing."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from applicants.models import Application, Comment, Grant
from applicants.sharing import MOST_SHARED
from applicants.transitions import advance
from endorsement_portal.models import Event, Message
from tests import factories
from tests.conftest import make_person

pytestmark = pytest.mark.django_db
ALL = (
    *("application_requirements", "application_coverage", "application_portfolio", "application_detail"),
    *("reference_list", "sharing_edit", "application_submit", "application_sign", "application_edition"),
)


@pytest.fixture
def advisor(db):
    return make_person("advisor@example.org", name="Alba Advisor")


def url(application) -> str:
    return reverse("applicants:sharing_edit", args=[application.pk])


def ask(client, application, email="advisor@example.org", sees="progress"):
    return client.post(url(application), {"email": email, "sees": sees})


def say(client, verb="accept"):
    return client.post(reverse("applicants:shared_answer", args=[Grant.objects.latest("pk").pk, verb]), follow=True)


def opened(client, application) -> set[str]:
    return {name for name in ALL if client.get(reverse(f"applicants:{name}", args=[application.pk])).status_code == 200}


@pytest.mark.parametrize(
    ("sees", "pages"),
    [
        ("progress", {"application_requirements", "application_coverage"}),
        ("portfolio", {"application_requirements", "application_coverage", "application_portfolio"}),
    ],
)
def test_what_opens_once_they_say_yes(draft, applicant, advisor, client_for, sees, pages):
    client = client_for(advisor)
    ask(client_for(applicant), draft, "Advisor@Example.org ", sees)
    assert opened(client, draft) == set()
    assert "asks you to advise them" in client.get("/applications/shared/").content.decode()
    assert "Thank you. Here is what they share." in say(client).content.decode()
    assert opened(client, draft) == pages
    assert client.get(f"/applications/{draft.pk}/comments/advisor/").status_code == 200
    assert client.get(f"/applications/{draft.pk}/comments/applicant/").status_code == 404
    assert [event.verb for event in Event.objects.about(draft).filter(verb__in=["share", "advise"])] == [
        "share",
        "advise",
    ]


def test_asking_tells_nothing_of_who_has_an_account(draft, applicant, advisor, reviewer, client_for):
    """Known, unknown, known but never proven, and the very reviewer of this application: one answer."""
    Grant.objects.create(application=draft, user=reviewer, role="reviewer")
    unproven = make_person("unproven@example.org")
    EmailAddress.objects.filter(user=unproven).update(verified=False)
    pages = []
    for email in ("advisor@example.org", "nobody@example.org", "unproven@example.org", reviewer.email):
        client = client_for(applicant)
        answer = client.post(url(draft), {"email": email, "sees": "progress"}, follow=True)
        pages.append(answer.content.decode().split("<main")[1].replace(email, "…"))
        client.post(reverse("applicants:sharing_remove", args=[draft.pk, Grant.objects.latest("pk").pk]))
    numbers = re.compile(r'value="[A-Za-z0-9]{64}"|/sharing/[0-9]+/')
    assert len({numbers.sub("", page) for page in pages}) == 1
    assert "Alba" not in pages[0]
    assert "Rhea" not in pages[3]
    written = Message.objects.filter(kind="E20").order_by("pk")
    assert [(m.email, m.to.email if m.to else None) for m in written] == [
        ("advisor@example.org", "advisor@example.org"),
        ("nobody@example.org", None),
        ("unproven@example.org", None),
        (reviewer.email, reviewer.email),
    ]


def test_somebody_without_an_account_finds_it_once_the_address_is_theirs(draft, applicant, client_for):
    ask(client_for(applicant), draft, "later@example.org")
    [mail] = Message.objects.filter(kind="E20")
    assert "create an account with this very address: later@example.org" in mail.body
    later = make_person("later@example.org")
    EmailAddress.objects.filter(user=later).update(verified=False)
    client = client_for(later)
    assert "asks you to advise" not in client.get("/applications/shared/").content.decode()
    assert client.post(reverse("applicants:shared_answer", args=[Grant.objects.get().pk, "accept"])).status_code == 404
    EmailAddress.objects.filter(user=later).update(verified=True)
    assert "Shared with you" in client.get("/").content.decode()
    say(client)
    assert opened(client, draft) == {"application_requirements", "application_coverage"}


def test_nobody_else_can_say_yes(draft, applicant, advisor, other_applicant, coordinator, client_for):
    ask(client_for(applicant), draft)
    path = reverse("applicants:shared_answer", args=[Grant.objects.get().pk, "accept"])
    for person in (other_applicant, coordinator, applicant):
        assert client_for(person).post(path).status_code == 404
    assert client_for(None).post(path).status_code == 302
    assert client_for(advisor).get(path).status_code == 405
    assert client_for(advisor).post(path.replace("accept", "fly")).status_code == 404
    assert Grant.objects.get().user is None


def test_saying_no_and_clicking_twice(draft, applicant, advisor, client_for):
    client = client_for(advisor)
    ask(client_for(applicant), draft)
    assert "Thank you for telling us." in say(client, "decline").content.decode()
    assert "You are not asked any more" in say(client).content.decode()
    assert opened(client, draft) == set()
    ask(client_for(applicant), draft)
    say(client)
    assert "You are not asked any more" in say(client).content.decode()
    assert Event.objects.about(draft).filter(verb="advise").count() == 1


def test_who_reviews_it_is_told_alone_that_they_cannot_advise(draft, applicant, reviewer, client_for):
    Grant.objects.create(application=draft, user=reviewer, role="reviewer")
    ask(client_for(applicant), draft, reviewer.email, "portfolio")
    assert "You review this application, so you can’t advise on it." in say(client_for(reviewer)).content.decode()
    assert not Grant.objects.filter(role="advisor", withdrawn_at__isnull=True).exists()
    assert "can’t advise" not in client_for(applicant).get(url(draft)).content.decode()


def test_it_ends_at_once_and_ending_it_twice_does_nothing_more(draft, applicant, advisor, other_applicant, client_for):
    client = client_for(applicant)
    ask(client, draft, sees="portfolio")
    say(client_for(advisor))
    remove = reverse("applicants:sharing_remove", args=[draft.pk, Grant.objects.get().pk])
    assert client.get(remove).status_code == 405
    for person in (other_applicant, advisor):
        assert client_for(person).post(remove).status_code == 404
    for _time in range(2):
        assert client.post(remove).status_code == 302
    assert Event.objects.about(draft).filter(verb="unshare").count() == 1
    assert opened(client_for(advisor), draft) == set()
    assert not Application.objects.visible_to(advisor).exists()
    assert "Nobody shares with you now" in client_for(advisor).get("/applications/shared/").content.decode()


def test_a_grant_of_a_reviewer_is_none_of_the_owners_to_end(draft, applicant, reviewer, client_for):
    grant = Grant.objects.create(application=draft, user=reviewer, role="reviewer")
    client_for(applicant).post(reverse("applicants:sharing_remove", args=[draft.pk, grant.pk]))
    assert Grant.objects.get().withdrawn_at is None
    assert "Rhea" not in client_for(applicant).get(url(draft)).content.decode()


@pytest.mark.parametrize("email", ["applicant@example.org", "APPLICANT@example.org", "no address", ""])
def test_whom_one_cannot_share_with_is_said_by_the_field(draft, applicant, client_for, email):
    answer = ask(client_for(applicant), draft, email)
    assert list(answer.context["form"].errors) == ["email"]
    assert Grant.objects.count() == 0


def test_twice_and_very_many(draft, applicant, client_for):
    client = client_for(applicant)
    ask(client, draft, "one@example.org")
    assert "You share with this address already." in ask(client, draft, "ONE@example.org").content.decode()
    for number in range(MOST_SHARED):
        answer = ask(client, draft, f"more{number}@example.org")
    assert "You have asked many people." in answer.content.decode()
    assert Grant.objects.count() == MOST_SHARED
    assert Message.objects.filter(kind="E20").count() == MOST_SHARED


def test_only_the_owner_chooses(draft, coordinator, other_applicant, client_for):
    for person in (coordinator, other_applicant):
        assert client_for(person).get(url(draft)).status_code == 404
        assert ask(client_for(person), draft).status_code == 404
    assert Grant.objects.count() == 0


# --- What those people read --------------------------------------------------------------------------------------------


@pytest.fixture
def shared(ready_draft, applicant, advisor):
    Grant.objects.create(application=ready_draft, user=advisor, role="advisor", sees="portfolio")
    return ready_draft


def test_what_was_entered_is_read_without_files_references_or_money(
    shared, applicant, advisor, client_for, certificate
):
    document = factories.work(applicant, employer="Second Center")
    client = client_for(advisor)
    base = f"/applications/{shared.pk}/"
    page = client.get(f"{base}portfolio/").content.decode()
    for words in ("Weekly visits with families", "Second Center", "Foundations of relationships", "Priya Provider"):
        assert words in page
    everything = page + "".join(
        client.get(f"{base}{name}").content.decode() for name in ("requirements/", "coverage/?as=list")
    )
    for secret in ("Rater 1", "Secret remarks", "/documents/", "fees/", "The fee", "rater1@"):
        assert secret not in everything, secret
    assert document.pk
    assert client.get("/applications/shared/").content.decode().count("requirements met") == 1


def test_after_submitting_it_is_what_was_submitted(shared, applicant, advisor, client_for):
    advance(shared, "submit", by=applicant)
    applicant.work_evidence.update(employer="A later employer")
    page = client_for(advisor).get(f"/applications/{shared.pk}/portfolio/").content.decode()
    assert ("Little Steps Center" in page, "A later employer" in page) == (True, False)
    assert client_for(advisor).get(f"/applications/{shared.pk}/submissions/1/").status_code == 404


def test_a_certificate_stays_closed(shared, applicant, advisor, client_for, certificate, typed):
    client_for(applicant).post(
        reverse("applicants:evidence_create", args=["work"]), typed("work", certificate=certificate())
    )
    entry = applicant.work_evidence.exclude(document=None).get()
    path = reverse("applicants:document_download", args=[entry.document_id])
    assert client_for(advisor).get(path).status_code == 404
    advance(shared, "submit", by=applicant)
    assert client_for(advisor).get(path).status_code == 404
    assert "With a certificate" in client_for(advisor).get(f"/applications/{shared.pk}/portfolio/").content.decode()


def test_the_owner_sees_what_they_see(shared, applicant, client_for):
    assert client_for(applicant).get(f"/applications/{shared.pk}/portfolio/").status_code == 200


def test_a_coordinator_who_advises_reads_that_thread_too(draft, applicant, coordinator, client_for):
    Comment.objects.create(application=draft, audience="advisor", author=applicant, body="For my advisor")
    path = f"/applications/{draft.pk}/comments/advisor/"
    assert client_for(coordinator).get(path).status_code == 404
    Grant.objects.create(application=draft, user=coordinator, role="advisor", sees="progress")
    assert "For my advisor" in client_for(coordinator).get(path).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries(advisor, client_for, rows, django_assert_num_queries, edition):
    for number in range(rows):
        person = make_person(f"member{number}@example.org")
        one = factories.application(person)
        factories.training(person)
        Grant.objects.create(application=one, user=advisor, role="advisor", sees="portfolio")
        Grant.objects.create(application=factories.application(person, code="IFA"), email=advisor.email, role="advisor")
    client = client_for(advisor)
    with django_assert_num_queries(6):
        client.get("/applications/shared/")
