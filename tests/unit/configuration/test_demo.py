"""The demo's configuration is valid and holds what the demo and its tests rely on."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from palvelurinki.application.configuration import read, to_directory, to_yaml
from palvelurinki.demo import FILENAME, demo_configuration
from palvelurinki.domain.directory import (
    Directory,
    OrganisationId,
    PointId,
    RingId,
    Role,
    StaffId,
    Strategy,
    TerminalKind,
)
from palvelurinki.domain.hours import HELSINKI, is_open

DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def demo() -> Directory:
    document, _ = read(demo_configuration(), FILENAME)
    return to_directory(document, 1)


def test_its_export_is_the_same_configuration(demo: Directory) -> None:
    document, _ = read(to_yaml(demo), "export.yaml")
    assert to_directory(document, 1) == demo


@pytest.mark.parametrize(
    ("point", "code"),
    [("mikkeli", "491"), ("kiiminki", "564"), ("parainen", "445"), ("saarijarvi", "729"), ("pelkosenniemi", "583")],
)
def test_the_five_pilot_points(demo: Directory, point: str, code: str) -> None:
    assert demo.host_of(PointId(point)).municipality_code == code
    terminals = {terminal.kind: terminal.id for terminal in demo.terminals_of(PointId(point))}
    assert terminals == {
        TerminalKind.KIOSK: f"{point}-kioski",
        TerminalKind.DESK: f"{point}-tiski",
        TerminalKind.PRIVATE_ROOM: f"{point}-huone",
    }
    assert len(demo.points) == 5


def test_every_ring_can_be_reached_at_some_point(demo: Directory) -> None:
    for point in demo.points:
        remote = {service.ring for service in demo.services_at(point, DAY)}
        wanted = {"kela", "vero", "dvv", "poliisi", "tyollisyys"}
        assert wanted <= remote
        assert ("mikkeli-palvelut" in remote) == (point == "mikkeli")
    by_overflow = {"mikkeli-paapiste"}
    assert set(demo.rings) == {"kela", "vero", "dvv", "poliisi", "tyollisyys", "mikkeli-palvelut"} | by_overflow
    assert {overflow.ring for ring in demo.rings.values() for overflow in ring.overflow} == by_overflow


@pytest.mark.parametrize("ring", ["kela", "dvv", "mikkeli-palvelut", "mikkeli-paapiste"])
def test_the_demo_works_at_any_hour(demo: Directory, ring: str) -> None:
    [hours] = [each.hours for each in demo.rings.values() if each.id == ring]
    start = datetime(2026, 12, 21, tzinfo=HELSINKI)
    assert all(is_open(hours, start + timedelta(minutes=20 * step)) for step in range(14 * 72))


@pytest.mark.parametrize(
    ("ring", "opens", "closes"),
    [("vero", (9, 0), (16, 15)), ("poliisi", (8, 0), (16, 15)), ("tyollisyys", (9, 0), (15, 0))],
)
def test_the_others_keep_office_hours(
    demo: Directory, ring: str, opens: tuple[int, int], closes: tuple[int, int]
) -> None:
    [hours] = [each.hours for each in demo.rings.values() if each.id == ring]
    first = datetime(2026, 11, 23, *opens, tzinfo=HELSINKI)
    last = datetime(2026, 11, 23, *closes, tzinfo=HELSINKI)
    minute = timedelta(minutes=1)
    assert [is_open(hours, at) for at in (first - minute, first, last - minute, last)] == [False, True, True, False]
    assert not is_open(hours, first - timedelta(days=1))  # a Sunday
    assert not is_open(hours, datetime(2026, 12, 24, 10, tzinfo=HELSINKI))


def test_what_is_never_remote_has_no_ring(demo: Directory) -> None:
    never = {service.id for service in demo.services.values() if service.ring is None}
    assert {
        "poliisi-passi",
        "poliisi-henkilokortti",
        "poliisi-aselupa",
        "dvv-vihkiminen",
        "dvv-notaari",
        "tyollisyys-soveltuvuus",
    } <= never
    assert {"kela-asumistuki", "dvv-kuolinpesa", "vero-perinto"}.isdisjoint(never)


def test_every_service_in_force_is_found_by_several_everyday_words_in_each_language(demo: Directory) -> None:
    for service in demo.services.values():
        if service.validity.covers(DAY):
            for needs in (service.needs.fi, service.needs.sv, service.needs.en):
                assert len(needs) >= 3, service.id
                assert len(set(needs)) == len(needs), service.id
    assert "isän kuolinpesä" in next(s for s in demo.services.values() if s.id == "dvv-kuolinpesa").needs.fi


def test_staff_of_every_role(demo: Directory) -> None:
    roles = {person.id: person.roles for person in demo.staff.values()}
    for staff, role in {
        "kela-asiantuntija-1": Role.EXPERT,
        "kela-asiantuntija-2": Role.EXPERT,
        "kela-esihenkilo": Role.SUPERVISOR,
        "kela-paakayttaja": Role.ADMINISTRATOR,
        "mikkeli-paakayttaja": Role.ADMINISTRATOR,
        "mikkeli-neuvoja": Role.ADVISOR,
        "parainen-neuvoja": Role.ADVISOR,
        "tulkki-1": Role.INTERPRETER,
    }.items():
        assert roles[StaffId(staff)] == {role}
    assert demo.staff[StaffId("parainen-neuvoja")].languages[0] == "sv"
    assert {member.staff for ring in demo.rings.values() for member in ring.members} == {
        staff for staff, has in roles.items() if Role.EXPERT in has
    }
    assert max(Counter(person.name for person in demo.staff.values()).values()) == 1


def test_each_strategy_is_shown_by_some_ring(demo: Directory) -> None:
    assert {ring.strategy for ring in demo.rings.values()} == set(Strategy)
    assert demo.rings[RingId("tyollisyys")].ring_at_once == 2
    assert {member.level for member in demo.rings[RingId("vero")].members} == {1, 2}


def test_the_police_unit_of_a_point_changed_during_the_pilot(demo: Directory) -> None:
    def serving(point: str, day: date) -> str | None:
        return demo.unit_serving(PointId(point), OrganisationId("poliisi"), day)

    assert (serving("kiiminki", date(2014, 12, 31)), serving("kiiminki", date(2015, 1, 1))) == (
        "poliisi-ita-suomi",
        "poliisi-oulu",
    )
    assert (serving("mikkeli", DAY), serving("parainen", DAY)) == ("poliisi-ita-suomi", None)
    members = {demo.staff[member.staff].unit for member in demo.rings[RingId("poliisi")].members}
    assert members == {"poliisi-ita-suomi", "poliisi-oulu"}


def test_every_provider_has_reasons_for_a_pause_and_kela_its_own(demo: Directory) -> None:
    reasons = {each.id: [reason.names.fi for reason in each.pause_reasons] for each in demo.organisations.values()}
    assert reasons[OrganisationId("kela")] == ["Kahvitauko", "Lounas", "Paperityö", "Koulutus", "Palaveri"]
    assert reasons[OrganisationId("dvv")] == ["Kahvitauko", "Lounas", "Muu työ", "Kokous"]
    assert reasons[OrganisationId("esimerkkitulkit")] == []


def test_organisations_that_changed_carry_their_dates(demo: Directory) -> None:
    for before, after, change in (
        ("maistraatti", "dvv", date(2020, 1, 1)),
        ("te-toimisto", "tyollisyyspalvelut", date(2025, 1, 1)),
    ):
        old = demo.organisations[OrganisationId(before)].validity
        new = demo.organisations[OrganisationId(after)].validity
        assert (old.covers(change), new.covers(change)) == (False, True)
        assert (old.covers(change - timedelta(days=1)), new.covers(change - timedelta(days=1))) == (True, False)
