"""North Carolina's 100 counties, as reference data."""

from django.db import models


class County(models.Model):
    """One county: FIPS code, prosperity zone (S.L. 2014-18), population 2020 (Census), rurality 2023 (USDA ERS)."""

    fips = models.CharField(primary_key=True, max_length=5)
    name = models.CharField(max_length=40, unique=True)
    prosperity_zone = models.CharField(max_length=40)
    population_2020 = models.PositiveIntegerField()
    rucc_2023 = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "counties"

    def __str__(self) -> str:
        return self.name

    @property
    def is_rural(self) -> bool:
        """Codes 4 to 9 of the USDA's rural-urban continuum are nonmetro counties."""
        return self.rucc_2023 >= 4
