"""The life cycles published as data: states, legal moves, and who may make them."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand

from endorsement_portal.lifecycle import LIFECYCLES


class Command(BaseCommand):
    """`manage.py lifecycles`: one JSON document with every table of verbs."""

    help = "Print every life cycle as JSON: states, verbs, from, to, permission."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the document, sorted so that two runs agree."""
        document = {
            model._meta.label_lower: {
                "initial": cycle.initial,
                "states": [value for value, _ in model._meta.get_field(cycle.field).flatchoices],  # type: ignore[union-attr]
                "verbs": {
                    verb: {
                        "from": list(t.sources),
                        "to": t.target,
                        "permission": t.permission,
                        "system_only": t.permission is None,
                    }
                    for verb, t in cycle.table.items()
                },
            }
            for model, cycle in LIFECYCLES.items()
        }
        self.stdout.write(json.dumps(document, indent=2, sort_keys=True))
