"""What the application asks of the world: the store, the bus, ids and secrets. Protocols, no code.

One contract suite (`tests/contract`) runs on every implementation of each.
"""

from palvelurinki.ports.audit import Audit, AuditDamaged, AuditEnds, AuditFilter
from palvelurinki.ports.bus import SIGNALS_CHANNEL, SIGNALS_KEPT, SIGNALS_SIZE, Bus, Signals, Subscription
from palvelurinki.ports.contacts import Contacts, EventFilter, Explanations, Handled, ServiceEvents
from palvelurinki.ports.estimates import Estimates, Outcome
from palvelurinki.ports.handoffs import Handoffs
from palvelurinki.ports.issuers import Issuers
from palvelurinki.ports.line_checks import LineChecks
from palvelurinki.ports.people import Connection, Connections, Presences
from palvelurinki.ports.retention import Retaining
from palvelurinki.ports.secrets import Ids, Pseudonyms, Seals
from palvelurinki.ports.sign_ins import Attempt, Credentials, SignIn
from palvelurinki.ports.store import OutcomeUnknown, Probe, Store, StoreAway, Transaction
from palvelurinki.ports.terminals import Enrolments, KeyTokens, TerminalKeys
from palvelurinki.ports.upkeep import (
    ConfigurationRevision,
    Configurations,
    Deadline,
    Deadlines,
    Housekeeping,
    Operations,
    Outbox,
    OutboxEntry,
)

__all__ = [
    "SIGNALS_CHANNEL",
    "SIGNALS_KEPT",
    "SIGNALS_SIZE",
    "Attempt",
    "Audit",
    "AuditDamaged",
    "AuditEnds",
    "AuditFilter",
    "Bus",
    "ConfigurationRevision",
    "Configurations",
    "Connection",
    "Connections",
    "Contacts",
    "Credentials",
    "Deadline",
    "Deadlines",
    "Enrolments",
    "Estimates",
    "EventFilter",
    "Explanations",
    "Handled",
    "Handoffs",
    "Housekeeping",
    "Ids",
    "Issuers",
    "KeyTokens",
    "LineChecks",
    "Operations",
    "Outbox",
    "OutboxEntry",
    "Outcome",
    "OutcomeUnknown",
    "Presences",
    "Probe",
    "Pseudonyms",
    "Retaining",
    "Seals",
    "ServiceEvents",
    "SignIn",
    "Signals",
    "Store",
    "StoreAway",
    "Subscription",
    "TerminalKeys",
    "Transaction",
]
