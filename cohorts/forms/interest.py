"""The form of interest, in sections, and what staff narrow the list of them by."""

from __future__ import annotations

import uuid
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applicants.models import DegreeLevel, Profile, Sector
from cohorts.forms.seat import open_categories
from cohorts.models import AgesServed, CohortPreference, FundingNeed, HeardFrom, Interest, PracticeLanguage
from competencies.models import Category, Scope
from endorsement_portal.models import County, verified_addresses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.forms.boundfield import BoundField
    from django.utils.functional import _StrPromise as StrPromise

    from cohorts.querysets import InterestQuerySet
    from endorsement_portal.models import User

OUTSIDE = "outside"
FORMS_A_DAY = 3
LANGUAGES_MAX = 10
# The framework's scopes of practice in everyday words.
FOCUS = [
    (Scope.PROMOTION.value, _("Caring for or teaching young children, day by day")),
    (Scope.PREVENTION.value, _("Supporting families early, for example by home visiting or early intervention")),
    (Scope.INTERVENTION.value, _("Treating the mental health of young children and their families")),
    (Scope.MACRO.value, _("Leading, teaching, research or policy")),
]
# What is said where an answer is missing.
MISSING = {
    "first_name": _("Write your first name, or the one name you have."),
    "email": _("Write an email address where we can reach you."),
    "employer": _("Write where you work, or that you work for yourself."),
    "sector": _("Choose the field of work that is closest."),
    "paid_years": _("Write how many years, or 0."),
    "highest_education": _("Choose your highest education so far."),
    "consent_contact": _("We can only go on if we may write to you."),
    "consent_privacy": _("Please read it and tick the box."),
}
SECTIONS: list[tuple[StrPromise, StrPromise | str, list[str]]] = [
    (_("About you"), "", ["first_name", "last_name", "email", "phone", "home_county", "language_pref"]),
    (
        _("Your work"),
        "",
        ["employer", "job_title", "sector", "work_county", "other_work_counties", "focus", "ages_served", "paid_years",
         "highest_education", "practice_languages", "other_languages"],
    ),
    (
        _("The endorsement and you"),
        _("Nothing here binds you. It helps us find the cohort that fits."),
        ["category", "cohort_preference", "funding_need", "heard_from", "access_needs"],
    ),
    (_("Before you send it"), "", ["consent_contact", "consent_privacy"]),
]  # fmt: skip


class Section(NamedTuple):
    """A part of the form under one heading."""

    title: StrPromise
    lede: StrPromise | str
    fields: list[BoundField]


class CountyField(forms.TypedChoiceField):
    """One of the 100 counties, or outside North Carolina, which is kept as no county."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=_county, empty_value=None, **kwargs)
        self.error_messages["required"] = _("Choose a county, or outside North Carolina.")

    def prepare_value(self, value: Any) -> Any:
        """The county's code for a row that is shown again."""
        return value.pk if isinstance(value, County) else value


def _county(value: str) -> County | None:
    return None if value == OUTSIDE else County.objects.get(pk=value)


class TokenField(forms.UUIDField):
    """What tells a form sent twice from a second form. One that is missing or broken is made anew."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> uuid.UUID:  # type: ignore[override]  # the stubs say text
        """The token, or a new one."""
        try:
            return uuid.UUID(str(value))
        except ValueError:
            return uuid.uuid4()


class LanguagesField(forms.MultipleChoiceField):
    """Languages to tick. The question needs an answer, which may be written below it instead."""

    def validate(self, value: list[str]) -> None:
        """Only what was ticked is looked at here; the form asks for at least one language in all."""
        if value:
            super().validate(value)


class InterestForm(forms.ModelForm):
    """What we ask of somebody who would like to be endorsed; nothing demographic."""

    token = TokenField(required=False)
    home_county = CountyField(label=_("County where you live"))
    work_county = CountyField(label=_("County where you work most"))
    other_work_counties = forms.ModelMultipleChoiceField(
        label=_("Other counties where you work"),
        queryset=County.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "grid"}),
    )
    sector = forms.ChoiceField(label=_("Field of work"), choices=[("", _("Choose the closest")), *Sector.choices])
    focus = forms.ChoiceField(
        label=_("What is most of your work?"),
        choices=FOCUS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what most of your work is.")},
    )
    ages_served = forms.MultipleChoiceField(
        label=_("Whom do you work with?"),
        choices=AgesServed.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose all that fit."),
        error_messages={"required": _("Choose at least one group that you work with.")},
    )
    highest_education = forms.ChoiceField(
        label=_("Highest education so far"),
        choices=[("", _("Choose one")), *(one for one in DegreeLevel.choices if one[0] != DegreeLevel.LICENSE)],
    )
    practice_languages = LanguagesField(
        label=_("In which languages do you work with families?"),
        choices=PracticeLanguage.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "grid"}),
    )
    other_languages = forms.CharField(
        label=_("Other languages"), max_length=120, required=False, help_text=_("Separate them by commas.")
    )
    category = forms.ModelChoiceField(
        label=_("Which category interests you?"),
        queryset=Category.objects.none(),
        required=False,
        empty_label=_("I am not sure yet"),
    )
    cohort_preference = forms.ChoiceField(
        label=_("With whom would you like to be in a cohort?"),
        choices=CohortPreference.choices,
        widget=forms.RadioSelect,
        initial=CohortPreference.ANY,
    )
    funding_need = forms.ChoiceField(
        label=_("Would you need help with the cost?"),
        choices=FundingNeed.choices,
        help_text=_("We ask so that we can look for funds."),
    )
    heard_from = forms.ChoiceField(
        label=_("How did you hear of the endorsement?"),
        choices=[("", _("Choose one")), *HeardFrom.choices],
        required=False,
    )

    class Meta:
        model = Interest
        fields = [
            "first_name", "last_name", "email", "phone", "home_county", "language_pref", "employer", "job_title",
            "sector", "work_county", "focus", "ages_served", "paid_years", "highest_education",
            "practice_languages", "category", "cohort_preference", "funding_need", "heard_from", "access_needs",
            "consent_contact", "consent_privacy",
        ]  # fmt: skip
        labels = {
            "first_name": _("First name"),
            "last_name": _("Last name"),
            "email": _("Email"),
            "phone": _("Phone"),
            "employer": _("Employer or organization"),
            "job_title": _("Job title"),
            "paid_years": _("Years of paid work with or for young children"),
            "access_needs": _("Is there anything that would help you take part?"),
            "consent_contact": _("You may write to me about the endorsement."),
            "consent_privacy": _("I have read how my information is used."),
        }
        help_texts = {
            "last_name": _("Leave it empty if you have one name."),
            "email": _("Where mail from outside your workplace reaches you. Some employers block it."),
            "paid_years": _("For example 4 or 2.5. Write 0 if you are just beginning."),
            "access_needs": _(
                "For example captions, a sign language interpreter, or large print. Only the coordinator reads this."
            ),
        }
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "type": "tel", "class": "medium"}),
            "employer": forms.TextInput(attrs={"autocomplete": "organization"}),
            "job_title": forms.TextInput(attrs={"autocomplete": "organization-title"}),
            "paid_years": forms.TextInput(attrs={"inputmode": "decimal", "class": "short"}),
            "language_pref": forms.RadioSelect,
            "access_needs": forms.Textarea(attrs={"rows": 4}),
        }  # fmt: skip

    def __init__(self, *args: Any, person: User | None = None, category: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        counties = list(County.objects.all())
        one = [
            ("", _("Choose a county")),
            (OUTSIDE, _("Outside North Carolina")),
            *((c.fips, c.name) for c in counties),
        ]
        self.fields["home_county"].choices = self.fields["work_county"].choices = one  # type: ignore[attr-defined]
        self.fields["other_work_counties"].choices = list(_by_region(counties))  # type: ignore[attr-defined]
        self.fields["language_pref"].choices = Interest._meta.get_field("language_pref").choices  # type: ignore[attr-defined]
        self.fields["category"].queryset = open_categories()  # type: ignore[attr-defined]
        for name in ("consent_contact", "consent_privacy"):
            self.fields[name].required = True
        for name, words in MISSING.items():
            self.fields[name].error_messages["required"] = words
        self.initial = {**self._known_already(category), **self.initial, "token": uuid.uuid4()}

    def _known_already(self, category: str) -> dict[str, Any]:
        """What need not be typed again: the account, the profile, and the category one came from."""
        known: dict[str, Any] = {"language_pref": "en", "cohort_preference": CohortPreference.ANY}
        if category:
            known["category"] = open_categories().filter(code=category).first()
        if self.person is None:
            return known
        first, _space, last = self.person.name.partition(" ")
        known |= {
            "first_name": first,
            "last_name": last,
            "email": self.person.email,
            "language_pref": self.person.language,
        }
        profile = Profile.objects.filter(person=self.person).first()
        if profile:
            known |= {name: getattr(profile, name) for name in ("phone", "employer", "job_title", "sector")}
            known["work_county"] = profile.county_id
        return known

    @property
    def sections(self) -> list[Section]:
        """The form's parts in reading order."""
        return [Section(title, lede, [self[name] for name in names]) for title, lede, names in SECTIONS]

    def clean_email(self) -> str:
        """The address in lower case; not more forms a day than somebody could mean."""
        email: str = self.cleaned_data["email"].lower()
        lately = Interest.objects.filter(email=email, received_at__gte=timezone.now() - timedelta(days=1)).count()
        if lately >= FORMS_A_DAY:
            raise forms.ValidationError(
                _("We already have forms from this address today. To change something, write to us at %(contact)s."),
                params={"contact": settings.CONTACT_EMAIL},
            )
        return email

    def clean(self) -> dict[str, Any]:
        """At least one language, written or ticked."""
        cleaned = super().clean() or {}
        ticked = cleaned.get("practice_languages") or []
        written = [name.strip()[:40] for name in (cleaned.get("other_languages") or "").split(",")]
        languages = list(dict.fromkeys([*ticked, *filter(None, written)]))
        if not languages and "practice_languages" not in self.errors:
            self.add_error("practice_languages", _("Choose at least one language, or write it below."))
        cleaned["practice_languages"] = languages[:LANGUAGES_MAX]
        return cleaned

    def _post_clean(self) -> None:
        """Fill the row; it is the person's own where they have proven the address to be theirs."""
        super()._post_clean()  # type: ignore[misc]  # Django’s own hook for a model form
        self.instance.token = self.cleaned_data["token"]
        if self.person and self.instance.email in verified_addresses(self.person):
            self.instance.person = self.person


def _by_region(counties: list[County]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    ordered = sorted(counties, key=lambda county: (county.prosperity_zone, county.name))
    for zone, members in groupby(ordered, key=lambda county: county.prosperity_zone):
        yield zone, [(county.fips, county.name) for county in members]


class InterestFilterForm(forms.Form):
    """What the list of interest may be narrowed by, besides the status."""

    q = forms.CharField(label=_("Name, email or employer"), max_length=100, required=False)
    place = forms.ChoiceField(label=_("Region or county"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    sector = forms.ChoiceField(label=_("Field of work"), required=False, choices=[("", _("Any")), *Sector.choices])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "id_filter_%s"
        counties = list(County.objects.all())
        zones = sorted({county.prosperity_zone for county in counties})
        self.fields["place"].choices = [  # type: ignore[attr-defined]
            ("", _("Everywhere")),
            (OUTSIDE, _("Outside North Carolina")),
            (_("Regions"), [(f"zone:{zone}", zone) for zone in zones]),
            (_("Counties"), [(county.fips, county.name) for county in counties]),
        ]
        self.fields["category"].choices = [  # type: ignore[attr-defined]
            ("", _("Any")),
            ("unsure", _("Not sure yet")),
            *((category.code, str(category)) for category in open_categories()),
        ]

    def narrow(self, rows: InterestQuerySet) -> InterestQuerySet:
        """The rows that fit; what was sent and makes no sense narrows nothing."""
        self.is_valid()
        asked = self.cleaned_data
        for word in asked.get("q", "").split():
            rows = rows.filter(_containing(word))
        if asked.get("place"):
            rows = rows.filter(_working_in(asked["place"]))
        if asked.get("category") == "unsure":
            rows = rows.filter(category__isnull=True)
        elif asked.get("category"):
            rows = rows.filter(category__code=asked["category"])
        return rows.filter(sector=asked["sector"]) if asked.get("sector") else rows


def _containing(word: str) -> Q:
    found = Q()
    for name in ("first_name", "last_name", "email", "employer"):
        found |= Q(**{f"{name}__icontains": word})
    return found


def _working_in(place: str) -> Q:
    if place == OUTSIDE:
        return Q(work_county__isnull=True)
    if place.startswith("zone:"):
        return Q(work_county__prosperity_zone=place.removeprefix("zone:"))
    elsewhere = Interest.other_work_counties.through.objects.filter(county_id=place).values("interest_id")
    return Q(work_county=place) | Q(pk__in=elsewhere)
