"""The schema that the migrations build is the one the code was written for, on both engines."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from palvelurinki.adapters.sql.migrate import configuration, downgrade, upgrade
from palvelurinki.adapters.sql.schema import NewerSchema, migrations, newest_step
from palvelurinki.adapters.sql.store import open_store
from palvelurinki.adapters.sql.tables import metadata
from tests.contract.builders import waiting
from tests.contract.schema import described, on_database, tables_of


async def test_migrated_schema_is_that_of_the_tables(url: str) -> None:
    def differences(connection: Connection) -> list[Any]:
        found: list[Any] = compare_metadata(MigrationContext.configure(connection), metadata)
        return found

    assert await on_database(url, differences) == []


async def test_checks_and_partial_indexes_are_those_of_the_tables_too(url: str, empty_url: str) -> None:
    """Alembic compares neither; so both schemas are built, and the database describes them."""
    await on_database(empty_url, metadata.create_all)
    migrated, declared = await on_database(url, described), await on_database(empty_url, described)
    assert set(migrated) == set(metadata.tables)
    for table, description in declared.items():
        assert migrated[table] == description, table


async def test_schema_comes_and_goes(empty_url: str) -> None:
    await upgrade(empty_url)
    assert await on_database(empty_url, tables_of) == set(metadata.tables)
    await upgrade(empty_url)
    await downgrade(empty_url, "base")
    assert await on_database(empty_url, tables_of) == set()
    await upgrade(empty_url)
    assert await on_database(empty_url, tables_of) == set(metadata.tables)


async def test_nodes_that_start_together_upgrade_once(empty_url: str) -> None:
    await asyncio.gather(*(upgrade(empty_url) for _ in range(4)))
    assert await on_database(empty_url, tables_of) == set(metadata.tables)


async def test_store_opens_on_an_empty_database(empty_url: str) -> None:
    found = []
    for _ in range(2):
        store = await open_store(empty_url)
        async with store.transaction() as tx:
            found.append(await tx.contacts.load(waiting().id))
            if found[-1] is None:
                await tx.contacts.add(waiting())
        await store.close()
    assert found == [None, waiting()]


async def test_history_is_one_line() -> None:
    script = ScriptDirectory.from_config(configuration())
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1
    # What a store that is opened compares with, before it asks Alembic for anything.
    assert script.get_heads() == [newest_step()]


async def test_who_finds_the_newest_schema_migrates_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("palvelurinki.adapters.sql.migrate.upgrade", None)
    store = await open_store(url)
    assert await store.step() == newest_step()
    await store.close()


async def test_older_schema_is_brought_up_to_date_when_a_store_is_opened(empty_url: str) -> None:
    await upgrade(empty_url, "0012")
    store = await open_store(empty_url)
    assert await store.step() == newest_step()
    await store.close()


async def test_newer_schema_is_refused(url: str) -> None:
    def move_on(connection: Connection) -> None:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    await on_database(url, move_on)
    with pytest.raises(NewerSchema):
        await open_store(url)


def test_migrations_are_found_in_an_installed_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the wheel they lie in the package; in the source tree at its top."""
    assert (migrations() / "versions").is_dir()
    installed = tmp_path / "site-packages" / "palvelurinki"
    (installed / "migrations").mkdir(parents=True)
    monkeypatch.setattr("palvelurinki.__file__", str(installed / "__init__.py"))
    with pytest.raises(FileNotFoundError):
        migrations()
    (installed / "migrations" / "env.py").touch()
    assert migrations() == installed / "migrations"


async def test_database_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="mysql"):
        await upgrade("mysql://localhost/palvelurinki")
