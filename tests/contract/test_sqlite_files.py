"""Connections that open one new SQLite file in the same moment: each has it, in the journal mode of the product."""

import asyncio
from pathlib import Path

from sqlalchemy import text

from palvelurinki.adapters.sql.engine import make_engine

# One file in ten refused one of its connections when they did not wait for each other.
FILES = 40
CONNECTIONS = 8


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
