"""What may come in: a reviewer's overall words, an assignment, a decision, a reviewer's card."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applicants.forms import LANGUAGES
from competencies.models import Category
from endorsement_portal.widgets import DateInput
from reviews.models import Outcome, Recommendation, Review, Reviewer, ReviewsNeeded, default_due

if TYPE_CHECKING:
    from collections.abc import Iterable

    from competencies.models import Area

RE_REVIEW_DAYS = 180
LATEST_DUE_DAYS = 366


class OverallForm(forms.ModelForm):
    """The review as a whole. A draft may leave everything open; filing asks for what is needed."""

    recommendation = forms.ChoiceField(
        label=_("Your recommendation"), choices=Recommendation.choices, widget=forms.RadioSelect, required=False
    )

    class Meta:
        model = Review
        fields = ["recommendation", "strengths", "growth", "private_note", "minutes_spent"]
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in ("strengths", "growth", "private_note")}

    def __init__(self, *args: Any, has_exam: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["recommendation"]
        if has_exam:
            field.choices = [choice for choice in field.choices if choice[0] != Recommendation.ENDORSE]
        else:
            field.choices = [choice for choice in field.choices if choice[0] != Recommendation.APPROVE_EXAM]


class NoteForm(forms.Form):
    """A reason or a note that goes with a verb."""

    note = forms.CharField(label=_("Note"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, needed: bool, label: Any = None, help_text: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = needed
        self.fields["note"].label = label or self.fields["note"].label
        self.fields["note"].help_text = help_text


class AssignForm(forms.Form):
    """Whom to ask, and by when."""

    reviewer = forms.IntegerField(widget=forms.HiddenInput)
    due_on = forms.DateField(label=_("Please file by"), widget=DateInput(), initial=default_due)

    def clean_due_on(self) -> Any:
        """A day from tomorrow on, within a year."""
        day = self.cleaned_data["due_on"]
        today = timezone.localdate()
        if not today < day <= today + timedelta(days=LATEST_DUE_DAYS):
            raise ValidationError(_("Please choose a day from tomorrow on, within a year."))
        return day


class DecisionForm(forms.Form):
    """The letter, and for a deferral what is unmet, the plan and the date of the new review."""

    letter = forms.CharField(
        label=_("Letter to the applicant"),
        max_length=10000,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=_(
            "Written from the reviewers’ words for the applicant. Edit it freely; you see it once more before it goes."
        ),
    )
    unmet_areas = forms.MultipleChoiceField(
        label=_("Areas that are not met yet"), required=False, widget=forms.CheckboxSelectMultiple
    )
    plan = forms.CharField(
        label=_("The plan"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One line for each step: what, how, by when. The applicant reads it."),
    )
    re_review_by = forms.DateField(label=_("New review by"), widget=DateInput())

    def __init__(self, *args: Any, outcome: str, areas: Iterable[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas_field: Any = self.fields["unmet_areas"]
        areas_field.choices = [(area.code, area.title) for area in areas]
        if outcome != Outcome.DEFER:
            del self.fields["plan"], self.fields["re_review_by"]
        if outcome not in (Outcome.DEFER, Outcome.NOT_ENDORSE):
            del self.fields["unmet_areas"]

    def clean_re_review_by(self) -> Any:
        """A day to come, within three years."""
        day = self.cleaned_data["re_review_by"]
        today = timezone.localdate()
        if not today < day <= today + timedelta(days=3 * 365):
            raise ValidationError(_("Please choose a day to come, within three years."))
        return day


class ReviewerForm(forms.ModelForm):
    """A reviewer's card, as the coordinator keeps it."""

    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=LANGUAGES, widget=forms.CheckboxSelectMultiple, required=False
    )
    categories = forms.MultipleChoiceField(
        label=_("Categories held"), widget=forms.CheckboxSelectMultiple, required=False
    )

    class Meta:
        model = Reviewer
        fields = ["employer", "categories", "languages", "max_open", "is_available"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Category.objects.order_by("position", "code").values_list("code", "title").distinct()
        known = {code: f"{title} ({code})" for code, title in rows}
        known |= {code: code for code in self.instance.categories if code not in known}
        field: Any = self.fields["categories"]
        field.choices = list(known.items())
        spoken: Any = self.fields["languages"]
        extra = [one for one in self.instance.languages if one not in dict(spoken.choices)]
        spoken.choices = [*spoken.choices, *((one, one) for one in extra)]


class NeededForm(forms.ModelForm):
    """How many reviews a profile needs."""

    class Meta:
        model = ReviewsNeeded
        fields = ["number"]
        labels = {"number": _("Reviews needed before a decision")}
