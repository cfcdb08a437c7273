"""The store by the settings: all that a command needs, and what the server begins with.

Nothing of the web, the bus or the issuers is imported here, so a command does not wait for those.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from sqlalchemy import make_url

from palvelurinki.adapters.sql.availability import damage, place, unavailability
from palvelurinki.adapters.sql.errors import REFUSALS
from palvelurinki.adapters.sql.store import SqlStore, open_store
from palvelurinki.adapters.system import HmacPseudonyms, HmacSeals, SystemIds
from palvelurinki.application.changes import Changes
from palvelurinki.application.configuration import load_directory
from palvelurinki.application.work import Context
from palvelurinki.domain.errors import PalvelurinkiError
from palvelurinki.ports import AuditDamaged, StoreAway
from palvelurinki.store_settings import SecretSettings, StoreSettings


class StoreUnavailable(PalvelurinkiError):
    """The database is not there, not reached, or not one of ours, and waiting would not change that."""

    code = "store.unavailable"


@asynccontextmanager
async def open_store_from(settings: StoreSettings, *, must_exist: bool = True) -> AsyncIterator[SqlStore]:
    """The store alone, up to date, for the command line.

    With `must_exist` an SQLite file that is missing is not made: who asks for what is there gets no empty answer.
    Raises StoreUnavailable.
    """
    try:
        if must_exist:
            _require_file(settings)
        with told_of_store(settings):
            store = await open_store(settings.database_url)
    except StoreAway as away:
        # A command does not wait: whoever has given it sees at once why it cannot be done.
        raise StoreUnavailable(f"PALVELURINKI_DATABASE_URL leads to no usable database: {away}") from away
    try:
        yield store
    except AuditDamaged as damaged:
        raise StoreUnavailable(str(damaged)) from damaged
    except REFUSALS as error:
        told = damage(error)
        if told is None:
            raise
        raise StoreUnavailable(f"the database is not as the server left it: {told}") from error
    finally:
        await store.close()


async def command_context(store: SqlStore) -> Context:
    """What a use case is given by a command that changes something, on the store alone.

    Running nodes see by the outbox what was done, and see to what falls due. Commands end no calls, so their
    pseudonyms are nobody's.
    """
    return Context(
        store=store,
        ids=SystemIds(),
        pseudonyms=HmacPseudonyms("a command"),
        node="a command",
        directory=await load_directory(store),
        notify=nobody,
    )


def _require_file(settings: StoreSettings) -> None:
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
        raise StoreUnavailable(f"there is no database at {url.database}: set PALVELURINKI_DATABASE_URL to where it is")


@contextmanager
def told_of_store(settings: StoreSettings) -> Iterator[None]:
    """Say in one sentence, without secrets, what is wrong with the database, and whether waiting may mend it."""
    try:
        yield
    except Exception as error:
        found = unavailability(error)
        if found is None:
            raise
        if found.passing:
            raise StoreAway(f"{place(settings.database_url)}: {found.why}") from error
        raise StoreUnavailable(f"PALVELURINKI_DATABASE_URL leads to no usable database: {found.why}") from error


def seals_of(settings: SecretSettings) -> HmacSeals:
    """The seals of the audit log, by the server's secret and those that it had before."""
    former = [each.get_secret_value() for each in settings.former_secrets]
    return HmacSeals(settings.secret.get_secret_value(), former)


async def nobody(_changes: Changes) -> None:
    """Nobody is told before the node takes over."""
