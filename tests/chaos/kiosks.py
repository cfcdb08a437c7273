"""A kiosk's customers, one after the other: they ask, wait, talk, leave; some reload the page, some walk away."""

import asyncio
from typing import Final, Literal

from typing_extensions import override

from palvelurinki.client import Client, Options
from palvelurinki.protocol import client as m
from palvelurinki.protocol.views import TerminalSnapshot
from tests.chaos.configuration import LANGUAGES, SERVICES
from tests.chaos.participant import Participant

Kiosk = Client[TerminalSnapshot]

BETWEEN_CUSTOMERS_S: Final = (0.2, 1.5)
PATIENCE_S: Final = (4.0, 30.0)
CALL_S: Final = (0.5, 3.0)
# Shares of customers who do these things while they wait.
LINE_BLINKS: Final = 0.08
RELOADS: Final = 0.06
WALKS_AWAY: Final = 0.03
# Longer than the ring's grace: the contact is then ended by the server.
AWAY_S: Final = (0.0, 9.0)


class Customers(Participant[TerminalSnapshot]):
    """All customers of one terminal."""

    audience: Literal["terminal"] = "terminal"

    @override
    def _client(self, options: Options) -> Kiosk:
        return Client(self.urls, "terminal", self.secret, options)

    @override
    async def live(self, client: Kiosk) -> None:
        """Serve customers until one of them, or chance, ends the session."""
        while not self.closing.is_set():
            contact = _live_contact(client)
            if contact is None:
                await self.idle(*BETWEEN_CUSTOMERS_S)
                if self.closing.is_set():
                    return
                contact = await self._request(client)
            if contact is not None and not await self._accompany(client, contact):
                await asyncio.sleep(self.chance.uniform(*AWAY_S))
                return

    async def _request(self, client: Kiosk) -> str | None:
        ring = self.chance.choice(sorted(SERVICES))
        service, language = self.chance.choice(SERVICES[ring]), self.chance.choice(LANGUAGES)
        ack = await self.ask(client, m.RequestContact(id=self.operation(), service=service, language=language))
        return None if ack is None else ack.contact

    async def _accompany(self, client: Kiosk, contact: str) -> bool:
        """See the contact to its end. False when the page is left in the middle of it."""
        what = self.chance.random()
        if what < LINE_BLINKS:
            await asyncio.sleep(self.chance.uniform(0, 2))
            self.drop(client)
        elif what < LINE_BLINKS + RELOADS + WALKS_AWAY:
            await asyncio.sleep(self.chance.uniform(0, 2))
            return False
        if not await self._answered(client, contact):
            return True
        call = client.snapshot.call
        if call is None or call.contact != contact:
            return True
        await self.ask(client, m.JoinCall(id=self.operation(), call=call.id))
        await self.within(3.0, client, lambda seen: _has_peer(seen) or _is_over(seen, contact))
        if not _is_over(client.snapshot, contact):
            await self.ask(client, m.ReportMedia(id=self.operation(), call=call.id))
        await self.within(self.chance.uniform(*CALL_S), client, lambda seen: _is_over(seen, contact))
        if not _is_over(client.snapshot, contact):
            await self.ask(client, m.LeaveCall(id=self.operation(), call=call.id))
        return True

    async def _answered(self, client: Kiosk, contact: str) -> bool:
        """Whether somebody answered before the customer lost patience, or the wait ended otherwise."""
        clock = asyncio.get_running_loop().time
        until = clock() + self.chance.uniform(*PATIENCE_S)
        while (left := until - clock()) > 0 and not self.closing.is_set():
            seen = await self.within(
                min(left, 1.0), client, lambda s: _state(s, contact) in {"in_call", "ended"} or _to_continue(s, contact)
            )
            if seen is None:
                continue
            if _to_continue(seen, contact):
                await self.ask(client, m.ContinueContact(id=self.operation(), contact=contact))
                await self.within(2.0, client, lambda s: not _to_continue(s, contact))
                continue
            return _state(seen, contact) == "in_call"
        await self.ask(client, m.LeaveContact(id=self.operation(), contact=contact))
        await self.within(5.0, client, lambda s: _is_over(s, contact))
        return False


def _live_contact(client: Kiosk) -> str | None:
    contact = client.snapshot.contact
    return None if contact is None or contact.state == "ended" else contact.id


def _state(seen: TerminalSnapshot, contact: str) -> str | None:
    return seen.contact.state if seen.contact is not None and seen.contact.id == contact else None


def _to_continue(seen: TerminalSnapshot, contact: str) -> bool:
    return seen.contact is not None and seen.contact.id == contact and seen.contact.to_continue is not None


def _is_over(seen: TerminalSnapshot, contact: str) -> bool:
    return seen.contact is None or seen.contact.id != contact or seen.contact.state == "ended"


def _has_peer(seen: TerminalSnapshot) -> bool:
    return seen.call is not None and bool(seen.call.peers)
