"""The line check: a terminal's way to the echo, which proves that it can call before anybody is rung for it."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from palvelurinki.domain.access import Action, Caller
from palvelurinki.protocol.http import LINE_CHECK_PATH, LineAnswer, LineOffer
from palvelurinki.web.http.access import AccessFirst, RunningServer, allowed
from palvelurinki.web.http.refusals import REFUSALS
from palvelurinki.web.limits import Limits, too_many

router = APIRouter(tags=["terminal"], responses=REFUSALS, route_class=AccessFirst)


@router.post(LINE_CHECK_PATH, response_model=LineAnswer)
async def check(
    server: RunningServer, request: Request, terminal: Annotated[Caller, allowed(Action.CHECK_LINE)], offer: LineOffer
) -> LineAnswer | JSONResponse:
    """Offer to send sound, picture and data, which come back. A newer offer of the terminal ends an older one."""
    limits: Limits = request.app.state.limits
    wait_s = limits.line_check_wait_s(terminal.id)
    if wait_s:
        return too_many(wait_s, "this terminal has proven its line too often; wait, then ask again")
    answer = await server.line_checks.answer(terminal.id, offer.sdp)
    return LineAnswer(sdp=answer, expires_in_s=int(server.line_checks.life_s))
