"""What is told: every report with the question it answers, its columns and what each of them means.

A definition is data: SQL expressions over one FROM clause. `reports.exports` makes a file of it, the page prints the
same words beside the button, so the two can't drift apart. Titles of columns are plain English for ever: what
people build on a column must not break when the portal learns another language.

Parameters that SQL may name: %(viewer)s, the id of the person who asks; %(verify)s, the address of a credential's
public page with SERIAL where its serial goes. CURRENT_DATE is the day in North Carolina.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from applicants.models import ApplicationStatus, DegreeLevel, FeeState, Sector
from cohorts.models import AgesServed, CohortPreference, FundingNeed, HeardFrom, InterestStatus, SeatStatus
from competencies.models import Scope
from credentials.models import CredentialStatus
from payments.models import InvoiceStatus, Method
from reports.columns import Column, Definition, Kind, literal
from reviews.models import Outcome, ReviewStatus

if TYPE_CHECKING:
    from django.db import models

T, L, N, D, M, Y = Kind.TEXT, Kind.LIST, Kind.NUMBER, Kind.DAY, Kind.MOMENT, Kind.YES_NO
CENTS = Kind.DOLLARS

# The number people say on the phone, as `Application.code` and `Invoice.code` write it.
APPLICATION_NUMBER = "'A-' || lpad(a.id::text, greatest(5, length(a.id::text)), '0')"
INVOICE_NUMBER = "'F-' || lpad(i.id::text, greatest(5, length(i.id::text)), '0')"
# In the books a credential expires when a timer sees it; told is what holds today.
STANDING = "CASE WHEN k.status = 'active' AND k.expires_on < CURRENT_DATE THEN 'expired' ELSE k.status END"

# Hours with a vetted provider count until the vetting ends, and never after the day that the framework names.
UNTIL = "least(max(h.ends_on), max(rule.value #>> '{}')::date)"

APPLICATIONS = Definition(
    code="applications",
    title=_("Applications"),
    answers=_("Where does each application stand, what was paid, and what came of it?"),
    one_row=_("One row for each application, oldest first."),
    columns=(
        Column("Application", _("The number of the application."), APPLICATION_NUMBER),
        Column("Applicant", _("The name on the account."), "u.name"),
        Column("Email", _("The address that the applicant signs in with."), "u.email"),
        Column(
            "County",
            _("Where the applicant works, by the profile; else by the interest form."),
            "coalesce(pc.name, ac.name)",
        ),
        Column("Employer", _("The employer in the profile."), "p.employer"),
        Column("Sector", _("The field of work in the profile."), "p.sector", choices=Sector),
        Column("Category", _("The short name of the category."), "c.code"),
        Column("Category title", _("The category in words."), "c.title"),
        Column("Track", _("The endorsement: by the ages of the children."), "t.mark"),
        Column("Cohort", _("The cohort in which the seat was accepted. Empty without a cohort."), "h.name"),
        Column(
            "Status", _("Where it stands now, in the words of the staff pages."), "a.status", choices=ApplicationStatus
        ),
        Column("Opened", _("When the application was opened."), "a.opened_at", M),
        Column("Submitted", _("When it was submitted, the last time."), "a.submitted_at", M),
        Column("Found complete", _("When the coordinator found everything there."), "a.checked_at", M),
        Column("Reviewed", _("When enough reviews were in."), "a.reviewed_at", M),
        Column(
            "Decided", _("When it was decided. Empty again while a deferred application goes on."), "a.decided_at", M
        ),
        Column(
            "Fee state",
            _("What is known about the fee: not paid, promised, or paid or covered."),
            "a.fee_state",
            choices=FeeState,
        ),
        Column("Fee in dollars", _("What the invoice asks. Empty before an invoice is made."), "i.total_cents", CENTS),
        Column(
            "Received in dollars",
            _("What came in, less what went back; scholarships count."),
            "i.received_cents",
            CENTS,
        ),
        Column(
            "Reviews filed",
            _("How many reviews were handed in, over all rounds. Empty on your own application."),
            "CASE WHEN a.person_id <> %(viewer)s THEN coalesce(r.filed, 0) END",
            N,
        ),
        Column("Outcome", _("The latest decision that was written."), "o.outcome", choices=Outcome),
        Column("Credential", _("The number on the certificate."), "k.number"),
        Column("Credential standing", _("What the credential is worth today."), STANDING, choices=CredentialStatus),
        Column("Valid through", _("The last day of the credential."), "k.expires_on", D),
    ),
    source="""
        FROM applicants_application a
        JOIN endorsement_portal_user u ON u.id = a.person_id
        JOIN competencies_category c ON c.id = a.category_id
        JOIN competencies_track t ON t.id = c.track_id
        LEFT JOIN applicants_profile p ON p.person_id = a.person_id
        LEFT JOIN endorsement_portal_county pc ON pc.fips = p.county_id
        LEFT JOIN endorsement_portal_county ac ON ac.fips = a.county_id
        LEFT JOIN cohorts_seat s ON s.application_id = a.id
        LEFT JOIN cohorts_cohort h ON h.id = s.cohort_id
        LEFT JOIN payments_invoice i ON i.application_id = a.id
        LEFT JOIN credentials_credential k ON k.application_id = a.id
        LEFT JOIN (
            SELECT application_id, count(*) AS filed FROM reviews_review WHERE status = 'filed' GROUP BY application_id
        ) r ON r.application_id = a.id
        LEFT JOIN (
            SELECT DISTINCT ON (application_id) application_id, outcome
            FROM reviews_decision ORDER BY application_id, decided_at DESC, id DESC
        ) o ON o.application_id = a.id
        ORDER BY a.id
    """,
)

INTERESTS = Definition(
    code="interests",
    title=_("Interest"),
    answers=_("Who would like to be endorsed, where do they work, and what do they need?"),
    one_row=_("One row for each form of interest, oldest first. What people wrote about access needs stays out."),
    columns=(
        Column("Received", _("When the form came in."), "n.received_at", M),
        Column(
            "Status", _("Where it stands now, in the words of the staff pages."), "n.status", choices=InterestStatus
        ),
        Column("First name", _("As it was given."), "n.first_name"),
        Column("Last name", _("As it was given; some people have only one name."), "n.last_name"),
        Column("Email", _("The address on the form."), "n.email"),
        Column("Phone", _("The telephone number on the form."), "n.phone"),
        Column("Home county", _("Where the person lives. Empty means outside North Carolina."), "hc.name"),
        Column("Work county", _("Where the person works most. Empty means outside North Carolina."), "wc.name"),
        Column("Other work counties", _("Further counties where the person works."), "oc.names", L),
        Column("Employer", _("Employer or organization."), "n.employer"),
        Column("Job title", _("As it was given."), "n.job_title"),
        Column("Sector", _("The field of work."), "n.sector", choices=Sector),
        Column("Focus", _("The main focus of the work."), "n.focus", choices=Scope),
        Column("Ages served", _("Whom the person works with."), "n.ages_served", L, AgesServed),
        Column("Paid years", _("Years of paid work with or for young children."), "n.paid_years", N),
        Column(
            "Highest education", _("The highest degree or certificate."), "n.highest_education", choices=DegreeLevel
        ),
        Column("Practice languages", _("The languages the person works in."), "n.practice_languages", L),
        Column("Category", _("The category the person is interested in. Empty: not sure yet."), "c.code"),
        Column(
            "Cohort preference", _("The kind of cohort asked for."), "n.cohort_preference", choices=CohortPreference
        ),
        Column("Funding need", _("What the person would need help to pay."), "n.funding_need", choices=FundingNeed),
        Column("Heard from", _("How the person heard of the endorsement."), "n.heard_from", choices=HeardFrom),
        Column("Cohort", _("The cohort in which a seat is or was offered, the last one."), "s.cohort"),
        Column("Seat", _("What became of that seat."), "s.status", choices=SeatStatus),
    ),
    source="""
        FROM cohorts_interest n
        LEFT JOIN endorsement_portal_county hc ON hc.fips = n.home_county_id
        LEFT JOIN endorsement_portal_county wc ON wc.fips = n.work_county_id
        LEFT JOIN competencies_category c ON c.id = n.category_id
        LEFT JOIN (
            SELECT m.interest_id, array_agg(y.name ORDER BY y.name) AS names
            FROM cohorts_interest_other_work_counties m JOIN endorsement_portal_county y ON y.fips = m.county_id
            GROUP BY m.interest_id
        ) oc ON oc.interest_id = n.id
        LEFT JOIN (
            SELECT DISTINCT ON (e.interest_id) e.interest_id, e.status, h.name AS cohort
            FROM cohorts_seat e JOIN cohorts_cohort h ON h.id = e.cohort_id
            ORDER BY e.interest_id, e.offered_at DESC, e.id DESC
        ) s ON s.interest_id = n.id
        ORDER BY n.id
    """,
)

CREDENTIALS = Definition(
    code="credentials",
    title=_("Credentials"),
    answers=_("Who holds which endorsement, until when, and what does the public see?"),
    one_row=_("One row for each credential, oldest first."),
    columns=(
        Column("Credential", _("The number on the certificate."), "k.number"),
        Column("Name", _("The name as it was printed."), "k.name"),
        Column("Email", _("The address that the holder signs in with."), "u.email"),
        Column("Category", _("The short name of the category."), "c.code"),
        Column("Category title", _("The category as it was printed."), "k.category_title"),
        Column("Track", _("The endorsement as it was printed."), "k.track_mark"),
        Column(
            "Standing",
            _("What it is worth today: an end that has passed counts at once."),
            STANDING,
            choices=CredentialStatus,
        ),
        Column("Issued", _("The day it was issued."), "k.issued_on", D),
        Column("Valid through", _("Its last day."), "k.expires_on", D),
        Column("County", _("Where the holder worked when it was issued."), "y.name"),
        Column("In the public registry", _("Whether the holder agreed to be listed."), "k.in_registry", Y),
        Column("County shown", _("Whether the holder shows the county there."), "k.show_county", Y),
        Column("Certificate made", _("When the PDF was made. Empty: not yet."), "k.pdf_made_at", M),
        Column("Application", _("The number of the application."), APPLICATION_NUMBER),
        Column("Verification", _("The public page behind the QR code."), "replace(%(verify)s, 'SERIAL', k.serial)"),
    ),
    source="""
        FROM credentials_credential k
        JOIN applicants_application a ON a.id = k.application_id
        JOIN endorsement_portal_user u ON u.id = k.person_id
        JOIN competencies_category c ON c.id = k.category_id
        LEFT JOIN endorsement_portal_county y ON y.fips = k.county_id
        ORDER BY k.id
    """,
)

LEDGER = Definition(
    code="ledger",
    title=_("Ledger"),
    answers=_("Which money came, which went back, and for what?"),
    one_row=_(
        "One row for each line of the ledger, in the order in which they were written. They sum up to what was kept."
    ),
    columns=(
        Column("Received on", _("The day the money came or went back."), "l.received_on", D),
        Column("Recorded", _("When the line was written."), "l.recorded_at", M),
        Column("Invoice", _("The number of the invoice."), INVOICE_NUMBER),
        Column("Application", _("The number of the application."), APPLICATION_NUMBER),
        Column("Applicant", _("The name on the account."), "u.name"),
        Column("Category", _("The short name of the category."), "c.code"),
        Column("Method", _("How the money moved. “Given back” lines are below zero."), "l.method", choices=Method),
        Column("Amount in dollars", _("Above zero it came, below zero it went back."), "l.amount_cents", CENTS),
        Column("Reference", _("The number of the check or order, or of the scholarship."), "l.reference"),
        Column("Bank number", _("The bank’s own number of the payment or refund."), "l.provider_ref"),
        Column("Fund", _("The fund that a scholarship was drawn from."), "f.name"),
        Column("Recorded by", _("Who wrote the line. Empty: the bank told the portal."), "w.name"),
        Column("Invoice status", _("Where the invoice stands now."), "i.status", choices=InvoiceStatus),
        Column("Invoice total in dollars", _("What the invoice asks now."), "i.total_cents", CENTS),
    ),
    source="""
        FROM payments_payment l
        JOIN payments_invoice i ON i.id = l.invoice_id
        JOIN applicants_application a ON a.id = i.application_id
        JOIN endorsement_portal_user u ON u.id = i.person_id
        JOIN competencies_category c ON c.id = a.category_id
        LEFT JOIN payments_payment back ON back.id = l.refund_of_id
        LEFT JOIN payments_scholarship z ON z.id = coalesce(l.scholarship_id, back.scholarship_id)
        LEFT JOIN payments_fund f ON f.id = z.fund_id
        LEFT JOIN endorsement_portal_user w ON w.id = l.recorded_by_id
        ORDER BY l.id
    """,
)


# Life cycles in the order in which people pass through them, each with the moment when a row began.
PARTS: tuple[tuple[str, str, str, str, type[models.TextChoices]], ...] = (
    ("Interest", "cohorts_interest", "k.status", "received_at", InterestStatus),
    ("Application", "applicants_application", "k.status", "opened_at", ApplicationStatus),
    ("Review", "reviews_review", "k.status", "invited_at", ReviewStatus),
    ("Credential", "credentials_credential", STANDING, "created_at", CredentialStatus),
)


def _pipeline() -> str:
    """Every status of every part, those without anybody too."""
    parts = []
    for order, (part, table, status, began, choices) in enumerate(PARTS):
        listed = ", ".join(
            f"({place}, {literal(value)}, {literal(str(label))})"
            for place, (value, label) in enumerate(choices.choices)
        )
        parts.append(f"""
            SELECT {order} AS part_place, listed.place, '{part}' AS part, listed.label,
                count(k.id) AS many, min(k.{began}) AS oldest
            FROM (VALUES {listed}) AS listed (place, value, label) LEFT JOIN {table} k ON {status} = listed.value
            GROUP BY listed.place, listed.label
        """)  # noqa: S608 - names of our own, values quoted
    return f"FROM ({' UNION ALL '.join(parts)}) pipeline ORDER BY part_place, place"


PIPELINE = Definition(
    code="pipeline",
    title=_("Pipeline"),
    answers=_("How many are at each step between interest and credential?"),
    one_row=_("One row for each status of interest, application, review and credential, also where nobody is."),
    columns=(
        Column("Part", _("Interest, application, review or credential."), "part"),
        Column("Status", _("In the words of the staff pages."), "label"),
        Column("How many", _("Rows in this status now."), "many", N),
        Column("Oldest", _("When the oldest of them began: received, opened, invited or issued."), "oldest", M),
    ),
    source=_pipeline,
)

HEADCOUNT = Definition(
    code="headcount",
    title=_("Headcount by county"),
    answers=_("How many people are endorsed in each of the 100 counties, and where is nobody yet?"),
    one_row=_(
        "One row for each county, zeros included; a last row for credentials without a county, if there are any."
    ),
    columns=(
        Column("FIPS", _("The county’s number in federal statistics."), "b.fips"),
        Column("County", _("The county where the holder worked when the credential was issued."), "b.name"),
        Column("Prosperity zone", _("The region, by S.L. 2014-18."), "b.prosperity_zone"),
        Column("Rural", _("Nonmetro, by the USDA’s rural-urban codes 4 to 9 of 2023."), "b.rucc_2023 >= 4", Y),
        Column("Population 2020", _("By the census."), "b.population_2020", N),
        Column("Active credentials", _("Credentials that stand today."), "b.credentials", N),
        Column("People", _("People with at least one of them: some hold two."), "b.people", N),
        Column(
            "Active credentials per 100,000",
            _("Active credentials for each 100,000 residents of 2020."),
            "round(b.credentials * 100000.0 / nullif(b.population_2020, 0), 2)",
            N,
        ),
        Column("Open applications", _("Applications under way from people who work there."), "b.open_applications", N),
    ),
    source="""
        FROM (
            SELECT y.fips, y.name, y.prosperity_zone, y.rucc_2023, y.population_2020,
                coalesce(standing.credentials, 0) AS credentials, coalesce(standing.people, 0) AS people,
                coalesce(under_way.many, 0) AS open_applications
            FROM endorsement_portal_county y
            FULL JOIN (
                SELECT k.county_id, count(*) AS credentials, count(DISTINCT k.person_id) AS people
                FROM credentials_credential k WHERE k.status = 'active' AND k.expires_on >= CURRENT_DATE
                GROUP BY k.county_id
            ) standing ON standing.county_id = y.fips
            LEFT JOIN (
                SELECT coalesce(p.county_id, a.county_id) AS county_id, count(*) AS many
                FROM applicants_application a LEFT JOIN applicants_profile p ON p.person_id = a.person_id
                WHERE a.status NOT IN ('withdrawn', 'expired', 'endorsed', 'not_endorsed')
                GROUP BY 1
            ) under_way ON under_way.county_id = y.fips
        ) b
        ORDER BY b.name NULLS LAST
    """,
)

VETTED = Definition(
    code="vetted",
    title=_("Hours with vetted providers"),
    answers=_("Who depends on a provider whom the association vetted, and until when do such hours count?"),
    one_row=_(
        "One row for each open application or active credential and each vetted provider of its counted hours, the "
        "first to end first. Categories that ask no reflective supervision are left out."
    ),
    columns=(
        Column("Person", _("The name on the account."), "w.name"),
        Column("Email", _("The address that the person signs in with."), "w.email"),
        Column("For", _("An open application or an active credential."), "w.part"),
        Column("Number", _("The number of the application, or of the credential."), "w.number"),
        Column("Category", _("The short name of the category."), "w.category"),
        Column("Provider", _("The provider’s name in the hours."), "max(h.provider_name)"),
        Column("Entries", _("How many entries of counted hours there are with this provider."), "count(*)", N),
        Column("Hours", _("The counted hours with this provider while vetted."), "sum(h.total_hours)", N),
        Column("First day", _("Where these hours begin."), "min(h.start_date)", D),
        Column("Last day", _("Where they end."), "max(h.end_date)", D),
        Column("Vetted until", _("The last day of the provider’s vetting. Empty: not known."), "max(h.ends_on)", D),
        Column(
            "Hours count until",
            _("After this day no hours with this provider count: the end of the vetting or of the rule."),
            UNTIL,
            D,
        ),
        Column("Days left", _("From today to that day. Below zero it is past."), f"{UNTIL} - CURRENT_DATE", N),
    ),
    source=f"""
        FROM (
            SELECT 'Application' AS part, a.person_id, a.category_id, a.edition_id, u.name, u.email, c.code AS category,
                c.profile, {APPLICATION_NUMBER} AS number
            FROM applicants_application a
            JOIN endorsement_portal_user u ON u.id = a.person_id JOIN competencies_category c ON c.id = a.category_id
            WHERE a.status NOT IN ('withdrawn', 'expired', 'endorsed', 'not_endorsed')
            UNION ALL
            SELECT 'Credential', k.person_id, k.category_id, a.edition_id, k.name, u.email, c.code, c.profile, k.number
            FROM credentials_credential k
            JOIN applicants_application a ON a.id = k.application_id
            JOIN endorsement_portal_user u ON u.id = k.person_id JOIN competencies_category c ON c.id = k.category_id
            WHERE k.status = 'active' AND k.expires_on >= CURRENT_DATE
        ) w
        JOIN (
            SELECT e.*, held.ends_on, CASE WHEN e.status = 'overridden' THEN e.provider_standing ELSE held.what END AS what
            FROM applicants_reflectivesupervision e
            LEFT JOIN LATERAL (
                SELECT s.qualification AS what, s.ends_on FROM applicants_standing s
                WHERE s.provider_id = e.provider_id AND s.starts_on <= e.start_date
                    AND (s.ends_on IS NULL OR s.ends_on >= e.end_date)
                ORDER BY s.starts_on DESC, s.id LIMIT 1
            ) held ON true
            WHERE e.removed_at IS NULL AND NOT e.peer AND e.status IN ('confirmed', 'overridden')
        ) h ON h.person_id = w.person_id AND h.what = 'vetted'
        LEFT JOIN competencies_figure rule ON rule.edition_id = w.edition_id AND rule.section = 'common'
            AND rule.path = 'rsc.vetted_providers_until'
        LEFT JOIN competencies_figure asked ON asked.edition_id = w.edition_id AND asked.section = w.profile
            AND asked.path = 'rsc.hours'
        WHERE coalesce(asked.value, 'null') <> '0' AND (rule.value IS NULL OR h.end_date <= (rule.value #>> '{{}}')::date)
        GROUP BY w.part, w.number, w.name, w.email, w.category, coalesce(h.provider_id::text, h.provider_name)
        ORDER BY 12, w.name, w.part, w.number
    """,  # noqa: S608 - names of our own
)

DEFINITIONS: dict[str, Definition] = {
    definition.code: definition
    for definition in (APPLICATIONS, INTERESTS, CREDENTIALS, LEDGER, PIPELINE, HEADCOUNT, VETTED)
}
