"""An expert at a console: takes most of what rings, declines some, misses some, and sometimes is cut off."""

import asyncio
from typing import Final, Literal

from typing_extensions import override

from palvelurinki.client import Client, Options
from palvelurinki.domain.offer import DeclineReason
from palvelurinki.protocol import client as m
from palvelurinki.protocol.views import OfferView, StaffSnapshot
from tests.chaos.participant import Participant

Console = Client[StaffSnapshot]

# Shares of what an expert does with an offer; the rest is accepted after a moment.
DECLINES: Final = 0.12
LETS_RING_OUT: Final = 0.08
# Accepts in the very last moment: the answer and the expiry meet.
AT_THE_LAST_MOMENT: Final = 0.08
LINE_BLINKS: Final = 0.05
# Closes the console while it rings, for so long.
GOES: Final = 0.05
AWAY_S: Final = (0.0, 4.0)
THINKS_S: Final = (0.1, 1.2)
CALL_S: Final = (0.5, 4.0)
PAUSES: Final = 0.05
PAUSE_S: Final = (0.5, 3.0)


class Expert(Participant[StaffSnapshot]):
    """One of them."""

    audience: Literal["staff"] = "staff"

    @override
    def _client(self, options: Options) -> Console:
        return Client(self.urls, "staff", self.secret, options)

    @override
    async def live(self, client: Console) -> None:
        """Take calls until chance ends the session."""
        while not self.closing.is_set():
            snapshot = client.snapshot
            if snapshot.presence is not None and snapshot.presence.state != "ready":
                await self.ask(client, m.MakeReady(id=self.operation()))
                await self.within(3.0, client, _is_ready)
            if snapshot.call is not None and snapshot.call.state != "ended":
                await self._talk(client, snapshot.call.id)
                continue
            seen = await self.within(1.0, client, lambda s: _ringing(s) is not None or not _is_ready(s))
            offer = None if seen is None else _ringing(seen)
            if offer is not None and not await self._answer(client, offer):
                await asyncio.sleep(self.chance.uniform(*AWAY_S))
                return
            if self.chance.random() < PAUSES:
                await self._pause(client)

    async def _answer(self, client: Console, offer: OfferView) -> bool:
        """Do something with the offer. False when the console was closed instead."""
        what = self.chance.random()
        if what < DECLINES:
            reason = self.chance.choice([DeclineReason.BUSY_ELSEWHERE, DeclineReason.NOT_MY_FIELD])
            await self.idle(*THINKS_S)
            await self.ask(client, m.DeclineOffer(id=self.operation(), offer=offer.id, reason=reason))
        elif what < (bound := DECLINES + LETS_RING_OUT):
            await self.within(20.0, client, lambda s: _is_over(s, offer))
        elif what < bound + GOES:
            await asyncio.sleep(self.chance.uniform(0, 1))
            return False
        else:
            if what < (bound := bound + GOES + LINE_BLINKS):
                self.drop(client)
            late = what < bound + AT_THE_LAST_MOMENT
            await self._accept(client, offer, self._last_moment(client, offer) if late else None)
        return True

    async def _accept(self, client: Console, offer: OfferView, after_s: float | None) -> None:
        await asyncio.sleep(self.chance.uniform(*THINKS_S) if after_s is None else after_s)
        ack = await self.ask(client, m.AcceptOffer(id=self.operation(), offer=offer.id))
        if ack is not None and ack.call is not None:
            await self._talk(client, ack.call)
        else:
            # Somebody else was quicker, or it was too late: the console shows so before anything else rings.
            await self.within(5.0, client, lambda s: _is_over(s, offer))

    def _last_moment(self, client: Console, offer: OfferView) -> float:
        """How long to wait so that the answer comes to within a few hundredths of the expiry, or just behind it."""
        left = offer.expires_at - offer.opened_at
        assert client.welcome is not None
        return max(0.0, left.total_seconds() + self.chance.uniform(-0.15, 0.03))

    async def _talk(self, client: Console, call: str) -> None:
        await self.ask(client, m.JoinCall(id=self.operation(), call=call))
        await self.within(3.0, client, lambda s: _has_peer(s, call) or _call_is_over(s, call))
        if not _call_is_over(client.snapshot, call):
            await self.ask(client, m.ReportMedia(id=self.operation(), call=call))
        await self.within(self.chance.uniform(*CALL_S), client, lambda s: _call_is_over(s, call))
        if not _call_is_over(client.snapshot, call):
            await self.ask(client, m.LeaveCall(id=self.operation(), call=call))
        await self.within(5.0, client, lambda s: _call_is_over(s, call))

    async def _pause(self, client: Console) -> None:
        await self.ask(client, m.Pause(id=self.operation(), reason=client.snapshot.staff.pause_reasons[0].id))
        await self.idle(*PAUSE_S)


def _is_ready(seen: StaffSnapshot) -> bool:
    return seen.presence is not None and seen.presence.state == "ready"


def _ringing(seen: StaffSnapshot) -> OfferView | None:
    return seen.offer if seen.offer is not None and seen.offer.state == "ringing" else None


def _is_over(seen: StaffSnapshot, offer: OfferView) -> bool:
    return seen.offer is None or seen.offer.id != offer.id or seen.offer.state != "ringing"


def _has_peer(seen: StaffSnapshot, call: str) -> bool:
    return seen.call is not None and seen.call.id == call and bool(seen.call.peers)


def _call_is_over(seen: StaffSnapshot, call: str) -> bool:
    # While the view has not come yet, the call that was just accepted is not over.
    return seen.call is not None and seen.call.id == call and seen.call.state == "ended"
