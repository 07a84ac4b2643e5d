"""What may come in about providers of reflective supervision, and from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applicants.forms.application import LANGUAGES
from applicants.forms.dates import not_in_the_future
from applicants.models import Provider, Qualification, ReflectiveSupervision, Standing
from applicants.supervision import is_address_of
from endorsement_portal.models import County, User
from endorsement_portal.widgets import DateInput

if TYPE_CHECKING:
    from django.http import QueryDict

    from applicants.querysets import ProviderQuerySet, SupervisionQuerySet

MOST_SEATS = 99
# Given for a time from the start, so a record without an end would promise too much.
FOR_A_TIME = frozenset({Qualification.ERS_EMERGING, Qualification.VETTED})


class ProviderSearchForm(forms.Form):
    """Whom somebody looks for in the directory."""

    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    county = forms.ChoiceField(label=_("County"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[("", _("All")), *LANGUAGES])
    qualification = forms.ChoiceField(
        label=_("Qualification"), required=False, choices=[("", _("All")), *Qualification.choices]
    )
    open_seats = forms.BooleanField(label=_("With open seats"), required=False)
    takes_others = forms.BooleanField(label=_("Open to other organizations"), required=False)
    online = forms.BooleanField(label=_("Meets online"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        county: Any = self.fields["county"]
        county.choices = [("", _("All")), *County.objects.order_by("name").values_list("fips", "name")]

    def narrow(self, rows: ProviderQuerySet) -> ProviderQuerySet:
        """Those of the rows that fit; a filter that can't be read is no filter."""
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("q"):
            rows = rows.matching(asked["q"])
        if asked.get("county"):
            rows = rows.filter(county=asked["county"])
        if asked.get("language"):
            rows = rows.filter(languages__contains=[asked["language"]])
        if asked.get("qualification"):
            rows = rows.qualified(timezone.localdate(), asked["qualification"])
        if asked.get("open_seats"):
            rows = rows.filter(open_seats__gt=0)
        for name in ("takes_others", "online"):
            rows = rows.filter(**{name: True}) if asked.get(name) else rows
        return rows


class ProviderForm(forms.ModelForm):
    """A provider's own entry in the directory."""

    languages = forms.MultipleChoiceField(
        label=_("Languages you work in"), choices=LANGUAGES, widget=forms.CheckboxSelectMultiple, required=False
    )
    open_seats = forms.IntegerField(
        label=_("Open seats"),
        required=False,
        min_value=0,
        max_value=MOST_SEATS,
        help_text=_("How many people you could take on now. Leave empty if you can’t say."),
    )

    class Meta:
        model = Provider
        fields = ["listed", "county", "languages", "open_seats", "takes_others", "online", "contact"]
        labels = {"listed": _("Show me in the public directory"), "contact": _("How people get in touch with you")}
        help_texts = {
            "listed": _(
                "Anybody can then read this entry with your name and qualification. You can take it back here."
            ),
            "contact": _("An address, a phone number or a page that may be public."),
        }

    def clean(self) -> dict[str, Any]:
        """Who is listed can be reached."""
        data = super().clean() or self.cleaned_data
        if data.get("listed") and not data.get("contact"):
            self.add_error("contact", _("Please say how people can reach the provider: the directory shows it."))
        return data


class ProviderRecordForm(ProviderForm):
    """The same as staff keep it of others, with the name, the private address and the account.

    Nobody makes an entry their own whose qualifications they could record before.
    """

    account = forms.EmailField(
        label=_("Account"),
        required=False,
        help_text=_("The address with which they sign in, if they shall keep their entry themselves."),
    )

    class Meta(ProviderForm.Meta):
        fields = ["name", "email", *ProviderForm.Meta.fields]
        labels = {"listed": _("They agreed to be in the public directory"), "contact": _("How people get in touch")}
        help_texts = {
            "email": _("Never shown. Requests to confirm hours go to it."),
            "contact": ProviderForm.Meta.help_texts["contact"],
        }

    field_order = ["name", "email", "account"]

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["languages"].label = _("Languages they work in")
        self.fields["open_seats"].help_text = _("Leave empty if nobody has said.")
        if self.instance.person:
            self.initial.setdefault("account", self.instance.person.email)

    def clean_email(self) -> str:
        """Each provider once."""
        email: str = self.cleaned_data["email"]
        if Provider.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("A provider with this address is in the directory already."))
        if self.instance.pk and is_address_of(self.by, email):
            raise ValidationError(_("This is your own address. If this provider is you, a colleague has to say so."))
        return email

    def clean_account(self) -> User | None:
        """An account that there is, and that no other provider has."""
        email: str = self.cleaned_data["account"]
        if not email:
            return None
        person = User.objects.filter(email__iexact=email, is_active=True).first()
        if person is None:
            raise ValidationError(_("Nobody signs in with this address."))
        if Provider.objects.filter(person=person).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("This account belongs to another provider already."))
        if self.instance.pk and person == self.by:
            raise ValidationError(_("This is your own account. If this provider is you, a colleague has to say so."))
        return person

    def save(self, commit: bool = True) -> Provider:
        """With the account."""
        self.instance.person = self.cleaned_data["account"]
        saved: Provider = super().save(commit)
        return saved


class StandingForm(forms.ModelForm):
    """A qualification that a provider holds or held, and how we know."""

    class Meta:
        model = Standing
        fields = ["qualification", "starts_on", "ends_on", "source"]
        widgets = {"starts_on": DateInput(), "ends_on": DateInput()}
        help_texts = {
            "ends_on": _(
                "The last day. Leave empty while it holds; somebody vetted or emerging has one from the start."
            ),
            "source": _("For example: the registry, a certificate that you saw, an interview with its date."),
        }

    def __init__(self, *args: Any, provider: Provider, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.provider = provider
        self.fields["source"].required = True

    def clean(self) -> dict[str, Any]:
        """Days in order, an end where it is given for a time, and no day recorded twice."""
        data = super().clean() or self.cleaned_data
        not_in_the_future(self, "starts_on")
        start, end, what = data.get("starts_on"), data.get("ends_on"), data.get("qualification")
        if start and end and end < start:
            self.add_error("ends_on", _("The last day is before the first day. Please check both dates."))
        elif what in FOR_A_TIME and not end:
            self.add_error("ends_on", _("This qualification is given for a time. Please say until when."))
        elif start and what and self._overlaps(start, end, what):
            self.add_error("starts_on", _("This qualification is recorded for a part of these days already."))
        return data

    def _overlaps(self, start: Any, end: Any, what: str) -> bool:
        others = Standing.objects.filter(provider=self.provider, qualification=what).exclude(pk=self.instance.pk)
        others = others.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=start))
        return bool((others.filter(starts_on__lte=end) if end else others).exists())


class StandingCorrectionForm(StandingForm):
    """A standing ended or corrected, with the reason; or taken out, where it was a mistake."""

    mistake = forms.BooleanField(
        label=_("It was recorded by mistake: take it out"),
        required=False,
        help_text=_("Hours that counted because of it count no longer. What was submitted already stays as it is."),
    )
    reason = forms.CharField(
        label=_("Why you change it"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For the log."),
    )


# --- Hours ---------------------------------------------------------------------------------------------------------


class HoursAnswerForm(forms.Form):
    """What a provider says to one entry of somebody's hours."""

    answer = forms.ChoiceField(
        label=_("Is this right?"),
        choices=[("right", _("Yes, I confirm these hours")), ("different", _("No, something is different"))],
        widget=forms.RadioSelect,
    )
    remark = forms.CharField(
        label=_("What is different?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only if something is. The person who asked and the coordinator can read it."),
    )

    def __init__(self, data: QueryDict | None = None, *, entry: ReflectiveSupervision, is_alone: bool) -> None:
        super().__init__(data, prefix=f"entry{entry.pk}")
        self.entry = entry
        if not is_alone:
            answer: Any = self.fields["answer"]
            answer.choices = [*answer.choices, ("later", _("I answer about these later"))]

    def clean(self) -> dict[str, Any]:
        """A no comes with words; words come with a no."""
        data = super().clean() or self.cleaned_data
        if data.get("answer") == "different" and not data.get("remark"):
            self.add_error("remark", _("Please say what is different, so that it can be put right."))
        elif data.get("answer", "different") != "different" and data.get("remark"):
            self.add_error("answer", _("You wrote that something is different. Please choose “No”, or empty the note."))
        return data

    @property
    def is_answered(self) -> bool:
        """Whether they said anything to this entry."""
        return bool(self.cleaned_data["answer"] != "later")

    @property
    def said(self) -> tuple[ReflectiveSupervision, bool, str]:
        """The entry, whether it is right, and what is not."""
        return self.entry, self.cleaned_data["answer"] == "right", self.cleaned_data["remark"]


class AcceptForm(forms.Form):
    """Hours accepted on the coordinator's word."""

    standing = forms.ChoiceField(
        label=_("What the provider was qualified as on these dates"), choices=Qualification.choices
    )
    note = forms.CharField(
        label=_("Why you accept them"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For example what the provider said on the phone, and when. Staff can read it."),
    )


class MatchForm(forms.Form):
    """Which provider of the directory somebody meant."""

    provider = forms.ModelChoiceField(label=_("Provider"), queryset=Provider.objects.order_by("name"))


class HoursFilterForm(forms.Form):
    """What a coordinator looks for among everybody's hours."""

    q = forms.CharField(label=_("Name of the person or provider"), required=False, max_length=100)

    def narrow(self, rows: SupervisionQuerySet) -> SupervisionQuerySet:
        """Whose person or provider has each of these words in the name or address."""
        self.is_valid()
        for word in self.cleaned_data.get("q", "").split()[:6]:
            rows = rows.filter(
                Q(person__name__icontains=word)
                | Q(person__email__icontains=word)
                | Q(provider_name__icontains=word)
                | Q(provider__name__icontains=word)
            )
        return rows
