"""Who may do and see what (I7): one table for requests, messages of the socket, and what is shown.

A *party* is what the asker is: nobody in particular, a terminal, or a member of staff in a role; who has several roles
may do what any of them may. A *reach* is of which things: one's own, those of one's service point, of one's rings, of
one's organisation. `docs/access.md` is written from the table, and a test walks each of its cells by request and by
message.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from palvelurinki.domain.directory import OrganisationId, PointId, Ring, Role, ServicePoint


class Party(StrEnum):
    """What an asker is."""

    NOBODY = "nobody"
    TERMINAL = "terminal"
    EXPERT = Role.EXPERT.value
    ADVISOR = Role.ADVISOR.value
    INTERPRETER = Role.INTERPRETER.value
    SUPERVISOR = Role.SUPERVISOR.value
    ADMINISTRATOR = Role.ADMINISTRATOR.value


class Reach(StrEnum):
    """Of which things."""

    ALL = "all"
    """It concerns nobody's things: pages, health, signing in."""
    OWN = "own"
    """What is the asker's own: their sign-in, their status, the contact or the call that they are in."""
    RINGS = "own rings"
    """Rings that they take calls in."""
    POINT = "own point"
    """The service point that they work at; all of their municipality's when the configuration names none."""
    ORGANISATION = "own organisation"
    """What belongs to their organisation."""


class Action(StrEnum):
    """What can be asked for. Those of the socket are the messages' types."""

    # Requests.
    SEE_HEALTH = "see health"
    SEE_DESCRIPTION = "see the interface's description"
    SEE_DEMO = "see the demo's people"
    OPEN_DEMO = "open as one of the demo's people"
    SEE_ISSUERS = "see where staff sign in"
    SIGN_IN = "sign in"
    SIGN_OUT = "sign out"
    TAKE_STAFF_TICKET = "take a ticket for the console's socket"
    ENROL = "ask for enrolment"
    SIGN_IN_BY_KEY = "sign in by a terminal's key"
    CHANGE_KEY = "change the terminal's key"
    TAKE_TERMINAL_TICKET = "take a ticket for the terminal's socket"
    SEE_CATALOGUE = "see the catalogue"
    CHECK_LINE = "check the terminal's line"
    SEE_POINT_CATALOGUE = "see what customers of a point can be connected to"
    EXPLAIN_OFFERS = "see why offers were made"
    SEE_TERMINALS = "see terminals and their keys"
    LOOK_UP_ENROLMENT = "look up an enrolment"
    APPROVE_TERMINAL = "approve a terminal's key"
    REVOKE_TERMINAL = "revoke a terminal's key"
    # Messages.
    HEARTBEAT = "heartbeat"
    REQUEST_CONTACT = "request_contact"
    REQUEST_FOR_CUSTOMER = "request_for_customer"
    AMEND_HANDOFF = "amend_handoff"
    ADD_MATTER = "add_matter"
    DROP_MATTER = "drop_matter"
    REPORT_LINE = "report_line"
    MOVE_CONTACT = "move_contact"
    ATTEND_CONTACT = "attend_contact"
    CALL_ADVISOR = "call_advisor"
    CLOSE_CONTACT = "close_contact"
    CONCLUDE_CALL = "conclude_call"
    FINISH_CONTACT = "finish_contact"
    RATE_CONTACT = "rate_contact"
    SET_LANGUAGE = "set_language"
    LEAVE_CONTACT = "leave_contact"
    CONTINUE_CONTACT = "continue_contact"
    MAKE_READY = "make_ready"
    PAUSE = "pause"
    EXTEND_WRAP_UP = "extend_wrap_up"
    ACCEPT_OFFER = "accept_offer"
    DECLINE_OFFER = "decline_offer"
    JOIN_CALL = "join_call"
    REPORT_MEDIA = "report_media"
    LEAVE_CALL = "leave_call"
    SIGNAL = "signal"
    # What a session is shown.
    SEE_OWN = "own contact, offer, call and status"
    SEE_RING = "a ring: who waits, how many serve"
    SEE_MEMBERS = "a ring's members and what each does"
    SEE_POINT = "a service point's terminals"


Rule = Mapping[Party, Reach]

_PUBLIC: Final[Rule] = dict.fromkeys(Party, Reach.ALL)
_STAFF: Final = (Party.EXPERT, Party.ADVISOR, Party.INTERPRETER, Party.SUPERVISOR, Party.ADMINISTRATOR)
_OF_STAFF: Final[Rule] = dict.fromkeys(_STAFF, Reach.OWN)
_OF_TERMINAL: Final[Rule] = {Party.TERMINAL: Reach.OWN}
_OF_EXPERT: Final[Rule] = {Party.EXPERT: Reach.OWN}
_OF_SEATS: Final[Rule] = {Party.TERMINAL: Reach.OWN, Party.EXPERT: Reach.OWN}
_OF_SUPERVISION: Final[Rule] = dict.fromkeys((Party.SUPERVISOR, Party.ADMINISTRATOR), Reach.ORGANISATION)
_OF_ADMINISTRATION: Final[Rule] = {Party.ADMINISTRATOR: Reach.ORGANISATION}
_OF_POINT: Final[Rule] = {Party.ADVISOR: Reach.POINT}
_OF_SOCKETS: Final[Rule] = {**_OF_TERMINAL, **_OF_STAFF}

RULES: Final[Mapping[Action, Rule]] = {
    Action.SEE_HEALTH: _PUBLIC,
    Action.SEE_DESCRIPTION: _PUBLIC,
    Action.SEE_DEMO: _PUBLIC,
    Action.OPEN_DEMO: _PUBLIC,
    Action.SEE_ISSUERS: _PUBLIC,
    Action.SIGN_IN: _PUBLIC,
    Action.SIGN_OUT: _OF_STAFF,
    Action.TAKE_STAFF_TICKET: _OF_STAFF,
    Action.ENROL: _PUBLIC,
    Action.SIGN_IN_BY_KEY: _PUBLIC,
    Action.CHANGE_KEY: _OF_TERMINAL,
    Action.TAKE_TERMINAL_TICKET: _OF_TERMINAL,
    Action.SEE_CATALOGUE: _OF_TERMINAL,
    Action.CHECK_LINE: _OF_TERMINAL,
    Action.SEE_POINT_CATALOGUE: _OF_POINT,
    Action.EXPLAIN_OFFERS: _OF_SUPERVISION,
    Action.SEE_TERMINALS: _OF_ADMINISTRATION,
    Action.LOOK_UP_ENROLMENT: _OF_ADMINISTRATION,
    Action.APPROVE_TERMINAL: _OF_ADMINISTRATION,
    Action.REVOKE_TERMINAL: _OF_ADMINISTRATION,
    Action.HEARTBEAT: _OF_SOCKETS,
    Action.REQUEST_CONTACT: _OF_TERMINAL,
    Action.REQUEST_FOR_CUSTOMER: _OF_POINT,
    Action.AMEND_HANDOFF: _OF_POINT,
    Action.ADD_MATTER: _OF_POINT,
    Action.DROP_MATTER: _OF_POINT,
    Action.REPORT_LINE: _OF_TERMINAL,
    Action.MOVE_CONTACT: _OF_POINT,
    Action.ATTEND_CONTACT: _OF_POINT,
    Action.CALL_ADVISOR: _OF_SEATS,
    Action.CLOSE_CONTACT: _OF_POINT,
    Action.CONCLUDE_CALL: _OF_EXPERT,
    Action.FINISH_CONTACT: _OF_POINT,
    Action.RATE_CONTACT: _OF_TERMINAL,
    Action.SET_LANGUAGE: _OF_TERMINAL,
    Action.LEAVE_CONTACT: _OF_TERMINAL,
    Action.CONTINUE_CONTACT: _OF_TERMINAL,
    Action.MAKE_READY: _OF_EXPERT,
    Action.PAUSE: _OF_EXPERT,
    Action.EXTEND_WRAP_UP: _OF_EXPERT,
    Action.ACCEPT_OFFER: _OF_EXPERT,
    Action.DECLINE_OFFER: _OF_EXPERT,
    Action.JOIN_CALL: _OF_SEATS,
    Action.REPORT_MEDIA: _OF_SEATS,
    Action.LEAVE_CALL: _OF_SEATS,
    Action.SIGNAL: _OF_SEATS,
    Action.SEE_OWN: _OF_SOCKETS,
    Action.SEE_RING: {Party.EXPERT: Reach.RINGS, **_OF_SUPERVISION},
    Action.SEE_MEMBERS: _OF_SUPERVISION,
    Action.SEE_POINT: {Party.ADVISOR: Reach.POINT, Party.ADMINISTRATOR: Reach.ORGANISATION},
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: their parties, their id, and where they belong. Nobody in particular by default."""

    parties: frozenset[Party] = frozenset({Party.NOBODY})
    id: str = ""
    organisation: OrganisationId | None = None
    point: PointId | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """What is asked about: whose it is. `members`: the staff of a ring."""

    organisation: OrganisationId
    point: PointId | None = None
    members: frozenset[str] = frozenset()


def ring_thing(ring: Ring) -> Thing:
    """A ring belongs to its provider."""
    return Thing(ring.provider, members=frozenset(member.staff for member in ring.members))


def point_thing(point: ServicePoint) -> Thing:
    """A service point, and each terminal at it, belongs to the municipality that runs it."""
    return Thing(point.host, point.id)


def may(caller: Caller, action: Action) -> bool:
    """Whether the caller may do it at all, with some thing."""
    return not caller.parties.isdisjoint(RULES[action])


def permits(caller: Caller, action: Action, thing: Thing) -> bool:
    """Whether the caller may do it with this thing."""
    rule = RULES[action]
    return any(_covers(rule[party], caller, thing) for party in caller.parties if party in rule)


def _covers(reach: Reach, caller: Caller, thing: Thing) -> bool:
    match reach:
        case Reach.ALL:
            return True
        case Reach.OWN:
            # What is one's own is never said by an id of somebody else's: the domain looks who holds it.
            return False
        case Reach.RINGS:
            return caller.id in thing.members
        case Reach.POINT:
            return caller.organisation == thing.organisation and caller.point in {None, thing.point}
        case Reach.ORGANISATION:
            return caller.organisation == thing.organisation
