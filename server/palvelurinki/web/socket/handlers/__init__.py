"""From a client's message to the use case that it asks for, a module for each party."""

from typing import Final

from palvelurinki.web.socket.handlers import advisor, desk, expert, seat, terminal
from palvelurinki.web.socket.handlers.handler import Handler

# Every message that asks the application for something, and what does it.
HANDLERS: Final[dict[type, Handler]] = {
    **terminal.HANDLERS,
    **expert.HANDLERS,
    **advisor.HANDLERS,
    **desk.HANDLERS,
    **seat.HANDLERS,
}
