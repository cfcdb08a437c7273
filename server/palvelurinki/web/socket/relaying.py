"""Relaying: signals from one seat of a call to another, whichever node holds the session that speaks for it.

A signal is delivered at once when the session is here, and told to the other nodes when it may not be; before it is
acknowledged to its sender it is kept for the recipient (`ports.Signals`), so that whoever takes the session over can
send what its client has not acknowledged. It may come twice then; its id says so.
"""

import asyncio
from collections.abc import Iterable

from palvelurinki.application.principals import Principal
from palvelurinki.ports import SIGNALS_CHANNEL, Bus, Signals
from palvelurinki.protocol.client import Signal
from palvelurinki.web.socket.roster import Roster
from palvelurinki.web.socket.session import Session
from palvelurinki.web.socket.told import Told, on_its_way, signalled


class Relaying:
    """Hands signals to sessions, here and elsewhere."""

    def __init__(self, bus: Bus, signals: Signals, roster: Roster) -> None:
        self._bus = bus
        self._signals = signals
        self._roster = roster
        # Whether something may have been told that was not heard here.
        self._missed = asyncio.Event()

    def relay(self, signal: Signal, sender_seat: str, recipient: Principal) -> "asyncio.Future[None]":
        """Hand a signal to the session of the recipient. Done when it is kept, or after a short while."""
        principal, told = str(recipient), signalled(sender_seat, signal)
        here = self._roster.get(principal)
        if here is not None:
            here.relay(told)
        # A session whose socket is away may be resumed at another node at this moment.
        attached = here is not None and here.attachment is not None
        return self._keep(principal, told, tell=not attached)

    async def catch_up(self, session: Session) -> None:
        """Give the session what was kept for it elsewhere."""
        kept = await self._signals.kept(str(session.principal))
        session.catch_up([on_its_way(text) for text in kept])

    async def send_after(self, recipient: Principal, signals: Iterable[Told]) -> None:
        """Send what the session here had not got acknowledged to whoever holds it now."""
        await asyncio.gather(*(self._keep(str(recipient), signal, tell=True) for signal in signals))

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
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listening(), name="listening")
            group.create_task(self._making_up(), name="making-up")

    async def _listening(self) -> None:
        # One channel is enough at this scale, and a session needs no subscription of its own.
        subscription = await self._bus.subscribe(SIGNALS_CHANNEL, missed=self._missed.set)
        async for _, message in subscription:
            principal, _, text = message.partition(" ")
            session = self._roster.get(principal)
            if session is not None:
                session.relay(on_its_way(text))

    async def _making_up(self) -> None:
        """What was told while nobody could listen has been kept."""
        while True:
            await self._missed.wait()
            self._missed.clear()
            # While that is not possible, nothing can be asked either.
            await self._signals.written()
            for session in self._roster:
                if session.call is not None and session.attachment is not None:
                    session.hold()
                    await self.catch_up(session)

    def _keep(self, recipient: str, told: Told, *, tell: bool) -> "asyncio.Future[None]":
        return self._signals.keep(recipient, told.signal, told.text, tell=tell)
