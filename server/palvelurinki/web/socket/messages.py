"""From a frame to the command that it carries, and from an outcome to its answer. Pure."""

import json
import re
from datetime import datetime
from typing import Final

from pydantic import ValidationError

from palvelurinki.domain.errors import PalvelurinkiError
from palvelurinki.protocol import server as s
from palvelurinki.protocol.base import FRAME_LIMIT, VERSION
from palvelurinki.protocol.client import CLIENT_COMMAND, ClientCommand, Hello
from palvelurinki.web.socket.errors import (
    FrameTooLarge,
    HelloExpected,
    UnknownType,
    VersionUnsupported,
    WireError,
)

OPERATION_ID_LIMIT: Final = 64
NAME_LIMIT: Final = 200

_OPERATION_IN: Final = re.compile(rb'"id"\s*:\s*"([A-Za-z0-9_-]{8,64})"')


Frame = tuple[bytes, bool]
"""A message's bytes, and whether it came as text."""


def command_of(frame: Frame) -> ClientCommand:
    """The command of a frame. Raises WireError, and UnicodeDecodeError for a text that is none."""
    data = _text_of(frame)
    try:
        return CLIENT_COMMAND.validate_json(data)
    except ValidationError as error:
        raise _explained(data, error) from None


def _text_of(frame: Frame) -> bytes:
    data, text = frame
    if not text:
        raise WireError("frames are JSON text")
    if len(data) > FRAME_LIMIT:
        raise FrameTooLarge(f"a frame has at most {FRAME_LIMIT} bytes", limit=FRAME_LIMIT)
    return data


def _explained(data: bytes, error: ValidationError) -> WireError:
    first = error.errors(include_input=False, include_url=False)[0]
    match first["type"]:
        case "json_invalid":
            data.decode()
            return WireError("not JSON")
        case "dict_type":
            return WireError("a message is a JSON object")
        case "union_tag_invalid" | "union_tag_not_found":
            return UnknownType("no message of this type")
        case _:
            # A field that should not be there is named by the client, at any length.
            where = ".".join(str(part) for part in first["loc"])[:NAME_LIMIT]
            return WireError(f"{where}: {first['msg']}", field=where)


def operation_of(frame: Frame) -> str | None:
    """The id of a message that was refused, if it can be named in the answer."""
    try:
        operation = _object_of(_text_of(frame)).get("id")
    except (WireError, UnicodeDecodeError):
        # There is nothing to name in it.
        return None
    if isinstance(operation, str) and len(operation) <= OPERATION_ID_LIMIT and operation.isascii():
        return operation
    return None


def operation_in(frame: Frame) -> str | None:
    """The same for a frame that is not worth reading: the first that looks like one."""
    found = _OPERATION_IN.search(frame[0])
    return None if found is None else found.group(1).decode()


def hello_of(frame: Frame) -> Hello:
    """The hello of a first frame. Raises HelloExpected, VersionUnsupported, UnicodeDecodeError."""
    try:
        parsed = _object_of(_text_of(frame))
    except WireError as error:
        raise HelloExpected(error.message) from error
    # The version is looked at first: a client of another one may say its hello in a form that is not known here.
    if parsed.get("version", VERSION) != VERSION:
        raise VersionUnsupported(f"this server speaks version {VERSION}", version=VERSION)
    try:
        hello = Hello.model_validate_json(frame[0])
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
        raise HelloExpected(f"the first message must be a hello; look at {where or 'its form'}") from None
    if (hello.ticket is None) == (hello.resume is None):
        raise HelloExpected("a hello has a ticket or a session to resume, one of the two")
    return hello


def _object_of(data: bytes) -> dict[str, object]:
    # Not left to json: it would guess at other encodings.
    text = data.decode()
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        raise WireError("not JSON") from None
    if not isinstance(parsed, dict):
        raise WireError("a message is a JSON object")
    return parsed


def error_message(operation: str | None, error: PalvelurinkiError) -> s.ErrorMessage:
    """The answer to what was refused."""
    return s.ErrorMessage(re=operation, code=error.code, message=error.message, details=dict(error.details))


def acknowledgement(operation: str, now: datetime, ice_servers: list[s.IceServer] | None = None) -> bytes:
    """An ack that carries nothing but the time, which is what signals get, and heartbeats when nothing is due."""
    if ice_servers is not None:
        return s.Ack(re=operation, ice_servers=ice_servers, server_time=now).model_dump_json().encode()
    time = now.isoformat().removesuffix("+00:00")
    nothing = '"contact":null,"call":null,"ice_servers":null'
    return f'{{"type":"ack","re":"{operation}",{nothing},"server_time":"{time}Z"}}'.encode()
