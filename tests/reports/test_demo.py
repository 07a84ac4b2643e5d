"""The demonstration: played once, looked at from all sides."""

from __future__ import annotations

import io
import re
from collections import Counter
from datetime import date, timedelta
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from applicants import timers
from applicants.journey import next_step
from applicants.models import (
    KINDS,
    Application,
    ApplicationStatus,
    FeeState,
    Provider,
    Reference,
    ReferenceStatus,
    ReflectiveSupervision,
    Snapshot,
    Standing,
)
from applicants.readiness import readiness
from applicants.supervision import remind_providers
from cohorts.models import Cohort, Interest, InterestStatus, Seat, SeatStatus
from credentials.models import Credential
from endorsement_portal.lifecycle import Refused
from endorsement_portal.log_heads import check_log
from endorsement_portal.models import County, Event, Message, Outbox, Role, User
from payments import gateway
from payments.models import Invoice, InvoiceStatus, Payment, Scholarship, ScholarshipStatus
from payments.refunds import refund
from reports.demo import clock, names, plan, tale
from reports.demo.script import LATER, Script, ScriptError, is_played, play
from reports.demo.stage import Stage
from reviews.models import Decision, Review, ReviewStatus
from tests.conftest import make_person

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def story(django_db_setup, django_db_blocker, reference_data):
    """The demonstration, played into a transaction that the module shares and that leaves nothing behind."""
    with django_db_blocker.unblock(), transaction.atomic():
        out = io.StringIO()
        call_command("demo", today=TODAY, stdout=out)
        yield out.getvalue()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def undone(request):
    """What a test changes is undone before the next looks."""
    if "story" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("story")
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def values(queryset, field="status"):
    return set(queryset.values_list(field, flat=True))


def test_counts_are_exact(story):
    assert Interest.objects.count() == 150
    assert Application.objects.count() == 60
    assert Credential.objects.count() == 20
    assert Cohort.objects.count() == 8
    assert Interest.objects.values("work_county").distinct().count() == County.objects.count() == 100
    assert "150 interests, 8 cohorts, 60 applications, 20 credentials" in story


def test_every_status_is_there(story):
    assert values(Application.objects) == set(ApplicationStatus.values)
    assert values(Interest.objects) == set(InterestStatus.values)
    assert values(Seat.objects) == set(SeatStatus.values)
    assert values(Reference.objects) == set(ReferenceStatus.values)
    assert values(Review.objects) == set(ReviewStatus.values)
    assert values(Invoice.objects) == set(InvoiceStatus.values)
    assert values(Scholarship.objects) == set(ScholarshipStatus.values)
    assert values(Application.objects, "fee_state") == set(FeeState.values)
    assert {"planning", "recruiting", "confirmed", "active", "submission_closed", "completed"} < values(Cohort.objects)
    assert Counter(Credential.objects.values_list("status", flat=True)) == {
        "active": 13,
        "expired": 5,
        "revoked": 1,
        "inactive": 1,
    }


def test_all_people_are_marked_made_up_and_write_from_example_addresses(story):
    assert values(User.objects, "is_demo") == {True}
    addresses = values(User.objects, "email") | values(Interest.objects, "email") | values(Message.objects, "email")
    assert {address.rpartition("@")[2] for address in addresses} == {"example.org", "example.com"}


def test_nothing_is_left_to_send(story):
    assert not Message.objects.filter(sent_at=None, failed_at=None).exists()
    assert Message.objects.undelivered().count() == 1
    # Submissions as PDFs take long to set, and the worker does that once it runs.
    assert values(Outbox.objects.filter(done_at=None), "kind") == set(LATER)


def test_no_mail_goes_out(story, mailoutbox):
    assert mailoutbox == []


def test_the_log_holds_and_tells_the_days_of_the_story(story):
    assert check_log() == []
    first, last = Event.objects.filter(subject_type="applicants.application").order_by("at")[0], timezone.now()
    assert first.at.date() < TODAY - timedelta(days=1000)
    assert not Event.objects.filter(at__gt=last, subject_type="applicants.application").exists()
    opened = Application.objects.get(person__email="holder@example.org")
    moments = list(Event.objects.about(opened).values_list("at", flat=True))
    assert moments == sorted(moments)
    assert opened.opened_at < opened.submitted_at < opened.checked_at < opened.reviewed_at < opened.decided_at


def test_a_second_run_changes_nothing_and_says_so(story):
    before = (Event.objects.count(), Message.objects.count(), User.objects.count(), Outbox.objects.count())
    out = io.StringIO()
    call_command("demo", today=TODAY + timedelta(days=9), stdout=out)
    assert "here already; nothing changed" in out.getvalue()
    assert before == (Event.objects.count(), Message.objects.count(), User.objects.count(), Outbox.objects.count())


def test_once_complete_it_says_so_among_real_people_too(story):
    """`run --demo` on a database of one's own starts again after somebody has signed up."""
    User.objects.create_user("somebody@example.net", "a-long-password")
    out, before = io.StringIO(), Event.objects.count()
    call_command("demo", stdout=out)
    assert "here already; nothing changed" in out.getvalue()
    assert Event.objects.count() == before


@pytest.mark.django_db
def test_it_refuses_where_there_is_somebody_real(edition):
    User.objects.create_user("somebody@example.net", "a-long-password")
    with pytest.raises(CommandError, match="There are 1 people in this database who are not made up"):
        call_command("demo", stdout=io.StringIO())


def test_money_of_made_up_cards_says_so_and_cannot_be_given_back(story, monkeypatch):
    monkeypatch.setattr(gateway, "session_of_payment", lambda number: "")
    payment = Payment.objects.filter(method="card").order_by("pk")[0]
    assert re.fullmatch(r"Demonstration \d+", payment.number)
    finance = User.objects.get(email="finance@example.org")
    with pytest.raises(Refused, match="The bank does not know this payment"):
        refund(payment, amount_cents=payment.amount_cents, by=finance, note="Why not", key=uuid4())
    assert not payment.refunds.exists()


@pytest.mark.django_db
def test_it_refuses_an_empty_house_in_which_somebody_has_knocked(edition):
    Cohort.objects.create(name="Ours", starts_on=TODAY, ends_on=TODAY + timedelta(days=90))
    with pytest.raises(CommandError, match="in this database already"):
        call_command("demo", stdout=io.StringIO())
    assert not User.objects.exists()


def test_each_role_has_an_account_that_can_sign_in(story, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    expected = {
        Role.APPLICANT: "applicant@example.org",
        Role.REVIEWER: "reviewer@example.org",
        Role.COORDINATOR: "coordinator@example.org",
        Role.FINANCE: "finance@example.org",
        Role.ADMIN: "admin@example.org",
    }
    for role, email in expected.items():
        user = User.objects.with_role(role).order_by("pk").first()
        assert user.email == email
        assert check_password(settings.DEMO_PASSWORD, user.password)
        assert EmailAddress.objects.filter(user=user, verified=True, primary=True).count() == 1
        kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
        assert kinds == ({"totp", "recovery_codes"} if user.needs_second_factor else set())
    out = io.StringIO()
    call_command("codes", stdout=out)
    printed = [line for line in out.getvalue().splitlines() if "@example.org" in line]
    assert [line.split()[1] for line in printed] == list(expected.values())


def test_the_applicant_has_one_step_left_and_one_reference_out(story):
    application = Application.objects.get(person__email="applicant@example.org")
    ready = readiness(application)
    assert [check.key for check in ready.blocking] == ["references", "reference_roles", "fee"]
    assert [check.key for check in ready.blocking if check.waits] == ["references", "reference_roles"]
    hours = next(check for check in ready.checks if check.key == "rsc_hours")
    assert (hours.has, len(hours.entries)) == ("28", 1)
    assert sorted(left.why for left in hours.left_out) == [
        "Peer supervision does not count, even with an endorsed peer.",
        "The provider has not confirmed these hours yet.",
        "The provider has not confirmed these hours yet.",
    ]
    step = next_step(application, ready)
    assert step.title == "The fee"
    assert len(step.waiting) == 1
    assert application.invoice.status == "issued"


def test_the_reviewer_has_work_of_every_kind(story):
    reviews = Review.objects.filter(reviewer__email="reviewer@example.org")
    assert Counter(reviews.values_list("status", flat=True)) == {"invited": 1, "in_progress": 2, "filed": 3}
    assert reviews.open().filter(due_on__lt=TODAY).count() == 1
    assert all(review.scores.exclude(mark="").count() > 0 for review in reviews.filter(status="in_progress"))


def test_the_coordinator_and_finance_have_work(story):
    counts = Counter(Application.objects.values_list("status", flat=True))
    assert (counts["submitted"], counts["ready"], counts["reviewed"]) == (4, 4, 3)
    assert Interest.objects.filter(status="new").count() == 24
    assert Invoice.objects.owing().count() == 11
    assert Scholarship.objects.filter(status="requested").count() == 2
    assert Seat.objects.get(interest__email=plan.NEWCOMER).status == "offered"


def test_certificates_are_made_and_letters_sent(story):
    assert not Credential.objects.filter(pdf=None).exists()
    holder = Credential.objects.get(person__email="holder@example.org")
    assert holder.is_active
    assert holder.in_registry
    assert holder.pdf.file.open().read(5) == b"%PDF-"
    assert Decision.objects.filter(outcome="endorse").count() == 21
    waiting = Application.objects.filter(status="endorsed", credential=None).get()
    assert waiting.fee_state == FeeState.PROMISED


def test_submissions_are_frozen_with_their_papers(story):
    assert Snapshot.objects.count() == 48
    assert Outbox.objects.filter(kind="applicants.snapshot_pdf", done_at=None).count() == 48
    assert not Snapshot.objects.filter(upload_ids=[]).exists()


def test_whatever_was_submitted_meets_every_requirement_that_blocks(story):
    """By the rows of the day on which it was frozen; what goes on after it, references and the fee, as it is now."""
    frozen = list(Snapshot.objects.select_related("application__category").order_by("application", "number"))
    missing = {
        str(snapshot): [check.key for check in readiness(snapshot.application, frozen=snapshot).blocking]
        for snapshot in frozen
    }
    # A deposit came back, or a scholarship was released, after the application was sent in.
    assert {name: keys for name, keys in missing.items() if set(keys) - {"fee"}} == {}
    codes = {snapshot.application.category.profile for snapshot in frozen}
    assert codes == {"FA", "FS", "MHS", "MHM-C", "MHM-P", "MHM-RF"}


def test_every_kind_of_evidence_and_provider_is_there(story):
    assert {kind: model.objects.exists() for kind, model in KINDS.items()} == dict.fromkeys(KINDS, True)
    assert values(ReflectiveSupervision.objects) == {"unasked", "asked", "confirmed", "disputed"}
    assert values(Standing.objects, "qualification") == {"MHM-C", "ERS", "ERS-emerging", "vetted"}
    assert Counter(Provider.objects.values_list("listed", flat=True)) == {True: 6, False: 1}
    counted = ReflectiveSupervision.objects.filter(status="confirmed", provider__standings__qualification="vetted")
    assert counted.exists()


def test_the_same_day_is_told_the_same_way(story):
    stage = Stage(TODAY)
    one, other = tale.write(TODAY, stage), tale.write(TODAY, Stage(TODAY))
    assert one.fingerprint == other.fingerprint
    assert tale.write(TODAY + timedelta(days=1), stage).fingerprint != one.fingerprint


def test_nothing_that_waits_for_the_calendar_is_overdue_the_next_morning(story):
    """The timers have run until yesterday: turning them on does not send a wave of old reminders."""
    with clock.at(Script(TODAY).moment(0, 6)):
        before = Message.objects.count()
        timers.remind_references()
        timers.nudge_idle_drafts()
        remind_providers()
        assert Message.objects.count() - before <= 5


# --- Its parts -----------------------------------------------------------------------------------------------------


def test_names_and_addresses_never_meet_twice():
    counties = [County(fips=str(number), name=str(number)) for number in range(100)]
    people = [story.person for story in plan.stories(counties)] + plan.others(counties)
    assert len(people) == plan.INTERESTS == len(names.PEOPLE)
    assert len({person.email for person in people}) == len({person.name for person in people}) == plan.INTERESTS
    assert plan.others(counties) == plan.others(counties)


def test_addresses_are_plain_letters():
    assert names.address("Nguyễn Thị", "Thu Hà") == "nguyen-thi.thu-ha@example.org"
    assert names.address("Indira", "") == "indira@example.org"
    assert names.address("Katarzyna", "Łuczak", at="example.com") == "katarzyna.luczak@example.com"


def test_the_clock_stands_where_it_is_set_and_goes_on_afterwards():
    moment = Script(TODAY).moment(400, 9.5)
    with clock.at(moment):
        assert timezone.now() == moment
        assert timezone.localdate() == TODAY - timedelta(days=400)
        assert timezone.localtime(moment).hour == 9
    assert timezone.now() - moment > timedelta(days=300)


@pytest.fixture
def narrator(db):
    return make_person("narrator@example.org", Role.ADMIN)


def short(done, broken=0):
    script = Script(TODAY)
    for number in range(1, 401):

        def act(number=number):
            if number == broken:
                raise Refused("no")
            done.append(number)

        script.add(500 - number, 9, f"act {number}", act)
    return script


def test_a_broken_chapter_leaves_nothing_and_is_played_again(narrator):
    done: list[int] = []
    with pytest.raises(ScriptError, match="act 200: no"):
        play(short(done, broken=200), narrator=narrator, finish=lambda: None)
    assert not is_played(narrator)
    done.clear()
    assert play(short(done), narrator=narrator, finish=lambda: None) == 2
    assert done == list(range(161, 401))
    assert is_played(narrator)
    assert play(short(done), narrator=narrator, finish=lambda: None) == 0


def test_another_script_is_not_told_on(narrator):
    with pytest.raises(ScriptError):
        play(short([], broken=200), narrator=narrator, finish=lambda: None)
    other = short([])
    other.add(1, 9, "one more", lambda: None)
    with pytest.raises(ScriptError, match="another version"):
        play(other, narrator=narrator, finish=lambda: None)


def test_a_promise_that_fails_stops_the_play(narrator):
    script = Script(TODAY)

    def endorse():
        Outbox.objects.create(kind="nobody.knows", key="x")

    script.add(3, 9, "promise", endorse)
    with pytest.raises(ScriptError, match="was not kept"):
        play(script, narrator=narrator, finish=lambda: None)
