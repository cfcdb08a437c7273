"""Examples of every message, for the protocol's documents: model instances, so that none can be wrong."""

from datetime import UTC, datetime, timedelta
from typing import Final

from palvelurinki.domain.call import CallState, SeatKind, SeatState
from palvelurinki.domain.contact import ContactState
from palvelurinki.domain.directory import LanguageRule, OrganisationKind, Role, Strategy, TerminalKind, UnitRule
from palvelurinki.domain.offer import DeclineReason, RingingState
from palvelurinki.domain.presence import PresenceState
from palvelurinki.domain.situation import AskedBy, FollowUp, IdentityCheck, Line, LineFault, Resolution
from palvelurinki.domain.waiting.estimate import Growth
from palvelurinki.protocol import client, named, server, situation, views
from palvelurinki.protocol.base import VERSION, WireModel

_NOW: Final = datetime(2026, 11, 23, 8, 15, tzinfo=UTC)


def _named(identifier: str, finnish: str, swedish: str, english: str) -> named.NamedView:
    return named.NamedView(id=identifier, names=named.NamesView(fi=finnish, sv=swedish, en=english))


_KELA: Final = _named("kela", "Kela", "FPA", "Kela")
_HOUSING: Final = _named("kela-asumistuki", "Asumistuki", "Bostadsbidrag", "Housing allowance")
_RING: Final = _named("kela-valtakunnallinen", "Kelan palvelurinki", "FPA:s servicering", "Kela's service ring")
_KIOSK: Final = _named("mikkeli-kioski-1", "Kioski 1", "Kiosk 1", "Kiosk 1")
_PLACE: Final = _named("mikkeli", "Mikkelin asiointipiste", "S:t Michels servicepunkt", "Mikkeli service point")
_POINT: Final = views.PointView(
    id=_PLACE.id, names=_PLACE.names, host=_named("mikkelin-kaupunki", "Mikkeli", "S:t Michel", "Mikkeli")
)
_MATTER: Final = views.MatterView(
    provider=_KELA,
    service=_HOUSING,
    ring=_RING,
    point=_POINT,
    terminal=_KIOSK,
    terminal_kind=TerminalKind.KIOSK,
    language="fi",
    requested_at=_NOW,
)
_HANDOFF: Final = situation.HandoffPart(
    what="Asumistukihakemus, vuokra nousi", tried="Haki verkossa, liite puuttuu", wanted="Mitä vielä tarvitaan?"
)
_BRIEF: Final = situation.BriefView(
    reference="K3QF-7XW2",
    by_advisor=True,
    handoff=_HANDOFF,
    identity=IdentityCheck.IDENTITY_DOCUMENT,
    interpreter=None,
    attending_since=_NOW,
    called=None,
    terminals=[
        situation.SisterTerminalView(id="mikkeli-huone", names=_PLACE.names, kind=TerminalKind.PRIVATE_ROOM, free=True)
    ],
    conclusion=None,
)
_NEXT: Final = situation.FurtherView(
    id="con_2",
    service=_named("vero-ennakko", "Verokortti", "Skattekort", "Tax card"),
    provider=_named("vero", "Verohallinto", "Skatteförvaltningen", "Tax Administration"),
    asked_at=_NOW,
)
_ESTIMATE: Final = views.EstimateView(
    at=_NOW,
    p50_s=190.0,
    p80_s=410.0,
    cannot=None,
    grew=views.GrowthView(cause=Growth.FEWER_EXPERTS, count=1),
)
_CONTACT: Final = views.ContactView(
    id="con_1",
    state=ContactState.WAITING,
    matter=_MATTER,
    queue=views.QueueView(
        place=2,
        waiting=3,
        ready=0,
        on_duty=2,
        estimate=_ESTIMATE,
        closing=views.ClosingView(at=_NOW + timedelta(minutes=45), served=True, chance=0.98),
    ),
    to_continue=None,
    outcome=None,
    situation=situation.CustomerSideView(
        reference="K3QF-7XW2",
        by_advisor=True,
        line=situation.LineView(state=Line.PROVEN, faults=[]),
        attending_since=None,
        called=None,
        further=[_NEXT],
        conclusion=None,
        rated=False,
    ),
)
_TO_CONTINUE: Final = views.ContactView(
    id="con_1",
    state=ContactState.HELD,
    matter=None,
    queue=None,
    to_continue=views.ToContinueView(until=_NOW + timedelta(seconds=60), language="fi"),
    outcome=None,
    situation=None,
)
_OFFER: Final = views.OfferView(
    id="off_1",
    state=RingingState.RINGING,
    contact="con_1",
    matter=_MATTER,
    opened_at=_NOW,
    expires_at=_NOW + timedelta(seconds=25),
    others=0,
    why=views.ChoiceView(
        strategy=Strategy.LONGEST_IDLE,
        step=views.StepView(after_s=0, language=LanguageRule.REQUIRED, unit=UnitRule.ANY, level=None, skill=1),
        early=False,
        language_eased=False,
        overflow=False,
        on_duty=4,
        suitable=3,
        free=2,
        ahead=0,
        skill=1,
        idle_since=_NOW - timedelta(minutes=6),
    ),
    reason=None,
    brief=_BRIEF,
)
_CALL: Final = views.CallView(
    id="call_1",
    contact="con_1",
    state=CallState.OPENING,
    topology="mesh",
    me="seat_2",
    seats=[
        views.SeatView(
            id="seat_1", kind=SeatKind.TERMINAL, state=SeatState.JOINED, epoch=1, away_until=None, label=_POINT.names
        ),
        views.SeatView(
            id="seat_2", kind=SeatKind.EXPERT, state=SeatState.JOINED, epoch=1, away_until=None, label=_KELA.names
        ),
    ],
    peers=[views.PeerView(seat="seat_1", generation=2, polite=False, offers_first=True)],
    matter=_MATTER,
    started_at=_NOW,
    connected_at=None,
    ended_at=None,
    outcome=None,
    brief=_BRIEF,
)
_PRESENCE: Final = views.PresenceView(
    state=PresenceState.READY,
    reason=None,
    reason_names=None,
    since=_NOW,
    wrap_up=views.WrapUpView(since=_NOW, until=_NOW + timedelta(seconds=60), most=_NOW + timedelta(minutes=10)),
)
_RING_VIEW: Final = views.RingView(
    ring=_RING,
    provider=_KELA,
    open=True,
    closes_at=_NOW + timedelta(hours=6),
    opens_at=None,
    waiting=[
        views.WaitingView(
            contact="con_1",
            state=ContactState.WAITING,
            service=_HOUSING,
            point=_PLACE,
            language="fi",
            requested_at=_NOW,
            head_start_s=0,
            resting=False,
            estimate=_ESTIMATE,
        )
    ],
    ready=0,
    offered=0,
    in_call=1,
    wrap_up=1,
    paused=1,
    served_after_closing=True,
    members=None,
)
_BOARD: Final = views.PointBoardView(
    point=_PLACE,
    terminals=[
        views.BoardTerminalView(
            terminal=_KIOSK,
            kind=TerminalKind.KIOSK,
            connected=True,
            contact_state=ContactState.WAITING,
            service=_HOUSING,
            provider=_KELA,
            since=_NOW,
            contact=situation.BoardContactView(
                id="con_1",
                visit="con_1",
                reference="K3QF-7XW2",
                state=ContactState.WAITING,
                service=_HOUSING,
                provider=_KELA,
                language="fi",
                requested_at=_NOW,
                asked_by="neuvoja-1",
                identity=IdentityCheck.IDENTITY_DOCUMENT,
                interpreter=None,
                handoff=_HANDOFF,
                line=situation.LineView(state=Line.PROVEN, faults=[]),
                queue=situation.BoardQueueView(place=2, waiting=3, at=_NOW, p50_s=190.0, p80_s=410.0),
                connected_at=None,
                attending=None,
                attending_name=None,
                attending_since=None,
                called=situation.CalledView(by=AskedBy.CUSTOMER, at=_NOW),
                further=[_NEXT],
                ended_at=None,
                outcome=None,
                conclusion=None,
            ),
        )
    ],
)
_STAFF_SNAPSHOT: Final = views.StaffSnapshot(
    staff=views.StaffView(
        id="kela-asiantuntija-1",
        names=named.NamesView(fi="Asiantuntija 1", sv="Sakkunnig 1", en="Expert 1"),
        name="Asiantuntija 1",
        organisation=_KELA,
        organisation_kinds=[OrganisationKind.PROVIDER],
        roles=[Role.EXPERT],
        pause_reasons=[_named("lounas", "Lounas", "Lunch", "Lunch")],
    ),
    presence=_PRESENCE,
    offer=None,
    call=None,
    rings=[_RING_VIEW],
    points=[],
)
_TERMINAL_SNAPSHOT: Final = views.TerminalSnapshot(
    terminal=views.TerminalView(id=_KIOSK.id, names=_KIOSK.names, kind=TerminalKind.KIOSK, point=_POINT),
    contact=_CONTACT,
    call=None,
)
_DESCRIPTION: Final = client.Description(type="offer", sdp="v=0\r\n")
_CANDIDATE: Final = client.Candidate(
    candidate="candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host", sdp_mid="0", sdp_m_line_index=0
)

EXAMPLES: Final[tuple[WireModel, ...]] = (
    client.Hello(version=VERSION, ticket="example-ticket-0001"),
    client.Hello(version=VERSION, resume=client.Resume(token="example-resume-0001", last_seq=17)),  # noqa: S106
    client.Heartbeat(id="op-00000001", seq=17),
    client.RequestContact(id="op-00000002", service=_HOUSING.id, language="fi"),
    client.RequestForCustomer(
        id="op-00000016",
        terminal=_KIOSK.id,
        service=_HOUSING.id,
        language="fi",
        handoff=_HANDOFF,
        identity=IdentityCheck.IDENTITY_DOCUMENT,
        prepared_s=140,
        further=[situation.FurtherPart(service="vero-ennakko")],
    ),
    client.AmendHandoff(id="op-00000017", contact="con_1", handoff=_HANDOFF),
    client.AddMatter(id="op-00000018", contact="con_1", matter=situation.FurtherPart(service="vero-ennakko")),
    client.DropMatter(id="op-00000019", contact="con_1", matter="con_2"),
    client.ReportLine(id="op-00000020", contact="con_1", faults=[LineFault.MICROPHONE_SILENT]),
    client.MoveContact(id="op-00000021", contact="con_1", seen_at=_KIOSK.id, terminal="mikkeli-huone"),
    client.AttendContact(id="op-00000022", contact="con_1", present=True),
    client.CallAdvisor(id="op-00000023", contact="con_1", wanted=True),
    client.CloseContact(id="op-00000024", contact="con_1"),
    client.ConcludeCall(
        id="op-00000025", call="call_1", resolution=Resolution.STARTED, follow_ups=[FollowUp.BRING_DOCUMENTS]
    ),
    client.FinishContact(id="op-00000026", contact="con_1"),
    client.RateContact(id="op-00000027", contact="con_1", satisfaction=5),
    client.SetLanguage(id="op-00000003", contact="con_1", language="sv"),
    client.LeaveContact(id="op-00000004", contact="con_1"),
    client.ContinueContact(id="op-00000015", contact="con_1"),
    client.MakeReady(id="op-00000005"),
    client.Pause(id="op-00000006", reason="lounas"),
    client.ExtendWrapUp(id="op-00000014"),
    client.AcceptOffer(id="op-00000007", offer="off_1"),
    client.DeclineOffer(id="op-00000008", offer="off_1", reason=DeclineReason.NOT_MY_FIELD),
    client.JoinCall(id="op-00000009", call="call_1"),
    client.ReportMedia(id="op-00000010", call="call_1"),
    client.LeaveCall(id="op-00000011", call="call_1"),
    client.Signal(id="op-00000012", call="call_1", to="seat_1", generation=2, description=_DESCRIPTION),
    client.Signal(id="op-00000013", call="call_1", to="seat_1", generation=2, candidate=_CANDIDATE),
    server.Welcome(
        version=VERSION,
        session="ses_1",
        resume_token="example-resume-0002",  # noqa: S106
        resumed=False,
        seq=0,
        snapshot=_STAFF_SNAPSHOT,
        heartbeat_s=10,
        ice_servers=[server.IceServer(urls=["turns:turn.example:443?transport=tcp"], username="u", credential="c")],
        server_time=_NOW,
    ),
    server.Ack(re="op-00000007", call="call_1", server_time=_NOW),
    server.ErrorMessage(
        re="op-00000007",
        code="offer.expired",
        message="the time to accept has run out",
        details={"offer": "off_1"},
    ),
    server.Closing(code="server.stopping", message="the server is being restarted", resumable=True, retry_after_s=0.5),
    server.SnapshotEvent(seq=1, snapshot=_TERMINAL_SNAPSHOT),
    server.ContactChanged(seq=2, contact=_CONTACT),
    server.ContactChanged(seq=9, contact=_TO_CONTINUE),
    server.CallChanged(seq=3, call=_CALL),
    server.OfferChanged(seq=4, offer=_OFFER),
    server.PresenceChanged(seq=5, presence=_PRESENCE),
    server.RingChanged(seq=6, ring=_RING_VIEW),
    server.PointChanged(seq=7, point=_BOARD),
    server.Signalled(
        seq=8, id="seat_2.operation-1", call="call_1", sender="seat_2", generation=2, candidate=_CANDIDATE
    ),
)
