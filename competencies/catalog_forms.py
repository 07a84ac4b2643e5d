"""What may come in for the training catalog: from staff, and through a provider's link."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from competencies.catalog import all_areas
from competencies.models import CatalogItem

LIMITS = (MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(2000)))
PARTS = ("dei_hours", "rsc_provision_hours")


class CatalogItemForm(forms.ModelForm):
    """A training, by whoever enters it."""

    area_keys = forms.MultipleChoiceField(
        label=_("Competency areas it shows"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Tick the areas that are really taught, not those it only mentions."),
    )
    link = forms.URLField(label=_("Its page"), max_length=300, required=False, assume_scheme="https")
    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    class Meta:
        model = CatalogItem
        fields = ["title", "sponsor", "kind", "clock_hours", "dei_hours", "rsc_provision_hours", "link", "area_keys"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas: Any = self.fields["area_keys"]
        areas.choices = all_areas()
        listed = {code for _domain, inside in areas.choices for code, _title in inside}
        # Areas of another edition stay, though this page doesn't offer them.
        self.kept_keys = [code for code in self.instance.area_keys if code not in listed]
        for name in ("clock_hours", *PARTS):
            field = self.fields[name]
            field.required = name not in PARTS
            field.validators = [*field.validators, *LIMITS]
            if self.instance.pk or name in PARTS:
                value = getattr(self.instance, name)
                self.initial[name] = f"{Decimal(value).normalize():f}" if value else ""

    def clean(self) -> dict[str, Any]:
        """Hours that add up."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data |= {name: data[name] or Decimal(0) for name in PARTS if name in data}
        clock = data.get("clock_hours")
        parts = sum((data.get(name) or Decimal(0) for name in PARTS), Decimal(0))
        if clock is not None and clock <= 0:
            self.add_error("clock_hours", _("Please enter more than 0 hours."))
        elif clock is not None and parts > clock:
            self.add_error(
                "clock_hours",
                _("The two parts add up to %(parts)s hours, which is more than the hours in all.")
                % {"parts": f"{parts.normalize():f}"},
            )
        data["area_keys"] = [*data.get("area_keys", []), *self.kept_keys]
        return data

    @property
    def facts(self) -> dict[str, Any]:
        """The columns of a new training."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


class CatalogFilterForm(forms.Form):
    """Narrow the list."""

    q = forms.CharField(label=_("Title or who gives it"), required=False, max_length=100)


class InviteForm(forms.Form):
    """For whom a link is made."""

    provider = forms.CharField(
        label=_("Who proposes"),
        max_length=150,
        help_text=_("The organization’s name, as it should stand beside what it proposes."),
    )
