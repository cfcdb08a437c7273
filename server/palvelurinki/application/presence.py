"""What a member of staff says of themselves."""

from palvelurinki.application.principals import Principal
from palvelurinki.application.work import Answer, Context, Work, perform_once
from palvelurinki.domain import presence
from palvelurinki.domain.directory import Role, StaffId
from palvelurinki.domain.errors import NotAllowed, UnknownThing


async def make_ready(context: Context, staff: StaffId, operation: str) -> Answer:
    """The expert takes calls. Raises UnknownThing, NotAllowed (who is no expert takes none)."""

    async def use_case(work: Work) -> Answer:
        _require_expert(work, staff)
        before = await work.tx.presences.load(staff)
        await work.save_presence(before, presence.make_ready(before, await work.tx.now()))
        return {}

    return await perform_once(context, Principal.staff(staff), operation, use_case)


async def pause(context: Context, staff: StaffId, operation: str, reason: presence.PauseReason) -> Answer:
    """The expert takes no further calls. Raises UnknownThing, NotAllowed."""

    async def use_case(work: Work) -> Answer:
        _require_expert(work, staff)
        before = await work.tx.presences.load(staff)
        await work.save_presence(before, presence.pause(before, reason, await work.tx.now()))
        return {}

    return await perform_once(context, Principal.staff(staff), operation, use_case)


async def leave(work: Work, staff: StaffId) -> None:
    """The console has been away for longer than the grace: the person is offline, unless it came back."""
    # The presence's lock first: a console that comes back holds it while it says so, and only then is the answer final.
    before = await work.tx.presences.load(staff)
    connection = await work.tx.connections.get(str(Principal.staff(staff)))
    if connection is None or connection.lost_at is None or before.state is presence.PresenceState.OFFLINE:
        return
    await work.save_presence(before, presence.leave(before, await work.tx.now()))


def _require_expert(work: Work, staff: StaffId) -> None:
    person = work.directory.staff.get(staff)
    if person is None:
        raise UnknownThing("staff", staff)
    if Role.EXPERT not in person.roles:
        raise NotAllowed("only an expert takes calls", role=str(Role.EXPERT))
