"""Refusals by HTTP: one body, a stable code, and the status that fits."""

from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from palvelurinki.application.refusals import is_for_want_of_a_right, note_refusal
from palvelurinki.domain import errors
from palvelurinki.domain.access import Caller
from palvelurinki.ports import StoreAway
from palvelurinki.protocol.http import ErrorBody

STATUS: Final[dict[type[errors.PalvelurinkiError], int]] = {
    errors.Unauthenticated: 401,
    errors.NotAllowed: 403,
    errors.UnknownThing: 404,
    errors.UnknownEnrolment: 404,
    errors.LineOfferRefused: 422,
    errors.Refused: 409,
    errors.Conflict: 503,
    errors.Busy: 503,
    errors.PalvelurinkiError: 500,
}

UNAVAILABLE: Final = 503
# When whoever was told so should ask again.
RETRY_AFTER_S: Final = 2
# How a socket is closed before it is one, by a server that cannot answer its handshake by HTTP.
TRY_AGAIN_LATER: Final = 1013
POLICY_VIOLATION: Final = 1008


def install(app: FastAPI) -> None:
    """Answer every error of the application with an ErrorBody."""
    app.add_exception_handler(errors.PalvelurinkiError, _refused)
    app.add_exception_handler(StoreAway, _unanswered)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)


def body(status: int, code: str, message: str, details: dict[str, object] | None = None) -> JSONResponse:
    """An ErrorBody as a response; one that says "not now" also says when."""
    shown = ErrorBody.model_validate({"code": code, "message": message, "details": details or {}})
    headers = {"retry-after": str(RETRY_AFTER_S)} if status == UNAVAILABLE else None
    return JSONResponse(shown.model_dump(mode="json"), status_code=status, headers=headers)


async def refuse(refusal: JSONResponse, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request, or the handshake of a socket: the same status and the same body for both.

    So whoever looks at a handshake sees why it was refused, and a proxy takes 503 for a reason to ask another node.
    """
    if scope["type"] == "websocket" and "websocket.http.response" not in scope.get("extensions", {}):
        code = TRY_AGAIN_LATER if refusal.status_code == UNAVAILABLE else POLICY_VIOLATION
        await send({"type": "websocket.close", "code": code})
        return
    await refusal(scope, receive, send)


async def _refused(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, errors.PalvelurinkiError):
        raise error
    caller: Caller | None = getattr(request.state, "caller", None)
    if caller is not None and is_for_want_of_a_right(error):
        await note_refusal(request.app.state.life.server.context, caller, request.state.action, error)
    # The nearest class of the error's own line of descent that has a status.
    status = next(STATUS[each] for each in type(error).__mro__ if each in STATUS)
    return body(status, error.code, error.message, dict(error.details))


async def _unanswered(_request: Request, _error: Exception) -> JSONResponse:
    # All that is asked for by HTTP may be asked for twice.
    return body(UNAVAILABLE, errors.Busy.code, "the database went away meanwhile; ask again")


async def _malformed(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return body(422, "request.malformed", f"{where}: {first['msg']}")


async def _http(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    return body(error.status_code, f"http.{error.status_code}", str(error.detail))
