"""What the homes of staff count has an index of its own, however long the tables grow."""

from __future__ import annotations

import pytest
from django.db import connection

from endorsement_portal.models import Message
from endorsement_portal.outbox import parked

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("rows", "index"),
    [(Message.objects.undelivered, "message_undelivered"), (parked, "outbox_parked")],
    ids=["refused mail", "parked promises"],
)
def test_trouble_is_counted_from_its_index(rows, index):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = rows().explain()
    assert plan.count(index) == 1, plan
