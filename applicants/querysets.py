"""What can be asked of applicants' rows. `visible_to(user)` is the first lock of every door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Aggregate, BooleanField, Func, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Lower

from endorsement_portal.models import Role

if TYPE_CHECKING:
    from datetime import date

    from endorsement_portal.models import User

# With whom an applicant shares: the words of GrantRole, which is defined above these questions.
HELPERS = ("advisor", "cohort_lead")


def _caretaker(user: User) -> bool:
    """Coordinators and admins care for every application."""
    return user.is_authenticated and user.has_role(Role.COORDINATOR, Role.ADMIN)


class ApplicationQuerySet(models.QuerySet):
    """Questions about applications."""

    def visible_to(self, user: User) -> Self:
        """One's own; everything for coordinators and admins; for others what a standing grant names."""
        if not user.is_authenticated:
            return self.none()
        if _caretaker(user):
            return self
        return self.filter(Q(person=user) | Q(pk__in=_granted(user).values("application_id")))

    def own(self, user: User) -> Self:
        """The person's own, whatever other hats they wear."""
        return self.filter(person=user) if user.is_authenticated else self.none()

    def open(self) -> Self:
        """Still under way."""
        return self.exclude(status__in=["withdrawn", "expired", "endorsed", "not_endorsed"])

    def editable(self) -> Self:
        """In the applicant's hands."""
        return self.filter(status__in=["draft", "returned"])

    def partly_open(self) -> Self:
        """In the applicant's hands with only some parts open."""
        return self.filter(status__in=["draft", "on_hold", "returned"], returned_sections__len__gt=0)

    def with_names(self) -> Self:
        """Everything a list row shows, in one query."""
        return self.select_related("person", "category__track", "county")

    def with_dossier(self) -> Self:
        """The application, its person, category and edition, as its own page shows them, in one query."""
        return self.select_related("person__profile__county", "category__track", "edition", "county")


def _granted(user: User, *roles: str) -> models.QuerySet:
    """The standing grants that open something to the person; a reviewer's only while they are one."""
    grants = user.grants.filter(withdrawn_at__isnull=True)
    if roles:
        grants = grants.filter(role__in=roles)
    if not user.has_role(Role.REVIEWER):
        grants = grants.exclude(role="reviewer")
    return grants


def _proven(user: User) -> models.QuerySet:
    """The person's proven addresses in lower case, to be asked for within a query."""
    addresses: Any = user.emailaddress_set  # type: ignore[attr-defined]  # allauth's models carry no types
    proven: models.QuerySet = addresses.filter(verified=True).annotate(plain=Lower("email")).values("plain")
    return proven


class GrantQuerySet(models.QuerySet):
    """Questions about who else may see an application."""

    def standing(self) -> Self:
        """Not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def helpers(self) -> Self:
        """Those that an applicant gives: to advisors and to the lead of their cohort."""
        return self.filter(role__in=HELPERS)

    def held_by(self, user: User) -> Self:
        """What is shared with the person and stands."""
        return self.helpers().standing().filter(user=user) if user.is_authenticated else self.none()

    def concerning(self, user: User) -> Self:
        """Shared with the person or asked of them, by now answered or not."""
        if not user.is_authenticated:
            return self.none()
        return self.helpers().filter(Q(user=user) | Q(user__isnull=True, email__in=_proven(user)))

    def asked_of(self, user: User) -> Self:
        """Waiting for an answer of the person, at an address that they have proven to be theirs; never by themselves."""
        if not user.is_authenticated:
            return self.none()
        waiting = self.helpers().standing().filter(user__isnull=True, email__in=_proven(user))
        return waiting.exclude(application__person=user)


class SnapshotQuerySet(models.QuerySet):
    """Questions about frozen submissions."""

    def visible_to(self, user: User) -> Self:
        """One's own; all for caretakers; a reviewer's of what they were given. Whom one shares with reads none."""
        if not user.is_authenticated:
            return self.none()
        if _caretaker(user):
            return self
        granted = _granted(user, "reviewer").values("application_id")
        return self.filter(Q(application__person=user) | Q(application__in=granted))

    def without_data(self) -> Self:
        """For lists of them: what was submitted is read only from the one that is opened."""
        return self.defer("data", "upload_ids")


class ProfileQuerySet(models.QuerySet):
    """Questions about profiles."""

    def visible_to(self, user: User) -> Self:
        """One's own; all for caretakers."""
        if not user.is_authenticated:
            return self.none()
        return self if _caretaker(user) else self.filter(person=user)


class EvidenceQuerySet(models.QuerySet):
    """Questions about evidence entries of any kind."""

    def visible_to(self, user: User) -> Self:
        """One's own; all for caretakers. Reviewers read the frozen snapshot instead."""
        if not user.is_authenticated:
            return self.none()
        return self if _caretaker(user) else self.filter(person=user)

    def own(self, user: User) -> Self:
        """The person's own that are in the library."""
        return self.present().filter(person=user) if user.is_authenticated else self.none()

    def present(self) -> Self:
        """What was not taken out."""
        return self.filter(removed_at=None)

    def removed(self) -> Self:
        """What was taken out and can be put back, the latest first."""
        return self.filter(removed_at__isnull=False).order_by("-removed_at")


class AllDays(Aggregate):
    """Every day of several spans, as PostgreSQL keeps it (a multirange). An open end never ends."""

    template = "range_agg(daterange(%(expressions)s, '[]'))"
    output_field = TextField()


class SupervisionQuerySet(EvidenceQuerySet):
    """Questions about hours of reflective supervision received."""

    def unsettled(self) -> Self:
        """Hours with a day on which their provider held no qualification, by the record, or with one who is not in it.

        The same days as `facts.standings_of` and `counting.covered` look at.
        """
        standings = apps.get_model("applicants", "Standing")._default_manager
        held = standings.filter(provider=OuterRef("provider")).order_by().values("provider")
        held = held.annotate(days=AllDays("starts_on", "ends_on"))
        days = Func("start_date", "end_date", Value("[]"), function="daterange")
        known = Func(Subquery(held.values("days")), days, arg_joiner=" @> ", template="%(expressions)s")
        is_known = Coalesce(known, Value(False), output_field=BooleanField())
        return self.alias(is_known=is_known).filter(is_known=False, peer=False).exclude(status="overridden")

    def to_judge(self) -> Self:
        """What only a coordinator can settle: disputed, or with a provider whose standing nobody knows."""
        return self.filter(Q(status="disputed", peer=False) | Q(pk__in=self.unsettled().values("pk")))


class ProviderQuerySet(models.QuerySet):
    """Questions about providers of reflective supervision."""

    def visible_to(self, user: User) -> Self:
        """Everybody sees who opted into the directory; caretakers and the provider themselves see the rest."""
        listed = Q(listed=True)
        if user.is_authenticated:
            if _caretaker(user):
                return self
            listed |= Q(person=user)
        return self.filter(listed)

    def qualified(self, day: date, qualification: str = "") -> Self:
        """Who holds a qualification, or this very one, on that day."""
        holding = Q(standings__starts_on__lte=day) & (
            Q(standings__ends_on__isnull=True) | Q(standings__ends_on__gte=day)
        )
        if qualification:
            holding &= Q(standings__qualification=qualification)
        return self.filter(holding).distinct()

    def matching(self, words: str) -> Self:
        """Who has each of these words in what the directory shows of them."""
        rows = self
        for word in words.split()[:8]:
            rows = rows.filter(
                Q(name__icontains=word)
                | Q(county__name__icontains=word)
                | Q(contact__icontains=word)
                | Q(languages__icontains=word)
            )
        return rows


class WordsQuerySet(models.QuerySet):
    """Questions about drafts and earlier texts: nobody but their writer ever reads them."""

    def visible_to(self, user: User) -> Self:
        """One's own."""
        return self.filter(person=user) if user.is_authenticated else self.none()


class CommentQuerySet(models.QuerySet):
    """Questions about comments."""

    def visible_to(self, user: User) -> Self:
        """Each thread for its audience; the staff's own never for the applicant, even one who works on the staff."""
        if not user.is_authenticated:
            return self.none()
        advised = _granted(user, *HELPERS).values("application_id")
        if _caretaker(user):
            return self.exclude(audience="staff", application__person=user).exclude(
                Q(audience="advisor") & ~Q(application__person=user) & ~Q(application__in=advised)
            )
        return self.filter(
            Q(application__person=user, audience__in=["applicant", "advisor"])
            | Q(application__in=advised, audience="advisor")
        )


class ReferenceQuerySet(models.QuerySet):
    """Questions about references."""

    def visible_to(self, user: User) -> Self:
        """The applicant's own requests and the caretakers' all. The content has a lock of its own."""
        if not user.is_authenticated:
            return self.none()
        return self if _caretaker(user) else self.filter(application__person=user)

    def current(self) -> Self:
        """Those that still count or may come to count."""
        return self.exclude(status="replaced")

    def unanswered(self) -> Self:
        """Out with the rater."""
        return self.filter(status__in=["sent", "opened", "started"])

    def completed(self) -> Self:
        """Answered and valid."""
        return self.filter(status="completed")
