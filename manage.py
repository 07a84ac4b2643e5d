#!/usr/bin/env python
"""Django's command line for the portal."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    if sys.argv[1:2] == ["run"]:
        # It starts the servers that the settings name, so it must not need the settings.
        os.execv(sys.executable, [sys.executable, "-m", "endorsement_portal.embedded", *sys.argv[1:]])  # noqa: S606
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "endorsement_portal.settings")
    execute_from_command_line(sys.argv)
