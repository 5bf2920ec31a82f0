"""The settings of the site: one file, read from the environment, loud when something is missing.

Three ways to run:
- production (nothing set but secrets): SECRET_KEY and data keys required, secure cookies, HSTS;
- demonstration (no DATABASE_URL, or COMPLIANCE_DEMONSTRATION=1): keys made once beside the data;
- debugging (COMPLIANCE_DEBUG=1): the same, with Django's debug pages.
Every variable is listed in docs/settings.md.
"""

import os
import zoneinfo
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from compliance.config.celery import schedule
from compliance.config.development import development_secret
from compliance.config.env import (
    database_from_url,
    env_bool,
    env_int,
    env_list,
    env_secret,
    env_text,
    owner_from_url,
)
from compliance.config.places import data_directory
from compliance.config.postgres.roles import OWNER, RUNTIME
from compliance.config.postgres.server import DATABASE, socket_directory

# Fonts and archives inside a PDF carry the time of writing unless this is set; the same facts must
# give the same bytes. The value is the day Regulation 45-110 came into force.
os.environ.setdefault("SOURCE_DATE_EPOCH", "1632182400")
# The system's zone data may be older than the law on clock changes; the pinned `tzdata` package is
# what was tested, and a right must not end an hour off on one machine only.
zoneinfo.reset_tzpath(to=())

DATA_DIR = data_directory()
DEBUG = env_bool("COMPLIANCE_DEBUG")
DATABASE_URL = env_secret("DATABASE_URL")
# Whoever owns the tables, for `migrate` only; see docs/database.md. The site itself needs it not.
DATABASE_OWNER_URL = env_secret("DATABASE_OWNER_URL")
# Whoever names no database tries the product on this machine: a fresh clone must just work. A
# production names its database, and then nothing is guessed any more.
DEMONSTRATION = env_bool("COMPLIANCE_DEMONSTRATION", default=DEBUG or DATABASE_URL is None)
LOCAL = DEBUG or DEMONSTRATION


def _secret(name: str, development_name: str, what: str) -> str:
    """The secret from the environment; on a developer's machine, one made once beside the data."""
    value = env_secret(name)
    if value is not None:
        return value
    if LOCAL:
        return development_secret(DATA_DIR, development_name)
    raise ImproperlyConfigured(
        f"{name} is not set. It holds {what}, and nothing is guessed in production: set {name} or "
        f"{name}_FILE (or COMPLIANCE_DEMONSTRATION=1 to try the product with throwaway keys)."
    )


SECRET_KEY = _secret("COMPLIANCE_SECRET_KEY", "secret-key", "the key that signs sessions")


def _data_keys() -> str:
    """The key ring from the environment; on a developer's machine, one made beside the data."""
    spec = env_secret("COMPLIANCE_DATA_KEYS")
    if spec is not None:
        return spec
    if LOCAL:
        data, index = (development_secret(DATA_DIR, f"{name}-key") for name in ("data", "index"))
        return f"active = dev; dev = {data}; index = {index}"
    raise ImproperlyConfigured(
        "COMPLIANCE_DATA_KEYS is not set. It holds the keys that seal personal data: set it, or "
        "COMPLIANCE_DATA_KEYS_FILE, to a key ring as compliance/sealing/keyring.py describes."
    )


def _audit_key() -> str | None:
    """The key that signs the checkpoints of the audit trail; `check --deploy` asks for it."""
    return env_secret("COMPLIANCE_AUDIT_KEY") or (
        development_secret(DATA_DIR, "audit-key") if LOCAL else None
    )


AUDIT_FOLDER = env_text("COMPLIANCE_AUDIT_FOLDER", str(DATA_DIR / "checkpoints") if LOCAL else "")

AUDIT_TIMESTAMP = env_text("COMPLIANCE_AUDIT_TIMESTAMP_URL")


def _audit_places() -> dict[str, str]:
    """Where checkpoints are handed to: officers' mailboxes once a day, and what is configured."""
    places = {"mail": "equity.mails.checkpoints.mail"}
    if AUDIT_FOLDER:
        places["folder"] = "compliance.audit.tree.places.folder"
    if AUDIT_TIMESTAMP:
        places["timestamp"] = "compliance.audit.tree.timestamps.timestamp"
    return places


ALLOWED_HOSTS = env_list(
    "COMPLIANCE_ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]") if LOCAL else ()
)
CSRF_TRUSTED_ORIGINS = env_list("COMPLIANCE_TRUSTED_ORIGINS")

# Everything that is ours sits under this one name, so that a host project has one thing to set.
COMPLIANCE: dict[str, Any] = {
    # The template every page extends.
    "BASE_TEMPLATE": "web/base.html",
    # The links at the top of every page: each floor that has pages adds its own.
    "NAVIGATION": [
        "equity/navigation.html",
        "equity/issuer/navigation.html",
        "desk/navigation.html",
    ],
    # The portal's name as printed on pages and documents.
    "PORTAL": env_text("COMPLIANCE_PORTAL", "Portail de démonstration" if LOCAL else ""),
    # True while nothing here is a real offering: pages and documents say so.
    "DEMONSTRATION": DEMONSTRATION,
    # The keys that seal personal data, as compliance.sealing.keyring reads them.
    "DATA_KEYS": _data_keys(),
    # The audit trail: the name of its log, the key that signs it and those that did before, and the
    # places out of the database's reach that its checkpoints are handed to.
    "AUDIT_ORIGIN": env_text("COMPLIANCE_AUDIT_ORIGIN", "localhost/audit" if LOCAL else ""),
    "AUDIT_KEY": _audit_key(),
    "AUDIT_FORMER_KEYS": env_text("COMPLIANCE_AUDIT_FORMER_KEYS"),
    "AUDIT_FOLDER": AUDIT_FOLDER,
    "AUDIT_TIMESTAMP_URL": AUDIT_TIMESTAMP,
    "AUDIT_PLACES": _audit_places(),
    # The folder, outside the database, of the keys and certificates that seal documents.
    "SEAL_FOLDER": env_text("COMPLIANCE_SEAL_FOLDER", str(DATA_DIR / "seal") if LOCAL else ""),
    # How many seconds this machine's clock may be away from the database's before sweeps stop.
    "CLOCK_TOLERANCE": env_int("COMPLIANCE_CLOCK_TOLERANCE", 30),
    # How people sign in here: who says whether a session has a second factor, who opens the session
    # of somebody who has just registered, who counts tries to, and where an address is verified.
    "SECOND_FACTOR": "compliance.signin.factors.page_for",
    "ENTER": "compliance.signin.entering.enter",
    "MAY_REGISTER": "compliance.signin.entering.may_register",
    "VERIFY_PAGE": "accounts:verify",
}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_fsm",
    "django_htmx",
    "compliance.web",
    "compliance.signin",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "compliance.vault",
    "compliance.accounts",
    "compliance.audit",
    "compliance.idempotency",
    "compliance.approvals",
    "compliance.outbox",
    "compliance.casework",
    "documents",
    "investors",
    "equity",
    "compliance.desk",
    "compliance.scenarios",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "compliance.web.language.ChosenLanguage",
    "compliance.web.policy.ContentPolicy",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "compliance.config.urls"
WSGI_APPLICATION = "compliance.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "compliance.web.context.site",
            ],
        },
    },
]

if DATABASE_URL is not None:
    DATABASES: dict[str, dict[str, Any]] = {"default": database_from_url(DATABASE_URL)}
    if DATABASE_OWNER_URL is not None:
        DATABASES["default"]["OWNER"] = owner_from_url(DATABASE_OWNER_URL, DATABASES["default"])
elif DATABASE_OWNER_URL is not None:
    raise ImproperlyConfigured("DATABASE_OWNER_URL is set without DATABASE_URL: set both.")
else:
    # Our own PostgreSQL, started by the first connection and stopped by the last process out.
    SERVER_HOME = DATA_DIR / "postgres"
    DATABASES = {
        "default": {
            "ENGINE": "compliance.config.postgres",
            "NAME": DATABASE,
            "USER": RUNTIME,
            "OWNER": {"USER": OWNER},
            "HOST": str(socket_directory(SERVER_HOME)),
            "PORT": "5432",
            "SERVER": {"HOME": str(SERVER_HOME), "THROWAWAY": False},
        }
    }
DATABASES["default"]["CONN_MAX_AGE"] = env_int("COMPLIANCE_CONN_MAX_AGE", 60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "compliance_accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# allauth, behind our own pages (compliance/signin). Its table of addresses stays empty.
ACCOUNT_ADAPTER = "compliance.signin.adapters.AccountAdapter"
ACCOUNT_USER_DISPLAY = "compliance.signin.adapters.shown_name"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# Neither field is ever searched or copied by it: the address is sealed.
ACCOUNT_USER_MODEL_USERNAME_FIELD = ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
# Django's own: the one of allauth copies the address into its table.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_RATE_LIMITS = {
    "login_failed": "20/m/ip,5/5m/key",
    "reset_password": "10/m/ip,3/10m/key",
    "signup": "60/h/ip",
}
ACCOUNT_FORMS = {
    "change_password": "compliance.signin.forms.ChangePasswordForm",
    "reset_password_from_key": "compliance.signin.forms.NewPasswordForm",
    "reauthenticate": "compliance.signin.forms.ConfirmPasswordForm",
}
MFA_ADAPTER = "compliance.signin.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "compliance.signin.forms.CodeForm",
    "reauthenticate": "compliance.signin.forms.ConfirmCodeForm",
    "activate_totp": "compliance.signin.forms.ActivateTOTPForm",
    "add_webauthn": "compliance.signin.forms.AddPasskeyForm",
    "edit_webauthn": "compliance.signin.forms.RenamePasskeyForm",
}
# A demonstration has no HTTPS; browsers allow passkeys on this machine's own name without it.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL
# Whose address is counted: the last hop that our own proxy wrote.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env_bool("COMPLIANCE_BEHIND_PROXY") else 0
# Tries are counted where every process sees them (compliance/signin/models.py).
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "compliance_signin_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
TIME_ZONE = "America/Toronto"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = None if LOCAL else env_text("COMPLIANCE_STATIC_ROOT", str(DATA_DIR / "static"))
# A demonstration serves the files where they lie; production collects, compresses and fingerprints.
WHITENOISE_USE_FINDERS = LOCAL
STATIC_BACKEND = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if LOCAL
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": STATIC_BACKEND},
}
MEDIA_ROOT = str(DATA_DIR / "media")

EMAIL_HOST = env_text("COMPLIANCE_EMAIL_HOST")
EMAIL_PORT = env_int("COMPLIANCE_EMAIL_PORT", 587)
EMAIL_HOST_USER = env_text("COMPLIANCE_EMAIL_USER")
EMAIL_HOST_PASSWORD = env_secret("COMPLIANCE_EMAIL_PASSWORD") or ""
EMAIL_USE_TLS = env_bool("COMPLIANCE_EMAIL_TLS", default=True)
# A server that hangs is left after half a minute a step: a claim must outlast a sending.
EMAIL_TIMEOUT = 30
# A demonstration without a server writes what it would send into files. Production never does, nor
# to its log: e-mails hold names and amounts. There the messages wait in the outbox.
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
EMAIL_BACKEND = "django.core.mail.backends.{}.EmailBackend".format(
    "filebased" if LOCAL and not EMAIL_HOST else "smtp"
)
DEFAULT_FROM_EMAIL = env_text("COMPLIANCE_EMAIL_FROM", "portail@localhost")

# With no broker there is no worker to nudge: tasks run in place; `manage.py tick` does the rest.
CELERY_BROKER_URL = env_secret("COMPLIANCE_BROKER_URL") or "memory://"
CELERY_TASK_ALWAYS_EAGER = CELERY_BROKER_URL == "memory://"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A worker waits for its broker for ever, saying so: the broker may come back after any time.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BEAT_SCHEDULE = schedule(env_int("COMPLIANCE_SWEEP_SECONDS", 60))
CELERY_TIMEZONE = TIME_ZONE

# A text that is far too long is refused at its field, in words, not by a bare error page.
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not LOCAL
SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = env_bool("COMPLIANCE_SSL_REDIRECT", default=not LOCAL)
SECURE_HSTS_SECONDS = 0 if LOCAL else env_int("COMPLIANCE_HSTS_SECONDS", 365 * 24 * 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not LOCAL
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
# Only behind a proxy that always sets or strips this header: otherwise a visitor could forge it.
if env_bool("COMPLIANCE_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env_text("COMPLIANCE_LOG_LEVEL", "WARNING")},
}
