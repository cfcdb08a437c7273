"""The running server's parts, as the web layer sees them."""

from dataclasses import dataclass, field
from functools import partial

from palvelurinki.application.node import Node
from palvelurinki.application.work import Context
from palvelurinki.ports import Bus, Issuers, KeyTokens, LineChecks, Store
from palvelurinki.settings import Settings
from palvelurinki.web.ice import IceServers
from palvelurinki.web.socket.hub import Hub
from palvelurinki.web.tally import Tally
from palvelurinki.web.vitals import Vitals


@dataclass(frozen=True, slots=True)
class Server:
    """All that a request or a socket may need."""

    settings: Settings
    store: Store
    bus: Bus
    context: Context
    node: Node
    hub: Hub
    ice_servers: IceServers
    vitals: Vitals
    key_tokens: KeyTokens
    issuers: Issuers
    line_checks: LineChecks
    unknown_attempts: Tally = field(default_factory=partial(Tally, "sign_in.unknown_attempt"))
    terminal_refusals: Tally = field(default_factory=partial(Tally, "terminal.sign_in_refused"))
