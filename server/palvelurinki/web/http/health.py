"""Health: whether the process lives, and whether work may be sent to it."""

from fastapi import APIRouter, Request, Response

from palvelurinki.domain.access import Action
from palvelurinki.protocol.http import LiveView, Missing, ReadyView, ServerPhase
from palvelurinki.web.http.access import allowed
from palvelurinki.web.life import Life, Phase

router = APIRouter(prefix="/health", tags=["health"], dependencies=[allowed(Action.SEE_HEALTH)])


@router.get("/live")
async def live() -> LiveView:
    """The process answers."""
    return LiveView(ok=True)


@router.get("/ready", responses={503: {"model": ReadyView}})
async def ready(request: Request, response: Response) -> ReadyView:
    """Whether work may be sent to this node; 503 when not, with what is missing. Answers within two seconds.

    The bus is told of and does not count, for it only hastens.
    """
    life: Life = request.app.state.life
    told = await _told(life)
    if not told.ok:
        response.status_code = 503
    return told


async def _told(life: Life) -> ReadyView:
    server = life.open_server
    if life.phase in {Phase.SERVING, Phase.CUT_OFF} and server is not None:
        told = await server.vitals.told()
        # It may have come back meanwhile, or be leaving: what it is now is told with what was found.
        phase = life.phase
        return told.model_copy(update={"ok": told.ok and phase is Phase.SERVING, "phase": ServerPhase(phase)})
    missing = [Missing.DATABASE] if life.phase is Phase.STARTING else []
    return ReadyView(ok=False, phase=ServerPhase(life.phase), missing=missing)
