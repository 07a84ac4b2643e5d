"""Whom one shares with and how much of it; what was submitted is protected from change."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applicants', '0005_references_in_hand'),
        ('endorsement_portal', '0001_foundation'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='grant',
            name='email',
            field=models.EmailField(blank=True, max_length=254),
        ),
        migrations.AddField(
            model_name='grant',
            name='sees',
            field=models.CharField(blank=True, choices=[('progress', 'How far I am: requirements and areas'), ('portfolio', 'That, and what I entered: my work, trainings, hours and texts')], max_length=10),
        ),
        migrations.AlterField(
            model_name='grant',
            name='user',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='grants', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='comment',
            name='audience',
            field=models.CharField(choices=[('applicant', 'The applicant and the staff'), ('staff', 'Staff only'), ('advisor', 'The applicant and whom they share with')], editable=False, max_length=20),
        ),
        migrations.AddIndex(
            model_name='grant',
            index=models.Index(condition=models.Q(('user__isnull', True), ('withdrawn_at__isnull', True)), fields=['email'], name='grant_asked'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='snapshot',
            trigger=pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."application_id" IS DISTINCT FROM (NEW."application_id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."data" IS DISTINCT FROM (NEW."data") OR OLD."upload_ids" IS DISTINCT FROM (NEW."upload_ids") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."frozen_at" IS DISTINCT FROM (NEW."frozen_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='ba3eef8b6ac79d3646ed108520a894561aabed8b', operation='UPDATE', pgid='pgtrigger_frozen_9a41f', table='applicants_snapshot', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='snapshot',
            trigger=pgtrigger.compiler.Trigger(name='one_paper', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."document_id" IS DISTINCT FROM (NEW."document_id") AND OLD."document_id" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='c1bd35f5398ff5b0be0e0ff6fece093d07ccb44a', operation='UPDATE', pgid='pgtrigger_one_paper_064a5', table='applicants_snapshot', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True), models.Q(('email', ''), _negated=True)), fields=('application', 'email', 'role'), name='grant_asked_once_while_it_stands'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.CheckConstraint(condition=models.Q(('user__isnull', False), models.Q(('email', ''), _negated=True), _connector='OR'), name='grant_is_for_somebody'),
        ),
        # Submissions from before have their paper made like any other.
        migrations.RunSQL(
            """
            INSERT INTO endorsement_portal_outbox (kind, key, payload, created_at, due_at, attempts, last_error)
            SELECT 'applicants.snapshot_pdf', 'snapshot_pdf:' || id, jsonb_build_object('snapshot_id', id),
                   now(), now(), 0, ''
              FROM applicants_snapshot WHERE document_id IS NULL
            ON CONFLICT DO NOTHING
            """,
            migrations.RunSQL.noop,
        ),
        # What was shared before was shared by people's own addresses, and was how far one is.
        migrations.RunSQL(
            """
            UPDATE applicants_grant AS given SET sees = 'progress', email = lower(person.email)
              FROM endorsement_portal_user AS person
             WHERE person.id = given.user_id AND given.role <> 'reviewer'
            """,
            migrations.RunSQL.noop,
        ),
    ]
