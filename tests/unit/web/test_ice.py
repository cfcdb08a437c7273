"""TURN credentials: what a session was told is renewed before it runs out."""

import json
from datetime import UTC, datetime, timedelta

from palvelurinki.protocol.server import Ack
from palvelurinki.web.ice import CREDENTIALS_LIFE, IceServers, SessionIce
from palvelurinki.web.socket.messages import acknowledgement

START = datetime(2026, 11, 23, 8, tzinfo=UTC)
SERVERS = IceServers(("turns:turn.example.fi:443",), "a-secret-of-the-tests")
HEARTBEAT = timedelta(seconds=10)


def expiry(username: str | None) -> datetime:
    assert username is not None
    return datetime.fromtimestamp(int(username.partition(":")[0]), UTC)


def test_at_any_moment_a_session_has_credentials_that_last() -> None:
    ice = SessionIce(SERVERS)
    [held] = ice.told(START, "session")
    renewals = 0
    for beat in range(1, 360):
        now = START + beat * HEARTBEAT
        for fresh in ice.due(now) or ():
            held, renewals = fresh, renewals + 1
        assert expiry(held.username) - now >= CREDENTIALS_LIFE / 2 - HEARTBEAT
        assert held.username is not None
        assert held.username.endswith(":session")
    # An hour has twelve lives, and they are renewed at half of each.
    assert renewals <= 24


def test_nothing_is_renewed_where_there_is_nothing() -> None:
    ice = SessionIce(IceServers())
    assert ice.told(START, "session") == []
    assert ice.due(START + CREDENTIALS_LIFE) is None
    assert SessionIce(SERVERS).due(START) is None


def test_an_acknowledgement_is_what_the_model_says() -> None:
    for servers in (None, SERVERS.for_session(START, "session")):
        told = json.loads(acknowledgement("operation-1", START, servers))
        assert told == json.loads(Ack(re="operation-1", ice_servers=servers, server_time=START).model_dump_json())
