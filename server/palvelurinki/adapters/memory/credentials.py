"""Who is signed in, tickets for the socket, and browsers that are at an issuer."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

from palvelurinki.adapters.memory.tables import TicketRow
from palvelurinki.adapters.memory.unit import Unit
from palvelurinki.ports import Attempt, SignIn


class MemoryCredentials:
    """The port `Credentials`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add_ticket(self, digest: str, sign_in: str, expires_at: datetime) -> None:
        """A ticket for one hello."""
        self._unit.tables.tickets.add(digest, TicketRow(sign_in, expires_at))

    async def use_ticket(self, digest: str) -> str | None:
        """The sign-in of a ticket that is neither used nor too old. Using it removes it."""
        row = self._unit.tables.tickets.get(digest)
        if row is None or row.expires_at <= self._unit.now():
            return None
        self._unit.tables.tickets.remove(digest)
        return row.sign_in

    async def add_sign_in(self, sign_in: SignIn) -> None:
        """A browser is signed in."""
        self._unit.tables.sign_ins.add(sign_in.digest, sign_in)

    async def sign_in(self, digest: str) -> SignIn | None:
        """The sign-in, if it has not ended."""
        row = self._unit.tables.sign_ins.get(digest)
        return None if row is None or row.expires_at <= self._unit.now() else row

    async def sign_ins_of(self, principal: str) -> Sequence[SignIn]:
        """All of the principal's that have not ended, oldest first."""
        now = self._unit.now()
        found = self._all(lambda each: each.principal == principal and each.expires_at > now)
        return sorted(found, key=lambda each: (each.begun_at, each.digest))

    async def extend_sign_ins(self, digests: Collection[str], until: datetime) -> int:
        """These were used."""
        now = self._unit.now()
        used = self._all(lambda each: each.digest in digests and now < each.expires_at < until)
        for each in used:
            self._unit.tables.sign_ins.put(each.digest, replace(each, expires_at=min(until, each.ends_at)))
        return len(used)

    async def end_sign_in(self, digest: str) -> SignIn | None:
        """It is worth nothing any more; returns it."""
        return next(iter(self._end(lambda each: each.digest == digest)), None)

    async def end_sign_ins_of(self, principal: str) -> Sequence[SignIn]:
        """All of the principal's; likewise."""
        return self._end(lambda each: each.principal == principal)

    async def end_expired_sign_ins_of(self, principal: str) -> Sequence[SignIn]:
        """Those of the principal's whose time is up; likewise."""
        now = self._unit.now()
        return self._end(lambda each: each.principal == principal and each.expires_at <= now)

    async def end_sign_ins_at(self, issuer: str) -> Sequence[SignIn]:
        """All that were made at the issuer; likewise."""
        return self._end(lambda each: each.issuer == issuer)

    async def add_attempt(self, attempt: Attempt) -> None:
        """A browser goes to an issuer."""
        self._unit.tables.attempts.add(attempt.state, attempt)

    async def use_attempt(self, state: str, browser: str) -> Attempt | None:
        """The attempt of this state and this browser that is neither used nor too old. Using it removes it."""
        attempt = self._unit.tables.attempts.get(state)
        if attempt is None or attempt.browser != browser or attempt.expires_at <= self._unit.now():
            return None
        self._unit.tables.attempts.remove(state)
        return attempt

    def _all(self, wanted: Callable[[SignIn], bool]) -> list[SignIn]:
        return [each for each in self._unit.tables.sign_ins.values() if wanted(each)]

    def _end(self, wanted: Callable[[SignIn], bool]) -> Sequence[SignIn]:
        ended = self._all(wanted)
        for each in ended:
            self._unit.tables.sign_ins.remove(each.digest)
        return ended
