"""What the directory answers about itself."""

from datetime import date

import pytest

from palvelurinki.application.configuration import read, to_directory
from palvelurinki.domain.directory import Directory, OrganisationId, PointId, RingId, StaffId, Validity
from tests.support.configuration import SMALL, changed

DAY = date(2026, 11, 23)


def directory(text: str = SMALL) -> Directory:
    document, _ = read(text, "small.yaml")
    return to_directory(document, 1)


class TestValidity:
    def test_both_ends_are_within(self) -> None:
        validity = Validity(date(2025, 1, 1), date(2025, 12, 31))
        days = [date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1)]
        assert [validity.covers(day) for day in days] == [False, True, True, False]

    def test_an_open_end_has_no_bound(self) -> None:
        assert Validity().covers(date.min)
        assert Validity().covers(date.max)
        assert not Validity(first=DAY).covers(date.min)
        assert not Validity(last=DAY).covers(date.max)


def test_rings_of_staff() -> None:
    assert directory().rings_of_staff == {StaffId("kela-1"): (RingId("kela"),), StaffId("kela-2"): (RingId("kela"),)}


def test_a_person_may_be_in_several_rings() -> None:
    ring = (
        "  kela-2-rinki:\n    provider: kela\n    names: {fi: 2, sv: 2, en: 2}\n    hours: {}\n    members: [kela-2]\n"
    )
    text = changed("points:\n", ring.replace("fi: 2, sv: 2, en: 2", "fi: B, sv: B, en: B") + "points:\n")
    assert directory(text).rings_of_staff[StaffId("kela-2")] == (RingId("kela"), RingId("kela-2-rinki"))


def ringed(**rings: tuple[str, str]) -> Directory:
    """The small configuration with a ring for each name: its members, and the rings that it overflows to."""
    text = "".join(
        f"  {name}:\n    provider: kela\n    names: {{fi: A, sv: B, en: C}}\n    hours: {{}}\n"
        f"    members: [{members}]\n    overflow: [{', '.join(f'{{ring: {each}}}' for each in to)}]\n"
        for name, (members, to) in rings.items()
    )
    people = "".join(
        f"  kela-{number}: {{organisation: kela, name: Keksitty, roles: [expert]}}\n" for number in range(3, 7)
    )
    return directory(changed("  vero-1:\n", f"{people}  vero-1:\n", changed("points:\n", f"{text}points:\n")))


class TestPools:
    def pools(self, **rings: tuple[str, str]) -> dict[str, str]:
        found = ringed(**rings).pools
        return {ring: "".join(sorted(pool)) for ring, pool in found.items() if ring != "kela"}

    def test_a_ring_that_shares_nobody_is_a_pool_of_its_own(self) -> None:
        assert self.pools(a=("kela-3", ""), b=("kela-4", "")) == {"a": "a", "b": "b"}

    def test_shared_members_join_rings_over_several_steps(self) -> None:
        found = self.pools(a=("kela-3", ""), b=("kela-3, kela-4", ""), c=("kela-5", ""), d=("kela-4", ""))
        assert found == {"a": "abd", "b": "abd", "c": "c", "d": "abd"}

    def test_overflow_joins_both_ways_and_joins_what_is_joined(self) -> None:
        found = self.pools(a=("kela-3", ""), b=("kela-3", ""), c=("kela-4", "d"), d=("kela-5", ""), e=("kela-6", "ac"))
        assert found == dict.fromkeys("abcde", "abcde")

    def test_every_ring_is_in_its_pool_and_pools_do_not_overlap(self) -> None:
        pools = ringed(a=("kela-1", ""), b=("kela-3", "c"), c=("kela-4", ""), d=("kela-5", "")).pools
        assert all(ring in pool and all(pools[each] == pool for each in pool) for ring, pool in pools.items())
        assert pools[RingId("kela")] == {"kela", "a"}


class TestUnitServing:
    UNITS = """\
  vero-lansi:
    organisation: vero
    names: {fi: Länsi, sv: Väst, en: West}
  kela-pohjoinen:
    organisation: kela
    names: {fi: Pohjoinen, sv: Norr, en: North}
services:
"""
    SERVED = """\
    providers: [kela, vero, mikkeli]
    served_by:
      - {unit: kela-etela, validity: {last: 2026-06-30}}
      - {unit: vero-lansi}
      - {unit: kela-pohjoinen, validity: {first: 2026-07-02}}
"""

    @pytest.mark.parametrize(
        ("provider", "day", "unit"),
        [
            ("kela", date(2026, 6, 30), "kela-etela"),
            ("kela", date(2026, 7, 1), None),
            ("kela", date(2026, 7, 2), "kela-pohjoinen"),
            ("vero", date(2026, 7, 1), "vero-lansi"),
            ("mikkeli", date(2026, 7, 1), None),
        ],
    )
    def test_it_is_the_providers_own_on_the_day(self, provider: str, day: date, unit: str | None) -> None:
        text = changed("    providers: [kela, mikkeli]\n", self.SERVED, changed("services:\n", self.UNITS))
        assert directory(text).unit_serving(PointId("mikkeli"), OrganisationId(provider), day) == unit

    def test_a_point_without_any_is_served_by_none(self) -> None:
        assert directory().unit_serving(PointId("mikkeli"), OrganisationId("kela"), DAY) is None


def test_a_point_offers_the_services_of_its_providers() -> None:
    other = "  vero-kortti:\n    provider: vero\n    names: {fi: Verokortti, sv: Skattekort, en: Tax card}\n"
    text = changed("rings:\n", other + "rings:\n")
    offered = [service.id for service in directory(text).services_at(PointId("mikkeli"), DAY)]
    assert offered == ["kela-asumistuki", "kela-kortti"]


@pytest.mark.parametrize(
    ("validity", "offered"),
    [
        ("first: 2026-11-23", True),
        ("first: 2026-11-24", False),
        ("last: 2026-11-23", True),
        ("last: 2026-11-22", False),
    ],
)
def test_only_services_in_force_are_offered(validity: str, offered: bool) -> None:  # noqa: FBT001
    of_service = changed("  kela-kortti:\n", f"  kela-kortti:\n    validity: {{{validity}}}\n")
    found = [service.id for service in directory(of_service).services_at(PointId("mikkeli"), DAY)]
    assert ("kela-kortti" in found) is offered
    assert "kela-asumistuki" in found
    of_provider = changed("  kela:\n    kinds", f"  kela:\n    validity: {{{validity}}}\n    kinds")
    assert bool(list(directory(of_provider).services_at(PointId("mikkeli"), DAY))) is offered


def test_who_hosts_a_point() -> None:
    assert directory().host_of(PointId("mikkeli")).municipality_code == "491"


def test_terminals_of_a_point_keep_the_order_of_the_configuration() -> None:
    found = directory().terminals_of(PointId("mikkeli"))
    assert [terminal.id for terminal in found] == ["mikkeli-kioski", "mikkeli-tiski"]
    assert directory(changed("mikkeli-kioski:", "mikkeli-toinen:")).terminals_of(PointId("mikkeli"))[0].id == (
        "mikkeli-toinen"
    )
