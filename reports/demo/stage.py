"""What the acts find on the stage: people, cohorts and applications by the names the plan gives them."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from applicants.models import Application
from cohorts.models import Cohort
from competencies.models import Category, Edition
from endorsement_portal.models import County, Role, User
from reports.demo.accounts import ADMIN, COORDINATOR, FINANCE, Accounts
from reports.demo.papers import Papers

if TYPE_CHECKING:
    from datetime import date

    from competencies.models import Area
    from reports.demo.plan import CohortPlan, Person, Story


class Stage:
    """Looks things up once. Nothing is remembered between runs but what is in the database."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.accounts = Accounts()
        self.papers = Papers()
        self.edition = Edition.objects.order_by("pk").first()
        self.counties = {county.name: county for county in County.objects.order_by("fips")}
        self.categories = {c.code: c for c in Category.objects.filter(edition=self.edition).select_related("track")}
        self._areas: dict[str, list[Area]] = {}
        self._users: dict[str, User] = {}

    @property
    def coordinator(self) -> User:
        """Who runs the office."""
        return self.user(COORDINATOR)

    @property
    def finance(self) -> User:
        """Who keeps the money."""
        return self.user(FINANCE)

    @property
    def admin(self) -> User:
        """Who cares for it all."""
        return self.user(ADMIN)

    def user(self, email: str) -> User:
        """The account with an address."""
        if email not in self._users:
            self._users[email] = User.objects.get(email=email)
        return self._users[email]

    def account_of(self, person: Person) -> User:
        """The person's account, opened now where there is none."""
        if person.email not in self._users:
            found = User.objects.filter(email=person.email).first()
            self._users[person.email] = found or self.accounts.open(person.email, person.name, Role.APPLICANT)
        return self._users[person.email]

    def cohort(self, plan: CohortPlan) -> Cohort:
        """A cohort as it is now."""
        return Cohort.objects.get(name=plan.name)

    def areas(self, code: str) -> list[Area]:
        """The competency areas of a category."""
        if code not in self._areas:
            self._areas[code] = list(self.categories[code].areas())
        return self._areas[code]

    def application(self, story: Story) -> Application:
        """The application of a story as it is now."""
        person, category = self.account_of(story.person), self.categories[story.category]
        found: Application = Application.objects.get(person=person, category=category)
        found.person, found.category = person, category
        return found


def dice(*about: object) -> Random:
    """Chance that falls the same way every time for the same thing."""
    return Random(" ".join(str(part) for part in about))
