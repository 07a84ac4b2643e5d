"""A portfolio from nothing to "ready to submit", typed on a phone: a Family Specialist's and a clinical mentor's.

Every entry is typed in the browser. What other people do (raters answer, a provider confirms, the fee is paid) goes
through the portal's own doors beside it.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from applicants.models import ReflectiveSupervision
from applicants.readiness import readiness
from applicants.supervision import answer
from applicants.transitions import advance
from endorsement_portal.models import User
from tests import factories
from tests.journeys.people import PASSWORD, fill, press, see

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.web_alone]

ALL_TRUE = ["child_in_age_range", "social_emotional_focus", "relationship_focus"]


@pytest.fixture
def phone(site, new_page):
    return new_page(width=360, height=780)


@pytest.fixture
def wren(site) -> User:
    password = make_password(PASSWORD, hasher="pbkdf2_sha256")
    user = User.objects.create(email="wren@example.org", name="Wren Hollowell", password=password, roles=["applicant"])
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def desk(phone, site):
    """What one does over and over: open a page, enter something, read what counts."""
    return Desk(phone, site)


class Desk:
    """Somebody at work on one application, on a phone."""

    def __init__(self, page, site) -> None:
        self.page, self.site, self.pk = page, site, 0

    def begin(self, user: User, code: str):
        """Sign in, and open the application that the cohort's seat brought."""
        application = factories.application(user, code=code)
        self.pk = application.pk
        self.page.goto(self.site.to("/accounts/login/"))
        fill(self.page, login=user.email, password=PASSWORD)
        press(self.page, "Sign in")
        see(self.page, "Your next step")
        return application

    def follow(self, words: str) -> None:
        """Where the page of requirements sends one for what is missing."""
        self.page.goto(self.site.to(f"/applications/{self.pk}/requirements/"))
        self.page.locator(".requirements .next a", has_text=words).first.click()

    def enter(self, kind: str, **values) -> None:
        """One entry, typed and saved; nothing is wider than the phone."""
        self.page.wait_for_url(f"**/evidence/{kind}/new/**")
        fill(self.page, **values)
        assert self.page.evaluate("document.documentElement.scrollWidth") <= 360
        press(self.page, "Save")
        self.page.wait_for_url(lambda url: "/new/" not in url)

    def add(self, kind: str, **values) -> None:
        """An entry that nothing leads to."""
        self.page.goto(self.site.to(f"/applications/evidence/{kind}/new/"))
        self.enter(kind, **values)

    def says(self, key: str, words: str) -> None:
        """What the page of requirements says about one of them."""
        self.page.goto(self.site.to(f"/applications/{self.pk}/requirements/"))
        row = self.page.locator(f"#{key}").inner_text()
        assert words in row, row

    def met(self) -> str:
        """How many are met, as the page counts them."""
        self.page.goto(self.site.to(f"/applications/{self.pk}/requirements/"))
        return self.page.locator("#overview").inner_text()

    def write_profile(self) -> None:
        """Name, place and membership."""
        self.page.goto(self.site.to(f"/applications/{self.pk}/"))
        press(self.page, "Do this now")
        fill(
            self.page,
            legal_name="Wren Hollowell",
            certificate_name="Wren Hollowell",
            county={"label": "Ashe"},
            employer="Little Steps Center",
            job_title="Home visitor",
            sector="home_visiting",
            member_until=(timezone.localdate() + timedelta(days=300)).isoformat(),
        )
        press(self.page, "Save my profile")
        see(self.page, "Your profile is saved")

    def invite(self, number: int, role: str) -> None:
        """Name somebody and send the request."""
        self.page.goto(self.site.to(f"/applications/{self.pk}/references/new/"))
        fill(
            self.page,
            role=role,
            rater_name=f"Rory Rater {number}",
            rater_email=f"rater{number}@example.org",
            known_since="2020-01-01",
            waived="True",
        )
        press(self.page, "Send the request")
        see(self.page, f"Rory Rater {number}")

    def sign(self) -> None:
        """Both documents, with the typed name."""
        self.follow("Read it and sign it.")
        fill(
            self.page, ethics=True, agreement=True, not_sanctioned=True, registry_consent=True,
            signed_name="Wren Hollowell",
        )  # fmt: skip
        press(self.page, "Sign both")
        see(self.page, "The fee")


def others_do_their_part(application) -> None:
    """Raters answer by their links, one of them endorsed; the provider confirms; the treasurer notes the payment."""
    for number, reference in enumerate(application.references.order_by("pk")):
        advance(reference, "open")
        said = {"recommendation": "recommend", "signed_name": reference.rater_name, "answers": {}}
        advance(reference, "complete", rater_endorsement="IMHM-C" if number == 1 else "", **said)
    asked = list(ReflectiveSupervision.objects.filter(person=application.person, status="asked"))
    answer([(entry, True, "") for entry in asked])
    application.refresh_from_db()
    advance(application, "settle_fee")


def ready_to_submit(desk, application) -> None:
    """The page says so, and the last page offers the button."""
    assert [check.key for check in readiness(application).blocking] == []
    desk.page.goto(desk.site.to("/"))
    see(desk.page, "Everything is there: you can submit")
    press(desk.page, "Review and submit")
    desk.page.get_by_role("button", name="Submit my application").wait_for()


def test_a_family_specialist(site, phone, wren, desk):
    factories.provider(listed=True, contact="priya@example.org")
    application = desk.begin(wren, "IFS")
    assert desk.met() == "0 of 15 met"
    desk.write_profile()
    assert desk.met() == "2 of 15 met"

    desk.follow("Add earlier jobs that count")
    job = {
        "employer": "Little Steps Center",
        "job_title": "Home visitor",
        "start_date": (timezone.localdate() - timedelta(days=800)).isoformat(),
        "hours_per_week": "38",
        "focus": "prevention",
        "families_served": "9",
        "duties": "Weekly visits with families of babies and toddlers.",
    }
    desk.enter("work", **job)
    desk.says("work", "0 of 2 years")
    desk.says("work", "It does not say that the work was with children of this age.")
    desk.follow("Open the job and tick what is true of the work")
    fill(phone, meets_tests=ALL_TRUE)
    press(phone, "Save")
    see(phone, "Your changes are saved")
    desk.says("work", "2.19 years; 2 are asked")
    desk.says("families", "9 of 10 families")
    desk.add("work", **job | {"employer": "Second Home", "families_served": "4", "meets_tests": ALL_TRUE})
    desk.says("families", "13 families; 10 are asked")
    desk.says("work", "2.19 years; 2 are asked")

    training = {"sponsor": "A center", "format": "series", "start_date": "2024-02-01"}
    desk.follow("more of training")
    desk.enter(
        "training",
        title="Relationships first",
        clock_hours="30",
        area_keys=["theoretical_foundations.attachment"],
        **training,
    )
    desk.says("training_general", "30 of 30 hours")
    desk.add("training", title="Whose lullaby?", clock_hours="3", dei_hours="2", **training)
    desk.says("training_dei", "2 of 3 hours")
    desk.add("training", title="Home and history", clock_hours="1", dei_hours="1", **training)
    desk.says("training_total", "34 hours; 33 are asked")

    desk.follow("with a provider who counts")
    desk.enter(
        "supervision",
        provider={"label": "Priya Provider"},
        setting="group",
        start_date="2024-01-10",
        end_date="2025-02-20",
        total_hours="24",
        ask_now=True,
    )
    desk.says("rsc_hours", "The provider has not confirmed these hours yet.")
    desk.add(
        "supervision", provider_name="Colleagues", setting="group", peer=True, start_date="2024-01-10",
        end_date="2025-02-20", total_hours="40",
    )  # fmt: skip
    desk.says("rsc_hours", "Peer supervision does not count")

    for number, role in enumerate(("current_supervisor", "rsc_provider", "colleague"), start=1):
        desk.invite(number, role)
    desk.says("references", "0 of 3 references are complete; the others are on their way.")
    desk.sign()
    others_do_their_part(application)
    desk.says("rsc_hours", "24 of 24 hours")
    phone.goto(site.to(f"/applications/{application.pk}/coverage/?as=list"))
    see(phone, "Relationships first")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    assert desk.met() == "14 of 15 met"
    ready_to_submit(desk, application)


def test_a_clinical_mentor(site, phone, wren, desk):
    factories.provider(listed=True, contact="priya@example.org")
    application = desk.begin(wren, "IMHM-C")
    desk.write_profile()
    today = timezone.localdate()

    desk.follow("Add a master’s degree or higher")
    desk.enter(
        "education",
        institution="A state university",
        degree_level="master",
        field_of_study="Social work",
        conferred_on=(today - timedelta(days=365 * 6)).isoformat(),
    )
    desk.follow("Add earlier jobs that count")
    desk.enter(
        "work",
        employer="High Meadow Counseling",
        job_title="Child and family therapist",
        start_date=(today - timedelta(days=365 * 7)).isoformat(),
        end_date=(today - timedelta(days=365 * 6)).isoformat(),
        hours_per_week="40",
        focus="intervention",
        as_therapist=True,
        supervisor_name="Marguerite Teal",
        families_served="40",
        duties="Child–parent psychotherapy with families of young children.",
    )
    # The therapist's years count before the degree too; only supervision has to be given after it.
    desk.says("work", "1 of 2 years")
    desk.add(
        "work",
        employer="Casa Clara",
        job_title="Clinician",
        start_date=(today - timedelta(days=365 * 4)).isoformat(),
        hours_per_week="40",
        focus="intervention",
        as_therapist=True,
        supervisor_name="Marguerite Teal",
        duties="Dyadic work.",
    )
    desk.says("work", "5 years; 2 are asked")

    desk.follow("Add the reflective supervision that you have given")
    desk.enter(
        "supervision_given",
        organization="Casa Clara",
        setting="group",
        people="6",
        start_date=(today - timedelta(days=365 * 3 + 5)).isoformat(),
        total_hours="120",
    )
    desk.says("rsc_given", "3.01 years; 3 are asked")
    desk.follow("Add what you have led")
    desk.enter(
        "leadership",
        type="leadership",
        title="County board for the early years",
        role="Chair",
        start_date=(today - timedelta(days=365 * 3 + 5)).isoformat(),
    )
    training = {"sponsor": "A center", "format": "series", "start_date": "2024-02-01"}
    desk.follow("more of training")
    desk.enter("training", title="Relationships first", clock_hours="33", dei_hours="3", **training)
    desk.says("training_rsc_provision", "0 of 15 hours")
    desk.follow("Add 15 hours more, or say in a training")
    desk.enter("training", title="Giving supervision", clock_hours="15", rsc_provision_hours="15", **training)
    desk.says("training_total", "48 of 48 hours")

    desk.follow("with a provider who counts")
    desk.enter(
        "supervision",
        provider={"label": "Priya Provider"},
        setting="individual",
        start_date="2023-01-10",
        end_date="2025-02-20",
        total_hours="50",
        hours_about_provision="24",
        ask_now=True,
    )
    desk.says("rsc_about_provision", "0 of 25 hours")
    entry = ReflectiveSupervision.objects.get()
    phone.goto(site.to(f"/applications/evidence/supervision/{entry.pk}/"))
    fill(phone, hours_about_provision="25", ask_now=True)
    press(phone, "Save")
    see(phone, "Your changes are saved")

    for number, role in enumerate(("colleague", "rsc_provider", "rsc_supervisee"), start=1):
        desk.invite(number, role)
    desk.sign()
    others_do_their_part(application)
    desk.says("rsc_about_provision", "25 of 25 hours")
    desk.says("documents", "The degree or license that counts has no transcript or copy attached.")
    ready_to_submit(desk, application)
