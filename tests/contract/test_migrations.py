"""The schema that the migrations build is the one the code was written for, on both engines."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from palvelurinki.adapters.sql.engine import make_engine
from palvelurinki.adapters.sql.migrate import configuration, downgrade, migrations, upgrade
from palvelurinki.adapters.sql.store import open_store
from palvelurinki.adapters.sql.tables import metadata
from tests.contract.builders import waiting
from tests.support.postgres import Postgres


@pytest.fixture
async def empty_url(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> AsyncIterator[str]:
    """An empty database of that kind."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    async with postgres.database() as url:
        yield url


async def _on(url: str, look: Callable[[Connection], Any]) -> Any:  # noqa: ANN401  # whatever `look` returns
    engine = make_engine(url)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(look)
    finally:
        await engine.dispose()


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def _described(connection: Connection) -> dict[str, Any]:
    """All that the database says of each table, constraints and partial indexes too."""
    inspector = inspect(connection)
    return {
        table: _plain(
            {
                "columns": inspector.get_columns(table),
                "primary key": inspector.get_pk_constraint(table),
                "foreign keys": inspector.get_foreign_keys(table),
                "unique": inspector.get_unique_constraints(table),
                "checks": inspector.get_check_constraints(table),
                "indexes": inspector.get_indexes(table),
            }
        )
        for table in sorted(_tables(connection))
    }


def _plain(described: object) -> object:
    """The same as text, in an order that does not depend on when things were created."""
    if isinstance(described, dict):
        return {key: _plain(value) for key, value in described.items()}
    if isinstance(described, list):
        return sorted((_plain(item) for item in described), key=str)
    return str(described)


async def test_migrated_schema_is_that_of_the_tables(url: str) -> None:
    def differences(connection: Connection) -> list[Any]:
        found: list[Any] = compare_metadata(MigrationContext.configure(connection), metadata)
        return found

    assert await _on(url, differences) == []


async def test_checks_and_partial_indexes_are_those_of_the_tables_too(url: str, empty_url: str) -> None:
    """Alembic compares neither; so both schemas are built, and the database describes them."""
    await _on(empty_url, metadata.create_all)
    migrated, declared = await _on(url, _described), await _on(empty_url, _described)
    assert set(migrated) == set(metadata.tables)
    for table, description in declared.items():
        assert migrated[table] == description, table


async def test_schema_comes_and_goes(empty_url: str) -> None:
    await upgrade(empty_url)
    assert await _on(empty_url, _tables) == set(metadata.tables)
    await upgrade(empty_url)
    await downgrade(empty_url, "base")
    assert await _on(empty_url, _tables) == set()
    await upgrade(empty_url)
    assert await _on(empty_url, _tables) == set(metadata.tables)


async def test_nodes_that_start_together_upgrade_once(empty_url: str) -> None:
    await asyncio.gather(*(upgrade(empty_url) for _ in range(4)))
    assert await _on(empty_url, _tables) == set(metadata.tables)


async def test_store_opens_on_an_empty_database(empty_url: str) -> None:
    for _ in range(2):
        store = await open_store(empty_url)
        async with store.transaction() as tx:
            if await tx.contacts.load(waiting().id) is None:
                await tx.contacts.add(waiting())
        await store.close()


async def test_history_is_one_line() -> None:
    script = ScriptDirectory.from_config(configuration())
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


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
