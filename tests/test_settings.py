"""Settings come from the environment: wrong ones are refused in plain words, right ones are safe."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import global_settings

from config import environment
from tests.fresh import Fresh, fresh_processes
from tests.source import ROOT

PRODUCTION = {
    "DEBUG": "0",
    "FLEETDESK_DEMO": "0",
    "SECRET_KEY": "a-production-key-of-this-test-only-0123456789-abcdefghijklmnop",
    "CODE_SECRET": "another-production-key-of-this-test-only-0123456789-abcdefghijklmnop",
    "PUBLIC_URL": "https://desk.example.com",
}
WRONG = [
    ("DEBUG", "perhaps", "DEBUG is 'perhaps'. Set it to 1 or 0."),
    ("SECRET_KEY", "", "SECRET_KEY is not set."),
    ("SECRET_KEY", "short", "SECRET_KEY can be guessed. Give it 50 or more random characters"),
    ("SECRET_KEY", "ab" * 30, "SECRET_KEY can be guessed."),
    ("CODE_SECRET", "", "set it to codes:<your SECRET_KEY> to keep their labels."),
    ("CODE_SECRET", "short", "CODE_SECRET can be guessed."),
    ("PUBLIC_URL", "", "PUBLIC_URL is not set."),
    ("PUBLIC_URL", "desk.example.com", "PUBLIC_URL is 'desk.example.com'. Write it with its scheme"),
    ("PUBLIC_URL", "https://[::1", "Write it with its scheme"),
    ("PORT", "99999", "PORT is '99999'. Set it to a whole number from 1 to 65535"),
    ("ALLOWED_HOSTS", "https://x y", "ALLOWED_HOSTS contains 'https://x y'. Write host names without scheme"),
    ("CSRF_TRUSTED_ORIGINS", "a.example", "CSRF_TRUSTED_ORIGINS contains 'a.example'. Write origins with their scheme"),
    ("CSRF_TRUSTED_ORIGINS", "https://a.example/path", "without a path"),
    ("VIDEO_ICE_SERVERS", "stun:a.example?transport=udp", "VIDEO_ICE_SERVERS contains 'stun:a.example?transport=udp'."),
    ("DATABASE_URL", "garbage", "DATABASE_URL cannot be read. It must begin with sqlite:/// or postgres://"),
    ("DATABASE_URL", "mysql://a:hidden@c/d", "DATABASE_URL cannot be read."),
    ("DATABASE_URL", "postgres://a:hidden@c:port/d", "DATABASE_URL cannot be read."),
    ("DATABASE_URL", "postgres://a:hidden@c/", "DATABASE_URL cannot be read."),
    ("DATABASE_URL", "sqlite://relative/path", "DATABASE_URL cannot be read."),
    ("DATABASE_URL", "sqlite:////dev/null/db", "DATABASE_URL names the folder /dev/null, into which nothing can be"),
    ("DATABASE_POOL", "1", "DATABASE_POOL is '1'. Set it to a whole number of 2 or more"),
    ("REDIS_URL", "garbage", "REDIS_URL cannot be read. Write it like redis://"),
    ("TRUSTED_PROXY_COUNT", "one", "TRUSTED_PROXY_COUNT is 'one'. Set it to a whole number of 0 or more"),
    ("CODE_LIMITS_FACTOR", "0", "CODE_LIMITS_FACTOR is '0'. Set it to a whole number of 1 or more"),
    ("SECURE_HSTS_SECONDS", "a year", "SECURE_HSTS_SECONDS is 'a year'. Set it to a whole number"),
    ("SECURE_HSTS_SECONDS", "٣٦٠٠", "Set it to a whole number"),
    ("MEDIA_ROOT", "/dev/null/media", "MEDIA_ROOT names the folder /dev/null/media, into which nothing can be written"),
    ("X_ACCEL_PREFIX", "media", "X_ACCEL_PREFIX is 'media'. Write it with slashes"),
    ("TIME_ZONE", "Mars/Base", "TIME_ZONE is 'Mars/Base', which is no time zone."),
    ("TIME_ZONE", "Europe", "TIME_ZONE is 'Europe', which is no time zone."),
    ("LOG_LEVEL", "foo", "LOG_LEVEL is 'FOO'. Set it to one of DEBUG, INFO"),
    ("EMAIL_URL", "bad", "EMAIL_URL cannot be read. Write it like smtp+tls://"),
    ("EMAIL_URL", "smtp://", "EMAIL_URL cannot be read."),
    ("DEFAULT_FROM_EMAIL", "Fleetdesk", "DEFAULT_FROM_EMAIL is 'Fleetdesk'. Write it like"),
]
CHECK = ("check",)
SERVE = ("serve", "--port", "0")
GUNICORN = ("-m", "gunicorn", "config.wsgi", "--bind", "127.0.0.1:0", "--no-control-socket")
DAPHNE = ("-m", "daphne", "config.asgi:application", "--port", "0")


def inherited() -> dict[str, str]:
    """The environment without variables of ours."""
    own = {*environment.names, "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"}
    return {name: value for name, value in os.environ.items() if name not in own}


@pytest.fixture(scope="module")
def fresh() -> Iterator[Fresh]:
    with fresh_processes(inherited()) as processes:
        yield processes


def python(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs a fresh interpreter that has only these of our variables."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**inherited(), **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def setting(name: str, **variables: str) -> str:
    done = python("-W", "error", "-c", f"import config.settings as s; print(s.{name})", **variables)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("command", [CHECK, SERVE], ids=["check", "serve"])
@pytest.mark.parametrize(("name", "value", "sentence"), WRONG)
def test_a_wrong_value_is_refused_with_a_sentence(
    fresh: Fresh, name: str, value: str, sentence: str, command: tuple[str, ...]
) -> None:
    done = fresh.manage(*command, **{**PRODUCTION, name: value})

    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert "hidden" not in done.stderr


@pytest.mark.parametrize("command", [GUNICORN, DAPHNE], ids=["gunicorn", "daphne"])
@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("REDIS_URL", "garbage", "REDIS_URL cannot be read."),
        ("MEDIA_ROOT", "/dev/null/media", "MEDIA_ROOT names the folder /dev/null/media, into which nothing can be"),
        ("FFMPEG", "/no/such/ffmpeg", "FFMPEG names /no/such/ffmpeg, which is no program. "),
    ],
)
def test_other_servers_refuse_it_too(name: str, value: str, sentence: str, command: tuple[str, ...]) -> None:
    done = python(*command, **{**PRODUCTION, name: value})

    assert done.returncode != 0
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_of_settings_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff")

    environment.read_file(tmp_path / "missing")
    with pytest.raises(environment.WrongSetting, match=r"\.env cannot be read"):
        environment.read_file(tmp_path / ".env")


def test_production_passes_its_own_deployment_check() -> None:
    done = python("-W", "error", "manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert done.returncode == 0, done.stderr


def test_readme_and_examples_name_the_variables_that_are_read() -> None:
    table = (ROOT / "README.md").read_text().partition("\n## Configuration\n")[2].partition("\n## ")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    documented = {name for cell in cells for name in re.findall(r"`([A-Z_]+)`", cell)}
    example = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    deployed = set(re.findall(r"^([A-Z_]+)=", (ROOT / "docs/deploy/fleetdesk.env").read_text(), re.MULTILINE))

    assert documented == environment.names
    assert example == environment.names
    assert deployed
    assert deployed < environment.names


def test_the_example_holds_the_defaults() -> None:
    lines = re.findall(r"^#([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    show = """if True:
        from config import settings as s
        print({name: value for name, value in vars(s).items() if name.isupper() and type(value) in (bool, int, str)})
    """

    untouched = python("-c", show)
    with_example = python("-c", show, **dict(lines))

    assert "'TIME_ZONE': 'Europe/Berlin'" in untouched.stdout
    assert with_example.stdout == untouched.stdout


def test_no_setting_repeats_djangos_default() -> None:
    tree = ast.parse((ROOT / "config" / "settings.py").read_text())
    values = {
        name: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for name in [ast.unparse(target) for target in node.targets]
    }

    assert values["LOGIN_URL"] == "account_login"
    assert [name for name, value in values.items() if getattr(global_settings, name, ...) == value] == []


def test_reading_the_settings_writes_nothing() -> None:
    watch = """if True:
        import os, sys
        writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT
        def note(event, arguments):
            if event in {"os.mkdir", "os.rename"} or (event == "open" and arguments[2] & writing):
                print(event, arguments)
        sys.addaudithook(note)
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        import django
        django.setup()
    """

    for variables in ({"DEBUG": "1"}, PRODUCTION):
        done = python("-B", "-c", watch, **variables)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_new_database_gets_its_folder(tmp_path: Path) -> None:
    database = tmp_path / "new" / "folder" / "db.sqlite3"

    done = python("manage.py", "migrate", "--plan", DEBUG="1", DATABASE_URL=f"sqlite:///{database}")

    assert done.returncode == 0, done.stderr
    assert database.exists()


def test_the_demo_is_not_there_in_production() -> None:
    trying = {**PRODUCTION, "FLEETDESK_DEMO": "1"}
    landing = "import django; django.setup(); from django.urls import resolve; print(resolve('/').func.__module__)"

    assert "config.demo" in setting("INSTALLED_APPS", **trying)
    assert "config.demo" not in setting("INSTALLED_APPS", **PRODUCTION)
    assert (
        python("-c", landing, **trying, DJANGO_SETTINGS_MODULE="config.settings").stdout.strip() == "config.demo.views"
    )
    assert (
        python("-c", landing, **PRODUCTION, DJANGO_SETTINGS_MODULE="config.settings").stdout.strip() == "config.views"
    )


def test_without_the_demo_its_command_says_how_to_turn_it_on() -> None:
    manage = "import runpy, sys; sys.argv[1:] = ['demo', '--force']; runpy.run_path('manage.py', run_name='__main__')"
    refused = python("-c", manage, **PRODUCTION, DJANGO_SETTINGS_MODULE="config.settings")

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


def test_hosts_and_origins_are_those_that_are_named() -> None:
    named = {
        "PUBLIC_URL": "https://[::1]:8443/",
        "ALLOWED_HOSTS": "desk.example.org, .example.net,10.0.0.7,*",
        "CSRF_TRUSTED_ORIGINS": "https://*.example.org,http://lab.example:8080",
    }

    assert setting("ALLOWED_HOSTS", **{**PRODUCTION, **named}) == str(
        ["[::1]", "desk.example.org", ".example.net", "10.0.0.7", "*"]
    )
    assert setting("CSRF_TRUSTED_ORIGINS", **{**PRODUCTION, **named}) == str(
        ["https://[::1]:8443", "https://*.example.org", "http://lab.example:8080"]
    )


def test_a_local_secret_survives_a_restart_and_is_no_constant(tmp_path: Path) -> None:
    here, elsewhere = tmp_path / "here" / "secret_key", tmp_path / "elsewhere" / "secret_key"

    first, second = environment.local_secret(here), environment.local_secret(here)

    assert first == second
    assert len(first) >= 50
    assert first != environment.local_secret(elsewhere)
    assert here.stat().st_mode & 0o777 == 0o600


def test_a_secret_is_made_when_it_is_used_first() -> None:
    made: list[str] = []

    def make() -> str:
        made.append("a key")
        return made[-1]

    key = environment.lazy_text(make)

    assert made == []
    assert (key.encode(), bool(key), len(key), made) == (b"a key", True, 5, ["a key"])


def test_sqlite_is_made_safe_for_concurrent_writes() -> None:
    options = setting("DATABASES['default']['OPTIONS']", DEBUG="1")
    assert "'transaction_mode': 'IMMEDIATE'" in options
    assert "'timeout': 20" in options
    assert "journal_mode=WAL;PRAGMA synchronous=NORMAL;" in options


def test_postgresql_uses_a_pool() -> None:
    assert "'pool'" in setting("DATABASES['default']['OPTIONS']", DEBUG="1", DATABASE_URL="postgres://a:b@c/d")


@pytest.mark.parametrize(("given", "prepares"), [("1", "True"), ("0", "False")])
def test_prepared_statements_can_be_turned_off(given: str, prepares: str) -> None:
    option = "DATABASES['default']['OPTIONS']['server_side_binding']"
    assert setting(option, DEBUG="1", DATABASE_URL="postgres://a:b@c/d", DATABASE_PREPARES=given) == prepares


def test_live_updates_go_through_redis_where_there_is_one() -> None:
    layer = "CHANNEL_LAYERS['default']['BACKEND']"
    assert "InMemory" in setting(layer, DEBUG="1")
    assert setting(layer, DEBUG="1", REDIS_URL="redis://localhost:6379/0").endswith("RedisPubSubChannelLayer")


def test_addresses_of_relays_are_read_in_capitals_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDEO_ICE_SERVERS", "TURN:A.example:3478, STUN:a.example")
    monkeypatch.setenv("VIDEO_TURN_SECRET", "")

    servers = environment.ice_servers("VIDEO_ICE_SERVERS")

    assert servers == ["turn:a.example:3478", "stun:a.example"]
    with pytest.raises(environment.WrongSetting, match="A relay needs it"):
        environment.turn_secret("VIDEO_TURN_SECRET", servers)
