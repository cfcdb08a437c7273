"""A terminal's own routes: it asks to be enrolled, signs in by its key, and changes the key."""

from typing import Annotated

from fastapi import APIRouter, Response

from palvelurinki.application import enrolment, terminal_sign_in
from palvelurinki.domain.access import Action, Caller
from palvelurinki.domain.directory import TerminalId
from palvelurinki.domain.enrolment import CODE_LIFE, grouped
from palvelurinki.domain.errors import Unauthenticated
from palvelurinki.protocol.enrolment import (
    ENROLMENTS_PATH,
    KEY_PATH,
    TOKEN_PATH,
    EnrolmentView,
    KeyChange,
    KeyWithProof,
    TerminalAssertion,
    TerminalTokenView,
)
from palvelurinki.web.cookies import Cookies
from palvelurinki.web.http.access import AccessFirst, RunningServer, allowed
from palvelurinki.web.http.refusals import REFUSALS
from palvelurinki.web.server import Server

router = APIRouter(tags=["terminal"], responses=REFUSALS, route_class=AccessFirst)


@router.post(ENROLMENTS_PATH, status_code=201, dependencies=[allowed(Action.ENROL)])
async def ask(server: RunningServer, asked: KeyWithProof) -> EnrolmentView:
    """Ask for a key to be approved: show the code and the fingerprint to whoever is to do that."""
    code, fingerprint = await enrolment.ask(
        server.context, server.key_tokens, (asked.key.x, asked.key.y), asked.proof, _audiences(server, ENROLMENTS_PATH)
    )
    return EnrolmentView(code=grouped(code), fingerprint=fingerprint, expires_in_s=int(CODE_LIFE.total_seconds()))


@router.post(TOKEN_PATH, dependencies=[allowed(Action.SIGN_IN_BY_KEY)])
async def token(server: RunningServer, asked: TerminalAssertion, response: Response) -> TerminalTokenView:
    """Sign in by the key, for five minutes. The token is in the cookie, where no script sees it."""
    try:
        done = await terminal_sign_in.sign_in(
            server.context, server.key_tokens, asked.client_assertion, _audiences(server, TOKEN_PATH)
        )
    except Unauthenticated as refusal:
        server.terminal_refusals.note(refusal.code)
        raise
    life_s = int(terminal_sign_in.TOKEN_LIFE.total_seconds())
    Cookies(server.settings).sign_in(response, done.principal.kind, done.secret, life_s)
    return TerminalTokenView(terminal=done.principal.id, expires_in_s=life_s, rotate_key=done.rotate_key)


@router.post(KEY_PATH, status_code=204)
async def change_key(
    server: RunningServer, terminal: Annotated[Caller, allowed(Action.CHANGE_KEY)], asked: KeyChange
) -> None:
    """Bind the terminal's next key. The present one is good until that has signed in."""
    await terminal_sign_in.change_key(
        server.context,
        server.key_tokens,
        TerminalId(terminal.id),
        (asked.key.x, asked.key.y),
        (asked.proof, asked.change),
        _audiences(server, KEY_PATH),
    )


def _audiences(server: Server, path: str) -> frozenset[str]:
    """What a token for this route may be meant for: the page's origin, of which there may be several, and the path."""
    return frozenset(origin + path for origin in server.settings.allowed_origins)
