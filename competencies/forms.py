"""What may come in: the finder's questions, a figure's confirmation, an edition's document, and two to compare."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from competencies.finder import Answers
from competencies.models import Edition, Figure
from competencies.wording import NUMBERS, code_words, vocabulary

WORK = [
    (
        "promotion",
        _("I support families in everyday care"),
        _("Child care, health, case management, child welfare, doula or lactation work"),
    ),
    (
        "prevention",
        _("I work with families over time, on worries or risks"),
        _("Home visiting, early intervention, parent education, coaching child care programs"),
    ),
    (
        "intervention",
        _("I treat young children together with their caregivers"),
        _("Parent–child psychotherapy, clinical home visiting"),
    ),
    (
        "clinical_lead",
        _("I lead or supervise clinicians"),
        _("Reflective supervision for clinicians, clinical direction"),
    ),
    ("policy_lead", _("I lead policy or programs"), _("Program direction, state, county or agency leadership")),
    ("faculty", _("I teach or do research"), _("University teaching, published research")),
]
PROVIDING = [
    ("0", _("No")),
    ("1", _("Yes, for at least one year")),
    ("3", _("Yes, for three years or more")),
]


LARGEST_DOCUMENT = 1024 * 1024
TOO_LARGE = _("This file is larger than 1 MB. A framework has no more than titles and figures.")
NO_TEXT = _("This is not a text file. Please choose the framework’s YAML document (.yaml).")


def _with_example(words: Any, example: Any) -> SafeString:
    return format_html('{}<span class="hint">{}</span>', words, example)


class FinderForm(forms.Form):
    """Seven questions, sent by GET so that an answer can be bookmarked and shared."""

    ages = forms.MultipleChoiceField(
        label=_("Which ages do you work with?"),
        help_text=_("Choose both if you work with both."),
        widget=forms.CheckboxSelectMultiple,
    )
    work = forms.ChoiceField(
        label=_("What is most of your work?"), widget=forms.RadioSelect, help_text=_("Choose the closest.")
    )
    years = forms.IntegerField(
        label=_("How many years have you been paid for this work?"),
        help_text=_("Whole years, with children of these ages or their families. 0 is a good answer."),
        min_value=0,
        max_value=60,
    )
    degree = forms.ChoiceField(
        label=_("What is your highest education?"),
        choices=[
            ("none", _("None of these")),
            ("cda", _("Child Development Associate (CDA) credential")),
            ("degree", _("Associate or bachelor’s degree")),
            ("masters", _("Master’s degree or higher")),
        ],
        widget=forms.RadioSelect,
    )
    license = forms.ChoiceField(
        label=_("Do you hold a mental health license?"),
        choices=[
            ("none", _("No")),
            ("eligible", _("I am eligible, or on the way to it")),
            ("licensed", _("Yes, from a state agency")),
        ],
        widget=forms.RadioSelect,
    )
    receives = forms.ChoiceField(
        label=_("Do you receive reflective supervision?"),
        help_text=_("Regular time with a trained person to think about your work and what it stirs up in you."),
        choices=[("no", _("Not yet")), ("yes", _("Yes"))],
        widget=forms.RadioSelect,
    )
    provides = forms.ChoiceField(
        label=_("Do you provide reflective supervision to others?"), choices=PROVIDING, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = field.error_messages["invalid_choice"] = str(
                _("Please choose an answer.")
            )
        self.fields["years"].error_messages["required"] = str(_("Please give a number of years, such as 0 or 2."))
        self.fields["ages"].choices = [  # type: ignore[attr-defined]
            ("infants", _with_example(_("Babies and toddlers"), _("From pregnancy to 36 months"))),
            ("young_children", _with_example(_("Young children"), _("From 3 years until just before 6"))),
        ]
        self.fields["work"].choices = [  # type: ignore[attr-defined]
            (key, _with_example(words, example)) for key, words, example in WORK
        ]

    def answers(self) -> Answers:
        """What was said, for the finder; only after is_valid()."""
        said = self.cleaned_data
        return Answers(
            ages=tuple(said["ages"]),
            work=said["work"],
            years=said["years"],
            degree=said["degree"],
            license=said["license"],
            years_providing=int(said["provides"]),
            receives=said["receives"] == "yes",
        )


class LinesField(forms.CharField):
    """A list, one item a line. Items that are codes of the framework may be written in their words or as the code."""

    widget = forms.Textarea

    def __init__(self, *, codes: tuple[str, ...] = (), numbers: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.codes = codes
        self.numbers = numbers

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(code_words(str(item)) for item in value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        lines = [line.strip(" •-") for line in str(value or "").splitlines()]
        lines = [line for line in lines if line]
        if len(lines) > 20:
            raise forms.ValidationError(_("Please write at most 20 lines."))
        return [self._item(line) for line in lines]

    def _item(self, line: str) -> str | int:
        if self.numbers:
            if line.isdigit():
                return int(line)
            raise forms.ValidationError(_("Please write whole numbers, one a line."))
        known = {name.casefold(): code for code in self.codes for name in (code, code_words(code))}
        if known and line.casefold() not in known:
            raise forms.ValidationError(
                _("“%(line)s” is not one of these: %(words)s."),
                params={"line": line[:80], "words": "; ".join(code_words(code) for code in self.codes)},
            )
        return known.get(line.casefold(), line)


class FigureConfirmForm(forms.Form):
    """Yes to a figure, or the association's own value. `seen` is what the person was looking at."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=500,
        widget=forms.TextInput,
        help_text=_("Who decided, and when. It stays in the log."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, figure: Figure) -> None:
        initial = {"value": figure.value, "seen": json.dumps(figure.value)}
        super().__init__(data, initial=initial, auto_id=f"figure-{figure.pk}-%s")
        self.fields = {"value": field_for(figure), **self.fields}
        self.order_fields(["value", "note", "seen"])

    def clean_seen(self) -> Any:
        """The value that was on the page; what cannot be read counts as having seen something else."""
        try:
            return json.loads(self.cleaned_data["seen"])
        except ValueError:
            return {"unreadable": True}

    def clean_value(self) -> Any:
        """As the figure keeps it: a date as text, yes and no as true and false, an empty line as nothing."""
        value = self.cleaned_data["value"]
        if isinstance(value, date):
            return value.isoformat()
        return None if value == "" else value


def field_for(figure: Figure) -> forms.Field:
    """The field that a figure's value is corrected in, by what it holds now."""
    value = figure.value
    label = _("Value")
    codes = vocabulary(figure.section, figure.path)
    if value is None:
        help_text = _("Leave it empty to confirm that there is no such rule.")
        if figure.path in NUMBERS:
            return forms.IntegerField(label=label, required=False, min_value=0, max_value=9999, help_text=help_text)
        return forms.CharField(label=label, required=False, max_length=200, help_text=help_text)
    if isinstance(value, bool):
        return forms.TypedChoiceField(
            label=label, choices=[("True", _("Yes")), ("False", _("No"))], coerce=lambda said: said == "True"
        )
    if isinstance(value, int):
        return forms.IntegerField(label=label, min_value=0, max_value=9999)
    if isinstance(value, list):
        numbers = bool(value) and all(isinstance(item, int) for item in value)
        return LinesField(label=label, required=False, codes=codes, numbers=numbers, help_text=_("One a line."))
    if codes:
        return forms.ChoiceField(label=label, choices=[(code, code_words(code)) for code in codes])
    if _is_day(value):
        return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}))
    return forms.CharField(label=label, max_length=200)


def _is_day(value: str) -> bool:
    try:
        return bool(date.fromisoformat(value)) and len(value) == 10
    except ValueError:
        return False


class EditionImportForm(forms.Form):
    """A framework document as a file."""

    file = forms.FileField(
        label=_("The framework’s document"),
        help_text=_("A YAML file, up to 1 MB."),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.txt", "data-max-bytes": LARGEST_DOCUMENT}),
        error_messages={"required": _("Please choose a file."), "empty": _("This file is empty.")},
        max_length=200,
    )

    def clean_file(self) -> str:
        """The text in the file."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_DOCUMENT:
            raise forms.ValidationError(TOO_LARGE)
        try:
            text: str = file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(NO_TEXT) from None
        if "\0" in text:
            raise forms.ValidationError(NO_TEXT)
        return text


class EditionCompareForm(forms.Form):
    """Two different editions, sent by GET so that a comparison can be bookmarked and shared."""

    first = forms.TypedChoiceField(label=_("From"), coerce=int)
    second = forms.TypedChoiceField(label=_("To"), coerce=int)

    def __init__(self, data: Any = None, *, editions: list[Edition]) -> None:
        super().__init__(data)
        self.editions = {edition.pk: edition for edition in editions}
        for field in self.fields.values():
            field.choices = [(pk, edition.version) for pk, edition in self.editions.items()]  # type: ignore[attr-defined]
            field.error_messages["required"] = field.error_messages["invalid_choice"] = str(
                _("Please choose an edition.")
            )

    def clean(self) -> dict[str, Any]:
        """Two editions, not one twice."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("first", "second"):
            if name in data:
                data[name] = self.editions[data[name]]
        if not self.errors and data["first"] == data["second"]:
            self.add_error("second", _("Please choose two different editions."))
        return data
