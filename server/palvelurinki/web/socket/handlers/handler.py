"""What a handler is: it hands what a message says to the use case that it asks for."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from palvelurinki.application.work import Answer
from palvelurinki.web.socket.hub import Hub
from palvelurinki.web.socket.session import Session

Handler: TypeAlias = Callable[[Hub, Session, Any], Awaitable[Answer]]
