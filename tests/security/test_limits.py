"""What is asked too often, too large, without TLS, or from a page elsewhere; each has its answer, and a log line."""

import asyncio
import contextlib
import ssl
from pathlib import Path

import httpx2
import pytest
from pydantic import SecretStr
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from palvelurinki.protocol.http import ErrorBody
from tests.integration.conftest import StartServer
from tests.support.certificate import certify
from tests.support.server import ServerThread
from tests.support.wire import WITHIN_S, Wire, raw, ticket_of

HERE = {"x-forwarded-for": "192.0.2.7"}
THERE = {"x-forwarded-for": "192.0.2.8"}
BY_TLS = {"x-forwarded-proto": "https"}
LONG = SecretStr("0123456789abcdefghijklmnopqrstuvwxyz-ABCD")


def code_of(response: httpx2.Response) -> str:
    return ErrorBody.model_validate_json(response.content).code


async def test_requests_from_one_address_are_bounded_and_others_go_on(start_server: StartServer) -> None:
    server = await start_server(requests_per_minute=3)
    async with httpx2.AsyncClient(base_url=server.url, headers=HERE) as client:
        answers = [await client.get("/api/v1/demo") for _ in range(4)]
        assert [each.status_code for each in answers] == [200, 200, 200, 429]
        assert code_of(answers[-1]) == "rate.exceeded"
        assert int(answers[-1].headers["retry-after"]) == 20
        # Pages and health are not counted, and neither is anybody else.
        assert (await client.get("/health/live")).status_code == 200
        assert (await client.get("/api/v1/demo", headers=THERE)).status_code == 200


async def test_an_address_that_only_the_client_names_is_not_believed(start_server: StartServer) -> None:
    server = await start_server(requests_per_minute=1, trusted_proxies=("192.0.2.1",))
    async with httpx2.AsyncClient(base_url=server.url) as client:
        answers = [await client.get("/api/v1/demo", headers=each) for each in (HERE, THERE)]
        assert [each.status_code for each in answers] == [200, 429]


async def test_what_one_address_says_of_others_does_not_help_it(start_server: StartServer) -> None:
    server = await start_server(requests_per_minute=1)
    async with httpx2.AsyncClient(base_url=server.url) as client:
        made_up = [{"x-forwarded-for": f"198.51.100.{number}, 192.0.2.7"} for number in range(2)]
        assert [(await client.get("/api/v1/demo", headers=each)).status_code for each in made_up] == [200, 429]


async def test_signing_in_too_often_is_told_to_the_person(start_server: StartServer) -> None:
    server = await start_server(sign_ins_per_minute=1)
    async with httpx2.AsyncClient(base_url=server.url, headers=HERE) as client:
        await client.get("/sign-in/start", params={"issuer": "none"})
        refused = await client.get("/sign-in/start", params={"issuer": "none"})
    assert refused.status_code == 303
    assert refused.headers["location"] == "/console/#sign-in-refused=sign_in.too_many"


async def test_sockets_from_one_address_are_bounded_and_come_free(start_server: StartServer) -> None:
    server = await start_server(sockets_per_address=1)
    ticket = await ticket_of(server, "terminal", "mikkeli-kioski")
    for _ in range(2):
        async with raw(server, additional_headers=HERE) as worthless:
            assert (await worthless.hello(ticket="a-ticket-that-never-was"))["code"] == "ticket.invalid"
            await worthless.closed()
    async with raw(server, additional_headers={**HERE, "cookie": ticket.cookie}) as first:
        assert (await first.hello(ticket=ticket))["type"] == "welcome"
        with pytest.raises(InvalidStatus) as refused:
            async with raw(server, additional_headers=HERE):
                pass
        assert refused.value.response.status_code == 429
        assert b"rate.exceeded" in (refused.value.response.body or b"")
        async with raw(server, additional_headers=THERE):
            pass


async def test_in_production_nothing_but_health_is_answered_without_tls(start_server: StartServer) -> None:
    server = await start_server(demo=False, secret=LONG, origins=("https://127.0.0.1",))
    async with httpx2.AsyncClient(base_url=server.url) as client:
        for path in ("/api/v1/terminal/catalogue", "/console/", "/api/v1/openapi.json"):
            refused = await client.get(path)
            assert (refused.status_code, code_of(refused)) == (403, "tls.required")
        assert (await client.get("/health/live")).status_code == 200
        served = await client.get("/api/v1/terminal/catalogue", headers=BY_TLS)
        assert (served.status_code, code_of(served)) == (401, "sign_in.required")
        assert served.headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"
        assert served.headers["cache-control"] == "no-store"
    with pytest.raises(InvalidStatus) as handshake:
        async with raw(server, origin="https://127.0.0.1"):
            pass
    assert handshake.value.response.status_code == 403


@pytest.mark.parametrize("host", ["palvelu.example.fi", "127.0.0.1.palvelu.example.fi", ""])
async def test_a_name_that_is_not_the_servers_is_not_answered(start_server: StartServer, host: str) -> None:
    server = await start_server(demo=False, secret=LONG, origins=("https://127.0.0.1",))
    async with httpx2.AsyncClient(base_url=server.url, headers={**BY_TLS, "host": host}) as client:
        refused = await client.get("/console")
        assert (refused.status_code, code_of(refused)) == (400, "host.refused")
        assert (await client.get("/health/live")).status_code == 200


async def test_of_several_origins_none_is_believed(shared_server: ServerThread) -> None:
    origins = [("origin", shared_server.url), ("origin", "https://elsewhere.example")]
    async with httpx2.AsyncClient(base_url=shared_server.url) as client:
        refused = await client.post("/api/v1/staff/sign-out", headers=origins)
    assert (refused.status_code, code_of(refused)) == (403, "origin.refused")


async def test_headers_that_do_not_end_are_not_kept(shared_server: ServerThread) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", shared_server.port)
    writer.write(b"GET /health/live HTTP/1.1\r\nhost: 127.0.0.1\r\nx: ")
    with contextlib.suppress(ConnectionError):
        for _ in range(64):
            writer.write(b"a" * 65536)
            await writer.drain()
    async with asyncio.timeout(WITHIN_S):
        with contextlib.suppress(ConnectionError):
            assert b"400" in await reader.readline()
            assert await reader.read() != b""
    writer.close()


async def test_a_node_ends_tls_itself_when_it_has_a_certificate(start_server: StartServer, tmp_path: Path) -> None:
    certificate = certify(tmp_path)
    server = await start_server(
        demo=False,
        secret=LONG,
        origins=("https://localhost",),
        tls_certificate=certificate,
        tls_key=tmp_path / "key.pem",
    )
    trusting = ssl.create_default_context(cafile=certificate)
    async with httpx2.AsyncClient(base_url=f"https://localhost:{server.port}", verify=trusting) as client:
        served = await client.get("/api/v1/terminal/catalogue")
        assert (served.status_code, code_of(served)) == (401, "sign_in.required")
    async with httpx2.AsyncClient(base_url=server.url) as client:
        with pytest.raises(httpx2.TransportError):
            await client.get("/health/live")
    address = f"wss://localhost:{server.port}/ws/v1"
    async with connect(address, ssl=trusting, origin=Origin("https://localhost")) as socket:
        wire = Wire(socket)
        assert (await wire.hello(ticket="a-ticket-that-never-was"))["code"] == "ticket.invalid"


async def test_a_body_that_is_too_large_is_refused(shared_server: ServerThread) -> None:
    async with httpx2.AsyncClient(base_url=shared_server.url, headers={"origin": shared_server.url}) as client:
        refused = await client.post("/api/v1/terminal/token", content=b"x" * 100_000)
    assert (refused.status_code, code_of(refused)) == (413, "http.413")


async def test_a_page_elsewhere_opens_no_socket_and_posts_nothing(
    start_server: StartServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server = await start_server()
    ticket = await ticket_of(server, "terminal", "mikkeli-kioski")
    for origin in ("https://elsewhere.example", "null", "http://127.0.0.1", ""):
        with pytest.raises(InvalidStatus) as handshake:
            async with raw(server, ticket, origin=origin) as wire:
                await wire.hello(ticket=ticket)
        assert handshake.value.response.status_code == 403
        assert b"origin.refused" in (handshake.value.response.body or b"")
        async with httpx2.AsyncClient(base_url=server.url, headers={"origin": origin}) as client:
            refused = await client.post("/api/v1/staff/sign-out")
        assert (refused.status_code, code_of(refused)) == (403, "origin.refused")
    said = capsys.readouterr().out
    assert said.count("code=origin.refused") == 1
    assert ticket not in said
    # It was not used up by those who had no right to it.
    async with raw(server, ticket) as own:
        assert (await own.hello(ticket=ticket))["type"] == "welcome"
