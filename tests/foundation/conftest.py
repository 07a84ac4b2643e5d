"""The handlers of promises, as every worker has them."""

from importlib import import_module

import pytest


@pytest.fixture(scope="session", autouse=True)
def handlers_of_promises():
    """Celery finds the apps' tasks when a worker starts; here nobody starts one."""
    for app in ("endorsement_portal", "applicants", "cohorts", "payments", "reviews", "credentials"):
        import_module(f"{app}.tasks")
