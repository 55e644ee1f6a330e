"""One server process for the tests of a module that need no rows: strangers are refused before a database is asked."""

from collections.abc import Iterator

import pytest

from tests.server import Server, database_url, running


@pytest.fixture(scope="module")
def server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    environment = {"DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": database_url()}
    with running(tmp_path_factory.mktemp("server"), environment) as made:
        yield made
