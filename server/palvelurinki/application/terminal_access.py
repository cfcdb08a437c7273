"""What the end of a terminal's keys means for it: it is signed out, its socket closes, and what it held ends."""

from palvelurinki.application import connections, sign_in_ends
from palvelurinki.application.principals import Principal
from palvelurinki.application.work import Work
from palvelurinki.domain import commands
from palvelurinki.domain.audit import AuditAct, Details
from palvelurinki.domain.directory import TerminalId
from palvelurinki.domain.effects import DeadlineKind
from palvelurinki.ports import Deadline


async def end_access(work: Work, terminal: TerminalId) -> None:
    """Whoever was signed in as the terminal is so no longer, on whichever node; nobody resumes its session.

    What it held is lost, and its grace has run out: whoever comes back will do so with another key.
    """
    principal = Principal.terminal(terminal)
    identifier = await work.tx.contacts.live_of_terminal(terminal)
    contact = None if identifier is None else await work.tx.contacts.load(identifier)
    await work.tx.credentials.end_sign_ins_of(str(principal))
    if await sign_in_ends.end_session(work.tx, principal, work.context.presence_grace):
        connections.touch(work, principal)
    if contact is not None:
        await work.decide(contact, commands.LoseOccupant(terminal, 0))
        # Also for one that was away already, and had longer.
        await work.tx.deadlines.set(Deadline(DeadlineKind.OCCUPANT_GRACE, terminal, await work.tx.now()))


async def note(
    work: Work, actor: str, act: AuditAct, terminal: TerminalId, why: str = "", details: Details | None = None
) -> None:
    """Note in the audit log what happened to a terminal, as a matter of the municipality whose it is."""
    device = work.directory.terminals.get(terminal)
    host = None if device is None else work.directory.points[device.point].host
    await work.tx.audit.note(actor, act, f"terminal:{terminal}", why, host, details)
