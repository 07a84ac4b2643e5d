"""What may come in to the library: areas for many entries, hours by area, a day for the catalog, a spreadsheet."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applicants.forms.dates import not_in_the_future
from applicants.importing import MOST_BYTES, Sheet, sheet_of
from applicants.library import hours_of
from applicants.portfolio import plain
from applicants.spreadsheet import UnreadableError, read
from endorsement_portal.widgets import DateInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.core.files.uploadedfile import UploadedFile

    from applicants.models import Evidence
    from competencies.models import Area, Domain


class TagForm(forms.Form):
    """Areas to add to several entries."""

    area_keys = forms.MultipleChoiceField(
        label=_("Areas to add"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What the entries show already stays."),
        error_messages={"required": _("Please tick at least one area.")},
    )

    def __init__(self, *args: Any, areas: list[tuple[Domain, list[Area]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys: Any = self.fields["area_keys"]
        keys.choices = [(str(domain), [(area.code, str(area)) for area in inside]) for domain, inside in areas]


class HoursForm(forms.Form):
    """Of an entry's hours, how many went to each of its areas; never more than it has in all."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, entry: Evidence, titles: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entry = entry
        self.in_all = hours_of(entry)
        self.fields["seen_version"].initial = entry.version
        # Areas are called area-0, area-1 … on the page: a code has a dot in it.
        self.codes = {f"area-{place}": code for place, code in enumerate(entry.area_keys)}
        for name, code in self.codes.items():
            self.fields[name] = forms.DecimalField(
                label=titles.get(code, code),
                required=False,
                min_value=Decimal(0),
                max_value=self.in_all,
                max_digits=6,
                decimal_places=2,
                initial=entry.area_hours.get(code),
                widget=forms.NumberInput(attrs={"step": "0.25", "inputmode": "decimal"}),
            )

    def clean(self) -> dict[str, Any]:
        """Not more than there are, and not from a window in which the entry was another one."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("seen_version") != self.entry.version:
            raise ValidationError(
                _("This entry was changed in another window since you opened it here. Please look at it again."),
                code="stale",
            )
        shared = sum((data.get(name) or Decimal(0) for name in self.codes), Decimal(0))
        if not self.errors and shared > self.in_all:
            raise ValidationError(
                _(
                    "These add up to %(shared)s hours, and the entry has %(all)s. An hour counts once: where one hour "
                    "was about two areas, choose one of them or give each a half."
                ),
                params={"shared": plain(shared), "all": plain(self.in_all)},
            )
        return data

    @property
    def area_hours(self) -> dict[str, str]:
        """Hours by area as the entry keeps them."""
        given = {code: self.cleaned_data.get(name) for name, code in self.codes.items()}
        return {code: plain(hours) for code, hours in given.items() if hours}


class CatalogSearchForm(forms.Form):
    """What one looks for in the catalog."""

    q = forms.CharField(label=_("Title or who gives it"), required=False, max_length=100)


class CatalogAddForm(forms.Form):
    """When the person took the training; that is all."""

    day = forms.DateField(
        label=_("When was it?"),
        widget=DateInput(),
        help_text=_("The first day. The hours and areas come from the catalog."),
        error_messages={"required": _("Please say when it was.")},
    )
    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean(self) -> dict[str, Any]:
        """A day up to today."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        not_in_the_future(self, "day")
        return data


class ImportForm(forms.Form):
    """A spreadsheet with trainings."""

    file = forms.FileField(
        label=_("Your spreadsheet"),
        help_text=_("An Excel workbook (.xlsx) or a CSV file, up to 2 MB and 5,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv", "data-max-bytes": MOST_BYTES}),
        error_messages={"required": _("Please choose a file."), "empty": _("This file is empty.")},
        max_length=200,
    )

    def clean_file(self) -> Sheet:
        """The rows of the file."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(_("This file is larger than 2 MB. Please divide it, or save it as CSV."))
        try:
            return sheet_of(read(file.read()))
        except UnreadableError as error:
            raise ValidationError(str(error.message)) from error
