"""The simulated world's configuration: one provider whose rings share experts, languages and units.

Five rings with different rules: one rings two experts at once and asks for the unit that serves the point and the
customer's language in steps; one asks in turn and overflows; one counts calls and never relaxes before its time; one
goes by skill and is nobody's but through its overflow while its only expert is away; one closes a while after the
start and ends what waits.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from palvelurinki.domain.directory import (
    AtClosing,
    Directory,
    LanguageRule,
    Organisation,
    OrganisationId,
    OrganisationKind,
    Overflow,
    PauseReason,
    PauseReasonId,
    PointId,
    Ring,
    RingId,
    RingMember,
    Role,
    Service,
    ServiceId,
    ServicePoint,
    ServingUnit,
    Staff,
    StaffId,
    Step,
    Strategy,
    Terminal,
    TerminalId,
    TerminalKind,
    Unit,
    UnitId,
    UnitRule,
)
from palvelurinki.domain.hours import HELSINKI, MINUTES_IN_DAY, Interval, OpeningHours
from palvelurinki.domain.names import Names

START: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CLOSES: Final = START + timedelta(minutes=6)
LAST_ENTRY: Final = timedelta(minutes=1)
CLOSING_RING: Final = RingId("tax-ring")

PROVIDER: Final = OrganisationId("kela")
HOST: Final = OrganisationId("mikkeli")
EAST, WEST = UnitId("east"), UnitId("west")
PAUSES: Final = ("break", "lunch")
SERVICES: Final = {
    ServiceId("housing"): RingId("housing-ring"),
    ServiceId("urgent"): RingId("housing-ring"),
    ServiceId("pension"): RingId("pension-ring"),
    ServiceId("family"): RingId("family-ring"),
    ServiceId("disability"): RingId("disability-ring"),
    ServiceId("tax"): CLOSING_RING,
}
TERMINALS: Final = {
    TerminalId("kiosk-1"): PointId("centre"),
    TerminalId("kiosk-2"): PointId("centre"),
    TerminalId("desk-1"): PointId("village"),
    TerminalId("room-1"): PointId("village"),
    TerminalId("kiosk-3"): PointId("island"),
}
KINDS: Final = (
    TerminalKind.KIOSK,
    TerminalKind.KIOSK,
    TerminalKind.DESK,
    TerminalKind.PRIVATE_ROOM,
    TerminalKind.KIOSK,
)
LANGUAGES: Final = ("fi", "sv", "sme")
STAFF: Final[tuple[tuple[str, tuple[str, ...], UnitId | None, dict[str, int]], ...]] = (
    ("anna", ("fi", "sv"), EAST, {}),
    ("bengt", ("sv",), EAST, {}),
    ("cecilia", ("fi", "sv"), WEST, {}),
    ("david", ("fi",), WEST, {}),
    ("erik", ("fi",), None, {"disability": 4, "family": 1, "housing": 1, "urgent": 1}),
)
EXPERTS: Final = tuple(StaffId(name) for name, *_ in STAFF)

_ALWAYS = OpeningHours(weekly=dict.fromkeys(range(7), (Interval(0, MINUTES_IN_DAY),)), closed_on_public_holidays=False)
_HOURS = Interval(0, CLOSES.astimezone(HELSINKI).hour * 60 + CLOSES.minute)
_SHORT = OpeningHours(weekly={CLOSES.weekday(): (_HOURS,)}, closed_on_public_holidays=False)


def _names(text: str) -> Names:
    return Names(text, text, text)


def _members(*names: str, second: tuple[str, ...] = ()) -> tuple[RingMember, ...]:
    first = (RingMember(StaffId(name)) for name in names)
    return (*first, *(RingMember(StaffId(name), level=2) for name in second))


def _rings() -> tuple[Ring, ...]:
    return (
        Ring(
            RingId("housing-ring"),
            PROVIDER,
            _names("housing"),
            _ALWAYS,
            _members("anna", "bengt", "cecilia", second=("erik",)),
            ring_at_once=2,
            steps=(
                Step(unit=UnitRule.SERVING, level=1),
                Step(after_s=15, level=1),
                Step(after_s=40, language=LanguageRule.ANY),
            ),
            wrap_up_s=15,
            wrap_up_most_s=40,
        ),
        Ring(
            RingId("pension-ring"),
            PROVIDER,
            _names("pension"),
            _ALWAYS,
            _members("cecilia", "david"),
            offer_timeout_s=15,
            grace_s=20,
            retry_after_s=10,
            pause_after_misses=1,
            strategy=Strategy.ROUND_ROBIN,
            overflow=(Overflow(RingId("housing-ring"), after_s=25),),
        ),
        Ring(
            RingId("family-ring"),
            PROVIDER,
            _names("family"),
            _ALWAYS,
            _members("david", "erik", "anna"),
            strategy=Strategy.FEWEST_CALLS,
            relax_when_unstaffed=False,
            steps=(Step(), Step(after_s=30, language=LanguageRule.ANY)),
            wrap_up_s=5,
        ),
        Ring(
            RingId("disability-ring"),
            PROVIDER,
            _names("disability"),
            _ALWAYS,
            _members("erik"),
            strategy=Strategy.BEST_SKILL,
            ring_at_once=3,
            steps=(Step(skill=3), Step(after_s=20, language=LanguageRule.ANY)),
            overflow=(Overflow(RingId("pension-ring")),),
        ),
        Ring(
            CLOSING_RING,
            PROVIDER,
            _names("tax"),
            _SHORT,
            _members("bengt", "david"),
            at_closing=AtClosing.END,
            last_entry_s=int(LAST_ENTRY.total_seconds()),
        ),
    )


MEMBERS: Final = {ring.id: tuple(member.staff for member in ring.members) for ring in _rings()}


def directory() -> Directory:
    """The office."""
    points = {
        PointId("centre"): (ServingUnit(EAST),),
        PointId("village"): (ServingUnit(WEST),),
        PointId("island"): (),
    }
    return Directory(
        revision=1,
        organisations={
            PROVIDER: Organisation(
                PROVIDER,
                frozenset({OrganisationKind.PROVIDER}),
                _names("Kela"),
                pause_reasons=tuple(PauseReason(PauseReasonId(each), _names(each)) for each in PAUSES),
            ),
            HOST: Organisation(HOST, frozenset({OrganisationKind.HOST_MUNICIPALITY}), _names("Mikkeli"), "491"),
        },
        units={unit: Unit(unit, PROVIDER, _names(unit)) for unit in (EAST, WEST)},
        services={
            service: Service(service, PROVIDER, _names(service), ring, head_start_s=45 if service == "urgent" else 0)
            for service, ring in SERVICES.items()
        },
        rings={ring.id: ring for ring in _rings()},
        points={
            point: ServicePoint(point, HOST, _names(point), "Katu 1", (PROVIDER,), served_by=units)
            for point, units in points.items()
        },
        terminals={
            terminal: Terminal(terminal, point, kind, _names(terminal))
            for (terminal, point), kind in zip(TERMINALS.items(), KINDS, strict=True)
        },
        staff={
            StaffId(name): Staff(
                StaffId(name),
                PROVIDER,
                name.title(),
                frozenset({Role.EXPERT}),
                languages,
                unit,
                skills={ServiceId(service): skill for service, skill in skills.items()},
            )
            for name, languages, unit, skills in STAFF
        },
    )
