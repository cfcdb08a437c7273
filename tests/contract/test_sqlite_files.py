"""SQLite files: opened by many at once each has it in the journal mode wanted; a file that is none leaves nothing."""

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from palvelurinki.adapters.sql.engine import make_engine
from palvelurinki.adapters.sql.migrate import upgrade

# One file in ten refused one of its connections when they did not wait for each other.
FILES = 40
CONNECTIONS = 8
# One attempt in twenty left a thread that failed when its event loop was gone.
ATTEMPTS = 100


async def journal_mode(url: str) -> str:
    engine = make_engine(url)
    try:
        async with engine.begin() as connection:
            return str((await connection.execute(text("PRAGMA journal_mode"))).scalar_one())
    finally:
        await engine.dispose()


async def test_connections_that_open_a_new_file_together_all_have_it(tmp_path: Path) -> None:
    for number in range(FILES):
        url = f"sqlite:///{tmp_path / f'{number}.db'}"
        modes = await asyncio.gather(*(journal_mode(url) for _ in range(CONNECTIONS)))
        assert modes == ["wal"] * CONNECTIONS


def test_a_file_that_cannot_be_opened_leaves_no_thread_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[object] = []
    monkeypatch.setattr(threading, "excepthook", failed.append)
    for _ in range(ATTEMPTS):
        with pytest.raises(sqlite3.OperationalError):
            asyncio.run(upgrade(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.db'}"))
    assert failed == []
