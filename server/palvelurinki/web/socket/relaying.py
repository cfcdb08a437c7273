"""Relaying: signals from one seat of a call to another, whichever node holds the session that speaks for it.

A signal is delivered at once when the session is here, and told to the other nodes when it may not be; before it is
acknowledged to its sender it is kept for the recipient (`ports.Signals`), so that whoever takes the session over can
send what its client has not acknowledged. It may come twice then; its id says so.
"""

import asyncio
from collections.abc import Iterable
from typing import Final

from palvelurinki.application.principals import Principal
from palvelurinki.ports import Bus, Signals
from palvelurinki.protocol.client import Signal
from palvelurinki.protocol.server import Signalled
from palvelurinki.web.socket.roster import Roster
from palvelurinki.web.socket.session import Session

SIGNAL_CHANNEL: Final = "signals"


class Relaying:
    """Hands signals to sessions, here and elsewhere."""

    def __init__(self, bus: Bus, signals: Signals, roster: Roster) -> None:
        self._bus = bus
        self._signals = signals
        self._roster = roster

    async def relay(self, signal: Signal, sender_seat: str, recipient: Principal) -> None:
        """Hand a signal to the session of the recipient. Returns when it is kept, or after a short while."""
        signalled = Signalled(
            seq=1,  # numbered by the session that takes it
            id=f"{sender_seat}.{signal.id}",
            call=signal.call,
            sender=sender_seat,
            generation=signal.generation,
            description=signal.description,
            candidate=signal.candidate,
        )
        here = self._roster.get(str(recipient))
        if here is not None:
            here.relay(signalled)
        # A session whose socket is away may be resumed at another node at this moment.
        attached = here is not None and here.attachment is not None
        await self._keep(str(recipient), signalled, told=not attached)

    async def catch_up(self, session: Session) -> None:
        """Give the session what was kept for it elsewhere."""
        kept = await self._signals.kept(str(session.principal))
        session.catch_up([Signalled.model_validate_json(text) for text in kept])

    async def send_after(self, recipient: Principal, signals: Iterable[Signalled]) -> None:
        """Send what the session here had not got acknowledged to whoever holds it now."""
        await asyncio.gather(*(self._keep(str(recipient), signal, told=True) for signal in signals))

    def acknowledge(self, session: Session, seq: int) -> None:
        """The session's client has handled all events up to `seq`."""
        signals = session.acknowledge(seq)
        if signals:
            self._signals.acknowledged(str(session.principal), signals)

    def forget(self, principal: Principal) -> None:
        """What was kept for the principal's session before is of no use to the new one."""
        self._signals.forget(str(principal))

    async def run(self) -> None:
        """Hand over what other nodes tell."""
        # One channel is enough at this scale, and a session needs no subscription of its own.
        subscription = await self._bus.subscribe(SIGNAL_CHANNEL)
        async for _, told in subscription:
            principal, _, text = told.partition(" ")
            session = self._roster.get(principal)
            if session is not None:
                session.relay(Signalled.model_validate_json(text))

    async def _keep(self, recipient: str, signalled: Signalled, *, told: bool) -> None:
        text = signalled.model_dump_json(exclude_none=True)
        await self._signals.keep(recipient, signalled.id, text, channel=SIGNAL_CHANNEL if told else None)
