"""A store that is not there, not reached or not ours is told in a sentence, and none is made by asking."""

import os
import stat
from pathlib import Path

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from palvelurinki.application.configuration import apply
from palvelurinki.bootstrap import loading
from palvelurinki.demo import FILENAME, demo_configuration
from palvelurinki.opening import StoreUnavailable, open_store_from
from palvelurinki.settings import Settings, StoreSettings


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


async def test_a_new_file_is_its_owners_alone_and_so_is_what_stands_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "new.db"
    # As a shell has it: others may read what is made.
    before = os.umask(0o022)
    try:
        async with open_store_from(StoreSettings(database_url=f"sqlite+aiosqlite:///{file}"), must_exist=False) as made:
            await made.ping()
            modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()}
    finally:
        os.umask(before)
    assert modes == {"new.db": 0o600, "new.db-wal": 0o600, "new.db-shm": 0o600}


async def test_a_secret_for_an_issuer_that_is_not_there_is_told_once_there_is_a_configuration(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'new.db'}"
    load = loading(Settings(database_url=url, demo=True, issuer_secrets={"misspelt": SecretStr("hush")}))
    async with open_store_from(StoreSettings(database_url=url), must_exist=False) as store:
        with capture_logs() as before:
            await load(store)
        await apply(store, demo_configuration(), FILENAME, applied_by="x")
        with capture_logs() as after:
            assert (await load(store)).revision == 1
    assert not before
    [told] = after
    assert (told["event"], told["issuers"]) == ("settings.issuer_secrets_of_unknown_issuers", ["misspelt"])
    assert "hush" not in str(told)


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
