"""How every route of the interface may refuse, for its description."""

from typing import Any, Final

from palvelurinki.protocol.http import ErrorBody

# 400: a host name that is not ours. 403: an origin that is not ours, or a role that may not. 429: too many attempts.
STATUSES: Final = (400, 401, 403, 404, 409, 422, 429, 503)
REFUSALS: Final[dict[int | str, dict[str, Any]]] = {status: {"model": ErrorBody} for status in STATUSES}
