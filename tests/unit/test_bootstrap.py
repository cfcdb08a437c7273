"""A store that is not there, not reached or not ours is told in a sentence, and none is made by asking."""

from pathlib import Path

import pytest

from palvelurinki.bootstrap import StoreUnavailable, open_store_from
from palvelurinki.settings import StoreSettings


async def test_a_missing_file_is_told_and_not_made(tmp_path: Path) -> None:
    file = tmp_path / "missing.db"
    with pytest.raises(StoreUnavailable, match="there is no database at"):
        async with open_store_from(StoreSettings(database_url=f"sqlite+aiosqlite:///{file}")):
            pass
    assert not file.exists()


async def test_the_first_configuration_makes_the_file(tmp_path: Path) -> None:
    file = tmp_path / "new.db"
    settings = StoreSettings(database_url=f"sqlite+aiosqlite:///{file}")
    async with open_store_from(settings, must_exist=False) as store:
        await store.ping()
    assert file.exists()


@pytest.mark.parametrize(
    "url",
    [
        "sqlite+aiosqlite:////no/such/folder/x.db",
        "postgresql+asyncpg://nobody@/nothing?host=/no/such/folder",
    ],
)
async def test_what_leads_nowhere_is_told_in_one_line(url: str) -> None:
    with pytest.raises(StoreUnavailable) as told:
        async with open_store_from(StoreSettings(database_url=url), must_exist=False):
            pass
    assert told.value.code == "store.unavailable"
    assert "PALVELURINKI_DATABASE_URL" in told.value.message
    assert "\n" not in told.value.message


async def test_a_file_of_something_else_is_told(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("not a database\n" * 100)
    with pytest.raises(StoreUnavailable, match="not a database"):
        async with open_store_from(StoreSettings(database_url=f"sqlite+aiosqlite:///{file}")):
            pass
