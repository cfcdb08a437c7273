"""What holds of every choice in every pool, judged by rules that are written down a second time (`naive`)."""

import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import StaffId
from palvelurinki.domain.routing import Candidate, Lack, OfferTo, Pool, Quieten, lacks, rank, replay, route, step_of
from palvelurinki.domain.routing.strategies import key_of
from tests.unit.domain.routing.naive import World, worlds

many = settings(max_examples=300)


def given_to(world: World) -> dict[ContactId, tuple[StaffId, ...]]:
    routes = route(world.where, world.pool, world.now)
    return {each.contact: each.staff for each in routes if isinstance(each, OfferTo)}


def made(world: World) -> list[OfferTo]:
    return [each for each in route(world.where, world.pool, world.now) if isinstance(each, OfferTo)]


@many
@given(worlds(), st.randoms(use_true_random=False))
def test_the_same_pool_in_any_order_gives_the_same_routes(world: World, chance: random.Random) -> None:
    contacts, experts = [*world.pool.waiting], [*world.pool.on_duty]
    chance.shuffle(contacts)
    chance.shuffle(experts)
    assert given_to(World(world.where, Pool(contacts, experts))) == given_to(world)


@many
@given(worlds())
def test_each_contact_and_each_expert_at_most_once_and_only_who_may(world: World) -> None:
    routes = route(world.where, world.pool, world.now)
    assert len({each.contact for each in routes}) == len(routes)
    rung = [who for each in routes if isinstance(each, OfferTo) for who in each.staff]
    assert len(set(rung)) == len(rung)
    for each in routes:
        contact = world.waiting[each.contact]
        if isinstance(each, Quieten):
            assert not contact.quiet
            assert contact.passed_by >= world.able(contact) > set()
        else:
            assert 1 <= len(each.staff) <= world.where.rings[contact.ring].ring_at_once
            assert set(each.staff) <= world.could_meet(contact)


@many
@given(worlds())
def test_whatever_everybody_has_passed_by_rests(world: World) -> None:
    resting = {each.contact for each in route(world.where, world.pool, world.now) if isinstance(each, Quieten)}
    for contact in world.pool.waiting:
        able = world.able(contact)
        assert (contact.id in resting) is (not contact.quiet and bool(able) and able <= contact.passed_by)


@many
@given(worlds())
def test_no_contact_and_free_expert_who_could_meet_are_left_apart(world: World) -> None:
    offered = given_to(world)
    rung = {who for staff in offered.values() for who in staff}
    for contact in world.pool.waiting:
        wanted = 1 if contact.id not in offered else world.where.rings[contact.ring].ring_at_once
        if len(offered.get(contact.id, ())) < wanted:
            assert world.could_meet(contact) <= rung


@many
@given(worlds())
def test_nobody_joins_a_contact_while_another_waits_for_them(world: World) -> None:
    offered = given_to(world)
    joined = {who for staff in offered.values() for who in staff[1:]}
    for contact in world.pool.waiting:
        if contact.id not in offered:
            assert not world.could_meet(contact) & joined


@many
@given(worlds())
def test_no_contact_takes_an_expert_whom_one_before_it_could_have_had(world: World) -> None:
    offered = given_to(world)
    for contact in world.pool.waiting:
        if contact.id in offered:
            continue
        after = {who for each, staff in offered.items() if rank(world.waiting[each]) > rank(contact) for who in staff}
        assert not world.could_meet(contact) & after


@many
@given(worlds())
def test_equal_contacts_are_served_in_order_of_arrival(world: World) -> None:
    # I6: equal is who needs the same and has been to the same experts; steps and reach only grow with the wait.
    offered = given_to(world)
    kinds = defaultdict(list)
    for each in world.pool.waiting:
        able = frozenset(world.could_meet(each))
        kinds[each.ring, each.service, each.language, each.unit, each.head_start_s, able].append(each)
    for equal in kinds.values():
        in_order = [each.id in offered for each in sorted(equal, key=lambda each: (each.requested_at, each.id))]
        assert in_order == sorted(in_order, reverse=True)


@many
@given(worlds())
def test_the_first_in_order_gets_whom_its_strategy_puts_first(world: World) -> None:
    for contact in sorted(world.pool.waiting, key=rank):
        could = world.could_meet(contact)
        if could:
            offer = made(world)[0]
            assert offer.contact == contact.id
            assert offer.grounds is not None
            key = key_of(world.where.rings[contact.ring].strategy)
            known = {each.staff: each for each in offer.grounds.candidates}
            assert offer.staff[0] == min(could, key=lambda who: key(known[who]))
            return
    assert made(world) == []


# ---- Grounds ---------------------------------------------------------------------------------------------------


@many
@given(worlds())
def test_explaining_changes_nothing(world: World) -> None:
    explained = route(world.where, world.pool, world.now, explain=True)
    short = route(world.where, world.pool, world.now, explain=False)
    assert short == tuple(replace(each, grounds=None) if isinstance(each, OfferTo) else each for each in explained)


@many
@given(worlds())
def test_the_grounds_give_the_same_choice_again(world: World) -> None:
    for offer in made(world):
        assert offer.grounds is not None
        assert replay(offer.grounds) == offer.grounds.chosen == offer.staff
        assert step_of(offer.grounds) == offer.grounds.step
        contact = world.waiting[offer.contact]
        assert offer.grounds.policy.steps[offer.grounds.step] == world.step(contact)


@many
@given(worlds())
def test_the_grounds_name_everybody_on_duty_whom_the_contact_may_ever_reach(world: World) -> None:
    for offer in made(world):
        assert offer.grounds is not None
        contact = world.waiting[offer.contact]
        rings, todo = set(), [contact.ring]
        while todo:
            here = todo.pop()
            rings.add(here)
            todo += [each.ring for each in world.where.rings[here].overflow]
        members = {member.staff for each in rings for member in world.where.rings[each].members}
        assert {each.staff for each in offer.grounds.candidates} == members & world.on_duty.keys()
        assert len(offer.grounds.candidates) == len(members & world.on_duty.keys())


@many
@given(worlds())
def test_who_was_not_chosen_lacked_something_or_comes_later_in_the_order(world: World) -> None:
    offers = made(world)
    rung = {who: each.contact for each in offers for who in each.staff}
    for offer in offers:
        assert offer.grounds is not None
        candidates = {each.staff: each for each in offer.grounds.candidates}
        key = key_of(offer.grounds.policy.strategy)
        last = max(key(candidates[who]) for who in offer.staff)
        lacking = lacks(offer.grounds)
        assert lacking.keys() == candidates.keys() - set(offer.staff)
        for who, what in lacking.items():
            assert len(set(what)) == len(what)
            if not what:
                assert key(candidates[who]) > last
                assert len(offer.staff) == offer.grounds.policy.ring_at_once
            _holds(world, offer, candidates[who], set(what), rung)


# Whoever lacks one of these may not take the contact, free or not.
UNFIT = {
    Lack.SERVICE,
    Lack.SKILL,
    Lack.LANGUAGE,
    Lack.UNIT,
    Lack.LEVEL,
    Lack.NOT_REACHED,
    Lack.RECUSED,
}


def _holds(world: World, offer: OfferTo, who: Candidate, what: set[Lack], rung: Mapping[StaffId, str]) -> None:
    """Each lack is true, and none that is true is missing."""
    contact = world.waiting[offer.contact]
    expert = world.on_duty[who.staff]
    suits = who.staff in world.able(contact)
    assert suits is not bool(what & UNFIT)
    assert (Lack.RECUSED in what) is (who.staff in contact.recused)
    assert (Lack.PASSED_BY in what) is (who.staff in contact.passed_by)
    assert (Lack.BUSY in what) is not expert.free
    if Lack.TAKEN in what:
        assert rung[who.staff] != offer.contact
