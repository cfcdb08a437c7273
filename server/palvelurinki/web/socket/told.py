"""An event as a client is told it: written once, and numbered by each session that tells it.

A signal is checked as it comes in and written as it goes out; on its way, whichever nodes it crosses and however often
it is sent again, it is text that nobody reads.
"""

import json
from dataclasses import dataclass

from palvelurinki.protocol import server as s
from palvelurinki.protocol.client import Signal


@dataclass(frozen=True, slots=True)
class Told:
    """`text`: a JSON object without its number. `signal`: the id of the signal that it is; "" for all else."""

    text: str
    signal: str = ""

    def numbered(self, seq: int) -> bytes:
        """The message."""
        return f'{{"seq":{seq},{self.text[1:]}'.encode()


def told(event: s.Event) -> Told:
    """Whatever its number is."""
    return Told(event.model_dump_json(exclude={"seq"}))


def signalled(sender: str, signal: Signal) -> Told:
    """A `protocol.server.Signalled` of the sender's seat. Ids need no escaping; all else is written by its model."""
    identifier = f"{sender}.{signal.id}"
    description = "null" if signal.description is None else signal.description.model_dump_json()
    candidate = "null" if signal.candidate is None else signal.candidate.model_dump_json()
    text = (
        f'{{"type":"signal","id":"{identifier}","call":"{signal.call}","sender":"{sender}",'
        f'"generation":{signal.generation},"description":{description},"candidate":{candidate}}}'
    )
    return Told(text, identifier)


def on_its_way(text: str) -> Told:
    """A signal that another node has written."""
    return Told(text, json.loads(text)["id"])
