"""How form fields are rendered: label, hint and error tied together, the same on every page."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.template.backends.base import BaseEngine
from django.utils.translation import gettext as _


class PortalBoundField(BoundField):
    """A field that knows how it wants to be shown."""

    @property
    def is_tick(self) -> bool:
        """True for one checkbox, whose label stands beside it."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def is_group(self) -> bool:
        """True for radios and checkboxes that share one question."""
        return isinstance(self.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)

    @property
    def anchor(self) -> str:
        """The id of the first control, where a link from the error summary puts the reader."""
        if self.is_group:
            options = self.subwidgets
            return str(options[0].id_for_label or "") if options else ""
        return self.id_for_label or self.auto_id

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """Django's attributes, without placeholders: they vanish when one types, so hints stand above instead."""
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        if (widget or self.field.widget).attrs.get("placeholder"):
            built["placeholder"] = False
        if isinstance(widget or self.field.widget, forms.RadioSelect):
            # ARIA knows no invalid single radio; the fieldset carries the message.
            built.pop("aria-invalid", None)
        if isinstance(widget or self.field.widget, forms.FileInput):
            # portal.js says so before a slow line has carried the whole file.
            chosen = (widget or self.field.widget).attrs
            built["data-max-bytes"] = chosen.get("data-max-bytes", settings.UPLOAD_MAX_BYTES)
            built["data-too-big"] = _("This file is too large to send.")
        return built


class PortalRenderer(DjangoTemplates):
    """Looks in the project's templates first, then in Django's own for the widgets that are left as they are."""

    bound_field_class = PortalBoundField

    @cached_property
    def engine(self) -> BaseEngine:
        """One engine for the forms, so that nothing depends on what a page's context holds."""
        return self.backend(
            {
                "APP_DIRS": True,
                "DIRS": [Path(settings.BASE_DIR) / "templates", Path(forms.__file__).parent / "templates"],
                "NAME": "djangoforms",
                "OPTIONS": {},
            }
        )
