"""The grounds of an offer as JSON: nothing is lost, and what another version wrote is read as far as it can be."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palvelurinki.adapters.sql.grounds import document_of, grounds_of
from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import LanguageRule, RingId, ServiceId, StaffId, Step, Strategy, UnitId, UnitRule
from palvelurinki.domain.routing import Candidate, Grounds, Overtaken, Policy, WaitingContact

# SQLAlchemy hands the databases what `json.dumps` makes; PostgreSQL takes no NUL and no lone surrogate in a text.
names = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=8)
instants = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # bounds
numbers = st.integers(0, 2**31 - 1)
staff = names.map(StaffId)
units = st.none() | names.map(UnitId)

contacts = st.builds(
    WaitingContact,
    id=names.map(ContactId),
    ring=names.map(RingId),
    service=names.map(ServiceId),
    language=names,
    requested_at=instants,
    unit=units,
    head_start_s=numbers,
    passed_by=st.frozensets(staff, max_size=4),
    quiet=st.booleans(),
    recused=st.frozensets(staff, max_size=2),
)
steps = st.builds(
    Step,
    after_s=numbers,
    language=st.sampled_from(LanguageRule),
    unit=st.sampled_from(UnitRule),
    level=st.none() | numbers,
    skill=numbers,
)
policies = st.builds(
    Policy,
    strategy=st.sampled_from(Strategy),
    ring_at_once=numbers,
    steps=st.lists(steps, max_size=3).map(tuple),
    relax_when_unstaffed=st.booleans(),
)
candidates = st.builds(
    Candidate,
    staff=staff,
    ring=names.map(RingId),
    hop=st.none() | numbers,
    place=numbers,
    level=numbers,
    languages=st.lists(names, max_size=3).map(tuple),
    unit=units,
    skill=numbers,
    breadth=numbers,
    idle_since=instants,
    asked_at=st.none() | instants,
    calls_today=numbers,
    free=st.booleans(),
    taken=st.booleans(),
)
any_grounds = st.builds(
    Grounds,
    at=instants,
    contact=contacts,
    policy=policies,
    step=numbers,
    candidates=st.lists(candidates, max_size=4).map(tuple),
    ahead=st.lists(st.builds(Overtaken, names.map(ContactId), instants), max_size=3).map(tuple),
    ahead_count=numbers,
    chosen=st.lists(staff, max_size=3).map(tuple),
)


@given(any_grounds)
def test_nothing_is_lost_on_the_way_through_json(grounds: Grounds) -> None:
    assert grounds_of(json.loads(json.dumps(document_of(grounds)))) == grounds


@given(any_grounds)
def test_same_grounds_are_written_in_the_same_words(grounds: Grounds) -> None:
    """Also where they hold a set, whose order is the interpreter's."""
    document = document_of(grounds)
    assert document == document_of(grounds)
    assert document["contact"]["passed_by"] == sorted(grounds.contact.passed_by)


def _document() -> dict[str, Any]:
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    anna = Candidate(
        staff=StaffId("anna"),
        ring=RingId("ring"),
        hop=0,
        place=0,
        level=1,
        languages=("fi",),
        unit=None,
        skill=1,
        breadth=1,
        idle_since=at,
        asked_at=None,
        calls_today=0,
        free=True,
    )
    contact = WaitingContact(ContactId("c1"), RingId("ring"), ServiceId("housing"), "fi", at)
    policy = Policy(Strategy.LONGEST_IDLE, ring_at_once=1, steps=(Step(),), relax_when_unstaffed=True)
    return document_of(Grounds(at, contact, policy, 0, (anna,), (), 0, (StaffId("anna"),)))


def test_document_is_written_in_the_words_of_the_fields() -> None:
    """What is in the databases today: a change of these words has to go on reading the old ones."""
    assert json.dumps(_document(), separators=(",", ":")) == (
        '{"at":"2026-03-02T09:00:00Z",'
        '"contact":{"id":"c1","ring":"ring","service":"housing","language":"fi",'
        '"requested_at":"2026-03-02T09:00:00Z","unit":null,"head_start_s":0,"passed_by":[],"quiet":false,'
        '"recused":[]},'
        '"policy":{"strategy":"longest_idle","ring_at_once":1,'
        '"steps":[{"after_s":0,"language":"required","unit":"any","level":null,"skill":1}],'
        '"relax_when_unstaffed":true},"step":0,'
        '"candidates":[{"staff":"anna","ring":"ring","hop":0,"place":0,"level":1,"languages":["fi"],"unit":null,'
        '"skill":1,"breadth":1,"idle_since":"2026-03-02T09:00:00Z","asked_at":null,"calls_today":0,"free":true,'
        '"taken":false}],"ahead":[],"ahead_count":0,"chosen":["anna"]}'
    )


def test_keys_that_are_not_known_are_passed_over() -> None:
    document = _document()
    grounds = grounds_of(document)
    for part in (document, document["contact"], document["policy"], document["candidates"][0]):
        part["of_a_later_version"] = {"any": ["thing"]}
    assert grounds_of(document) == grounds


def test_key_that_is_missing_stands_for_the_default_of_its_field() -> None:
    document = _document()
    grounds = grounds_of(document)
    for part, keys in (
        (document["contact"], ("unit", "head_start_s", "passed_by", "quiet", "recused")),
        (document["policy"]["steps"][0], ("after_s", "language", "unit", "level", "skill")),
        (document["candidates"][0], ("taken",)),
    ):
        for key in keys:
            del part[key]
    assert grounds_of(document) == grounds


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda document: document.pop("at"), id="no time"),
        pytest.param(lambda document: document["candidates"][0].pop("skill"), id="no skill"),
        pytest.param(lambda document: document["policy"].update(strategy="by_the_moon"), id="an unknown strategy"),
        pytest.param(lambda document: document.update(candidates=None), id="no candidates"),
    ],
)
def test_document_that_does_not_tell_enough_is_no_grounds(damage: Callable[[dict[str, Any]], object]) -> None:
    document = _document()
    damage(document)
    assert grounds_of(document) is None


@pytest.mark.parametrize("other", [None, [], "grounds", 7, {}])
def test_what_is_no_document_of_grounds_is_none(other: object) -> None:
    assert grounds_of(other) is None
