"""Django settings: one file for the demo and for production; the environment says which."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured

from api import environment

django_stubs_ext.monkeypatch()

BASE_DIR = environment.BASE_DIR
VAR_DIR = environment.var_dir()
PRODUCTION = environment.is_production()
DEBUG = False
# One click signs a visitor in as one of five demo people. Never together with production.
DEMO = not PRODUCTION
# The links that `make run` prints carry this key: a page elsewhere cannot sign a visitor in.
DEMO_KEY = environment.text("DEMO_KEY") if DEMO else ""
if PRODUCTION and environment.is_on("DEMO_SIGN_IN"):
    raise ImproperlyConfigured("demo sign-in cannot be switched on in production")

SECRET_KEY = environment.secret("SECRET_KEY", file_name="django-secret-key")
# The key ring of encrypted columns: `id:base64` lines, newest first, apart from SECRET_KEY.
KEY_RING = environment.text("KEY_RING_FILE", str(VAR_DIR / "secrets" / "key-ring"))

PUBLIC_URL = environment.text("PUBLIC_URL", "http://localhost:8000").rstrip("/")
_public = urlsplit(PUBLIC_URL)
ALLOWED_HOSTS = [_public.hostname or "localhost"]
if not PRODUCTION:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]", *environment.text("HOSTS").split()]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "accounts.data_care_config.DataCareConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "core",
    "accounts",
    "places",
    "disability_card",
    "childcare",
    "tourism",
    "web",
    "api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "core.request_id_middleware.RequestIdMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "web.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "web.security_headers.SecurityHeadersMiddleware",
    "accounts.device_road.DeviceRoadBegins",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.actor_middleware.ActorMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.headless_answers_middleware.HeadlessAnswersMiddleware",
    "accounts.no_passwords.NoPasswordsMiddleware",
    "accounts.fresh_auth_middleware.FreshAuthMiddleware",
    "accounts.passkey_counter_middleware.PasskeyCounterMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.device_road.DeviceRoadEnds",
]

ROOT_URLCONF = "api.urls"
WSGI_APPLICATION = "api.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before the apps' own: our account pages stand in for those of allauth.
        "DIRS": [BASE_DIR / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "web.context.page",
            ],
        },
    },
]

# SQLite is the embedded default; IMMEDIATE so that two writers queue instead of failing late.
_sqlite = f"sqlite:///{VAR_DIR / 'kaiteki.sqlite3'}"
DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(
        environment.text("DATABASE_URL", _sqlite), conn_max_age=None, conn_health_checks=True
    )
}
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;"
        "PRAGMA temp_store=MEMORY;"
    ),
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
    Path(DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True)
# Where redemptions go by their own prepared statement; empty: to the same database. Set it where
# DATABASE_URL leads through a PgBouncer in transaction mode.
MONEY_DATABASE_URL = environment.text("MONEY_DATABASE_URL")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        # Sessions and the limits of signing in stand here. Django's 300 would throw a third of
        # them away whenever the three hundred and first person comes.
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.sign_in_backend.SignInBackend"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = []  # nobody has a password

ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 900  # the mails say how long each code counts
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 300
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "accounts.allauth_adapter.AccountAdapter"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""  # else the Host header of whoever asks stands in the mail
ALLAUTH_TRUSTED_PROXY_COUNT = environment.number("TRUSTED_PROXIES", 0)
HEADLESS_ONLY = False
HEADLESS_CLIENTS = ("app", "browser")
HEADLESS_TOKEN_STRATEGY = "accounts.views.token_strategy.AppTokenStrategy"
HEADLESS_FRONTEND_URLS = {
    "account_confirm_email": f"{PUBLIC_URL}/account/confirm-email/",
    "account_reset_password": f"{PUBLIC_URL}/account/login/code/",  # nobody has a password
    "account_reset_password_from_key": f"{PUBLIC_URL}/account/login/code/",
    "account_signup": f"{PUBLIC_URL}/account/signup/",
    "socialaccount_login_error": f"{PUBLIC_URL}/account/login/code/",
}
APP_TOKEN_KEY_FILE = Path(
    environment.text("APP_TOKEN_KEY_FILE", str(VAR_DIR / "secrets" / "app-token-key.pem"))
)
# Notices by LINE (the city's Messaging API channel) and to browsers (Web Push).
LINE_API = environment.text("LINE_API", "https://api.line.me")
LINE_CHANNEL_TOKEN = environment.optional_secret("LINE_CHANNEL_TOKEN")
LINE_PROVIDER_ID = environment.text("LINE_PROVIDER_ID", "line")  # among the OIDC providers
WEB_PUSH_KEY_FILE = Path(
    environment.text("WEB_PUSH_KEY_FILE", str(VAR_DIR / "secrets" / "web-push-key.pem"))
)
WEB_PUSH_CONTACT = environment.text("WEB_PUSH_CONTACT", "mailto:kaiteki@localhost")
WEB_PUSH_SERVICES = (
    "https://fcm.googleapis.com",
    "https://updates.push.services.mozilla.com",
    "https://*.push.apple.com",
    "https://*.notify.windows.com",
)
MFA_ADAPTER = "accounts.mfa_adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
# One city hall shares one address: limits a key stay tight, limits an address are wide.
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "signup": "60/m/ip",
    "request_login_code": "120/m/ip,3/m/key",
    "login_failed": "120/m/ip,5/300s/key",
}
# The heads of the sealed audit trail: a place that the database's administrators cannot write to.
AUDIT_HEADS_FILE = Path(environment.text("AUDIT_HEADS_FILE", str(VAR_DIR / "audit" / "heads.tsv")))
STAFF_NEED_SECOND_FACTOR = True
NATIONAL_ID_FILE = environment.text("NATIONAL_ID_FILE")
SOCIALACCOUNT_ADAPTER = "accounts.social_adapter.SocialAccountAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": environment.json_list("OIDC_PROVIDERS")}
}
USERSESSIONS_TRACK_ACTIVITY = False
LOGIN_URL = "/account/login/code/"
LOGIN_REDIRECT_URL = "/my/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_SAMESITE = "Lax"  # Strict breaks the way back from an OIDC provider
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600

LANGUAGE_CODE = "ja"
# `ja-easy` is やさしい日本語: its own catalogue, `lang="ja"` in the page.
LANGUAGES = [("ja", "日本語"), ("ja-easy", "やさしい日本語"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "web" / "locale"]
LANGUAGE_COOKIE_NAME = "kaiteki_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Tokyo"

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# The map's tiles and whom to name for them; a city may serve its own. Only the map page asks them.
MAP_TILES = {
    "url": environment.text(
        "MAP_TILES_URL", "https://cyberjapandata.gsi.go.jp/xyz/pale/{z}/{x}/{y}.png"
    ),
    "attribution": environment.text("MAP_TILES_BY", "地理院タイル"),
}
MEDIA_ROOT = VAR_DIR / "documents"  # outside the web root: served by views that check who asks
DOCUMENTS_DIR = VAR_DIR / "documents"
DOCUMENT_SCANNER = environment.text("DOCUMENT_SCANNER")  # host:port of a clamd; empty: none
KEYS_DIR = Path(environment.text("KEYS_DIR", str(VAR_DIR / "keys")))
# New signing keys are PEM files in KEYS_DIR, or live in a PKCS#11 token (an HSM).
KEY_BACKEND = environment.text("KEY_BACKEND", "pem")
PKCS11_LIBRARY = environment.text("PKCS11_LIBRARY", "/usr/lib/softhsm/libsofthsm2.so")
PKCS11_TOKEN = environment.text("PKCS11_TOKEN", "kaiteki")
PKCS11_PIN_FILE = environment.text("PKCS11_PIN_FILE")
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_HANDLERS = [
    "core.request_size.RefuseHugeForms",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = False

EMAIL_BACKEND = environment.text("EMAIL_BACKEND", "web.console_mail.EmailBackend")
DEFAULT_FROM_EMAIL = environment.text("EMAIL_FROM", "kaiteki@localhost")

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "web.views.errors.csrf_failure"
if PRODUCTION:
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_SECURE = True
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.DeviceTokenAuthentication",
        "accounts.authentication.AccessTokenAuthentication",
        "accounts.authentication.SessionTokenAuthentication",
        "accounts.authentication.ActingSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["core.permissions.PolicyPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "core.openapi.ApiSchema",
    "DEFAULT_PAGINATION_CLASS": "core.pagination.CursorPages",
    # The Accept header chooses; a query parameter beside it would be a second way to say so.
    "URL_FORMAT_OVERRIDE": None,
    "EXCEPTION_HANDLER": "core.problems.problem_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Kaiteki",
    "DESCRIPTION": "One city app: disability cards, childcare, tourism coupons.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "core.openapi.say_local_times",
        "accounts.openapi_sign_in.add_sign_in",
    ],
    "ENUM_NAME_OVERRIDES": {
        "NurseryApplicationStateEnum": "childcare.models.StateOfApplication",
        "PaperStateEnum": "childcare.models.DocumentState",
        "NurseryRoundKindEnum": "childcare.models.RoundKind",
        "OfferKindEnum": "disability_card.models.OfferKind",
        "LiftReasonEnum": "accounts.models.LiftReason",
        "LiftDecisionEnum": "accounts.models.LiftDecision",
        "OperatorChangeDecisionEnum": "childcare.models.ChangeDecision",
        "SearchReasonEnum": "accounts.people_search.REASONS",
        "RoleEnum": "accounts.models.Role",
        "CapacityImportStateEnum": "childcare.models.CapacityImportState",
        "PlaceImportStateEnum": "places.models.ImportState",
        "VacancyStateEnum": "childcare.models.VacancyState",
        "OrganisationRoleEnum": "accounts.models.OrganisationRole",
        "ShopKindEnum": "tourism.models.ShopKind",
        "CampaignStateEnum": "tourism.models.CampaignState",
        "ShopStateEnum": "tourism.models.ShopState",
        "WalletStateEnum": "tourism.models.WalletState",
        "ShopApplicationStateEnum": "tourism.models.ApplicationState",
        "ShopAccountStateEnum": "tourism.models.AccountState",
        "PayoutBatchStateEnum": "tourism.models.BatchState",
        "PayoutLineStateEnum": "tourism.models.LineState",
        "TransferReturnStateEnum": "tourism.models.ReturnState",
        "BankAccountKindEnum": "tourism.serializers.shops.KINDS",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_PERMISSIONS": ["core.permissions.Public"],
    # No class of ours stands behind it: the phone's endpoints read it themselves (RFC 9449).
    "APPEND_COMPONENTS": {"securitySchemes": {"dpop": {"type": "http", "scheme": "DPoP"}}},
}

# The city's choices, per municipality (api/municipalities.toml); Saku is the first.
MUNICIPALITIES_FILE = Path(
    environment.text("MUNICIPALITIES_FILE", str(BASE_DIR / "api" / "municipalities.toml"))
)
DEFAULT_MUNICIPALITY = environment.text("DEFAULT_MUNICIPALITY", "202177")

# Whose account shops are paid from, by city: no default but in the demo, whose bank is nobody's.
COUPON_PAYERS: dict[str, dict[str, Any]] = {
    payer["municipality"]: payer for payer in environment.json_list("COUPON_PAYERS")
}
if DEMO and not COUPON_PAYERS:
    COUPON_PAYERS = {
        DEFAULT_MUNICIPALITY: {
            "code": "0000000000",  # 委託者コード
            "bank_code": "0143",
            "branch_code": "387",
            "kind": "1",
            "number": "0000000",
            "holder_kana": "ﾃﾞﾓ ｻｸｼ ｶｲｹｲｶﾝﾘｼﾔ",
        }
    }
# Banks take transfer files with or without a line end behind each record of 120 bytes.
ZENGIN_LINE_ENDS = environment.text("ZENGIN_LINE_ENDS", "1") == "1"

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # Each step of each printed page is no news.
    "loggers": {name: {"level": "WARNING"} for name in ("weasyprint", "fontTools")},
}
