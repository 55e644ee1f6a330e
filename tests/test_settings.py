"""Settings come from the environment: wrong ones are refused in plain words, right ones are safe."""

import os
import subprocess
import sys

import pytest

from tests.source import ROOT

PRODUCTION = {
    "DEBUG": "0",
    "FLEETDESK_DEMO": "0",
    "SECRET_KEY": "a-production-key-of-this-test-only-0123456789-abcdefghijklmnop",
    "PUBLIC_URL": "https://desk.example.com",
}
OURS = (
    "DJANGO_ALLOW_ASYNC_UNSAFE",
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "DATABASE_URL",
    "REDIS_URL",
    "PORT",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "SECURE_HSTS_PRELOAD",
    *PRODUCTION,
)


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs code in a fresh interpreter that has only these of our variables."""
    inherited = {name: value for name, value in os.environ.items() if name not in OURS}
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(
        command, cwd=ROOT, env={**inherited, **environment}, capture_output=True, text=True, check=False
    )


def setting(name: str, **environment: str) -> str:
    done = python(f"import config.settings as s; print(s.{name})", **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set."),
        ({"PUBLIC_URL": ""}, "PUBLIC_URL is not set."),
        ({"PUBLIC_URL": "desk.example.com"}, "Write it with its scheme"),
        ({"DEBUG": "perhaps"}, "DEBUG is 'perhaps'. Set it to 1 or 0."),
        ({"DATABASE_URL": "mysql://a:b@c/d"}, "DATABASE_URL must begin with"),
        ({"SECURE_HSTS_SECONDS": "a year"}, "Set it to a whole number"),
        ({"CODE_LIMITS_FACTOR": "0"}, "CODE_LIMITS_FACTOR is 0. Set it to 1 or more"),
        ({"SECURE_HSTS_SECONDS": "٣٦٠٠"}, "Set it to a whole number"),
        ({"SECURE_HSTS_PRELOAD": "perhaps"}, "SECURE_HSTS_PRELOAD is 'perhaps'. Set it to 1 or 0."),
    ],
)
def test_wrong_settings_are_refused_in_plain_words(changed: dict[str, str], sentence: str) -> None:
    done = python("import config.settings", **{**PRODUCTION, **changed})
    assert done.returncode != 0
    assert sentence in done.stderr.splitlines()[-1]


def test_production_passes_its_own_deployment_check() -> None:
    code = "import sys; from django.core.management import execute_from_command_line as run; run(sys.argv)"
    inherited = {name: value for name, value in os.environ.items() if name not in OURS}
    done = subprocess.run(
        [sys.executable, "-c", code, "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={**inherited, **PRODUCTION, "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_demo_is_not_there_in_production() -> None:
    trying = {**PRODUCTION, "FLEETDESK_DEMO": "1"}
    landing = "import django; django.setup(); from django.urls import resolve; print(resolve('/').func.__module__)"

    assert "config.demo" in setting("INSTALLED_APPS", **trying)
    assert "config.demo" not in setting("INSTALLED_APPS", **PRODUCTION)
    assert python(landing, **trying, DJANGO_SETTINGS_MODULE="config.settings").stdout.strip() == "config.demo.views"
    assert python(landing, **PRODUCTION, DJANGO_SETTINGS_MODULE="config.settings").stdout.strip() == "config.views"


def test_without_the_demo_its_command_says_how_to_turn_it_on() -> None:
    manage = "import runpy, sys; sys.argv[1:] = ['demo', '--force']; runpy.run_path('manage.py', run_name='__main__')"
    refused = python(manage, **PRODUCTION, DJANGO_SETTINGS_MODULE="config.settings")

    assert refused.returncode == 1
    assert refused.stderr.strip().endswith("Set FLEETDESK_DEMO=1 to try Fleetdesk out.")


def test_production_uses_secure_cookies_and_https_only() -> None:
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT")
    assert [setting(name, **PRODUCTION) for name in names] == ["True"] * 3


def test_browsers_insist_on_https_and_are_put_on_no_list_unless_asked() -> None:
    names = ("SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD")
    asked = {"SECURE_HSTS_INCLUDE_SUBDOMAINS": "0", "SECURE_HSTS_PRELOAD": "1"}

    assert setting("SECURE_HSTS_SECONDS", **PRODUCTION) == str(60 * 60 * 24 * 365)
    assert [setting(name, **PRODUCTION) for name in names] == ["True", "False"]
    assert [setting(name, **PRODUCTION, **asked) for name in names] == ["False", "True"]


def test_a_local_secret_survives_a_restart_and_is_no_constant() -> None:
    first, second = setting("SECRET_KEY", DEBUG="1"), setting("SECRET_KEY", DEBUG="1")
    assert first == second
    assert len(first) >= 50


def test_sqlite_is_made_safe_for_concurrent_writes() -> None:
    options = setting("DATABASES['default']['OPTIONS']", DEBUG="1")
    assert "'transaction_mode': 'IMMEDIATE'" in options
    assert "'timeout': 20" in options
    assert "journal_mode=WAL;PRAGMA synchronous=NORMAL;" in options


def test_postgresql_uses_a_pool() -> None:
    assert "'pool'" in setting("DATABASES['default']['OPTIONS']", DEBUG="1", DATABASE_URL="postgres://a:b@c/d")


def test_live_updates_go_through_redis_where_there_is_one() -> None:
    layer = "CHANNEL_LAYERS['default']['BACKEND']"
    assert "InMemory" in setting(layer, DEBUG="1")
    assert setting(layer, DEBUG="1", REDIS_URL="redis://localhost:6379/0").endswith("RedisPubSubChannelLayer")
