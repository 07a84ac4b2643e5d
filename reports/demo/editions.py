"""Two more editions of the framework, plainly marked SAMPLE: their figures are made up and are nobody's.

The one that comes with the portal is published first. A year's sample is published after it and in force, so that
somebody under way can move up; next year's sample is a draft, whose effects are seen before it is published.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import yaml

from competencies.loading import BUILT_IN, load
from competencies.models import Edition
from endorsement_portal.lifecycle import advance
from endorsement_portal.models import Event

if TYPE_CHECKING:
    from reports.demo.script import Script
    from reports.demo.stage import Stage

Changes = dict[tuple[str, str], Any]
# Section and path of a figure, and what the sample says instead.
PUBLISHED: Changes = {
    ("FS", "training.total"): 36,
    ("FS", "training.general"): 27,
    ("FS", "training.dei"): 6,
    ("FS", "work.min_families"): 8,
    ("FS", "rsc.hours"): 20,
    ("FA", "training.dei"): 4,
    ("MHS", "rsc.hours"): 52,
}
NEXT: Changes = PUBLISHED | {
    ("FS", "rsc.hours"): 30,
    ("FA", "training.total"): 40,
    ("MHS", "training.total"): 30,
    ("MHS", "training.general"): 24,
    ("common", "references.count"): 2,
}
# Days before today.
FIRST, LOADED, IN_FORCE, DRAFTED = 640, 34, 21, 5
NOTE = "SAMPLE: the figures that differ were made up for the demonstration and are nobody’s."


def write_editions(script: Script, stage: Stage) -> None:
    """The first edition published long ago, a sample a few weeks ago, and a draft for next year."""
    year, next_year = script.day(IN_FORCE), date(script.today.year + 1, 1, 1)
    sample, draft = f"{year.year}-SAMPLE", f"{next_year.year}-SAMPLE"
    if sample == draft:
        draft += "-2"
    script.add(FIRST, 8, "the first edition is published", partial(_publish, stage, ""))
    script.add(LOADED, 16, "a sample edition comes in", partial(_bring, stage, sample, year, PUBLISHED))
    script.add(IN_FORCE, 8, "the sample edition is published", partial(_publish, stage, sample))
    script.add(DRAFTED, 16, "next year's sample comes in", partial(_bring, stage, draft, next_year, NEXT))


def _publish(stage: Stage, version: str) -> None:
    first = Edition.objects.order_by("pk")[0]
    advance(Edition.objects.get(version=version) if version else first, "publish", by=stage.admin)


def _bring(stage: Stage, version: str, starts: date, changes: Changes) -> None:
    """What the import page does with a file."""
    edition = load(document(version, starts, changes)).edition
    Event.objects.record(edition, "import", by=stage.coordinator, after=edition.status)


def document(version: str, starts: date, changes: Changes) -> str:
    """The framework that comes with the portal, with another version and some other figures."""
    found = yaml.safe_load(BUILT_IN.read_text(encoding="utf-8"))
    found |= {"version": version, "effective_from": starts, "notes": [NOTE, *found["notes"]]}
    for (section, path), value in changes.items():
        found["figures"][section][path] = {"v": value, "st": "c", "note": NOTE}
    return str(yaml.safe_dump(found, allow_unicode=True, sort_keys=False))
