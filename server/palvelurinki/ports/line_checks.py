"""The echo against which a terminal proves its line."""

from typing import Protocol


class LineChecks(Protocol):
    """Line checks, of which there are few at a time."""

    async def answer(self, asker: str, offer: str) -> str:
        """The answer (SDP) of an echo to the offer (SDP) of `asker`, of whom an earlier one ends by this.

        From then on the echo gives back sound, picture and what comes over the data channel, for `life_s`.
        Raises LineOfferRefused, LineCheckBusy, LineCheckUnavailable.
        """
        ...

    @property
    def life_s(self) -> float:
        """How long an echo lasts that the terminal does not end before."""
        ...
