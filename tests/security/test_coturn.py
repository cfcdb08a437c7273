"""The offered coturn relays to public addresses alone, and for credentials of ours alone."""

from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import pytest

from palvelurinki.web.ice import IceServers
from tests.support.ports import free_port
from tests.support.server_process import ServerProcess
from tests.support.turn import ALLOCATE, SUCCESS, TurnClient

OFFERED: Final = Path(__file__).parents[2] / "deploy" / "coturn" / "turnserver.conf"
SECRET: Final = "0123456789abcdefghijklmnopqrstuvwxyz"  # of this test alone
HOST: Final = "127.0.0.1"
UNAUTHORIZED: Final = 401
FORBIDDEN: Final = 403
# One at least of each special-purpose registry of IANA, and the ends of those next to which public ones lie.
SPECIAL: Final = (
    *("0.0.0.0", "0.255.255.255", "10.0.0.1", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1"),  # noqa: S104
    *("169.254.169.254", "172.16.0.0", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.0.1"),
    *("192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.2.3"),
    *("240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "2001::1"),
    *("2001:db8::1", "2002:a00:1::1", "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1"),
)
PUBLIC: Final = ("9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0")
PUBLIC_6: Final = ("2001:14b8::1", "2a00::1", "2606:4700::1")


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The offered configuration, with only addresses, files and the secret changed; where it listens."""
    directory = tmp_path_factory.mktemp("coturn")
    port = free_port()
    changes = {
        "listening-ip=203.0.113.10": f"listening-ip={HOST}",
        "relay-ip=203.0.113.10": f"relay-ip={HOST}\nrelay-ip=::1",
        "listening-port=3478": f"listening-port={port}",
        "tls-listening-port=443": f"tls-listening-port={free_port()}",
        "static-auth-secret=CHANGE-ME": f"static-auth-secret={SECRET}",
        "cert=/etc/ssl/palvelurinki/fullchain.pem": "no-tls",
        "pkey=/etc/ssl/palvelurinki/key.pem": "no-dtls",
        "no-stdout-log\nlog-file=/dev/null": "log-file=stdout",
    }
    text = OFFERED.read_text()
    for there, here in changes.items():
        assert text.count(there) == 1, there
        text = text.replace(there, here)
    text += f"\npidfile={directory}/pid\nuserdb={directory}/users\n"
    (directory / "turnserver.conf").write_text(text)
    server = ServerProcess(
        ["turnserver", "-c", str(directory / "turnserver.conf"), "--simple-log"],
        ready="IO method (admin thread)",
        log=directory / "log",
    )
    server.start()
    yield port
    server.stop()


def given_by(secret: str) -> tuple[str, str]:
    """The credentials that a node with this secret gives to a session."""
    [ice] = IceServers(("turn:turn.example.fi",), secret).for_session(datetime.now(UTC), "session")
    assert ice.username is not None
    assert ice.credential is not None
    return ice.username, ice.credential


def relaying(turn: TurnClient, family: int) -> None:
    """Get a relay address."""
    assert turn.allocate(*given_by(SECRET), family).kind == ALLOCATE | SUCCESS


@pytest.mark.parametrize("peer", SPECIAL)
def test_nothing_is_relayed_to_an_inner_address(port: int, peer: str) -> None:
    with TurnClient.to(HOST, port) as turn:
        relaying(turn, ip_address(peer).version)
        assert turn.permit(peer).error == FORBIDDEN


@pytest.mark.parametrize("peer", [*PUBLIC, *PUBLIC_6])
def test_a_public_address_is_relayed_to(port: int, peer: str) -> None:
    with TurnClient.to(HOST, port) as turn:
        relaying(turn, ip_address(peer).version)
        assert turn.permit(peer).error is None


def test_credentials_by_another_secret_get_no_relay(port: int) -> None:
    with TurnClient.to(HOST, port) as turn:
        assert turn.allocate(*given_by(SECRET[::-1])).error == UNAUTHORIZED
