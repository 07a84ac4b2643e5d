"""Who may, for reports."""

import rules

from endorsement_portal.rules import is_admin

rules.add_perm("reports.download_report", is_admin)
