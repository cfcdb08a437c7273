"""One message on its way: sent, and sent again with the same id, until the server has answered for good."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from palvelurinki.client.backoff import backoff_s
from palvelurinki.client.errors import CommandRefused
from palvelurinki.client.options import Options
from palvelurinki.protocol.client import Command
from palvelurinki.protocol.server import Ack

# Nothing was done, and the same may be asked again in a moment.
PASSING: Final = frozenset({"server.busy"})
# Before the same is asked again, in seconds: this at least, and with a growing chance of more.
AGAIN_AT_LEAST_S: Final = 0.2
AGAIN_CAP_S: Final = 4.0


def _unanswered() -> asyncio.Future[Ack]:
    return asyncio.get_running_loop().create_future()


@dataclass(slots=True)
class Asked:
    """A message that waits for its answer. `repeated`: on the next socket, and after a refusal that will pass."""

    message: Command
    repeated: bool = True
    # The last refusal that will pass, which is what to say when the time for asking again is over.
    refusal: CommandRefused | None = None
    answer: asyncio.Future[Ack] = field(default_factory=_unanswered)

    async def answered(self, send: Callable[[Command], Awaitable[None]], options: Options) -> Ack:
        """The server's acknowledgement, however often it must be asked. Raises CommandRefused, and what ends all."""
        refusals = 0
        while True:
            await send(self.message)
            try:
                return await self.answer
            except CommandRefused as error:
                if not self.repeated or error.code not in PASSING:
                    raise
                self.refusal = error
            self.answer = _unanswered()
            await options.pause(AGAIN_AT_LEAST_S + backoff_s(refusals, options.chance(), AGAIN_CAP_S))
            refusals += 1
