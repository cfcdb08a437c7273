"""What the offered proxy refuses by itself, with no node behind it: weak TLS, other names, programs without TLS."""

import socket
import ssl
from collections.abc import Iterator
from ssl import TLSVersion

import httpx2
import pytest

from tests.support.nginx import Proxy, throwaway_proxy
from tests.support.ports import free_port
from tests.support.server import Server

WITHIN_S = 10.0
# Without forward secrecy, without authenticated encryption, or with neither.
WEAK = (
    "AES256-GCM-SHA384",
    "ECDHE-ECDSA-AES256-SHA384",
    "ECDHE-ECDSA-AES128-SHA",
    "AES128-SHA",
)


@pytest.fixture(scope="module")
def proxy() -> Iterator[Proxy]:
    with throwaway_proxy(free_port(), [Server(free_port()) for _ in range(2)]) as proxy:
        yield proxy


def trusting(proxy: Proxy) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=proxy.certificate)


def connected(proxy: Proxy, context: ssl.SSLContext, name: str = "localhost") -> ssl.SSLSocket:
    plain = socket.create_connection(("127.0.0.1", proxy.port), timeout=WITHIN_S)
    return context.wrap_socket(plain, server_hostname=name)


def test_the_newest_tls_is_taken_by_whoever_knows_it(proxy: Proxy) -> None:
    with connected(proxy, trusting(proxy)) as line:
        assert line.version() == "TLSv1.3"


def test_of_tls_1_2_the_strongest_suite_is_taken_whatever_the_client_prefers(proxy: Proxy) -> None:
    context = trusting(proxy)
    context.maximum_version = TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384")
    with connected(proxy, context) as line:
        assert (line.cipher() or ("",))[0] == "ECDHE-ECDSA-AES256-GCM-SHA384"


@pytest.mark.parametrize("suite", WEAK)
def test_a_weak_suite_is_refused(proxy: Proxy, suite: str) -> None:
    context = trusting(proxy)
    context.maximum_version = TLSVersion.TLSv1_2
    context.set_ciphers(f"{suite}:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError, match="HANDSHAKE_FAILURE"), connected(proxy, context):
        pass


def test_an_old_version_is_refused(proxy: Proxy) -> None:
    context = trusting(proxy)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1 "):
        context.minimum_version = TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.maximum_version = TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError, match="PROTOCOL_VERSION"), connected(proxy, context):
        pass


def test_a_name_that_is_not_ours_gets_neither_certificate_nor_answer(proxy: Proxy) -> None:
    with pytest.raises(ssl.SSLError, match="UNRECOGNIZED_NAME"), connected(proxy, trusting(proxy), "elsewhere.example"):
        pass
    # The certificate's name in the handshake, another one in the request.
    with connected(proxy, trusting(proxy)) as line:
        line.sendall(b"GET /console HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n")
        assert line.recv(4096) == b""


@pytest.mark.parametrize("path", ["/", "/console/", "/kiosk/?x=1"])
def test_a_page_leads_on_to_https_under_our_own_name(proxy: Proxy, path: str) -> None:
    plain = httpx2.get(f"http://127.0.0.1:{proxy.plain_port}{path}", headers={"host": "elsewhere.example"})
    assert (plain.status_code, plain.headers["location"]) == (301, f"https://localhost{path}")


@pytest.mark.parametrize("path", ["/api/v1/terminal/token", "/ws/v1", "/sign-in/start", "/health/ready"])
def test_what_a_program_asks_without_tls_does_not_lead_on(proxy: Proxy, path: str) -> None:
    plain = httpx2.get(f"http://127.0.0.1:{proxy.plain_port}{path}")
    assert plain.status_code == 403
    assert "location" not in plain.headers


def test_trace_is_refused(proxy: Proxy) -> None:
    with connected(proxy, trusting(proxy)) as line:
        line.sendall(b"TRACE /console/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert line.recv(4096).split(b"\r\n")[0] == b"HTTP/1.1 405 Not Allowed"


def test_a_request_of_two_lengths_is_refused(proxy: Proxy) -> None:
    """What may be taken for two requests by whoever stands behind is not passed on."""
    for two in (b"Content-Length: 4\r\nTransfer-Encoding: chunked", b"Content-Length: 4\r\nContent-Length: 5"):
        with connected(proxy, trusting(proxy)) as line:
            line.sendall(b"POST /api/v1/staff/ticket HTTP/1.1\r\nHost: localhost\r\n" + two + b"\r\n\r\n0\r\n\r\n")
            assert line.recv(4096).split(b"\r\n")[0] == b"HTTP/1.1 400 Bad Request"
