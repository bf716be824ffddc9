"""`portal_fold` for PostgreSQL; SQLite is told on every connection."""

from typing import Any

from django.db import migrations

from provinces.searching import FUNCTION, POSTGRESQL


def make(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)


def drop(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {FUNCTION}(text)")


class Migration(migrations.Migration):
    dependencies = [("provinces", "0002_unit_code_order")]

    operations = [migrations.RunPython(make, drop)]
