"""Notes beside verbs, the offer of a seat, and a no to one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cohorts.deadlines import today, usual_accept_by
from cohorts.models import Cohort
from competencies.models import Category, Edition

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from cohorts.models import Interest
    from cohorts.wording import Words


class NoteForm(forms.Form):
    """A note beside a verb: for the history, or mailed to the person."""

    note = forms.CharField(
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Please write a few words.")},
    )

    def __init__(self, *args: Any, words: Words, required: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["note"]
        field.label, field.help_text, field.required = words.note, words.hint, required


class DeclineForm(forms.Form):
    """A no to a seat, and whether a later cohort would be welcome."""

    stay = forms.BooleanField(label=_("Keep me in mind for a later cohort"), required=False, initial=True)


class CohortChoiceField(forms.ModelChoiceField):
    """A cohort with the seats it has left."""

    def label_from_instance(self, obj: Any) -> str:
        """Name, first day and seats left."""
        left = max(obj.seats_left, 0)
        seats = ngettext("%(n)s seat left", "%(n)s seats left", left) % {"n": left}
        return f"{obj.name} · {date_format(obj.starts_on, 'M j, Y')} · {seats}"


def open_categories() -> QuerySet[Category]:
    """Categories of the present edition that take new applicants; none where no framework is loaded."""
    edition = Edition.objects.current()
    if edition is None:
        return Category.objects.none()
    return Category.objects.filter(edition=edition, accepts_new=True).select_related("track")


class OfferForm(forms.Form):
    """A seat for somebody: in which cohort, for which category, and until when they may answer."""

    cohort = CohortChoiceField(
        label=_("Cohort"),
        queryset=Cohort.objects.none(),
        empty_label=_("Choose a cohort"),
        error_messages={"required": _("Choose a cohort."), "invalid_choice": _("This cohort isn’t taking anybody in.")},
    )
    category = forms.ModelChoiceField(
        label=_("Category"),
        queryset=Category.objects.none(),
        empty_label=_("Choose a category"),
        error_messages={"required": _("Choose the category the person will apply for.")},
    )
    accept_by = forms.DateField(
        label=_("Answer by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Ten working days is usual. We remind the person five days before and on the eve."),
    )

    def __init__(self, *args: Any, interest: Interest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        categories = open_categories()
        cohorts = Cohort.objects.taking_people().with_seats_taken().order_by("starts_on", "name")
        self.fields["cohort"].queryset = cohorts  # type: ignore[attr-defined]
        self.fields["category"].queryset = categories  # type: ignore[attr-defined]
        self.initial["accept_by"] = usual_accept_by()
        if interest.category:
            self.initial["category"] = categories.filter(code=interest.category.code).first()

    def clean_accept_by(self) -> date:
        """A day to come."""
        day: date = self.cleaned_data["accept_by"]
        if day <= today():
            raise forms.ValidationError(_("Choose a day after today, so that the person has time to answer."))
        return day
