"""What a member of staff says of themselves."""

from palvelurinki.application.principals import Principal
from palvelurinki.application.work import Answer, Context, Work, perform_once
from palvelurinki.domain import commands, presence
from palvelurinki.domain.directory import Role, Staff, StaffId
from palvelurinki.domain.errors import NotAllowed, UnknownPauseReason, UnknownThing


async def make_ready(context: Context, staff: StaffId, operation: str) -> Answer:
    """The expert takes calls, and is done with the last one. Raises UnknownThing, NotAllowed (who is no expert).

    What they let ring out may be offered to them again at once: they are there now.
    """

    async def use_case(work: Work) -> Answer:
        _expert(work, staff)
        # Contacts are locked before presences, everywhere.
        await _reconsider(work, staff)
        before = await work.tx.presences.load(staff)
        await work.save_presence(before, presence.make_ready(before, await work.tx.now()))
        return {}

    return await perform_once(context, Principal.staff(staff), operation, "make_ready", use_case)


async def pause(context: Context, staff: StaffId, operation: str, reason: str) -> Answer:
    """The expert takes no further calls. `reason` is an id of their provider's list.

    Raises UnknownThing, NotAllowed, UnknownPauseReason.
    """

    async def use_case(work: Work) -> Answer:
        person = _expert(work, staff)
        known = work.directory.organisations[person.organisation].pause_reasons
        if reason not in {each.id for each in known}:
            raise UnknownPauseReason("the provider's list has no such reason", reason=reason)
        before = await work.tx.presences.load(staff)
        await work.save_presence(before, presence.pause(before, reason, await work.tx.now()))
        return {}

    return await perform_once(context, Principal.staff(staff), operation, f"pause {reason}", use_case)


async def extend_wrap_up(context: Context, staff: StaffId, operation: str) -> Answer:
    """The expert needs longer for finishing the last call. Raises UnknownThing, NotAllowed, WrapUpOver."""

    async def use_case(work: Work) -> Answer:
        _expert(work, staff)
        before = await work.tx.presences.load(staff)
        await work.save_presence(before, presence.extend_wrap_up(before, await work.tx.now()))
        return {}

    return await perform_once(context, Principal.staff(staff), operation, "extend_wrap_up", use_case)


async def end_wrap_up(work: Work, staff: StaffId) -> None:
    """The time for finishing a call has run out: the person is free, unless it was extended meanwhile."""
    before = await work.tx.presences.load(staff)
    await work.save_presence(before, presence.end_wrap_up(before, await work.tx.now()))


async def leave(work: Work, staff: StaffId) -> None:
    """The console has been away for longer than the grace: the person is offline, unless it came back."""
    # The presence's lock first: a console that comes back holds it while it says so, and only then is the answer final.
    before = await work.tx.presences.load(staff)
    connection = await work.tx.connections.get(str(Principal.staff(staff)))
    if connection is None or connection.lost_at is None or before.state is presence.PresenceState.OFFLINE:
        return
    await work.save_presence(before, presence.leave(before, await work.tx.now()))


async def _reconsider(work: Work, staff: StaffId) -> None:
    own = work.directory.rings_of_staff.get(staff, ())
    rings = {ring for each in own for ring in work.directory.pools[each]}
    missed = sorted(each.id for each in await work.tx.contacts.queued(rings) if staff in each.missed_by)
    for identifier in missed:
        contact = await work.tx.contacts.load(identifier)
        if contact is not None:
            await work.decide(contact, commands.Reconsider(staff))


def _expert(work: Work, staff: StaffId) -> Staff:
    person = work.directory.staff.get(staff)
    if person is None:
        raise UnknownThing("staff", staff)
    if Role.EXPERT not in person.roles:
        raise NotAllowed("only an expert takes calls", role=str(Role.EXPERT))
    return person
