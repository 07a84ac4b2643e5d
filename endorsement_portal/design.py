"""The component shelf: every component on one page, in development only."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def design(request: HttpRequest) -> HttpResponse:
    """Every component."""
    return render(request, "design/design.html")
