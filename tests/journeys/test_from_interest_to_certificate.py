"""The main job, end to end: from "I am interested" to a certificate whose QR code says "valid".

Real Chromium at the size of a phone for the applicant and the rater, a real web server, relay and Celery worker, a real
SMTP server, the local bank, a real PDF. Nothing is reached but through pages and mail.
"""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pypdf
import pytest
from django.utils import timezone

from applicants.models import Application
from credentials.models import Credential
from endorsement_portal.models import Event, Message, Role
from tests.journeys.people import PASSWORD, code_in, fill, hire, press, reload_until, see, sign_in
from tests.pdfs import read_qr

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.worker]

EMAIL = "wren.hollowell@example.org"
PHONE = {"width": 360, "height": 780}
DESK = {"width": 1280, "height": 900}
TINY_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj\nxref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n164\n%%EOF\n"


@pytest.fixture
def coordinator_staff(site):
    return hire("cora@example.org", "Cora Coordinator", Role.COORDINATOR)


@pytest.fixture
def reviewer_staff(site):
    return hire("rhea@example.org", "Rhea Reviewer", Role.REVIEWER)


@pytest.fixture
def admin_staff(site):
    return hire("ada@example.org", "Ada Admin", Role.ADMIN)


def test_from_interest_to_certificate(site, mail_sink, new_page, coordinator_staff, reviewer_staff, admin_staff):
    phone = new_page(**PHONE)
    desk = new_page(**DESK)

    register_interest(phone, site, mail_sink)
    sign_in(desk, site, coordinator_staff)
    offer_a_seat(desk, site)
    accept_the_seat(phone, site, mail_sink)
    record_a_provider(desk, site)
    build_the_portfolio(phone, site)
    confirm_the_hours(new_page(**PHONE), phone, site, mail_sink)
    ask_for_references(phone, site, mail_sink, new_page)
    sign_the_documents(phone, site)
    pay_by_card(phone, site, mail_sink)
    submit(phone, site, mail_sink)
    check_and_assign(desk, site)
    review(new_page, site, mail_sink, reviewer_staff)
    decide(desk, site)
    receive_the_certificate(phone, site, mail_sink, new_page)
    export(new_page, site, admin_staff)

    application = Application.objects.get()
    verbs = list(Event.objects.about(application).values_list("verb", flat=True))
    assert [v for v in verbs if v in {"open", "sign", "settle_fee", "submit", "accept", "start_review", "finish_review", "endorse"}] == [
        "open", "sign", "settle_fee", "submit", "accept", "start_review", "finish_review", "endorse",
    ]  # fmt: skip


def register_interest(page, site, mail_sink):
    page.goto(site.to("/"))
    press(page, "Register your interest")
    fill(
        page,
        first_name="Wren",
        last_name="Hollowell",
        email=EMAIL,
        home_county={"label": "Durham"},
        work_county={"label": "Durham"},
        employer="Little Steps Center",
        job_title="Home visitor",
        sector="home_visiting",
        focus="prevention",
        ages_served=["infants"],
        paid_years="6",
        highest_education="bachelor",
        practice_languages=["English"],
        category={"label": "Infant Family Specialist (IMH-E®)"}
        if _has_option(page, "Infant Family Specialist (IMH-E®)")
        else {"index": 3},
        cohort_preference="any",
        funding_need="none",
        consent_contact=True,
        consent_privacy=True,
    )
    press(page, "Send my interest")
    page.wait_for_url("**/received/**")
    mail_sink.wait_for(EMAIL)


def _has_option(page, label):
    return page.locator("main [name=category] option", has_text=label).count() > 0


def offer_a_seat(page, site):
    start = timezone.localdate() + timedelta(days=7)
    page.goto(site.to("/cohorts/new/"))
    fill(
        page,
        name="Spring cohort",
        kind="open",
        starts_on=start.isoformat(),
        ends_on=(start + timedelta(days=180)).isoformat(),
        capacity=12,
    )
    page.locator("main form button[type=submit]").first.click()
    press(page, "Start taking people in")
    page.locator("main form button[type=submit]").first.click()
    page.goto(site.to("/"))
    press(page, "New interest")
    press(page, "Wren Hollowell")
    interest = page.url
    press(page, "Put in the pool") if page.get_by_role("link", name="Put in the pool").count() else page.goto(
        f"{interest}pool/"
    )
    page.locator("main form button[type=submit]").first.click()
    page.goto(f"{interest}offer/")
    page.select_option("[name=cohort]", index=1)
    page.select_option("[name=category]", label=_label(page, "Infant Family Specialist"))
    page.locator("main form button[type=submit]").first.click()
    see(page, "Seat offered")


def _label(page, start):
    options = page.locator("main [name=category] option").all_inner_texts()
    return next(one for one in options if one.strip().startswith(start))


def accept_the_seat(page, site, mail_sink):
    offer = mail_sink.wait_for(EMAIL, subject="seat")
    page.goto(mail_sink.links(offer)[0])
    press(page, "Create an account")
    fill(page, name="Wren Hollowell", email=EMAIL, password1=PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    mail = (
        mail_sink.wait_for(EMAIL, subject="code") if "code" in page.url else mail_sink.wait_for(EMAIL, subject="onfirm")
    )
    page.fill("[name=code]", code_in(mail_sink.text(mail)))
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    page.goto(mail_sink.links(offer)[0])
    see(page, "We are glad to offer you a seat")
    page.locator("main .next-step a.button").first.click()
    page.locator("main form button[type=submit]").first.click()
    page.goto(site.to("/"))
    see(page, "Infant Family Specialist")


def build_the_portfolio(page, site):
    page.goto(site.to("/applications/profile/"))
    fill(
        page,
        legal_name="Wren Ángeles Hollowell",
        certificate_name="Wren Ángeles Hollowell",
        county={"label": "Durham"},
        employer="Little Steps Center",
        job_title="Home visitor",
        sector="home_visiting",
        practice_languages=["English", "Spanish"],
        member_until=(timezone.localdate() + timedelta(days=365)).isoformat(),
        show_county=True,
    )
    press(page, "Save my profile")

    page.goto(site.to("/applications/evidence/work/new/"))
    fill(
        page,
        employer="Little Steps Center",
        job_title="Home visitor",
        start_date="2019-09-01",
        hours_per_week="40",
        focus="prevention",
        meets_tests=["child_in_age_range", "social_emotional_focus", "relationship_focus"],
        families_served="35",
        duties="Weekly visits with families of babies and toddlers.",
        area_keys=["direct_service_skills.observation_listening", "systems_expertise.community_resources"],
    )
    press(page, "Save")
    page.wait_for_url("**/evidence/")

    page.goto(site.to("/applications/evidence/education/new/"))
    fill(
        page,
        institution="A state university",
        degree_level="bachelor",
        field_of_study="Human development",
        conferred_on="2018-05-12",
    )
    press(page, "Save")
    page.wait_for_url("**/evidence/")

    page.goto(site.to("/applications/evidence/training/new/"))
    fill(
        page,
        title="Relationships first",
        sponsor="A training center",
        format="series",
        start_date="2023-02-01",
        clock_hours="2",
        dei_hours="3",
    )
    page.set_input_files(
        "[name=certificate]", {"name": "certificate.pdf", "mimeType": "application/pdf", "buffer": TINY_PDF}
    )
    press(page, "Save")
    see(page, "more than the hours in all")
    assert page.input_value("[name=title]") == "Relationships first", "what was typed stays"
    fill(page, clock_hours="42", area_keys=["theoretical_foundations.attachment"])
    page.set_input_files(
        "[name=certificate]", {"name": "certificate.pdf", "mimeType": "application/pdf", "buffer": TINY_PDF}
    )
    press(page, "Save")
    page.wait_for_url("**/evidence/")
    see(page, "certificate attached")

    page.goto(site.to("/applications/evidence/supervision/new/"))
    fill(
        page,
        provider={"label": "Priya Provider"},
        setting="group",
        start_date="2023-01-10",
        end_date="2024-02-20",
        total_hours="26",
        area_keys=["reflection.self_awareness"],
        ask_now=True,
    )
    press(page, "Save")
    page.wait_for_url("**/evidence/")


def record_a_provider(page, site):
    """Who gives reflective supervision, and since when they are qualified, is the association's own record."""
    page.goto(site.to("/applications/providers/new/"))
    fill(page, name="Priya Provider", email="priya@example.org", listed=True, contact="priya@example.org")
    press(page, "Save")
    fill(page, qualification="MHM-C", starts_on="2015-01-01", source="The association’s list")
    press(page, "Save")
    see(page, "Mental Health Mentor")


def confirm_the_hours(provider, page, site, mail_sink):
    """They count once the provider says that they are right, by a link, without an account."""
    page.goto(site.to("/"))
    press(page, "What counts, and what is still missing")
    see(page, "The provider has not confirmed these hours yet.")
    mail = mail_sink.wait_for("priya@example.org", subject="confirm hours")
    provider.goto(next(link for link in mail_sink.links(mail) if "/hours/" in link))
    see(provider, "Wren Hollowell asks you to confirm hours")
    see(provider, "26 hours")
    provider.get_by_label("Yes").first.check()
    press(provider, "Send my answer")
    page.reload()
    page.locator("#rsc_hours").get_by_text("26 hours; 24 are asked").wait_for()


def ask_for_references(page, site, mail_sink, new_page):
    for number, role in enumerate(["current_supervisor", "rsc_provider", "colleague"], start=1):
        page.goto(site.to("/"))
        press(page, "Infant Family Specialist")
        application = page.url
        page.goto(f"{application}references/new/")
        fill(
            page,
            role=role,
            rater_name=f"Rory Rater {number}",
            rater_email=f"rater{number}@example.org",
            known_since="2020-01-01",
            waived="True",
        )
        press(page, "Send the request")
        see(page, f"Rory Rater {number}")
        answer(new_page(**PHONE), mail_sink, number)
    page.goto(f"{application}references/")
    assert page.locator("main .pill", has_text="Complete").count() == 3
    assert "Secret word" not in page.content()


def answer(rater, mail_sink, number):
    """Without an account: the link of the mail, who one is, the form, saved once and then sent."""
    mail = mail_sink.wait_for(f"rater{number}@example.org", subject="reference")
    link = next(link for link in mail_sink.links(mail) if "/reference/" in link)
    rater.goto(link)
    press(rater, f"I am Rory Rater {number}")
    see(rater, "A sample form")
    names = rater.locator("main fieldset input[type=radio][value='4']")
    for index in range(names.count()):
        names.nth(index).check()
    fill(rater, recommendation="recommend", remarks=f"Secret word {number}")
    if number == 2:
        fill(rater, rater_endorsement="IMHM-C")
    press(rater, "Save and come back later")
    see(rater, "Come back any time")
    rater.goto(link)
    assert "Secret word" not in rater.content()
    press(rater, f"I am Rory Rater {number}")
    see(rater, "A sample form")
    assert rater.input_value("[name=remarks]") == f"Secret word {number}"
    fill(rater, signed_name=f"Rory Rater {number}")
    press(rater, "Send my reference")
    see(rater, "Your reference has reached us")
    assert rater.goto(link).status == 404, "the link has done its work"


def sign_the_documents(page, site):
    page.goto(site.to("/"))
    press(page, "Infant Family Specialist")
    page.goto(f"{page.url}sign/")
    fill(
        page,
        ethics=True,
        agreement=True,
        not_sanctioned=True,
        registry_consent=True,
        signed_name="wren ángeles hollowell",
    )
    press(page, "Sign both")
    see(page, "The fee")


def pay_by_card(page, site, mail_sink):
    page.locator("main").get_by_role("link", name="The fee", exact=True).first.click()
    page.get_by_role("button", name=re.compile(r"Pay \$.* by card")).click()
    press(page, "Continue to the bank’s page")
    page.wait_for_url(f"{site.bank_url}/**")
    page.fill("[name=email]", EMAIL)
    page.locator("button[value=pay]").click()
    page.wait_for_url(f"{site.url}/**")
    reload_until(page, "Thank you, the fee is paid")


def submit(page, site, mail_sink):
    page.goto(site.to("/"))
    press(page, "Review and submit")
    press(page, "Submit my application")
    see(page, "Your application is with the coordinator")
    mail_sink.wait_for(EMAIL, subject="We have your application")


def check_and_assign(page, site):
    page.goto(site.to("/"))
    press(page, "To check")
    press(page, "Wren Hollowell")
    press(page, "Everything is there")
    page.locator("main form button[type=submit]").first.click()
    see(page, "Ready for review")
    page.goto(page.url.replace("/applications/", "/reviews/assignments/"))
    page.locator("main form:has([name=reviewer]) button[type=submit]").first.click()
    see(page, "Invited")


def review(new_page, site, mail_sink, staff):
    page = new_page(**DESK)
    mail_sink.wait_for(staff.user.email)
    sign_in(page, site, staff)
    page.goto(site.to("/"))
    press(page, "Open this review")
    press(page, "Accept")
    if page.url.endswith("/accept/"):
        page.locator("main form button[type=submit]").first.click()
    see(page, "Review of A-")
    page.goto(page.url + "scores/") if not page.url.endswith("scores/") else None
    if not page.url.endswith("scores/"):
        press(page, "Start")
    marks = page.locator("main input[type=radio][value=met]")
    for index in range(marks.count()):
        marks.nth(index).check()
    fill(
        page,
        recommendation="endorse",
        strengths="Warm, steady, attentive to relationships.",
        private_note="A private aside",
    )
    press(page, "Save and file my review")
    page.wait_for_url("**/file/")
    press(page, "File my review")
    see(page, "Filed")


def decide(page, site):
    page.goto(site.to("/"))
    press(page, "To decide")
    press(page, "Wren Hollowell")
    page.goto(page.url.replace("/applications/", "/reviews/decide/") + "?outcome=endorse")
    page.locator("main button[name=step][value=preview]").click()
    page.locator("main button[name=step][value=confirm]").click()
    page.goto(site.to("/applications/?status=endorsed"))
    see(page, "Wren Hollowell")


def receive_the_certificate(page, site, mail_sink, new_page):
    mail_sink.wait_for(EMAIL, subject="ertificate")
    page.goto(site.to("/"))
    press(page, "Infant Family Specialist")
    credential = Credential.objects.get()
    page.goto(site.to(f"/credentials/{credential.pk}/"))
    with page.expect_download() as download:
        page.locator("main a[href*='certificate']").first.click()
    pdf = download.value.path().read_bytes()
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 1
    text = " ".join(reader.pages[0].extract_text().split())
    assert "Wren Ángeles Hollowell" in text
    assert credential.number in text

    address = read_qr(pdf)
    visitor = new_page(**PHONE)
    visitor.goto(address)
    assert "valid" in visitor.locator("main").inner_text().lower()
    assert credential.number in visitor.content()
    visitor.goto(site.to("/credentials/"))
    assert "Wren Ángeles Hollowell" in visitor.content()

    page.goto(site.to("/inbox/"))
    inbox = page.locator("main").inner_text()
    assert "certificate" in inbox.lower()
    for path in ("/inbox/", "/"):
        page.goto(site.to(path))
        for secret in ("Rhea Reviewer", "rhea@example.org", "Secret word", "A private aside"):
            assert secret not in page.content()
    sent = Message.objects.filter(to__email=EMAIL)
    assert sent.filter(sent_at__isnull=True).count() == 0
    assert Credential.objects.count() == 1


def export(new_page, site, staff):
    page = new_page(**DESK)
    sign_in(page, site, staff)
    page.goto(site.to("/reports/"))
    with page.expect_download() as download:
        page.locator("main a[href$='applications.csv'], main form[action$='applications.csv'] button").first.click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert "Wren" in text
    assert Credential.objects.get().number in text
