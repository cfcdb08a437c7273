"""What a terminal's assertion must say, and when (RFC 7523, section 3). The signature is checked elsewhere."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from palvelurinki.domain.errors import AssertionExpired, AssertionInvalid

SIGN_IN_TYPE: Final = "client-authentication+jwt"
PROOF_TYPE: Final = "key-proof+jwt"
CHANGE_TYPE: Final = "key-change+jwt"
LEEWAY: Final = timedelta(seconds=30)
LIFE_MOST: Final = timedelta(seconds=60)
# After so long none that could be taken now is taken: made LEEWAY ahead, good for LIFE_MOST, and LEEWAY again.
KEPT: Final = LEEWAY + LIFE_MOST + LEEWAY


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says, its signature being good. `count`, and `successor` (a thumbprint), may be None."""

    issuer: str
    subject: str
    audience: str
    issued_at: datetime
    expires_at: datetime
    not_before: datetime | None
    identifier: str
    count: int | None = None
    successor: str | None = None


def check(claims: Claims, thumbprint: str, audiences: Collection[str], now: datetime) -> None:
    """Whether the claims are those of this key's holder, for one of the audiences, and of now.

    Raises AssertionInvalid, and AssertionExpired, which tells the server's time, when only the time is wrong.
    """
    if claims.issuer != thumbprint or claims.subject != thumbprint:
        raise AssertionInvalid("issuer and subject are to be the key's thumbprint")
    if claims.audience not in audiences:
        raise AssertionInvalid("the token is for another address")
    if not timedelta() < claims.expires_at - claims.issued_at <= LIFE_MOST:
        raise AssertionInvalid(f"a token is good for at most {LIFE_MOST.seconds} s")
    if claims.issued_at > now + LEEWAY or (claims.not_before is not None and claims.not_before > now + LEEWAY):
        raise AssertionExpired("the token is of a time to come", now)
    if claims.expires_at + LEEWAY <= now:
        raise AssertionExpired("the token has run out", now)
