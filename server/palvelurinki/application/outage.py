"""An outage of the database, told twice however many notice it: when it begins, with the reason, and when it is over.

What cannot be done meanwhile is no fault of ours, and each loop tries it again: a traceback of every turn would only
bury what is one.
"""

import asyncio
from typing import Final

import structlog

from palvelurinki.domain.errors import Busy, Conflict
from palvelurinki.ports import StoreAway

HINDRANCES: Final = (Busy, Conflict, StoreAway)
"""What a store raises when it cannot be worked with just now. Anything else is a fault."""

log = structlog.get_logger(__name__)


class Outage:
    """Whether this node is hindered by its database, as told by those who are."""

    def __init__(self) -> None:
        self._since: float | None = None
        # Who has not got on since; each says so when it has.
        self._hindered: set[str] = set()

    def begins(self, error: Exception, who: str | None = None) -> None:
        """Somebody was hindered. With `who`, they try again until they say that it `ends` for them."""
        if who is not None:
            self._hindered.add(who)
        if self._since is None:
            self._since = asyncio.get_running_loop().time()
            log.warning("database.hinders", why=reason(error))

    def ends(self, who: str) -> None:
        """They have got on. It is over when everybody who said `who` has."""
        self._hindered.discard(who)
        if self._since is not None and not self._hindered:
            after_s = asyncio.get_running_loop().time() - self._since
            self._since = None
            log.warning("database.serves", after_s=round(after_s, 1))


def reason(error: BaseException) -> str:
    """What happened, in a line, with what lies behind it. Databases do not repeat passwords."""
    said = [str(error) or type(error).__name__]
    if error.__cause__ is not None:
        said += [type(error.__cause__).__name__, str(error.__cause__).partition("\n")[0]]
    return ": ".join(filter(None, said))
