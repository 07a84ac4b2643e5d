"""Who may: the framework is kept by coordinators and admins, and read by everyone."""

import rules

from endorsement_portal.rules import is_admin, is_coordinator

keeps_the_framework = is_coordinator | is_admin

rules.add_perm("competencies.view_edition", keeps_the_framework)
rules.add_perm("competencies.publish_edition", keeps_the_framework)
rules.add_perm("competencies.retire_edition", keeps_the_framework)
rules.add_perm("competencies.confirm_figure", keeps_the_framework)
rules.add_perm("competencies.confirm_title", keeps_the_framework)
rules.add_perm("competencies.keep_catalog", keeps_the_framework)
