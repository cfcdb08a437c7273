"""What the directory answers about itself."""

from datetime import date

import pytest

from palvelurinki.application.configuration import read, to_directory
from palvelurinki.domain.directory import Directory, PointId, RingId, StaffId, Validity
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
