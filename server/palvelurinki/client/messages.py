"""Reading what the server sends."""

import json

from pydantic import ValidationError

from palvelurinki.client.errors import NotUnderstood
from palvelurinki.protocol.server import SERVER_MESSAGE, ServerMessage


def read(text: str) -> ServerMessage | int | None:
    """The message; of a type that only a newer server has, its number if it is an event, else None.

    Raises NotUnderstood for anything else.
    """
    try:
        return SERVER_MESSAGE.validate_json(text)
    except ValidationError as error:
        if error.errors(include_input=False)[0]["type"] != "union_tag_invalid":
            raise NotUnderstood(str(error)) from error
    seq = json.loads(text).get("seq")
    return seq if isinstance(seq, int) else None
