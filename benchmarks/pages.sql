-- Applications number %(first)s to %(last)s with everything that hangs on them, by arithmetic: the same rows every time.
-- Needs: temporary tables bench_category (n, id, edition_id), bench_county (n, fips), bench_reviewer (n, user_id), and
-- %(coordinator)s, %(finance)s (ids). Percent signs are doubled: the driver fills in the parameters.
CREATE TEMPORARY TABLE bench ON COMMIT DROP AS
SELECT i, 1000 + i AS person_id, c.id AS category_id, c.edition_id, y.fips, now() - i * interval '37 minutes' AS began,
    (ARRAY['draft', 'draft', 'draft', 'draft', 'draft', 'returned', 'submitted', 'ready', 'in_review', 'in_review',
           'in_review', 'reviewed', 'deferred', 'endorsed', 'endorsed', 'endorsed', 'endorsed', 'not_endorsed',
           'withdrawn', 'expired'])[i %% 20 + 1] AS status,
    (ARRAY['Ana', 'Beatriz', 'Chidi', 'Dara', 'Elena', 'Farid', 'Grace', 'Hoa', 'Imani', 'Jamal', 'Keiko', 'Luz',
           'Mai', 'Nia', 'Omar', 'Priya', 'Quinn', 'Rosa', 'Sade', 'Tala'])[i / 20 %% 20 + 1] AS first_name,
    (ARRAY['Abara', 'Bell', 'Castillo', 'Deng', 'Ellis', 'Flores', 'Green', 'Huang', 'Ito', 'Jones', 'Kim', 'Locklear',
           'Moua', 'Nguyen', 'Oxendine', 'Patel', 'Reyes'])[i %% 17 + 1] || ' ' || i AS last_name
FROM generate_series(%(first)s, %(last)s) i
JOIN bench_category c ON c.n = i %% (SELECT count(*) FROM bench_category)
JOIN bench_county y ON y.n = i %% 100;

ALTER TABLE bench ADD COLUMN was_submitted boolean, ADD COLUMN was_reviewed boolean;
UPDATE bench SET
    was_submitted = status NOT IN ('draft', 'withdrawn', 'expired'),
    was_reviewed = status IN ('in_review', 'reviewed', 'deferred', 'endorsed', 'not_endorsed');

INSERT INTO endorsement_portal_user (id, password, is_superuser, email, name, roles, timezone, language, is_active,
    is_demo, date_joined)
SELECT person_id, '!', false, 'person' || i || '@bench.example', first_name || ' ' || last_name, ARRAY['applicant'],
    'America/New_York', 'en', true, true, began FROM bench;

INSERT INTO account_emailaddress (user_id, email, verified, "primary")
SELECT person_id, 'person' || i || '@bench.example', true, true FROM bench;

INSERT INTO applicants_profile (person_id, legal_name, certificate_name, former_names, phone, county_id, employer,
    job_title, sector, practice_languages, show_county, updated_at)
SELECT person_id, first_name || ' ' || last_name, first_name || ' ' || last_name, '', '919-555-0100', fips,
    'Agency number ' || i %% 400, 'Home visitor', (ARRAY['home_visiting', 'health', 'head_start'])[i %% 3 + 1],
    ARRAY['English'], i %% 2 = 0, began FROM bench;

INSERT INTO applicants_application (id, person_id, edition_id, category_id, status, fee_state, county_id, opened_at,
    worked_on_at, submitted_at, checked_at, checked_by_id, reviewed_at, decided_at, decided_by_id, returned_note, nudges)
SELECT i, person_id, edition_id, category_id, status, CASE WHEN was_submitted THEN 'settled' ELSE 'open' END, fips, began,
    began, CASE WHEN was_submitted THEN began + interval '30 days' END,
    CASE WHEN was_reviewed THEN began + interval '32 days' END, CASE WHEN was_reviewed THEN %(coordinator)s END,
    CASE WHEN was_reviewed AND status <> 'in_review' THEN began + interval '60 days' END,
    CASE WHEN status IN ('deferred', 'endorsed', 'not_endorsed') THEN began + interval '70 days' END,
    CASE WHEN status IN ('deferred', 'endorsed', 'not_endorsed') THEN %(coordinator)s END, '', 0 FROM bench;

INSERT INTO applicants_work (person_id, area_keys, version, created_at, updated_at, employer, job_title, county_id,
    start_date, end_date, hours_per_week, paid, trained_volunteer, supervised_internship, focus, duties, supervisor_name)
SELECT person_id, %(areas)s::varchar[], 1, began, began, 'Agency number ' || (i + n) %% 400, 'Home visitor', fips,
    date '2016-01-01' + n * 700, date '2017-12-31' + n * 700, 38, true, false, false, 'prevention',
    repeat('Weekly visits with families of infants and toddlers. ', 6), 'A supervisor'
FROM bench, generate_series(0, 1) n;

INSERT INTO applicants_education (person_id, area_keys, version, created_at, updated_at, institution, degree_level,
    field_of_study, conferred_on)
SELECT person_id, '{}', 1, began, began, 'A state university', (ARRAY['bachelor', 'master'])[i %% 2 + 1],
    'Human development', date '2015-05-15' FROM bench;

INSERT INTO applicants_training (person_id, area_keys, version, created_at, updated_at, title, sponsor, format, start_date,
    clock_hours, dei_hours, rsc_provision_hours, description)
SELECT person_id, %(areas)s::varchar[], 1, began, began, 'Training number ' || n, 'A training center', 'workshop',
    date '2022-01-10' + n * 60, 9, 1, 0, 'What it was about, in a line or two.' FROM bench, generate_series(1, 5) n;

INSERT INTO applicants_reflectivesupervision (person_id, area_keys, version, created_at, updated_at, provider_name,
    provider_email, provider_standing, setting, start_date, end_date, total_hours, hours_about_provision)
SELECT person_id, %(areas)s::varchar[], 1, began, began, 'Priya Provider', 'provider@bench.example', 'MHM-C', 'group',
    date '2023-01-01', date '2024-06-30', 55, 0 FROM bench;

INSERT INTO applicants_reference (application_id, role, rater_name, rater_email, known_since, waived, status, generation,
    token_hash, created_at, sent_at, expires_at, completed_at, reminders, answers, recommendation, remarks, signed_name,
    declined_because)
SELECT i, (ARRAY['current_supervisor', 'rsc_provider', 'colleague'])[n], 'Rater ' || n, 'rater' || n || '.' || i
    || '@bench.example', date '2020-01-01', true, CASE WHEN was_submitted THEN 'completed' ELSE 'sent' END, 1,
    CASE WHEN was_submitted THEN '' ELSE md5(i || '.' || n) || md5('x') END, began, began, began + interval '60 days',
    CASE WHEN was_submitted THEN began + interval '9 days' END, 0,
    CASE WHEN was_submitted THEN %(answers)s::jsonb ELSE '{}' END,
    CASE WHEN was_submitted THEN 'recommend' ELSE '' END, repeat('Warm and steady with families. ', 4), 'Rater ' || n, ''
FROM bench, generate_series(1, 3) n;

INSERT INTO applicants_signature (application_id, kind, document_version, signed_name, not_sanctioned, registry_consent,
    signed_at)
SELECT i, kind, '2025', first_name || ' ' || last_name, true, i %% 3 > 0, began
FROM bench, unnest(ARRAY['ethics', 'agreement']) kind;

INSERT INTO applicants_snapshot (id, application_id, number, data, upload_ids, sha256, frozen_at)
SELECT i, i, 1, coalesce((SELECT data FROM bench_snapshot), '{}'), '{}', md5(i::text) || md5(i::text),
    began + interval '30 days' FROM bench WHERE was_submitted;

INSERT INTO cohorts_interest (id, token, person_id, status, first_name, last_name, email, phone, home_county_id, employer,
    job_title, sector, work_county_id, focus, ages_served, paid_years, highest_education, practice_languages, category_id,
    language_pref, access_needs, cohort_preference, funding_need, heard_from, consent_contact, consent_privacy, received_at)
SELECT i, md5('interest' || i)::uuid, person_id, CASE WHEN i %% 10 = 0 THEN 'pool' ELSE 'placed' END, first_name,
    last_name, 'person' || i || '@bench.example', '', fips, 'Agency number ' || i %% 400, 'Home visitor', 'home_visiting',
    fips, 'prevention', ARRAY['infants'], 4, 'bachelor', ARRAY['English'], category_id, 'en', '', 'any', 'none', '', true,
    true, began - interval '40 days' FROM bench;

INSERT INTO cohorts_cohort (id, name, kind, agency_name, starts_on, ends_on, capacity, min_group, status, created_at)
SELECT i / 12 + 1, 'Cohort ' || i / 12 + 1, 'open', '', began::date, began::date + 300, 12, 10,
    (ARRAY['active', 'recruiting', 'completed'])[i / 12 %% 3 + 1], began
FROM bench WHERE i %% 12 = 0 OR i = %(first)s ON CONFLICT DO NOTHING;

INSERT INTO cohorts_seat (cohort_id, interest_id, category_id, status, accept_by, application_id, offered_at, answered_at,
    reminders)
SELECT i / 12 + 1, i, category_id, 'accepted', began::date, i, began - interval '5 days', began, 0
FROM bench WHERE i %% 10 > 0;

INSERT INTO payments_invoice (id, application_id, person_id, status, total_cents, received_cents, bank_ref, issued_at,
    employer, employer_address, employer_email, po_number, settled_at)
SELECT i, i, person_id, CASE WHEN was_submitted THEN 'paid' ELSE 'issued' END, 20000,
    CASE WHEN was_submitted THEN 20000 ELSE 0 END, md5('bank' || i), began + interval '3 days', '', '', '', '',
    CASE WHEN was_submitted THEN began + interval '5 days' END FROM bench WHERE was_submitted OR i %% 2 = 0;

INSERT INTO payments_invoiceline (invoice_id, fee_item_id, title, amount_cents, is_sample, position)
SELECT i, (SELECT min(id) FROM payments_feeitem), 'Application processing', 20000, true, 0
FROM bench WHERE was_submitted OR i %% 2 = 0;

INSERT INTO payments_payment (invoice_id, method, amount_cents, reference, provider_ref, received_on, recorded_by_id,
    recorded_at)
SELECT i, 'paper_check', 20000, (1000 + i)::text, '', (began + interval '5 days')::date, %(finance)s,
    began + interval '5 days' FROM bench WHERE was_submitted;

INSERT INTO payments_scholarship (application_id, status, amount_cents, statement, employer_will_pay, decision_note,
    requested_at)
SELECT i, 'requested', 20000, 'A few lines about why.', false, '', began FROM bench WHERE i %% 20 = 1;

-- Two reviews each, by reviewers in turn; every area scored in those that are filed.
INSERT INTO reviews_review (id, application_id, snapshot_id, reviewer_id, status, due_on, recommendation, strengths,
    growth, private_note, minutes_spent, version, saved_at, invited_at, invited_by_id, answered_at, started_at, filed_at)
SELECT i * 2 + turn, i, i, r.user_id,
    CASE WHEN status <> 'in_review' THEN 'filed' WHEN turn = 0 THEN 'in_progress' ELSE 'invited' END,
    (began + interval '74 days')::date, CASE WHEN status <> 'in_review' THEN 'endorse' ELSE '' END,
    'A strength in a line.', '', '', 120, 3, began + interval '40 days', began + interval '33 days', %(coordinator)s,
    CASE WHEN status <> 'in_review' OR turn = 0 THEN began + interval '34 days' END,
    CASE WHEN status <> 'in_review' OR turn = 0 THEN began + interval '35 days' END,
    CASE WHEN status <> 'in_review' THEN began + interval '60 days' END
FROM bench, generate_series(0, 1) turn, bench_reviewer r
WHERE was_reviewed AND r.n = (i + turn * 7) %% (SELECT count(*) FROM bench_reviewer);

INSERT INTO reviews_score (review_id, area_code, mark, comment_to_applicant, private_note)
SELECT v.id, a.code, 'met', '', '' FROM bench
JOIN reviews_review v ON v.application_id = bench.i AND v.status IN ('filed', 'in_progress')
JOIN competencies_category c ON c.id = bench.category_id
JOIN competencies_area a ON a.edition_id = c.edition_id AND a.profiles @> ARRAY[c.profile];

INSERT INTO applicants_grant (application_id, user_id, role, granted_at, withdrawn_at)
SELECT v.application_id, v.reviewer_id, 'reviewer', v.invited_at,
    CASE WHEN bench.status NOT IN ('in_review', 'reviewed') THEN v.filed_at END
FROM reviews_review v JOIN bench ON bench.i = v.application_id WHERE v.status <> 'invited';

INSERT INTO reviews_decision (application_id, round, outcome, letter, unmet_areas, plan, re_review_by, decided_at,
    decided_by_id)
SELECT i, 1, (CASE status WHEN 'endorsed' THEN 'endorse' WHEN 'deferred' THEN 'defer' ELSE 'not_endorse' END),
    repeat('Dear colleague, thank you for your work. ', 10), '{}', CASE WHEN status = 'deferred' THEN 'A plan.' ELSE '' END,
    CASE WHEN status = 'deferred' THEN (began + interval '200 days')::date END, began + interval '70 days', %(coordinator)s
FROM bench WHERE status IN ('endorsed', 'deferred', 'not_endorsed');

INSERT INTO credentials_credential (application_id, person_id, category_id, category_title, track_title, track_mark, number,
    serial, name, status, issued_on, expires_on, in_registry, show_county, county_id, created_at)
SELECT i, person_id, category_id, c.title, t.title, t.mark, 'NC-BENCH-2026-' || lpad(i::text, 5, '0'), md5('serial' || i),
    first_name || ' ' || last_name, 'active', (began + interval '71 days')::date, (began + interval '1400 days')::date,
    i %% 3 > 0, i %% 2 = 0, fips, began + interval '71 days'
FROM bench JOIN competencies_category c ON c.id = bench.category_id JOIN competencies_track t ON t.id = c.track_id
WHERE bench.status = 'endorsed';

INSERT INTO endorsement_portal_event (subject_type, subject_id, sequence, verb, before, after, actor_id, note, details, at,
    previous_hash, hash)
SELECT 'applicants.application', i::text, n, (ARRAY['open', 'submit', 'accept', 'start_review', 'finish_review'])[n], '',
    '', CASE WHEN n IN (1, 2) THEN person_id ELSE %(coordinator)s END, '', '{}', began + n * interval '8 days', '',
    md5(i || ':' || n) || md5(i || ':' || n) FROM bench, generate_series(1, 5) n;

INSERT INTO endorsement_portal_message (kind, to_id, email, subject, body, link_label, link_path, link_kind, link_ref,
    about_type, about_id, message_id, created_at, sent_at, failure)
SELECT 'E' || n, person_id, 'person' || i || '@bench.example', 'Message number ' || n, repeat('Words to read. ', 30), 'Open',
    '/', '', '', 'applicants.application', i::text, '<' || i || '.' || n || '@bench.example>', began + n * interval '7 days',
    began + n * interval '7 days', '' FROM bench, generate_series(1, 6) n;

INSERT INTO endorsement_portal_outbox (kind, key, payload, created_at, due_at, attempts, done_at, last_error)
SELECT 'mail.send', 'bench:' || i || ':' || n, '{}', began, began, 1, began, '' FROM bench, generate_series(1, 6) n;
