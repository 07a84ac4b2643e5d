"""Reviews in the staff's dossier: whatever page asks, only what this person may see comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from reviews.models import Review

if TYPE_CHECKING:
    from applicants.models import Application
    from endorsement_portal.models import User

register = template.Library()


@register.simple_tag
def reviews_for(application: Application, user: User) -> list[Review]:
    """The application's reviews that this person may see; none at all for applicants, whoever includes it."""
    if not user.is_authenticated or not user.is_staff or application.belongs_to(user):
        return []
    return list(Review.objects.visible_to(user).filter(application=application).select_related("reviewer"))
