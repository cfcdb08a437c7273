"""What is said of a contact when it is over, or nearly: by its expert, and by the customer. It completes the record."""

from palvelurinki.application.principals import Principal
from palvelurinki.application.work import Answer, Context, Work, perform_once
from palvelurinki.domain import commands
from palvelurinki.domain.call import CallId
from palvelurinki.domain.contact import ContactId, SessionId
from palvelurinki.domain.directory import StaffId, TerminalId
from palvelurinki.domain.errors import UnknownThing
from palvelurinki.domain.situation import FollowUp, Resolution


async def conclude_call(
    context: Context,
    staff: StaffId,
    operation: str,
    call: CallId,
    resolution: Resolution,
    follow_ups: tuple[FollowUp, ...],
) -> Answer:
    """The expert writes down what became of the matter, during the call or within an hour of its end.

    Raises UnknownThing, NotInCall, ContactOver (too late).
    """
    principal = Principal.staff(staff)

    async def use_case(work: Work) -> Answer:
        contact = await work.load_of_call(principal, call)
        await work.decide(contact, commands.Conclude(staff, resolution, follow_ups))
        return {"call": call, "contact": contact.id}

    asked = " ".join(("conclude_call", call, resolution, *follow_ups))
    return await perform_once(context, principal, operation, asked, use_case)


async def rate_contact(
    context: Context, terminal: TerminalId, session: SessionId, operation: str, contact: ContactId, satisfaction: int
) -> Answer:
    """How satisfied the customer is.

    Raises UnknownThing, NotContinued, AlreadyRated, TransitionRefused (it goes on), ContactOver (too late).
    """
    principal = Principal.terminal(terminal)

    async def use_case(work: Work) -> Answer:
        loaded = await work.load_own(principal, contact)
        if loaded.terminal != terminal:
            raise UnknownThing("contact", contact, foreign=True)
        await work.decide(loaded, commands.Rate(satisfaction, session))
        return {"contact": contact}

    return await perform_once(context, principal, operation, f"rate_contact {contact} {satisfaction}", use_case)
