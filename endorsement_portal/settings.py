"""Every setting of the portal, read from the environment by typed helpers that fail loudly with a hint."""

import base64
import hashlib
from pathlib import Path
from urllib.parse import urlsplit

from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env, EnvError

from endorsement_portal import logs

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()


def required(name: str, hint: str) -> str:
    """The value of `name`, or a start that stops with the hint."""
    try:
        value: str = env.str(name)
    except EnvError as error:
        raise ImproperlyConfigured(f"{name} is not set. {hint}") from error
    if not value:
        raise ImproperlyConfigured(f"{name} is empty. {hint}")
    return value


# --- The basics ------------------------------------------------------------------------------------------------
DEBUG: bool = env.bool("DEBUG", False)
SECRET_KEY: str = required("SECRET_KEY", "Set it to 50 or more random characters; `make run` makes one for you.")
# Plain HTTP is for one's own machine only; everywhere else cookies are secure and HTTP is sent to HTTPS.
HTTPS: bool = env.bool("HTTPS", not DEBUG)
BASE_URL: str = env.str("BASE_URL", "http://localhost:8000").rstrip("/")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", [urlsplit(BASE_URL).hostname or "localhost"])
if DEBUG:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "testserver"]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
TRUSTED_PROXY_COUNT: int = env.int("TRUSTED_PROXY_COUNT", 0)

PORTAL_NAME = _("Endorsement Portal")
ASSOCIATION_NAME = "North Carolina Infant and Early Childhood Mental Health Association"
ASSOCIATION_SHORT_NAME = "NCIMHA"
INVOICE_ADDRESS: str = env.str("INVOICE_ADDRESS", "")
CONTACT_EMAIL: str = env.str("CONTACT_EMAIL", "endorsement@ncimha.example")

# --- What the house is made of -----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "pgtrigger",
    "rules.apps.AutodiscoverRulesConfig",
    "endorsement_portal",
    "competencies",
    "applicants",
    "cohorts",
    "payments",
    "reviews",
    "credentials",
    "reports",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "endorsement_portal.middleware.security_headers",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "endorsement_portal.middleware.personal_time",
    "endorsement_portal.middleware.second_factor",
]

ROOT_URLCONF = "endorsement_portal.urls"
WSGI_APPLICATION = "endorsement_portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "endorsement_portal.navigation.context",
            ],
        },
    }
]
FORM_RENDERER = "endorsement_portal.renderers.PortalRenderer"

# --- PostgreSQL, one engine everywhere ---------------------------------------------------------------------------
DATABASES = {
    "default": {
        **env.dj_db_url(
            "DATABASE_URL",
            required("DATABASE_URL", "Give a PostgreSQL URL, or start with `make run`, which embeds a server."),
        ),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}

# --- Redis: cache and broker -------------------------------------------------------------------------------------
REDIS_URL: str = required("REDIS_URL", "Give a Redis URL, or start with `make run`, which embeds a server.")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 120
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Longer than the longest task, shorter than people's patience; the outbox offers lost work again anyway.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 300}
CELERY_BEAT_SCHEDULE_FILENAME: str = env.str("BEAT_SCHEDULE_FILE", str(BASE_DIR / "var" / "beat-schedule"))
CELERY_TIMEZONE = "America/New_York"
CELERY_BEAT_SCHEDULE = {
    "heartbeat": {"task": "endorsement_portal.tasks.heartbeat", "schedule": 20.0},
    "log-head": {"task": "endorsement_portal.tasks.keep_log_head", "schedule": crontab(hour=3, minute=10)},
    "reference-reminders": {
        "task": "applicants.tasks.remind_references",
        "schedule": crontab(hour=6, minute=0),
    },
    "hours-reminders": {"task": "applicants.tasks.remind_providers", "schedule": crontab(hour=6, minute=2)},
    "provider-standings": {"task": "applicants.tasks.warn_of_standings", "schedule": crontab(hour=6, minute=4)},
    "idle-drafts": {"task": "applicants.tasks.nudge_idle_drafts", "schedule": crontab(hour=6, minute=5)},
    "library-sweep": {"task": "applicants.tasks.sweep_library", "schedule": crontab(hour=3, minute=20)},
    "words-sweep": {"task": "applicants.tasks.sweep_words", "schedule": crontab(hour=3, minute=30)},
    "seat-offers": {"task": "cohorts.tasks.expire_and_remind_seats", "schedule": crontab(hour=6, minute=10)},
    "cohort-dates": {"task": "cohorts.tasks.turn_cohort_dates", "schedule": crontab(hour=6, minute=15)},
    "reviews-due": {"task": "reviews.tasks.remind_reviews", "schedule": crontab(hour=6, minute=20)},
    "credential-expiry": {"task": "credentials.tasks.expire_credentials", "schedule": crontab(hour=6, minute=25)},
    "payments-reconcile": {"task": "payments.tasks.reconcile_checkouts", "schedule": crontab(minute="*/10")},
}

# --- Mail --------------------------------------------------------------------------------------------------------
globals().update(env.dj_email_url("EMAIL_URL", "smtp://localhost:1025"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", f"{ASSOCIATION_SHORT_NAME} Endorsement <{CONTACT_EMAIL}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Files: private, always --------------------------------------------------------------------------------------
MEDIA_ROOT: str = env.str("MEDIA_ROOT", str(BASE_DIR / "var" / "uploads"))
S3_BUCKET: str = env.str("S3_BUCKET", "")
S3_LINK_SECONDS = 60
if S3_BUCKET:
    _uploads_storage = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.str("S3_ENDPOINT_URL", None),
            "region_name": env.str("S3_REGION", None),
            "access_key": env.str("S3_ACCESS_KEY", None),
            "secret_key": env.str("S3_SECRET_KEY", None),
            "default_acl": None,
            "querystring_auth": True,
            "querystring_expire": S3_LINK_SECONDS,
            "file_overwrite": False,
            "signature_version": "s3v4",
        },
    }
else:
    _uploads_storage = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT, "base_url": None},
    }
STORAGES = {
    "default": _uploads_storage,
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
        # Whoever gathers them, everybody may read them; uploads are the portal's own (FILE_UPLOAD_PERMISSIONS).
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
STATIC_URL = "/static/"
STATIC_ROOT: str = env.str("STATIC_ROOT", str(BASE_DIR / "var" / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
UPLOAD_MAX_BYTES = 10 * 1024 * 1024
UPLOAD_QUOTA_BYTES = 300 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "endorsement_portal.upload_handlers.CappedFileUploadHandler",
]
# A form of long texts in any script, each of 100,000 characters: it is refused by its fields, not as a whole.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

# --- People and sign-in ------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "endorsement_portal.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "endorsement_portal.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "endorsement_portal.forms.SignupForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_MAX_EMAIL_ADDRESSES = 2
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
MFA_ADAPTER = "endorsement_portal.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_TOTP_ISSUER = f"{ASSOCIATION_SHORT_NAME} Endorsement"
# Second-factor secrets are encrypted in the database with a key that is not in it.
_field_key: str = env.str("FIELD_KEY", "")
FIELD_KEY = base64.urlsafe_b64encode(hashlib.sha256((_field_key or f"field:{SECRET_KEY}").encode()).digest())
DEMO_PASSWORD: str = env.str("DEMO_PASSWORD", "longleaf-pine-demo")

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = False
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else f"session{urlsplit(BASE_URL).port or ''}"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else f"csrf{urlsplit(BASE_URL).port or ''}"
CSRF_FAILURE_VIEW = "endorsement_portal.views.errors.csrf_failure"

# --- Headers -----------------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- Money -------------------------------------------------------------------------------------------------------
STRIPE_SECRET_KEY: str = env.str("STRIPE_SECRET_KEY", "")
STRIPE_WEBHOOK_SECRET: str = env.str("STRIPE_WEBHOOK_SECRET", "")
STRIPE_API_BASE: str = env.str("STRIPE_API_BASE", "")

# --- Words, places, times ----------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
# Rules about days ("due on", "valid until") are North Carolina's; what is stored is UTC.
TIME_ZONE: str = env.str("TZ", "America/New_York")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "processors": [logs.DROP_META, logs.RENDER],
            "foreign_pre_chain": logs.CHAIN,
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    # Libraries that tell more than anybody asks.
    "loggers": {name: {"level": "WARNING"} for name in ("pikepdf", "fontTools", "weasyprint")},
}
