"""A form that asks, before it saves a narrative, whether somebody in it could be recognized; and takes a no."""

from __future__ import annotations

import hashlib

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applicants.care import Hint, identifying


def seal(texts: list[str]) -> str:
    """What stands for exactly these texts: the answer "it is fine" holds for them and for no later words."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:32]


class CareMixin(forms.BaseForm):
    """Asks once about the fields in `narratives`. The answer is a button that sends the seal of the same words."""

    narratives: tuple[str, ...] = ()

    @property
    def care_hints(self) -> dict[str, list[Hint]]:
        """What was found, by field; empty where nothing was, or where it was said to be fine."""
        return getattr(self, "_care_hints", {})

    @property
    def care_seal(self) -> str:
        """What the button "Save it as it is" sends."""
        return seal([str(self.data.get(self.add_prefix(name), "")) for name in self.narratives])

    def _post_clean(self) -> None:
        """After all else is well: hold the form back once where a text gives somebody away."""
        super()._post_clean()  # type: ignore[misc]
        hints = {name: identifying(self.cleaned_data.get(name) or "") for name in self.narratives}
        hints = {name: found for name, found in hints.items() if found}
        if not hints or self.errors or self.data.get("care") == self.care_seal:
            return
        self._care_hints = hints
        asked = _("Nothing is saved yet. Please look at these words: could a child or family be recognized by them?")
        self.add_error(None, ValidationError(asked, code="care"))
