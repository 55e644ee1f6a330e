"""What every migration keeps to, because servers of the version before write rows while an update goes on."""

from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddField
from django.db.models import GeneratedField, ManyToManyField

OURS = ("fleet", "messenger", "ticketing", "ratings")
FIRST = ("0001_initial", "0002_relations")
# They came before updates were made while servers go on.
EARLIER = {"fleet.0003_failed_sign_ins person.failed_sign_ins", "ticketing.0004_list_indexes ticket.score"}


def test_the_version_before_can_write_rows_without_new_columns() -> None:
    migrations = MigrationLoader(None).disk_migrations.items()
    added = {
        f"{app}.{name} {operation.model_name}.{operation.name}": operation.field
        for (app, name), migration in migrations
        if app in OURS and name not in FIRST
        for operation in migration.operations
        if isinstance(operation, AddField) and not isinstance(operation.field, GeneratedField | ManyToManyField)
    }

    assert {name for name, field in added.items() if not field.null and not field.has_db_default()} == EARLIER
