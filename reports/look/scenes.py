"""Which pages are pictured, as whom, and with which of the demonstration's rows.

A page is named by its URL's name. What its address needs comes from a small query below; where the demonstration has no
fitting row, the page is told of as not pictured.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from applicants.models import (
    KINDS,
    Application,
    Education,
    Provider,
    Reference,
    ReflectiveSupervision,
    Standing,
    Training,
    Work,
)
from applicants.tokens import find_hours, reference_token, supervision_token
from cohorts.models import Cohort, Interest, Seat
from competencies.catalog import link_of
from competencies.models import CatalogInvitation, CatalogItem, Edition, Figure
from credentials.models import Credential
from endorsement_portal.models import Message, User
from payments.models import Fund, Invoice, Payment, Scholarship
from reports.look import portfolio
from reports.look.scene import Arguments, Ask, Scene
from reports.look.scene import ask_for as _ask
from reports.look.scene import ask_kind as _kind
from reviews.models import Decision, Review

APPLICANT, HOLDER, NEWCOMER = "applicant@example.org", "holder@example.org", "newcomer@example.org"
REVIEWER = "reviewer@example.org"


def _new(kind: str) -> Ask:
    """A new entry of a kind."""
    return lambda: [kind]


def _mine(*more: Any) -> Ask:
    """The demonstration applicant's application."""
    return _ask(Application, *more, person__email=APPLICANT)


def _last(**conditions: Any) -> Ask:
    """The newest fitting application."""

    def ask() -> Arguments:
        found = Application.objects.filter(**conditions).order_by("pk").last()
        return [found.pk] if found else None

    return ask


def _letter_of(status: str) -> Ask:
    """The letter about the newest application that stands so."""

    def ask() -> Arguments:
        found = Decision.objects.filter(application__status=status).order_by("application_id", "pk").last()
        return [found.pk] if found else None

    return ask


def _in(status: str, *more: Any) -> Ask:
    return _ask(Application, *more, status=status)


def _reviewed_by_me(status: str, *more: Any) -> Ask:
    return _ask(Review, *more, reviewer__email=REVIEWER, status=status)


def _token() -> Arguments:
    """The link of the reference that the demonstration applicant waits for."""
    row = Reference.objects.filter(
        application__person__email=APPLICANT, status__in=["sent", "opened", "started"]
    ).first()
    return [reference_token(row.pk, row.generation)] if row else None


def _begun_token() -> Arguments:
    """The link of a reference that was begun, as a browser sees it that did not begin it."""
    row = Reference.objects.filter(status="started").order_by("pk").first()
    return [reference_token(row.pk, row.generation)] if row else None


def _hours_token() -> Arguments:
    """The link of hours that a provider has still to confirm."""
    rows = ReflectiveSupervision.objects.present().filter(status="asked").order_by("pk")
    found = next((row for row in rows if find_hours(supervision_token(row.pk, row.generation))), None)
    return [supervision_token(found.pk, found.generation)] if found else None


def _standing() -> Arguments:
    found = Standing.objects.order_by("pk").first()
    return [found.provider_id, found.pk] if found else None


def _hours(status: str, *more: Any) -> Ask:
    return _ask(ReflectiveSupervision, *more, status=status)


def _invited() -> Arguments:
    """A provider's link, as it was given out."""
    found = next((row for row in CatalogInvitation.objects.all() if row.is_live), None)
    return [link_of(found).rstrip("/").rpartition("/")[2]] if found else None


def _serial(status: str) -> Ask:
    def ask() -> Arguments:
        found = Credential.objects.filter(status=status).order_by("pk").first()
        return [found.serial] if found else None

    return ask


def _reference(status: str, *more: Any) -> Ask:
    return _ask(Reference, *more, application__person__email=APPLICANT, status=status)


ANSWERS = "ages=infants&work=prevention&years=4&degree=degree&license=none&receives=yes&provides=0"

VISITOR = [
    Scene("home", main=True),
    Scene("competencies:about"),
    Scene("competencies:category_finder", main=True),
    Scene("competencies:category_finder", query=ANSWERS, take="answer"),
    Scene("competencies:category_detail", lambda: ["IFS"]),
    Scene("competencies:category_detail", lambda: ["IMHM-C"], take="exam"),
    Scene("cohorts:interest_create", main=True),
    Scene("cohorts:interest_received"),
    Scene("competencies:catalog_propose", _invited),
    Scene("credentials:registry", main=True),
    Scene("applicants:provider_list", main=True),
    Scene("applicants:reference_code", main=True),
    Scene("credentials:verify_find"),
    Scene("credentials:verify", _serial("active"), take="valid", main=True),
    Scene("credentials:verify", _serial("expired"), take="expired"),
    Scene("credentials:verify", _serial("revoked"), take="revoked"),
    Scene("privacy"),
    Scene("accessibility"),
    Scene("account_login", main=True),
    Scene("account_signup"),
    Scene("account_reset_password"),
    Scene("account_reset_password_done"),
    Scene("account_request_login_code"),
    Scene("design"),
]
RATER = [
    Scene("applicants:reference_answer", _token, main=True),
    Scene("applicants:reference_form", _token, main=True),
    Scene("applicants:reference_decline", _token),
]
AWAY = [Scene("applicants:reference_answer", _begun_token, take="elsewhere")]
CONFIRMING = [Scene("applicants:supervision_answer", _hours_token, main=True)]
APPLYING = [
    Scene("home", main=True),
    Scene("applicants:application_detail", _mine(), main=True),
    Scene("applicants:application_requirements", _mine(), main=True),
    Scene("applicants:application_coverage", _mine(), main=True),
    Scene("applicants:application_coverage", _mine(), query="as=list", take="list"),
    Scene("applicants:application_coverage", _mine(), query="only=gaps", take="gaps"),
    Scene("applicants:category_check", lambda: ["IFS"]),
    Scene("applicants:category_check", lambda: ["ERS"], take="add-on"),
    Scene("applicants:application_confirm", _mine("withdraw"), take="withdraw"),
    Scene("applicants:application_sign", _mine()),
    Scene("applicants:application_edition", _mine()),
    Scene("applicants:application_submit", _mine()),
    Scene("applicants:profile_edit"),
    Scene("applicants:evidence_list", main=True),
    *[Scene("applicants:evidence_create", _new(kind), take=kind) for kind in KINDS],
    Scene("applicants:evidence_edit", _kind("work", Work, APPLICANT), take="work"),
    Scene("applicants:evidence_edit", _kind("training", Training, APPLICANT), take="training", main=True),
    Scene("applicants:evidence_edit", _kind("education", Education, APPLICANT), take="education"),
    Scene("applicants:evidence_edit", _kind("supervision", ReflectiveSupervision, APPLICANT), take="supervision"),
    Scene("applicants:evidence_confirm_remove", _kind("training", Training, APPLICANT)),
    Scene("applicants:evidence_hours", _kind("training", Training, APPLICANT)),
    *portfolio.LIBRARY,
    Scene("applicants:catalog_list", main=True),
    Scene("applicants:catalog_add", _ask(CatalogItem, status="listed")),
    Scene("applicants:evidence_import", main=True),
    Scene("applicants:supervision_detail", _ask(ReflectiveSupervision, person__email=APPLICANT)),
    Scene("applicants:reference_list", _mine(), main=True),
    Scene("applicants:reference_create", _mine()),
    Scene("applicants:reference_detail", _reference("opened"), take="waiting"),
    Scene("applicants:reference_edit", _reference("opened")),
    Scene("applicants:reference_confirm", _reference("opened", "replace"), take="replace"),
    Scene("applicants:reference_confirm_link", _reference("opened")),
    Scene("payments:fee_detail", _mine(), main=True),
    Scene("payments:fee_invoice", _mine()),
    Scene("payments:fee_employer", _mine()),
    Scene("payments:scholarship_create", _mine()),
    Scene("inbox"),
    Scene("message_detail", _ask(Message, to__email=APPLICANT)),
    Scene("account_settings"),
    Scene("account_email"),
    Scene("account_change_password"),
    Scene("mfa_index"),
    Scene("mfa_activate_totp"),
    Scene("mfa_list_webauthn"),
    Scene("account_reauthenticate"),
    Scene("account_logout"),
]
SUBMITTED = [
    Scene("home"),
    Scene("applicants:application_detail", _ask(Application, person__email="applicant2@example.org")),
    Scene("applicants:snapshot_detail", _ask(Application, 1, person__email="applicant2@example.org")),
    Scene("applicants:snapshot_changes", _ask(Application, 2, person__email="applicant2@example.org"), main=True),
]
RETURNED = [
    Scene("home"),
    Scene("applicants:application_detail", _last(status="returned")),
    Scene("applicants:evidence_list", query="kind=leadership", take="closed-part"),
]
DEFERRED = [
    Scene("home"),
    Scene("applicants:application_detail", _last(status="deferred")),
    Scene("reviews:decision_detail", _letter_of("deferred"), take="plan"),
]
HOLDING = [
    Scene("home", main=True),
    Scene("applicants:application_detail", _ask(Application, person__email=HOLDER)),
    Scene("credentials:credential_detail", _ask(Credential, person__email=HOLDER), main=True),
    Scene("reviews:decision_detail", _ask(Decision, application__person__email=HOLDER)),
]
OFFERED = [
    Scene("home"),
    Scene("cohorts:seat_detail", _ask(Seat, interest__email=NEWCOMER), main=True),
    Scene("cohorts:seat_confirm", _ask(Seat, "accept", interest__email=NEWCOMER), take="accept"),
    Scene("cohorts:seat_confirm", _ask(Seat, "decline", interest__email=NEWCOMER), take="decline"),
]
REVIEWING = [
    Scene("home", main=True),
    Scene("reviews:review_list"),
    Scene("reviews:review_detail", _reviewed_by_me("invited"), take="invited"),
    Scene("reviews:review_detail", _reviewed_by_me("in_progress"), take="dossier", main=True),
    Scene("reviews:review_edit", _reviewed_by_me("in_progress"), main=True),
    Scene("reviews:review_confirm", _reviewed_by_me("invited", "accept"), take="accept"),
    Scene("reviews:review_confirm", _reviewed_by_me("invited", "declare_conflict"), take="conflict"),
    Scene("mfa_view_recovery_codes"),
]
COORDINATING = [
    Scene("home", main=True),
    Scene("cohorts:interest_list", main=True),
    Scene("cohorts:interest_detail", _ask(Interest, status="new"), main=True),
    Scene("cohorts:interest_offer", _ask(Interest, status="pool")),
    Scene("cohorts:interest_confirm", _ask(Interest, "ask", status="new"), take="ask"),
    Scene("cohorts:interest_confirm", _ask(Interest, "not_ready", status="new"), take="not_ready"),
    Scene("cohorts:cohort_list"),
    Scene("cohorts:cohort_detail", _ask(Cohort, status="active"), main=True),
    Scene("cohorts:cohort_create"),
    Scene("cohorts:cohort_edit", _ask(Cohort, status="recruiting")),
    Scene("cohorts:cohort_confirm", _ask(Cohort, "cancel", status="recruiting"), take="cancel"),
    Scene("cohorts:seat_confirm", _ask(Seat, "withdraw", status="offered"), take="withdraw"),
    Scene("applicants:application_list", main=True),
    Scene("applicants:application_detail", _in("submitted"), take="submitted", main=True),
    Scene("applicants:application_detail", _in("endorsed"), take="endorsed"),
    Scene("applicants:application_confirm", _in("submitted", "return"), take="return"),
    Scene("applicants:application_confirm", _in("returned", "open_more"), take="open-more"),
    Scene("applicants:snapshot_detail", _in("submitted", 1)),
    Scene("applicants:reference_list", _in("submitted")),
    Scene("applicants:reference_detail", _ask(Reference, application__status="submitted"), take="answered"),
    Scene("applicants:reference_confirm_code", _ask(Reference, status="started")),
    Scene("applicants:reference_paper_create", _ask(Reference, status="sent")),
    Scene("applicants:reference_paper_blank", _ask(Reference, status="sent")),
    Scene("applicants:supervision_list", main=True),
    Scene("applicants:supervision_detail", _hours("disputed"), take="disputed"),
    Scene("applicants:supervision_confirm", _hours("disputed", "override"), take="accept"),
    Scene("applicants:supervision_confirm", _hours("asked", "ask"), take="ask"),
    Scene("applicants:provider_list", query="all=1", take="all"),
    Scene("applicants:provider_create"),
    Scene("applicants:provider_detail", _ask(Provider)),
    Scene("applicants:provider_edit", _ask(Provider)),
    Scene("applicants:provider_standing_create", _ask(Provider)),
    Scene("applicants:provider_standing_edit", _standing),
    Scene("reviews:assignment_list"),
    Scene("reviews:overdue_list"),
    Scene("reviews:assignment_create", _in("ready"), main=True),
    Scene(
        "reviews:decision_create",
        _ask(Application, status="reviewed", category__code="IMHS"),
        take="disagree",
        main=True,
    ),
    Scene("reviews:decision_create", _in("reviewed"), query="outcome=endorse", take="letter"),
    Scene("reviews:decision_create", _in("reviewed"), query="outcome=defer", take="defer"),
    Scene("reviews:decision_detail", _ask(Decision, outcome="defer")),
    Scene("reviews:reviewer_list"),
    Scene("reviews:reviewer_edit", _ask(User, email=REVIEWER)),
    Scene("reviews:needed_edit", lambda: ["FS"]),
    Scene("credentials:credential_list"),
    Scene("credentials:credential_detail", _ask(Credential, status="active")),
    Scene("credentials:credential_detail", _ask(Credential, status="revoked"), take="revoked"),
    Scene("credentials:credential_confirm", _ask(Credential, "revoke", status="active"), take="revoke"),
    Scene("competencies:edition_list"),
    Scene("competencies:catalog_list"),
    Scene("competencies:catalog_list", query="status=listed", take="listed"),
    Scene("competencies:catalog_create"),
    Scene("competencies:catalog_edit", _ask(CatalogItem, status="proposed")),
    Scene("competencies:catalog_confirm", _ask(CatalogItem, "list", status="proposed"), take="list"),
    Scene("competencies:catalog_invite"),
    Scene("competencies:edition_detail", _ask(Edition), main=True),
    Scene("competencies:edition_import"),
    *portfolio.KEEPING_EDITIONS,
    Scene("competencies:figure_confirm", _ask(Figure, status="open")),
    Scene("competencies:figure_confirm_reopen", _ask(Figure, status="confirmed", confirmed_by__isnull=False)),
    Scene("undelivered_list"),
]
KEEPING = [
    Scene("home", main=True),
    Scene("payments:invoice_list", main=True),
    Scene("payments:invoice_detail", _ask(Invoice, status="issued"), take="owing", main=True),
    Scene("payments:invoice_detail", _ask(Invoice, status="part_paid"), take="part"),
    Scene("payments:invoice_detail", _ask(Invoice, status="refunded"), take="refunded"),
    Scene("payments:payment_create", _ask(Invoice, status="issued")),
    Scene("payments:invoice_confirm_promise", _ask(Invoice, status="issued")),
    Scene("payments:invoice_confirm", _ask(Invoice, "void", status="issued"), take="void"),
    Scene("payments:payment_confirm_refund", _ask(Payment, method="paper_check", invoice__status="paid")),
    Scene("payments:scholarship_list"),
    Scene("payments:scholarship_detail", _ask(Scholarship, status="requested"), take="requested", main=True),
    Scene("payments:scholarship_detail", _ask(Scholarship, status="awarded"), take="awarded"),
    Scene("payments:fund_list"),
    Scene("payments:fund_create"),
    Scene("payments:fund_edit", _ask(Fund, is_open=True)),
]
ADMINISTERING = [
    Scene("home", main=True),
    Scene("reports:report_list"),
    Scene("person_list"),
    Scene("person_edit", _ask(User, email=APPLICANT)),
    *portfolio.PUBLISHING,
]


@dataclass(frozen=True)
class Sitter:
    """Whose pages they are: a folder's name, the account's address (none for a visitor), and the pages."""

    role: str
    email: Callable[[], str]
    scenes: list[Scene]


def _nobody() -> str:
    return ""


def _owner(status: str) -> Callable[[], str]:
    """Whoever's application stands so."""

    def email() -> str:
        found = Application.objects.filter(status=status).select_related("person").order_by("pk").last()
        return found.person.email if found else ""

    return email


SITTERS = [
    Sitter("visitor", _nobody, VISITOR),
    Sitter("rater", _nobody, RATER),
    Sitter("rater-elsewhere", _nobody, AWAY),
    Sitter("provider", _nobody, CONFIRMING),
    Sitter("provider-signed-in", lambda: portfolio.PROVIDER, portfolio.GIVING),
    Sitter("advisor", lambda: HOLDER, portfolio.ADVISING),
    Sitter("applicant", lambda: APPLICANT, APPLYING),
    Sitter("applicant-submitted", lambda: "applicant2@example.org", SUBMITTED),
    Sitter("applicant-returned", _owner("returned"), RETURNED),
    Sitter("applicant-deferred", _owner("deferred"), DEFERRED),
    Sitter("applicant-offered", lambda: NEWCOMER, OFFERED),
    Sitter("holder", lambda: HOLDER, HOLDING),
    Sitter("reviewer", lambda: REVIEWER, REVIEWING),
    Sitter("coordinator", lambda: "coordinator@example.org", COORDINATING),
    Sitter("finance", lambda: "finance@example.org", KEEPING),
    Sitter("admin", lambda: "admin@example.org", ADMINISTERING),
]
