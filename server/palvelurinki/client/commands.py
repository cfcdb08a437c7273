"""A method for each command, so that a user of the client need not build messages."""

import uuid
from abc import ABC, abstractmethod
from collections.abc import Sequence

from palvelurinki.domain.offer import DeclineReason
from palvelurinki.domain.situation import FollowUp, LineFault, Resolution
from palvelurinki.protocol import client as m
from palvelurinki.protocol.server import Ack
from palvelurinki.protocol.situation import FurtherPart, HandoffPart


def new_operation() -> str:
    """A new operation id."""
    return uuid.uuid4().hex


class AtCounter(ABC):
    """What an advisor asks for, at the terminals of their point. Each raises what `command` raises."""

    @abstractmethod
    async def command(self, command: m.Command) -> Ack:
        """Send the command, again after each reconnection until it is answered."""

    async def request_for_customer(self, request: m.RequestForCustomer) -> Ack:
        """Connect the customer to an authority; the ack names the `contact`."""
        return await self.command(request)

    async def amend_handoff(self, contact: str, handoff: HandoffPart) -> Ack:
        """Put another note in place of the contact's."""
        return await self.command(m.AmendHandoff(id=new_operation(), contact=contact, handoff=handoff))

    async def add_matter(self, contact: str, service: str, handoff: HandoffPart | None = None) -> Ack:
        """Take up this matter too, when the present one has ended."""
        matter = FurtherPart(service=service, handoff=handoff)
        return await self.command(m.AddMatter(id=new_operation(), contact=contact, matter=matter))

    async def drop_matter(self, contact: str, matter: str) -> Ack:
        """Do not take it up after all. `matter`: its id."""
        return await self.command(m.DropMatter(id=new_operation(), contact=contact, matter=matter))

    async def move_contact(self, contact: str, seen_at: str, terminal: str) -> Ack:
        """Move it from the terminal where it is seen to another one of the point."""
        return await self.command(
            m.MoveContact(id=new_operation(), contact=contact, seen_at=seen_at, terminal=terminal)
        )

    async def attend_contact(self, contact: str, *, present: bool = True) -> Ack:
        """The advisor is beside the customer, or no longer."""
        return await self.command(m.AttendContact(id=new_operation(), contact=contact, present=present))

    async def close_contact(self, contact: str) -> Ack:
        """The customer has gone."""
        return await self.command(m.CloseContact(id=new_operation(), contact=contact))

    async def finish_contact(self, contact: str) -> Ack:
        """What is done after the contact is done."""
        return await self.command(m.FinishContact(id=new_operation(), contact=contact))


class Commands(AtCounter):
    """All commands of version 1. Each raises what `command` raises."""

    async def request_contact(
        self, service: str, language: str, *, proven: bool = True, visit: str | None = None
    ) -> Ack:
        """The terminal asks for a service; the ack names the `contact`. `proven`: it has shown that it can call."""
        return await self.command(
            m.RequestContact(id=new_operation(), service=service, language=language, proven=proven, visit=visit)
        )

    async def report_line(self, contact: str, faults: Sequence[LineFault] = ()) -> Ack:
        """The terminal has checked whether it can call: without faults it can."""
        return await self.command(m.ReportLine(id=new_operation(), contact=contact, faults=list(faults)))

    async def rate_contact(self, contact: str, satisfaction: int) -> Ack:
        """How satisfied the customer is, 1 (poor) to 5 (good)."""
        return await self.command(m.RateContact(id=new_operation(), contact=contact, satisfaction=satisfaction))

    async def call_advisor(self, contact: str, *, wanted: bool = True) -> Ack:
        """The customer or the expert asks the advisor to come, or no longer."""
        return await self.command(m.CallAdvisor(id=new_operation(), contact=contact, wanted=wanted))

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

    async def conclude_call(self, call: str, resolution: Resolution, follow_ups: Sequence[FollowUp] = ()) -> Ack:
        """The expert writes down what became of the matter."""
        return await self.command(
            m.ConcludeCall(id=new_operation(), call=call, resolution=resolution, follow_ups=list(follow_ups))
        )

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
