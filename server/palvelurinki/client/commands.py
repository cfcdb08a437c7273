"""A method for each command, so that a user of the client need not build messages."""

import uuid
from abc import ABC, abstractmethod

from palvelurinki.domain.offer import DeclineReason
from palvelurinki.protocol import client as m
from palvelurinki.protocol.server import Ack


def new_operation() -> str:
    """A new operation id."""
    return uuid.uuid4().hex


class Commands(ABC):
    """All commands of version 1. Each raises what `command` raises."""

    @abstractmethod
    async def command(self, command: m.Command) -> Ack:
        """Send the command, again after each reconnection until it is answered."""

    async def request_contact(self, service: str, language: str) -> Ack:
        """The terminal asks for a service; the ack names the `contact`."""
        return await self.command(m.RequestContact(id=new_operation(), service=service, language=language))

    async def set_language(self, contact: str, language: str) -> Ack:
        """The customer wants another language."""
        return await self.command(m.SetLanguage(id=new_operation(), contact=contact, language=language))

    async def leave_contact(self, contact: str) -> Ack:
        """The customer no longer waits."""
        return await self.command(m.LeaveContact(id=new_operation(), contact=contact))

    async def continue_contact(self, contact: str) -> Ack:
        """The terminal's contact, begun in another session, is of whoever stands there now."""
        return await self.command(m.ContinueContact(id=new_operation(), contact=contact))

    async def make_ready(self) -> Ack:
        """The expert takes calls."""
        return await self.command(m.MakeReady(id=new_operation()))

    async def pause(self, reason: str) -> Ack:
        """The expert takes no further calls; `reason` is an id of `staff.pause_reasons`."""
        return await self.command(m.Pause(id=new_operation(), reason=reason))

    async def extend_wrap_up(self) -> Ack:
        """The expert needs longer for finishing the last call."""
        return await self.command(m.ExtendWrapUp(id=new_operation()))

    async def accept_offer(self, offer: str) -> Ack:
        """The expert takes the contact; the ack names the `call`."""
        return await self.command(m.AcceptOffer(id=new_operation(), offer=offer))

    async def decline_offer(self, offer: str, reason: DeclineReason) -> Ack:
        """The expert does not take the contact."""
        return await self.command(m.DeclineOffer(id=new_operation(), offer=offer, reason=reason))

    async def join_call(self, call: str) -> Ack:
        """Take the seat with new media."""
        return await self.command(m.JoinCall(id=new_operation(), call=call))

    async def report_media(self, call: str) -> Ack:
        """Media with all peers flow."""
        return await self.command(m.ReportMedia(id=new_operation(), call=call))

    async def leave_call(self, call: str) -> Ack:
        """Hang up."""
        return await self.command(m.LeaveCall(id=new_operation(), call=call))

    async def describe(self, call: str, to: str, generation: int, description: m.Description) -> Ack:
        """Signal a session description to another seat."""
        return await self.command(
            m.Signal(id=new_operation(), call=call, to=to, generation=generation, description=description)
        )

    async def suggest(self, call: str, to: str, generation: int, candidate: m.Candidate) -> Ack:
        """Signal an ICE candidate to another seat."""
        return await self.command(
            m.Signal(id=new_operation(), call=call, to=to, generation=generation, candidate=candidate)
        )
