# The image of every process class: web, worker, beat, relay and the one-shot migrations.
FROM python:3.13-slim-bookworm AS packages
COPY requirements.lock /tmp/requirements.lock
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/requirements.lock

FROM python:3.13-slim-bookworm
# Pango draws the certificates' letters.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 portal \
    && useradd --uid 10001 --gid portal --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin portal \
    && install -d -o portal -g portal /data
COPY --from=packages /venv /venv
WORKDIR /portal
COPY . .
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=endorsement_portal.settings \
    STATIC_ROOT=/portal/var/static \
    MEDIA_ROOT=/data/uploads \
    BEAT_SCHEDULE_FILE=/tmp/beat-schedule \
    HOME=/tmp
# Static files are gathered once, here; the values below let the settings be read and serve nobody.
RUN python -m compileall -q /portal \
    && SECRET_KEY=only-while-building DATABASE_URL=postgres://nobody@localhost/none REDIS_URL=redis://localhost:1 \
        python manage.py collectstatic --no-input --verbosity 0
USER portal
EXPOSE 8000
CMD ["gunicorn", "endorsement_portal.wsgi"]
