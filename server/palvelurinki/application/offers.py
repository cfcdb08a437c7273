"""Offers: matching a pool's queue with its free experts, and the experts' answers."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Final

from palvelurinki.application.principals import Principal
from palvelurinki.application.work import Answer, Context, Work, perform, perform_assuming, perform_once
from palvelurinki.domain import commands
from palvelurinki.domain.audit import AuditAct
from palvelurinki.domain.call import CallId, SeatId
from palvelurinki.domain.contact import Contact, ContactId
from palvelurinki.domain.directory import Directory, RingId, StaffId, Strategy
from palvelurinki.domain.errors import Conflict, StaffBusy
from palvelurinki.domain.hours import start_of_day
from palvelurinki.domain.offer import OfferId
from palvelurinki.domain.routing import Expert, OfferTo, Pool, Quieten, Route, WaitingContact, route
from palvelurinki.ports import Transaction

# Whoever loses races again and again leaves the rest to the winners, and to the next second.
LOOKS: Final = 3


async def match_ring(context: Context, ring_id: RingId) -> int:
    """Offer what waits in the ring, and in those that share experts with it, to who is free; returns how many offers.

    Any number of nodes may do this at the same time: each offer is a transaction of its own, and indexes refuse the
    second claim of a contact or an expert (I1). Whoever loses a race looks again at what is left.
    """
    directory = context.directory
    if ring_id not in directory.rings:
        return 0
    rings = directory.pools[ring_id]
    with suppress(StaffBusy, Conflict):
        return await perform_assuming(context, lambda work: _match_at_once(work, directory, rings))
    made = 0
    for _ in range(LOOKS):
        routes = await _look(context, directory, rings)
        done = [await _try_to_follow(context, chosen) for chosen in routes]
        made += _offers(chosen for chosen, had in zip(routes, done, strict=True) if had)
        if all(done):
            break
    return made


def _offers(routes: Iterable[Route]) -> int:
    return sum(isinstance(chosen, OfferTo) for chosen in routes)


async def _match_at_once(work: Work, directory: Directory, rings: frozenset[RingId]) -> int:
    """Look, and follow all that was chosen, as if nobody else did. Raises Conflict or StaffBusy when somebody did."""
    routes = await _routes(work.tx, directory, rings, work)
    for chosen in routes:
        if not await _follow(work, chosen):
            raise Conflict("what was chosen is not to be had", contact=chosen.contact)
    return _offers(routes)


async def begin(work: Work, contact: Contact) -> None:
    """Add a contact that is just being requested. When somebody is free for it, it rings from the same commit on.

    It takes its turn after all who wait in the pool. A try that locks leaves it to the matching, like all who wait: it
    would hold experts' rows for as long as it looks.
    """
    chosen = await _route_of(work, contact) if work.assuming and contact.may_be_offered else None
    command = await _offer(work, contact, chosen) if chosen is not None else None
    await work.add(contact, command)
    if command is not None and chosen is not None:
        await _tell_of(work, contact, command, chosen)


async def _route_of(work: Work, contact: Contact) -> OfferTo | None:
    rings = work.directory.pools[contact.ring]
    experts, others_wait = await work.tx.presences.on_duty_for(_members(work.directory, rings), rings)
    experts = work.context.choices.known(experts, work.began)
    if not any(each.free for each in experts):
        return None
    # Hardly ever does anybody wait while somebody is free.
    others = await _waiting(work.tx, work.directory, rings) if others_wait else []
    routes = await _route(work.tx, work.directory, rings, [*others, WaitingContact.of(contact)], experts)
    made = [each for each in routes if isinstance(each, OfferTo)]
    # When somebody who waited gets an offer too, both are made together, by the matching: none comes before its turn.
    return made[0] if [each.contact for each in made] == [contact.id] else None


async def _try_to_follow(context: Context, chosen: Route) -> bool:
    try:
        return await perform(context, lambda work: _follow(work, chosen))
    except (StaffBusy, Conflict):
        # Someone else claimed the expert or the contact between the look and the claim: nothing to mend.
        return False


async def _look(context: Context, directory: Directory, rings: frozenset[RingId]) -> tuple[Route, ...]:
    async with context.store.looking() as tx:
        return await _routes(tx, directory, rings)


async def _routes(
    tx: Transaction, directory: Directory, rings: frozenset[RingId], work: Work | None = None
) -> tuple[Route, ...]:
    waiting = await _waiting(tx, directory, rings)
    if not waiting:
        return ()
    experts = await tx.presences.on_duty(_members(directory, rings))
    if work is not None:
        experts = work.context.choices.known(experts, work.began)
    return await _route(tx, directory, rings, waiting, experts)


async def _waiting(tx: Transaction, directory: Directory, rings: frozenset[RingId]) -> list[WaitingContact]:
    return [
        WaitingContact.of(each)
        for each in await tx.contacts.waiting(rings)
        if each.may_be_offered and each.service in directory.services
    ]


async def _route(
    tx: Transaction,
    directory: Directory,
    rings: frozenset[RingId],
    waiting: Sequence[WaitingContact],
    experts: Sequence[Expert],
) -> tuple[Route, ...]:
    pool = Pool(waiting, await _described(tx, directory, rings, experts))
    return route(directory, pool, await tx.now())


def _members(directory: Directory, rings: frozenset[RingId]) -> set[StaffId]:
    return {member.staff for ring in rings for member in directory.rings[ring].members}


async def on_duty(tx: Transaction, directory: Directory, rings: frozenset[RingId]) -> list[Expert]:
    """The members of these rings who are ready and connected, with all that the rings' strategies go by."""
    experts = await tx.presences.on_duty(_members(directory, rings))
    return await _described(tx, directory, rings, experts)


async def _described(
    tx: Transaction, directory: Directory, rings: frozenset[RingId], experts: Sequence[Expert]
) -> list[Expert]:
    """The experts, with all that the rings' strategies go by."""
    strategies = {directory.rings[ring].strategy for ring in rings}
    staff = [expert.staff for expert in experts if expert.free]
    asked_at = await tx.contacts.asked_at(staff) if Strategy.ROUND_ROBIN in strategies else {}
    today = start_of_day(await tx.now())
    calls = await tx.contacts.calls_since(staff, today) if Strategy.FEWEST_CALLS in strategies else {}
    return [
        Expert(
            expert.staff,
            expert.free,
            expert.idle_since,
            asked_at.get(expert.staff),
            calls_today=calls.get(expert.staff, 0),
        )
        for expert in experts
    ]


async def _follow(work: Work, chosen: Route) -> bool:
    """Whether what was chosen was still to be had."""
    contact = await work.tx.contacts.load(chosen.contact)
    ring = work.directory.rings.get(contact.ring) if contact is not None else None
    if contact is None or ring is None or not contact.may_be_offered:
        return False
    match chosen:
        case Quieten():
            await work.decide(contact, commands.QuietUntilRetry(ring.retry_after_s))
            return True
        case OfferTo():
            command = await _offer(work, contact, chosen)
            if command is None:
                return False
            await work.decide(contact, command)
            await _tell_of(work, contact, command, chosen)
            return True


async def _offer(work: Work, contact: Contact, chosen: OfferTo) -> commands.MakeOffer | None:
    """The offer that was chosen; None when nobody of the chosen is to be had."""
    staff = await _still_there(work, contact, chosen.staff)
    if not staff:
        return None
    work.choose(staff)
    timeout_s = work.directory.rings[contact.ring].offer_timeout_s
    return commands.MakeOffer(OfferId(work.context.ids.new()), staff, timeout_s)


async def _tell_of(work: Work, contact: Contact, made: commands.MakeOffer, chosen: OfferTo) -> None:
    """Who is shown the contact from this commit on, and why they and not others."""
    for staff in made.staff:
        await work.tx.audit.note(
            str(Principal.staff(staff)), AuditAct.CONTACT_SHOWN, f"contact:{contact.id}", "offer", contact.provider
        )
    if chosen.grounds is not None:
        await work.tx.explanations.add(made.offer, chosen.grounds)
        work.changes.grounds[made.offer] = chosen.grounds


async def _still_there(work: Work, contact: Contact, chosen: tuple[StaffId, ...]) -> tuple[StaffId, ...]:
    """Of the chosen, in their order, those who may still be rung.

    Looked at again under the locks of the presence rows, which a pause and the loss of a console take too: nobody is
    rung who has just paused, and no console that is already gone. The locks are taken in one order everywhere.
    """
    # Declined between the look and the lock: another node offered it to them meanwhile.
    asked = [staff for staff in chosen if staff not in contact.passed_by and staff not in contact.recused]
    ready = await work.tx.presences.may_be_rung(asked)
    return tuple(staff for staff in asked if staff in ready)


async def accept_offer(context: Context, staff: StaffId, operation: str, offer: OfferId) -> Answer:
    """The expert takes the contact: acceptance, call and seats are one transaction (I2).

    Raises UnknownThing, OfferNotYours, OfferExpired, OfferClosed.
    """

    async def use_case(work: Work) -> Answer:
        contact = await work.load_of_offer(Principal.staff(staff), offer)
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

    return await perform_once(context, Principal.staff(staff), operation, f"accept_offer {offer}", use_case)


async def decline_offer(context: Context, staff: StaffId, operation: str, offer: OfferId, reason: str) -> Answer:
    """The expert does not take it; it goes to the next. Raises UnknownThing, OfferNotYours, OfferClosed."""

    async def use_case(work: Work) -> Answer:
        contact = await work.load_of_offer(Principal.staff(staff), offer)
        await work.decide(contact, commands.DeclineOffer(offer, staff, reason))
        return {"contact": contact.id}

    return await perform_once(context, Principal.staff(staff), operation, f"decline_offer {offer} {reason}", use_case)


async def expire_offer(work: Work, offer: OfferId) -> None:
    """The offer's time has run out; one that was answered in time stays as it is."""
    contact = await work.tx.contacts.load_of_offer(offer)
    if contact is not None:
        await work.decide(contact, commands.ExpireOffer(offer))


async def end_quiet(work: Work, contact_id: ContactId) -> None:
    """The contact has rested: everybody may be asked again."""
    contact = await work.tx.contacts.load(contact_id)
    if contact is not None:
        await work.decide(contact, commands.EndQuiet())
