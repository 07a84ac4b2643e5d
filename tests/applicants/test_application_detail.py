"""One page for the owner, another for the caretakers, nothing for anybody else."""

import pgtrigger
import pytest

from applicants.history import SAID
from applicants.models import KINDS, Application, Grant, Snapshot
from applicants.transitions import APPLICATION, advance
from endorsement_portal.models import Event
from tests import factories
from tests.applicants.conftest import credential_of

pytestmark = pytest.mark.django_db
FOURTEEN = (
    *("IFA", "IFS", "IFRS", "IMHS", "IMHM-C", "IMHM-P", "IMHM-RF"),
    *("ECFA", "ECFS", "ECFRS", "ECMHS", "ECMHM-C", "ECMHM-P", "ECMHM-RF"),
)


@pytest.fixture
def path(draft):
    return f"/applications/{draft.pk}/"


def _template(answer) -> str:
    return next(t.name for t in answer.templates if t.name.startswith("applicants/application_"))


def test_the_owner_sees_the_next_step(path, applicant, client_for):
    answer = client_for(applicant).get(path)
    assert _template(answer) == "applicants/application_detail.html"
    step = answer.context["next"]
    assert (str(step.title), step.url) == ("Your profile", "/applications/profile/")
    assert [task["status"] for task in answer.context["tasks"]][:2] == ["To do", "To do"]
    assert [v.verb for v in answer.context["verbs"]] == ["withdraw"]


def test_the_next_step_goes_on_to_waiting_and_to_submitting(draft, path, applicant, client_for):
    client = client_for(applicant)
    factories.complete_portfolio(draft)
    step = client.get(path).context["next"]
    assert (step.title, step.url) == ("Everything is there: you can submit", f"{path}submit/")
    draft.references.update(status="sent", completed_at=None)
    step = client.get(path).context["next"]
    assert (step.title, step.tone) == ("Now your references are working on it", "calm")
    assert [row["who"] for row in step.waiting] == ["Rater 1", "Rater 2", "Rater 3"]
    draft.references.filter(rater_name="Rater 1").update(status="declined")
    assert client.get(path).context["next"].title == "References"


def test_with_enough_references_from_the_wrong_people_somebody_else_is_asked(draft, path, applicant, client_for):
    factories.complete_portfolio(draft)
    draft.references.filter(role="rsc_provider").update(role="recipient", status="sent", completed_at=None)
    step = client_for(applicant).get(path).context["next"]
    assert (str(step.title), step.text) == (
        "References from the right people",
        (
            "Still missing: a reference from your provider of reflective supervision. "
            "Invite your provider of reflective supervision."
        ),
    )


def test_hours_that_the_provider_has_are_waited_for(draft, path, applicant, client_for):
    factories.complete_portfolio(draft)
    hours = applicant.reflectivesupervision_evidence.get()
    client = client_for(applicant)
    for status, title, url in (
        ("unasked", "Reflective supervision received", f"/applications/supervision/{hours.pk}/"),
        ("asked", "Now your provider looks at your hours", f"{path}requirements/#rsc_hours"),
        ("disputed", "Reflective supervision received", "/applications/evidence/supervision/new/"),
    ):
        applicant.reflectivesupervision_evidence.update(status=status)
        # The list of providers is not confirmed, so that too few hours alone do not block; without any they do.
        step = client.get(path).context["next"]
        assert (str(step.title), step.url) == (title, url)


@pytest.mark.parametrize("code", list(FOURTEEN))
def test_an_empty_portfolio_of_every_category_leads_somewhere(code, applicant, client_for, edition):
    own = factories.application(applicant, code=code)
    client = client_for(applicant)
    answer = client.get(f"/applications/{own.pk}/")
    assert answer.context["next"].title == "Your profile"
    for task in answer.context["tasks"]:
        if not task["url"].startswith("/fees/"):
            assert client.get(task["url"], follow=True).status_code == 200, task


def test_nobody_endorsed_is_waited_for_while_somebody_may_still_be(draft, path, applicant, client_for):
    factories.complete_portfolio(draft)
    draft.references.update(rater_endorsement="")
    client = client_for(applicant)
    assert client.get(path).context["next"].title == "A rater who is endorsed"
    factories.reference(draft, 4, status="opened", rater_name="Rosa Waiting")
    step = client.get(path).context["next"]
    assert (step.title, step.waiting[0]["who"]) == ("Now your references are working on it", "Rosa Waiting")


@pytest.mark.parametrize(
    "status",
    [
        "on_hold",
        "withdrawn",
        "expired",
        "submitted",
        "ready",
        "in_review",
        "reviewed",
        "exam_approved",
        "endorsed",
        "deferred",
        "not_endorsed",
    ],
)
def test_every_status_says_what_it_means(draft, path, applicant, coordinator, client_for, status):
    type(draft).objects.filter(pk=draft.pk).update(status=status, submitted_at="2026-01-01T12:00Z")
    answer = client_for(applicant).get(path)
    assert answer.context["next"].title
    assert "Submit my application" not in answer.content.decode()
    assert client_for(coordinator).get(path).status_code == 200


def test_a_caretaker_sees_the_dossier_with_what_happened(draft, path, applicant, coordinator, admin, client_for):
    factories.submitted(draft)
    for person in (coordinator, admin):
        answer = client_for(person).get(path)
        assert _template(answer) == "applicants/application_dossier.html"
        page = answer.content.decode()
        assert "Ana Applicant" in page
        assert "Rater 1" in page
        assert "Secret remarks" not in page
    assert [v.verb for v in client_for(coordinator).get(path).context["verbs"]] == ["return", "accept", "withdraw"]


def test_a_coordinators_own_application_is_the_applicants_page(coordinator, client_for, edition):
    own = factories.application(coordinator)
    answer = client_for(coordinator).get(f"/applications/{own.pk}/")
    assert _template(answer) == "applicants/application_detail.html"
    assert [v.verb for v in answer.context["verbs"]] == ["withdraw"]


def test_nobody_else_finds_it(draft, path, other_applicant, finance, reviewer, client_for):
    for person in (other_applicant, finance, reviewer):
        assert client_for(person).get(path).status_code == 404
    Grant.objects.create(application=draft, user=reviewer, role="reviewer")
    assert client_for(reviewer).get(path).status_code == 404
    assert client_for(None).get(path)["Location"] == f"/accounts/login/?next={path}"
    assert client_for(other_applicant).get("/applications/99999999/").status_code == 404


def test_looking_changes_nothing(draft, path, applicant, coordinator, client_for):
    before = Event.objects.about(draft).count()
    for person in (applicant, coordinator):
        client_for(person).get(path)
    assert Event.objects.about(draft).count() == before


def _more(draft, rows: int) -> None:
    factories.complete_portfolio(draft)
    for number in range(rows - 1):
        for kind in KINDS:
            getattr(factories, kind)(draft.person)
        factories.completed_reference(draft, 10 + number)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_owners_page_takes_the_same_queries(draft, path, applicant, client_for, rows, django_assert_num_queries):
    _more(draft, rows)
    client = client_for(applicant)
    with django_assert_num_queries(5):
        client.get(path)
    advance(draft, "submit", by=applicant)
    with django_assert_num_queries(5):
        client.get(path)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_dossier_takes_the_same_queries(
    draft, path, applicant, coordinator, client_for, rows, django_assert_num_queries
):
    _more(draft, rows)
    client = client_for(coordinator)
    with django_assert_num_queries(17):
        client.get(path)
    for _time in range(rows):
        advance(draft, "submit", by=applicant)
        with django_assert_num_queries(11):
            client.get(path)
        advance(draft, "return", by=coordinator, note="Once more")
        with django_assert_num_queries(17):
            client.get(path)


@pytest.fixture
def sent(draft, applicant):
    """Submitted; after that the applicant worked on their evidence, which belongs to them."""
    factories.submitted(draft)
    applicant.training_evidence.update(title="Renamed later", clock_hours="4.00")
    factories.work(applicant, employer="A later employer")
    factories.education(applicant, institution="A later school")
    return draft


def test_after_submitting_the_dossier_reads_what_was_submitted(sent, path, coordinator, client_for):
    answer = client_for(coordinator).get(path)
    page = answer.content.decode()
    assert [text in page for text in ("Foundations of relationships", "Renamed later", "A later")] == [
        True,
        False,
        False,
    ]
    assert "as submission 1. The reviewers read this same copy." in page
    checks = {check.key: (check.has, check.needs, check.met) for check in answer.context["ready"].checks}
    assert checks["training_total"] == ("40", "33", True)
    assert checks["work"] == ("3", "2", True)


@pytest.mark.parametrize("verb", ["return", "hold"])
def test_in_the_applicants_hands_the_dossier_reads_what_is_there_now(sent, path, coordinator, client_for, verb):
    for step in dict.fromkeys(("return", verb)):
        advance(sent, step, by=coordinator, note="Please look at the training.")
    answer = client_for(coordinator).get(path)
    page = answer.content.decode()
    assert [text in page for text in ("Foundations of relationships", "Renamed later", "A later employer")] == [
        False,
        True,
        True,
    ]
    assert "can still change" in page
    checks = {check.key: (check.has, check.met) for check in answer.context["ready"].checks}
    assert checks["training_total"] == ("4", False)


def test_years_count_up_to_the_day_of_submitting(draft, path, coordinator, client_for):
    """A job that goes on does not grow while the application waits."""
    factories.submitted(draft)
    data = Snapshot.objects.get().data
    data["evidence"]["work"][0]["end_date"] = None
    with pgtrigger.ignore("applicants.Snapshot:frozen"):
        Snapshot.objects.update(data=data, frozen_at="2022-01-01T12:00Z")
    checks = {c.key: c for c in client_for(coordinator).get(path).context["ready"].checks}
    assert checks["work"].has == "2"


def test_references_and_the_fee_go_on_after_submitting(sent, path, coordinator, finance, client_for):
    """Their answers are read from their rows by everybody who judges, so they count as they are now."""
    sent.references.filter(rater_name="Rater 1").update(status="started", completed_at=None)
    advance(sent, "reopen_fee")
    ready = client_for(coordinator).get(path).context["ready"]
    assert {c.key: (c.has, c.met) for c in ready.checks if c.key in {"references", "fee"}} == {
        "references": ("2", False),
        "fee": ("", False),
    }


def test_a_submission_from_before_signatures_were_frozen(sent, path, coordinator, client_for):
    """An older copy may lack a part: what is missing in it is read from the rows."""
    data = Snapshot.objects.get().data
    del data["signatures"], data["references"]
    with pgtrigger.ignore("applicants.Snapshot:frozen"):
        Snapshot.objects.update(data=data)
    checks = {c.key: c.met for c in client_for(coordinator).get(path).context["ready"].checks}
    assert (checks["ethics"], checks["agreement"], checks["references"]) == (True, True, True)


def test_what_was_taken_out_is_in_no_dossier(draft, path, applicant, coordinator, client_for):
    factories.work(applicant, employer="Kept Center")
    factories.work(applicant, employer="Removed Center", removed_at="2026-01-01T12:00Z")
    page = client_for(coordinator).get(path).content.decode()
    assert [name in page for name in ("Kept Center", "Removed Center")] == [True, False]


def test_closed_without_a_submission_there_is_nothing_to_read(draft, path, applicant, coordinator, client_for):
    factories.complete_portfolio(draft)
    advance(draft, "withdraw", by=applicant)
    answer = client_for(coordinator).get(path)
    assert answer.context["ready"] is None
    assert "Nothing was submitted." in answer.content.decode()
    assert "Little Steps Center, Home visitor" not in answer.content.decode()


def test_the_timeline_says_it_in_words(draft, path, applicant, coordinator, client_for):
    factories.profile(applicant)
    name = applicant.profile.legal_name
    client_for(applicant).post(
        f"{path}sign/", {"signed_name": name, "not_sanctioned": "on", "ethics": "on", "agreement": "on"}
    )
    assert [line["title"] for line in client_for(coordinator).get(path).context["timeline"]] == [
        "Signed the code and the agreement"
    ]


def test_every_verb_about_an_application_has_its_words():
    assert set(SAID) == set(APPLICATION.table) | {"open", "sign", "share", "unshare", "advise", "decline_advice"}


def test_numbers_have_no_idle_zeros(draft, path, applicant, coordinator, client_for):
    factories.training(applicant, clock_hours="45.00", title="Long")
    factories.supervision(applicant, total_hours="100.50")
    for person, address in ((coordinator, path), (applicant, path), (applicant, f"{path}submit/")):
        page = client_for(person).get(address).content.decode()
        assert [text in page for text in ("45.00", "100.50", ".00", "1E+")] == [False] * 4
    checks = client_for(coordinator).get(path).context["ready"].checks
    assert [c.has for c in checks if c.key in {"training_total", "rsc_hours"}] == ["45", "100.5"]


@pytest.mark.parametrize(
    ("fee_state", "said"),
    [
        ("open", "Your certificate is made as soon as the fee is settled, and comes by mail and in your inbox."),
        ("promised", "Your certificate is made as soon as the fee is settled, and comes by mail and in your inbox."),
        ("settled", "Your certificate is being made. It comes by mail and in your inbox within minutes."),
    ],
)
def test_endorsed_before_the_certificate_is_there(draft, path, applicant, client_for, fee_state, said):
    Application.objects.update(status="endorsed", submitted_at="2026-01-01T12:00Z", fee_state=fee_state)
    step = client_for(applicant).get(path).context["next"]
    assert (step.text, step.url) == (said, path)


@pytest.mark.parametrize("fee_state", ["open", "settled"])
def test_endorsed_with_the_certificate(draft, path, applicant, client_for, fee_state):
    Application.objects.update(status="endorsed", submitted_at="2026-01-01T12:00Z", fee_state=fee_state)
    credential = credential_of(draft)
    step = client_for(applicant).get(path).context["next"]
    assert (step.text, step.action, step.url) == (
        "Your certificate is ready: it is among your credentials, to print or to share.",
        "See my credential",
        f"/credentials/{credential.pk}/",
    )
