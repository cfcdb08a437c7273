"""Health: whether the process lives, and whether it can serve."""

from collections.abc import Awaitable, Callable

import structlog
from fastapi import APIRouter, Response

from palvelurinki.protocol.http import HealthView
from palvelurinki.web.http.access import RunningServer

router = APIRouter(prefix="/health", tags=["health"])
log = structlog.get_logger(__name__)


@router.get("/live")
async def live() -> HealthView:
    """The process answers."""
    return HealthView(ok=True, parts={})


@router.get("/ready", responses={503: {"model": HealthView}})
async def ready(server: RunningServer, response: Response) -> HealthView:
    """Whether the database and the bus answer; 503 when the database does not (the bus only hastens)."""
    parts = {"database": await _answers(server.store.ping), "bus": await _answers(server.bus.ping)}
    if not parts["database"]:
        response.status_code = 503
    return HealthView(ok=all(parts.values()), parts=parts)


async def _answers(ping: Callable[[], Awaitable[None]]) -> bool:
    try:
        await ping()
    except Exception as error:  # noqa: BLE001  (whatever is wrong with it, the answer is that it is not well)
        log.warning("health.part_unwell", part=ping.__qualname__, error=repr(error))
        return False
    return True
