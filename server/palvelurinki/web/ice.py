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
