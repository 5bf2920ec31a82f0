"""The settings of a host project. Nothing of `compliance.config` is used; see docs/host.md."""

import os

SECRET_KEY = "the-host-has-a-key-of-its-own-and-this-one-is-for-a-test"
ALLOWED_HOSTS = ["testserver"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "hostsite",
    "members",
    # The module, from the wheel.
    "django_fsm",
    "compliance.web",
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
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "hostsite.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "compliance.web.context.site",
            ],
        },
    },
]

# The host works as a role that owns nothing and migrates as the owner, where the server has both.
# Host, port and password are read from the usual PG* variables.
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["HOSTSITE_DATABASE"],
        "USER": os.environ["HOSTSITE_USER"],
    }
}
if "HOSTSITE_OWNER" in os.environ:
    DATABASES["default"]["OWNER"] = {"USER": os.environ["HOSTSITE_OWNER"]}

# Relative on purpose: beside whatever the host's working directory is.
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = "mails"
DEFAULT_FROM_EMAIL = "bonjour@ruchette.example"

AUTH_USER_MODEL = "members.Member"
LOGIN_URL = "members-area:sign_in"
LOGIN_REDIRECT_URL = "/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

LANGUAGE_CODE = "fr-ca"
LANGUAGES = [("fr-ca", "Français"), ("en-ca", "English")]
TIME_ZONE = "America/Toronto"
USE_TZ = True
STATIC_URL = "static/"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

# Everything that the module asks of its host.
COMPLIANCE = {
    "BASE_TEMPLATE": "hostsite/base.html",
    "PORTAL": "La Ruchette",
    "DEMONSTRATION": True,
    "DATA_KEYS": f"active = host; host = {'4057' * 16}; index = {'1dea' * 16}",
}
