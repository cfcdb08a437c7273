"""What an administrator of a municipality does with its terminals: see them, approve a key, revoke it."""

from typing import Annotated, TypeAlias

from fastapi import APIRouter, Path

from palvelurinki.application import enrolment
from palvelurinki.application.callers import principal_of
from palvelurinki.application.principals import Principal
from palvelurinki.domain.access import Action, Caller, permits, point_thing
from palvelurinki.domain.directory import Terminal, TerminalId
from palvelurinki.domain.enrolment import fingerprint
from palvelurinki.protocol.enrolment import (
    ApprovalView,
    EnrolledTerminals,
    EnrolledTerminalView,
    EnrolmentApproval,
    EnrolmentCode,
    EnrolmentFound,
    TerminalRevocation,
)
from palvelurinki.reporting.terminals import enrolled_terminals
from palvelurinki.web.http.access import AccessFirst, RunningServer, allowed, within_reach
from palvelurinki.web.http.refusals import REFUSALS
from palvelurinki.web.server import Server

router = APIRouter(
    prefix="/api/v1/administration", tags=["administration"], responses=REFUSALS, route_class=AccessFirst
)

TerminalInPath: TypeAlias = Annotated[str, Path(max_length=64)]


@router.get("/terminals")
async def terminals(
    server: RunningServer, administrator: Annotated[Caller, allowed(Action.SEE_TERMINALS)]
) -> EnrolledTerminals:
    """All terminals of the administrator's organisation, in the configuration's order."""
    directory = server.context.directory
    own = [
        terminal
        for terminal in directory.terminals.values()
        if permits(administrator, Action.SEE_TERMINALS, point_thing(directory.points[terminal.point]))
    ]
    return EnrolledTerminals(terminals=await _views(server, own), server_time=server.node.now())


@router.post("/enrolments/look-up")
async def look_up(
    server: RunningServer, _: Annotated[Caller, allowed(Action.LOOK_UP_ENROLMENT)], asked: EnrolmentCode
) -> EnrolmentFound:
    """What stands behind the code that a terminal shows; its fingerprint is to be compared with the terminal's."""
    found = await enrolment.look_up(server.context, asked.code)
    return EnrolmentFound(
        fingerprint=fingerprint(found.key.thumbprint), requested_at=found.requested_at, expires_at=found.expires_at
    )


@router.post("/terminals/{terminal}/approve")
async def approve(
    server: RunningServer,
    administrator: Annotated[Caller, allowed(Action.APPROVE_TERMINAL)],
    terminal: TerminalInPath,
    asked: EnrolmentApproval,
) -> ApprovalView:
    """The key with this code is this terminal's from now on. One that it had before is revoked by that."""
    here = _within_reach(server, administrator, Action.APPROVE_TERMINAL, terminal)
    actor = str(principal_of(administrator))
    done = await enrolment.approve(server.context, actor, here.id, asked.code, asked.fingerprint)
    server.node.hasten()
    [view] = await _views(server, [here])
    return ApprovalView(**dict(view), replaced=done.replaced)


@router.post("/terminals/{terminal}/revoke")
async def revoke(
    server: RunningServer,
    administrator: Annotated[Caller, allowed(Action.REVOKE_TERMINAL)],
    terminal: TerminalInPath,
    _asked: TerminalRevocation,
) -> EnrolledTerminalView:
    """The terminal's key is good no longer: it is signed out, and its socket is closed."""
    here = _within_reach(server, administrator, Action.REVOKE_TERMINAL, terminal)
    await enrolment.revoke(server.context, str(principal_of(administrator)), here.id)
    server.node.hasten()
    [view] = await _views(server, [here])
    return view


def _within_reach(server: Server, administrator: Caller, action: Action, terminal: str) -> Terminal:
    directory = server.context.directory
    return within_reach(
        administrator,
        action,
        directory.terminals.get(TerminalId(terminal)),
        lambda found: point_thing(directory.points[found.point]),
        "terminal",
        terminal,
    )


async def _views(server: Server, terminals: list[Terminal]) -> list[EnrolledTerminalView]:
    principals = [str(Principal.terminal(each.id)) for each in terminals]
    async with server.context.store.reading() as tx:
        keys = await tx.terminal_keys.of([each.id for each in terminals])
        connected = await tx.connections.connected(principals)
    return enrolled_terminals(server.context.directory, terminals, keys, connected)
