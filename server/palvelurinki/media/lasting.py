"""How long a line check lasts: what the node tells and the worker keeps."""

from typing import Final

LIFE_S: Final = 15.0
# A terminal that has not come so long after its answer does not come any more, and its place is another's.
CONNECT_WITHIN_S: Final = 8.0
