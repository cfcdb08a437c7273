"""What every wire message shares: strictness, the version, and the sizes that bound a frame."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, StringConstraints

VERSION: Final = 1
# A frame is one JSON text of at most this many bytes of UTF-8 (`design.md`, "The wire").
FRAME_LIMIT: Final = 64 * 1024

Identifier = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]
"""A slug of the configuration, or an id that the server or a client made."""

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
"""An ISO 639 code, two or three letters: fi, sv, en, sme, smn, sms, fse, fss …"""


class WireModel(BaseModel):
    """A part of the wire: unknown fields are refused, values are immutable, times are ISO 8601 in UTC."""

    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_timedelta="float")
