"""Whether a store's database answers, which is what health asks: not while it is away, and again when it is back."""

import sqlite3
from pathlib import Path

import pytest

from palvelurinki.adapters.sql.store import SqlStore
from palvelurinki.domain.errors import Busy
from tests.support.postgres import Postgres


async def test_postgresql_does_not_answer_while_it_is_away(own_postgres: Postgres) -> None:
    async with own_postgres.database() as url:
        store = SqlStore(url)
        answered = []
        for change in (None, own_postgres.stop_immediate, own_postgres.start):
            if change is not None:
                change()
            try:
                await store.ping()
            except Busy as error:
                answered.append(error.code)
            else:
                answered.append("yes")
        await store.close()
    assert answered == ["yes", "server.busy", "yes"]


async def test_sqlite_does_not_answer_without_its_folder(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path / 'later' / 'store.db'}")
    with pytest.raises(sqlite3.OperationalError):
        await store.ping()
    (tmp_path / "later").mkdir()
    await store.ping()
    await store.close()
    assert (tmp_path / "later" / "store.db").exists()
