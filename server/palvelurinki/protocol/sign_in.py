"""Bodies of staff's sign-in by HTTP. The rest of it is the browser going from address to address."""

from enum import StrEnum

from pydantic import Field

from palvelurinki.protocol.base import WireModel
from palvelurinki.protocol.named import NamedView, NamesView


class IssuerView(NamedView):
    """Where an organisation's staff sign in: an OpenID Connect issuer. `/sign-in/start?issuer=ID` leads there."""

    organisation: NamesView


class SignInView(WireModel):
    """The ways to sign in. `demo`: the built-in people exist here too."""

    demo: bool
    issuers: list[IssuerView]


class SignInRefusal(StrEnum):
    """Why somebody came back from an issuer without being signed in: `/console/#sign-in-refused=CODE`."""

    REFUSED = "sign_in.refused"
    """What came back is not good: another browser's, used, too old, forged, or for somebody else."""
    UNKNOWN_PERSON = "sign_in.unknown_person"
    NO_ROLE = "sign_in.no_role"
    CANCELLED = "sign_in.cancelled"
    UNAVAILABLE = "sign_in.unavailable"
    TOO_MANY = "sign_in.too_many"


class LeaveView(WireModel):
    """Signed out here."""

    leave_at: str | None = Field(description="the issuer's address for ending its own sign-in, to be opened; no secret")
