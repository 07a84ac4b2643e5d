"""A few trainings for the catalog, plainly marked SAMPLE: no real provider's offer is claimed here."""

from __future__ import annotations

import uuid
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from competencies.catalog import enter, invite, propose
from reports.demo import names

if TYPE_CHECKING:
    from reports.demo.script import Script
    from reports.demo.stage import Stage

# Title, kind, clock hours, of these on equity and on providing supervision, and from which place on its areas are.
SAMPLES = [
    ("SAMPLE: The first three years, an introduction", "workshop", 6, 0, 0, 0),
    ("SAMPLE: Attachment in everyday life", "series", 18, 0, 0, 1),
    ("SAMPLE: Observing and listening", "webinar", 2, 0, 0, 2),
    ("SAMPLE: Culture, history and humility", "workshop", 6, 6, 0, 3),
    ("SAMPLE: Giving reflective supervision", "series", 15, 0, 15, 4),
    ("SAMPLE: Infant and early childhood mental health I", "course", 45, 3, 0, 0),
    ("SAMPLE: Yearly meeting on the early years", "conference", 12, 2, 0, 5),
    ("SAMPLE: Screening with families", "self_paced", 3, 0, 0, 2),
]
PROPOSED = ("SAMPLE: Play and repair", "workshop", 5, 0, 0, 1)


def write_catalog(script: Script, stage: Stage) -> None:
    """Staff enter a few trainings before anybody applies; one provider has proposed another since."""
    script.add(900, 9, "the training catalog", partial(_enter, stage))
    script.add(6, 15, "a training is proposed", partial(_propose, stage))


def _enter(stage: Stage) -> None:
    for place, sample in enumerate(SAMPLES):
        enter(_facts(stage, place, sample), by=stage.coordinator, once=uuid.uuid5(uuid.NAMESPACE_OID, sample[0]))


def _propose(stage: Stage) -> None:
    invite(names.TRAINERS[1], by=stage.coordinator)
    facts = _facts(stage, 1, PROPOSED)
    propose(facts, provider=names.TRAINERS[1], once=uuid.uuid5(uuid.NAMESPACE_OID, PROPOSED[0]))


def _facts(stage: Stage, place: int, sample: tuple[str, str, int, int, int, int]) -> dict[str, object]:
    title, kind, hours, equity, supervision, start = sample
    codes = [area.code for area in stage.areas("IFS")]
    return {
        "title": title,
        "sponsor": names.TRAINERS[place % len(names.TRAINERS)],
        "kind": kind,
        "clock_hours": Decimal(hours),
        "dei_hours": Decimal(equity),
        "rsc_provision_hours": Decimal(supervision),
        "area_keys": codes[start::6][:4],
    }
