"""A person who can sign in: the e-mail address is the name, without regard to case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import prefetch_related_objects
from django.db.models.functions import Lower
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable


class Role(models.TextChoices):
    """What a person does here. One person may wear several hats."""

    APPLICANT = "applicant", _("Applicant")
    REVIEWER = "reviewer", _("Reviewer")
    COORDINATOR = "coordinator", _("Coordinator")
    FINANCE = "finance", _("Finance")
    ADMIN = "admin", _("Admin")


# Roles whose pages show other people's data: a second factor comes first.
SECOND_FACTOR_ROLES = frozenset({Role.REVIEWER, Role.COORDINATOR, Role.FINANCE, Role.ADMIN})
STAFF_ROLES = frozenset({Role.COORDINATOR, Role.FINANCE, Role.ADMIN})


def default_roles() -> list[str]:
    """Everyone who signs up may apply."""
    return [Role.APPLICANT.value]


class UserManager(BaseUserManager["User"]):
    """Makes people; finds them by address without regard to case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)

    def create_user(
        self, email: str, password: str | None = None, *, roles: Iterable[str] = (Role.APPLICANT,), **fields: Any
    ) -> User:
        """A person who can sign in. The address is trimmed; roles default to applicant."""
        user = self.model(email=email.strip(), roles=sorted({str(role) for role in roles}), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """The first admin. Nobody passes every permission check here: the role does the work."""
        return self.create_user(email, password, roles=[Role.ADMIN], **fields)

    def with_role(self, role: Role) -> models.QuerySet[User]:
        """Active people who wear this hat."""
        return self.filter(roles__contains=[role.value], is_active=True)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. `is_demo` marks people of the demonstration database, who are made up."""

    email = models.EmailField(_("email address"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices), default=default_roles)
    timezone = models.CharField(_("time zone"), max_length=40, default="America/New_York")
    language = models.CharField(_("language"), max_length=5, default="en")
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False, editable=False)
    date_joined = models.DateTimeField(default=now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique_whatever_case")]

    def __str__(self) -> str:
        return self.get_display_name()

    @property
    def is_staff(self) -> bool:
        """Coordinator, finance or admin."""
        return bool(STAFF_ROLES.intersection(self.roles))

    @property
    def needs_second_factor(self) -> bool:
        """Whether this person's pages show other people's data."""
        return bool(SECOND_FACTOR_ROLES.intersection(self.roles))

    def has_role(self, *roles: Role) -> bool:
        """Whether the person wears any of these hats."""
        return any(role.value in self.roles for role in roles)

    def get_display_name(self) -> str:
        """The name, or the address where no name was given."""
        return self.name or self.email


def verified_addresses(user: User) -> list[str]:
    """The person's proven addresses in lower case, asked once per user object."""
    prefetch_related_objects([user], "emailaddress_set")
    addresses: Any = user.emailaddress_set  # type: ignore[attr-defined]  # allauth's models carry no types
    return [address.email.lower() for address in addresses.all() if address.verified]
