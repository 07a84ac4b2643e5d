"""What is true of reports: nothing but that they exist, so that the log can say who took which."""

from django.db import models


class Report(models.Model):
    """A report as a subject of the log. Its row comes with the first download; what it tells is in definitions."""

    code = models.SlugField(primary_key=True, max_length=40)

    def __str__(self) -> str:
        return self.code
