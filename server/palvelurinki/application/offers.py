"""Offers: matching a ring's queue with its free experts, and the experts' answers."""

from palvelurinki.application.principals import Principal
from palvelurinki.application.work import Answer, Context, Work, perform, perform_once
from palvelurinki.domain import commands
from palvelurinki.domain.call import CallId, SeatId
from palvelurinki.domain.contact import ContactId, ContactState
from palvelurinki.domain.directory import Ring, RingId, StaffId
from palvelurinki.domain.errors import Conflict, StaffBusy
from palvelurinki.domain.offer import OfferId
from palvelurinki.domain.presence import PresenceState
from palvelurinki.domain.routing import OfferTo, Quieten, Route, WaitingContact, route


async def match_ring(context: Context, ring_id: RingId) -> int:
    """Offer the ring's waiting contacts to its free experts; returns how many offers were made.

    Any number of nodes may do this at the same time: each offer is a transaction of its own, and indexes refuse the
    second claim of a contact or an expert (I1). Whoever loses a race leaves the rest to the winner's wake-up.
    """
    ring = context.directory.rings.get(ring_id)
    if ring is None:
        return 0
    routes = await _routes(context, ring)
    made = 0
    for chosen in routes:
        try:
            made += await perform(context, lambda work, chosen=chosen: _follow(work, ring, chosen))  # type: ignore[misc]
        except (StaffBusy, Conflict):
            # Someone else claimed the expert or the contact between the look and the claim: nothing to mend.
            continue
    return made


async def _routes(context: Context, ring: Ring) -> tuple[Route, ...]:
    members = [member.staff for member in ring.members]
    async with context.store.reading() as tx:
        waiting = [
            WaitingContact(each.id, each.requested_at, each.passed_by, quiet=each.quiet_until is not None)
            for each in await tx.contacts.queued(ring.id)
            if each.state is ContactState.WAITING
        ]
        if not waiting:
            return ()
        return route(waiting, await tx.presences.free(members), await tx.presences.on_duty(members))


async def _follow(work: Work, ring: Ring, chosen: Route) -> int:
    contact = await work.tx.contacts.load(chosen.contact)
    if contact is None or contact.state is not ContactState.WAITING:
        return 0
    match chosen:
        case Quieten():
            await work.decide(contact, commands.QuietUntilRetry(ring.retry_after_s))
            return 0
        case OfferTo(staff=staff):
            if staff in contact.passed_by:
                # Declined between the look and the lock: another node offered it to them meanwhile.
                return 0
            # Looked at again under the lock of the presence row, which a pause and the loss of the console take too:
            # nobody is rung who has just paused, and no console that is already gone.
            presence = await work.tx.presences.load(staff)
            principal = str(Principal.staff(staff))
            if presence.state is not PresenceState.READY or not await work.tx.connections.connected([principal]):
                return 0
            await work.decide(
                contact,
                commands.MakeOffer(OfferId(work.context.ids.new()), staff, ring.offer_timeout_s),
            )
            return 1


async def accept_offer(context: Context, staff: StaffId, operation: str, offer: OfferId) -> Answer:
    """The expert takes the contact: acceptance, call and seats are one transaction (I2).

    Raises UnknownThing, OfferNotYours, OfferExpired, OfferClosed.
    """

    async def use_case(work: Work) -> Answer:
        contact = await work.load(await work.tx.contacts.of_offer(offer), "offer", offer)
        call = CallId(context.ids.new())
        await work.decide(
            contact,
            commands.AcceptOffer(
                offer,
                staff,
                call,
                terminal_seat=SeatId(context.ids.new()),
                expert_seat=SeatId(context.ids.new()),
            ),
        )
        return {"call": call, "contact": contact.id}

    return await perform_once(context, Principal.staff(staff), operation, use_case)


async def decline_offer(context: Context, staff: StaffId, operation: str, offer: OfferId, reason: str) -> Answer:
    """The expert does not take it; it goes to the next. Raises UnknownThing, OfferNotYours, OfferClosed."""

    async def use_case(work: Work) -> Answer:
        contact = await work.load(await work.tx.contacts.of_offer(offer), "offer", offer)
        await work.decide(contact, commands.DeclineOffer(offer, staff, reason))
        return {"contact": contact.id}

    return await perform_once(context, Principal.staff(staff), operation, use_case)


async def expire_offer(work: Work, offer: OfferId) -> None:
    """The offer's time has run out; one that was answered in time stays as it is."""
    contact_id = await work.tx.contacts.of_offer(offer)
    contact = None if contact_id is None else await work.tx.contacts.load(contact_id)
    if contact is not None:
        await work.decide(contact, commands.ExpireOffer(offer))


async def end_quiet(work: Work, contact_id: ContactId) -> None:
    """The contact has rested: everybody may be asked again."""
    contact = await work.tx.contacts.load(contact_id)
    if contact is not None:
        await work.decide(contact, commands.EndQuiet())
