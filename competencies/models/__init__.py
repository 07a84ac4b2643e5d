"""What is true of the framework and of the training catalog."""

from competencies.models.catalog import CatalogInvitation, CatalogItem, CatalogStatus
from competencies.models.framework import (
    AddOn,
    Area,
    Basis,
    Category,
    Confirmable,
    Confirmation,
    Domain,
    Edition,
    EditionStatus,
    Figure,
    RatingItem,
    Scope,
    Track,
)

__all__ = [
    "AddOn",
    "Area",
    "Basis",
    "CatalogInvitation",
    "CatalogItem",
    "CatalogStatus",
    "Category",
    "Confirmable",
    "Confirmation",
    "Domain",
    "Edition",
    "EditionStatus",
    "Figure",
    "RatingItem",
    "Scope",
    "Track",
]
