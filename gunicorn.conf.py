"""The web server, for `gunicorn endorsement_portal.wsgi` everywhere; PORT and WEB_CONCURRENCY change it."""

import os
from pathlib import Path

# Threads, since a request mostly waits for the database; two processes, since two cores are the least we plan for.
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 30
graceful_timeout = 20
keepalive = 5
# A process is replaced now and then, not all at once, so that a slow leak never adds up.
max_requests = 5000
max_requests_jitter = 500
# The heartbeat file must not be on a disk: a full or slow one would look like a dead worker.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) and Path("/dev/shm").is_dir() else None  # noqa: S108
control_socket_disable = True
# Addresses may carry the token of a secure link, which belongs in no log. The portal logs what it does itself.
accesslog = None
errorlog = "-"
