"""The advisor connects a customer at a terminal: the note reaches the expert, and further matters follow."""

import asyncio
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from palvelurinki.adapters.sql.engine import make_engine
from palvelurinki.client import CommandRefused, open_demo
from palvelurinki.client.commands import new_operation
from palvelurinki.client.tickets import COOKIES, Audience
from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.effects import DeadlineKind
from palvelurinki.domain.situation import LineFault
from palvelurinki.ports import Deadline
from palvelurinki.protocol.client import RequestContact, RequestForCustomer
from palvelurinki.protocol.http import Catalogue, PointCatalogue
from palvelurinki.protocol.situation import BoardContactView, FurtherPart, HandoffPart
from palvelurinki.protocol.views import StaffSnapshot
from tests.integration.conftest import StartServer
from tests.support.demo_configuration import demo_with, ring
from tests.support.scenes import HOUSING, Console, Kiosk
from tests.support.server import Ground, ServerThread
from tests.support.waiting import call_in, contact_in, offer_in, seen

KIOSK, ROOM, ELSEWHERE = "mikkeli-kioski", "mikkeli-huone", "parainen-kioski"
ADVISOR, FOREIGN, FIRST, SECOND = "mikkeli-neuvoja", "parainen-neuvoja", "kela-asiantuntija-1", "kela-asiantuntija-2"
COLLEAGUE = "mikkeli-neuvoja-2"
PENSION, TAX, PASSPORT = "kela-elake", "vero-verokortti", "poliisi-passi"
NOTE = HandoffPart(what="Asumistuen muutos", tried="Verkkohaku ei mene läpi", wanted="Mitä liitteitä tarvitaan")
SHORT = HandoffPart(what="Eläkkeen hakeminen")


def wanted(terminal: str = KIOSK, service: str = HOUSING, **fields: object) -> RequestForCustomer:
    return RequestForCustomer.model_validate(
        {"id": new_operation(), "terminal": terminal, "service": service, "language": "fi", **fields}
    )


async def connect(advisor: Console, request: RequestForCustomer) -> str:
    """The contact that the advisor has asked for."""
    contact = (await advisor.request_for_customer(request)).contact
    assert contact
    return contact


async def refused(console: Console, request: RequestForCustomer) -> CommandRefused:
    with pytest.raises(CommandRefused) as refusal:
        await console.request_for_customer(request)
    return refusal.value


async def on_board(advisor: Console, contact: str) -> BoardContactView:
    """The contact on the point's board, once it is there."""

    def there(snapshot: StaffSnapshot) -> BoardContactView | None:
        views = [each.contact for point in snapshot.points for each in point.terminals]
        return next((each for each in views if each is not None and each.id == contact), None)

    found = there(await seen(advisor, lambda snapshot: there(snapshot) is not None))
    assert found
    return found


async def kept(ground: Ground) -> list[tuple[str, str]]:
    """The notes that are in the database: of which contact, about what."""
    engine = make_engine(ground.database_url)
    try:
        async with engine.connect() as connection:
            rows = await connection.execute(text("SELECT contact, what FROM handoff ORDER BY contact"))
            return [(row.contact, row.what) for row in rows]
    finally:
        await engine.dispose()


async def answered(kiosk: Kiosk, expert: Console, contact: str, other_than: str | None = None) -> str:
    """The expert has accepted the contact; returns the call."""
    offer = await offer_in(expert, "ringing", other_than=other_than)
    assert offer.contact == contact
    call = (await expert.accept_offer(offer.id)).call
    assert call
    await call_in(kiosk, "opening", lambda view: view.id == call)
    return call


async def test_the_note_reaches_the_expert_once_the_terminal_can_call_and_goes_with_the_contact(
    server: ServerThread, ground: Ground
) -> None:
    async with server.advisor(ADVISOR) as advisor, server.terminal(KIOSK) as kiosk, server.expert(FIRST) as expert:
        request = wanted(handoff=NOTE, identity="identity_document", interpreter="ru", prepared_s=95)
        contact = await connect(advisor, request)
        waiting = await contact_in(kiosk, "waiting")
        assert waiting.situation
        assert waiting.situation.by_advisor
        assert waiting.situation.line.state == "unproven"
        assert "handoff" not in waiting.model_dump_json()
        board = await on_board(advisor, contact)
        assert (board.handoff, board.asked_by, board.identity, board.interpreter) == (
            NOTE,
            ADVISOR,
            "identity_document",
            "ru",
        )
        # Nobody is rung before, and the same message again is the same contact.
        assert expert.snapshot.offer is None
        assert (await advisor.request_for_customer(request)).contact == contact
        await kiosk.report_line(contact)
        offer = await offer_in(expert, "ringing")
        assert offer.brief
        assert (offer.brief.handoff, offer.brief.identity, offer.brief.interpreter) == (
            NOTE,
            "identity_document",
            "ru",
        )
        assert offer.brief.by_advisor
        assert await kept(ground) == [(contact, NOTE.what)]
        call = await answered(kiosk, expert, contact)
        brief = (await call_in(expert, "opening")).brief
        assert brief
        assert brief.handoff == NOTE
        await expert.leave_call(call)
        await seen(expert, lambda s: s.call is not None and s.call.brief is not None and s.call.brief.handoff is None)
        assert await kept(ground) == []
    [event] = await ground.service_events()
    assert (event.prepared_s, event.visit) == (95, contact)


async def test_an_amended_note_is_shown_at_once_where_it_rings_and_in_the_call(server: ServerThread) -> None:
    async with server.advisor(ADVISOR) as advisor, server.terminal(KIOSK) as kiosk, server.expert(FIRST) as expert:
        contact = await connect(advisor, wanted())
        await kiosk.report_line(contact)
        offer = await offer_in(expert, "ringing")
        assert offer.brief
        assert offer.brief.handoff is None
        await advisor.amend_handoff(contact, NOTE)
        await seen(
            expert, lambda s: s.offer is not None and s.offer.brief is not None and s.offer.brief.handoff == NOTE
        )
        await answered(kiosk, expert, contact)
        await advisor.amend_handoff(contact, SHORT)
        await seen(expert, lambda s: s.call is not None and s.call.brief is not None and s.call.brief.handoff == SHORT)
        await advisor.amend_handoff(contact, HandoffPart(what="  "))
        await seen(expert, lambda s: s.call is not None and s.call.brief is not None and s.call.brief.handoff is None)
        await kiosk.leave_call(expert.snapshot.call.id if expert.snapshot.call else "")
        await contact_in(kiosk, "ended")
        with pytest.raises(CommandRefused) as refusal:
            await advisor.amend_handoff(contact, NOTE)
        assert refusal.value.code == "contact.over"


async def test_a_note_that_nobody_could_read_is_refused_and_named_by_its_length_alone(
    server: ServerThread, ground: Ground
) -> None:
    long = "x" * 10_000
    async with server.advisor(ADVISOR) as advisor, server.terminal(KIOSK) as kiosk:
        refusal = await refused(advisor, wanted(handoff={"what": "lyhyt", "tried": long}))
        assert (refusal.code, refusal.details) == (
            "handoff.too_long",
            {"part": "tried", "length": 10_000, "limit": 600},
        )
        refusal = await refused(advisor, wanted(further=[FurtherPart(service=PENSION, handoff=HandoffPart(what=long))]))
        assert refusal.code == "handoff.too_long"
        assert kiosk.snapshot.contact is None
        # What has the length that may be is read, and blanks around it do not count.
        contact = await connect(advisor, wanted(handoff={"what": " " * 3000 + "x" * 600, "wanted": "y" * 600}))
        assert await kept(ground) == [(contact, "x" * 600)]


async def test_a_terminal_that_is_not_there_or_of_another_point_takes_nobody(server: ServerThread) -> None:
    async with server.advisor(ADVISOR) as advisor, server.terminal(ELSEWHERE), server.terminal(KIOSK) as kiosk:
        assert (await refused(advisor, wanted("no-such-terminal"))).code == "thing.unknown"
        assert (await refused(advisor, wanted(ELSEWHERE))).code == "thing.unknown"
        assert (await refused(advisor, wanted(ROOM))).code == "terminal.away"
        assert (await refused(advisor, wanted(service=PASSPORT))).code == "service.not_remote"
        assert (await refused(advisor, wanted(service="no-such-service"))).code == "thing.unknown"
        assert (await refused(advisor, wanted(further=[FurtherPart(service=PASSPORT)]))).code == "service.not_remote"
        assert kiosk.snapshot.contact is None


async def test_a_closed_ring_takes_nobody(start_server: StartServer, ground: Ground) -> None:
    server = await start_server(demo_with(ring("kela", hours={})))
    async with server.advisor(ADVISOR) as advisor, server.terminal(KIOSK):
        assert (await refused(advisor, wanted(handoff=NOTE))).code == "ring.closed"
    assert await kept(ground) == []


def two_advisors(document: dict[str, Any]) -> None:
    """Another one at the same point."""
    document["staff"][COLLEAGUE] = document["staff"][ADVISOR]


async def test_of_two_advisors_who_connect_the_same_terminal_one_does(
    start_server: StartServer, ground: Ground
) -> None:
    server = await start_server(demo_with(two_advisors))
    async with server.advisor(ADVISOR) as one, server.advisor(COLLEAGUE) as other, server.terminal(KIOSK):
        answers = await asyncio.gather(
            one.request_for_customer(wanted(handoff=NOTE)),
            other.request_for_customer(wanted(handoff=SHORT)),
            return_exceptions=True,
        )
        [failure] = [each for each in answers if isinstance(each, BaseException)]
        assert isinstance(failure, CommandRefused)
        assert failure.code == "terminal.busy"
        assert len(await kept(ground)) == 1


async def test_contacts_of_another_point_are_unknown_to_the_advisor(server: ServerThread) -> None:
    async with (
        server.advisor(ADVISOR) as advisor,
        server.advisor(FOREIGN) as foreign,
        server.terminal(KIOSK),
    ):
        contact = await connect(advisor, wanted())
        for asked in (
            foreign.amend_handoff(contact, NOTE),
            foreign.add_matter(contact, PENSION),
            foreign.drop_matter(contact, "matter"),
        ):
            with pytest.raises(CommandRefused) as refusal:
                await asked
            assert refusal.value.code == "thing.unknown"


async def test_a_terminal_that_cannot_call_ends_it_as_a_technical_failure_that_nobody_missed(
    server: ServerThread, ground: Ground
) -> None:
    async with server.advisor(ADVISOR) as advisor, server.terminal(KIOSK) as kiosk, server.expert(FIRST) as expert:
        contact = await connect(advisor, wanted(handoff=NOTE))
        await kiosk.report_line(contact, [LineFault.MICROPHONE_SILENT])
        view = await on_board(advisor, contact)
        assert view.line.state in {"unproven", "failed"}
        async with ground.store() as store, store.transaction() as tx:
            await tx.deadlines.set(Deadline(DeadlineKind.LINE_PROOF, ContactId(contact), await tx.now()))
        ended = await contact_in(kiosk, "ended")
        assert ended.outcome == "technical_failure"
        assert expert.snapshot.offer is None
    assert await kept(ground) == []
    assert await ground.service_events() == []


async def test_matters_of_a_visit_follow_one_another_and_keep_their_place(server: ServerThread, ground: Ground) -> None:
    async with (
        server.advisor(ADVISOR) as advisor,
        server.terminal(KIOSK) as kiosk,
        server.terminal(ELSEWHERE) as elsewhere,
        server.expert(FIRST) as expert,
    ):
        contact = await connect(
            advisor,
            wanted(handoff=NOTE, identity="driving_licence", further=[FurtherPart(service=PENSION, handoff=SHORT)]),
        )
        await advisor.add_matter(contact, TAX)
        await kiosk.report_line(contact)
        waiting = await contact_in(kiosk, "waiting", lambda view: _further(view.situation) == [PENSION, TAX])
        assert waiting.situation
        second, third = (each.id for each in waiting.situation.further)
        await advisor.drop_matter(contact, third)
        call = await answered(kiosk, expert, contact)
        first_offer = expert.snapshot.offer.id if expert.snapshot.offer else ""
        # Who comes meanwhile for the same does not come before.
        other = (await elsewhere.request_contact(PENSION, "fi")).contact
        assert other
        await expert.leave_call(call)
        following = await contact_in(kiosk, "waiting", lambda view: view.id == second)
        assert following.situation
        assert following.situation.line.state == "proven"
        assert following.queue is None or following.queue.place == 1
        assert await kept(ground) == [(second, SHORT.what)]
        board = await on_board(advisor, second)
        assert (board.visit, board.identity, board.asked_by) == (contact, "driving_licence", ADVISOR)
        assert board.handoff == SHORT
        await expert.make_ready()
        offer = await offer_in(expert, "ringing", other_than=first_offer)
        assert offer.contact == second
        assert offer.brief
        assert offer.brief.handoff == SHORT
        call = await answered(kiosk, expert, second, first_offer)
        await kiosk.leave_call(call)
        await contact_in(kiosk, "ended", lambda view: view.id == second)
        assert await kept(ground) == []
    assert [each.visit for each in await ground.service_events()] == [contact, contact]


async def test_a_matter_whose_ring_has_closed_meanwhile_is_passed_over_with_its_note(
    start_server: StartServer, ground: Ground
) -> None:
    server = await start_server()
    async with server.advisor(ADVISOR) as advisor, server.terminal(KIOSK) as kiosk, server.expert(FIRST) as expert:
        further = [FurtherPart(service=TAX, handoff=SHORT), FurtherPart(service=PENSION)]
        contact = await connect(advisor, wanted(further=further))
        await kiosk.report_line(contact)
        call = await answered(kiosk, expert, contact)
        await ground.configure(demo_with(ring("vero", hours={})))
        await kiosk.leave_call(call)
        following = await contact_in(kiosk, "waiting", lambda view: view.id != contact)
        assert following.matter
        assert following.matter.service.id == PENSION
        assert await kept(ground) == []


async def test_nothing_follows_when_the_customer_has_gone(server: ServerThread, ground: Ground) -> None:
    async with server.advisor(ADVISOR) as advisor, server.terminal(KIOSK) as kiosk:
        further = [FurtherPart(service=PENSION, handoff=SHORT)]
        contact = await connect(advisor, wanted(handoff=NOTE, further=further))
        await contact_in(kiosk, "waiting")
        await kiosk.leave_contact(contact)
        ended = await contact_in(kiosk, "ended")
        assert (ended.id, ended.outcome) == (contact, "customer_left")
        assert await kept(ground) == []


async def test_a_visit_goes_on_only_after_what_is_under_way(server: ServerThread) -> None:
    async with (
        server.advisor(ADVISOR) as advisor,
        server.terminal(KIOSK) as kiosk,
        server.terminal(ROOM) as room,
        server.advisor(FOREIGN) as foreign,
        server.terminal(ELSEWHERE) as elsewhere,
    ):
        contact = await connect(advisor, wanted())
        await contact_in(kiosk, "waiting")
        # While it lives, what is asked for elsewhere is another visit; so it is at another point.
        beside = await connect(advisor, wanted(ROOM, PENSION, visit=contact))
        assert (await on_board(advisor, beside)).visit == beside
        await room.leave_contact(beside)
        await kiosk.leave_contact(contact)
        await contact_in(kiosk, "ended")
        away = await connect(foreign, wanted(ELSEWHERE, visit=contact))
        assert (await on_board(foreign, away)).visit == away
        await elsewhere.leave_contact(away)
        again = await connect(advisor, wanted(KIOSK, PENSION, visit=contact))
        assert (await on_board(advisor, again)).visit == contact
        nonsense = RequestContact(id=new_operation(), service=HOUSING, language="fi", visit="never-was", proven=False)
        begun = (await room.command(nonsense)).contact
        assert begun
        assert (await on_board(advisor, begun)).visit == begun


async def test_of_two_who_go_on_with_a_visit_at_once_one_does(server: ServerThread) -> None:
    async with server.advisor(ADVISOR) as advisor, server.terminal(KIOSK) as kiosk, server.terminal(ROOM):
        contact = await connect(advisor, wanted())
        await contact_in(kiosk, "waiting")
        await kiosk.leave_contact(contact)
        await contact_in(kiosk, "ended")
        both = await asyncio.gather(
            connect(advisor, wanted(KIOSK, visit=contact)), connect(advisor, wanted(ROOM, visit=contact))
        )
        visits = [(await on_board(advisor, each)).visit for each in both]
        assert visits.count(contact) == 1


def _further(situation: object) -> list[str]:
    return [each.service.id for each in getattr(situation, "further", [])]


async def test_an_advisor_reads_the_whole_instructions_and_a_terminal_what_is_the_customers(
    server: ServerThread,
) -> None:
    people: tuple[tuple[Audience, str], ...] = (("staff", ADVISOR), ("terminal", KIOSK))
    advisor, kiosk = [
        {"cookie": f"{COOKIES[audience]}={await open_demo(server.url, audience, name)}", "origin": server.url}
        for audience, name in people
    ]
    async with httpx2.AsyncClient(base_url=server.url) as http:
        point = await http.get("/api/v1/points/mikkeli/catalogue", headers=advisor)
        terminal = await http.get("/api/v1/terminal/catalogue", headers=kiosk)
        elsewhere = await http.get("/api/v1/points/parainen/catalogue", headers=advisor)
        by_terminal = await http.get("/api/v1/points/mikkeli/catalogue", headers=kiosk)
    assert (elsewhere.status_code, by_terminal.status_code) == (404, 401)
    for_advisor = {each.id: each for each in PointCatalogue.model_validate_json(point.content).services}
    for_customer = {each.id: each for each in Catalogue.model_validate_json(terminal.content).services}
    assert for_advisor.keys() == for_customer.keys()
    for identifier, whole in for_advisor.items():
        told = for_customer[identifier].guidance
        assert (told.advice, told.tasks) == (None, [])
        assert (
            told.model_copy(update={"advice": whole.guidance.advice, "tasks": whole.guidance.tasks}) == whole.guidance
        )
        # What is never remote says what to do instead; what is, what the advisor looks after.
        assert (whole.guidance.instead is None) is whole.remote
        assert (whole.guidance.advice is not None) is whole.remote
