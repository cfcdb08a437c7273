"""TURN for the clients: addresses with credentials that soon expire.

The credentials are those of coturn's `use-auth-secret` (draft-uberti-behave-turn-rest-00): the username is the expiry
as a Unix time and an id, the password the base64 of HMAC-SHA1 over it with the shared secret.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from palvelurinki.protocol.server import IceServer

CREDENTIALS_LIFE: Final = timedelta(minutes=5)
# A call may begin at any moment, and opens its lines with what its session was told last.
RENEW_AFTER: Final = CREDENTIALS_LIFE / 2


@dataclass(frozen=True, slots=True)
class IceServers:
    """The TURN servers of this installation; none when `urls` is empty."""

    urls: Sequence[str] = ()
    secret: str | None = None

    def for_session(self, now: datetime, label: str) -> list[IceServer]:
        """What a client may use from `now` for CREDENTIALS_LIFE; `label` tells sessions apart, for coturn's quotas."""
        if not self.urls or self.secret is None:
            return []
        username = f"{int((now + CREDENTIALS_LIFE).timestamp())}:{label}"
        # SHA-1 is what the TURN server checks; as an HMAC key derivation it is not the weakness that a hash would be.
        digest = hmac.new(self.secret.encode(), username.encode(), hashlib.sha1).digest()
        return [IceServer(urls=list(self.urls), username=username, credential=base64.b64encode(digest).decode())]


class SessionIce:
    """What one session is told of the TURN servers: with its welcome, and anew before that runs out."""

    __slots__ = ("_label", "_servers", "_told_at")

    def __init__(self, servers: IceServers) -> None:
        self._servers = servers
        self._label = ""
        self._told_at: datetime | None = None

    def told(self, now: datetime, label: str) -> list[IceServer]:
        """What to tell with the welcome."""
        self._label, self._told_at = label, now
        return self._servers.for_session(now, label)

    def due(self, now: datetime) -> list[IceServer] | None:
        """What to tell with this heartbeat's answer; None: what was told still lasts."""
        if self._told_at is None or now - self._told_at < RENEW_AFTER or not self._servers.urls:
            return None
        return self.told(now, self._label)
