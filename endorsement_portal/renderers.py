"""How form fields are rendered."""

from django.forms.renderers import TemplatesSetting


class PortalRenderer(TemplatesSetting):
    """Fields with label, hint and error tied together."""
