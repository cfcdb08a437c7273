"""What every answer by HTTP carries, what is refused, and what is there without the demo."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx2
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from palvelurinki.adapters.sql import postgresql
from palvelurinki.adapters.sql.engine import make_engine
from palvelurinki.client import open_demo
from palvelurinki.client.tickets import COOKIES
from palvelurinki.protocol.http import Catalogue, DemoView, ErrorBody, TicketView
from tests.integration.conftest import StartServer
from tests.support.scenes import HOUSING
from tests.support.server import Ground, ServerThread
from tests.support.waiting import WITHIN_S
from tests.support.wire import wired

LONG = SecretStr("a-secret-of-this-test-and-of-no-more")

# As many connections as the server has in the test of what happens when they are all out.
SOME = 4
WAITING_FOR_LOCKS = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"
PAGES = {
    "kiosk/index.html": "<!doctype html><title>Kiosk</title>",
    "kiosk/assets/app-1a2b.js": "export {}",
    "console/index.html": "<!doctype html><title>Console</title>",
}


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """Built clients, in small."""
    for name, content in PAGES.items():
        path = tmp_path / "static" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return tmp_path / "static"


@pytest.fixture
async def served(start_server: StartServer, pages: Path) -> ServerThread:
    return await start_server(static_dir=pages)


@pytest.fixture
async def http(served: ServerThread) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser that names the server's own origin."""
    async with httpx2.AsyncClient(base_url=served.url, headers={"origin": served.url}) as client:
        yield client


def assert_guarded(response: httpx2.Response) -> None:
    policy = response.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "script-src" not in policy
    assert "unsafe-inline" not in policy.replace("style-src 'self' 'unsafe-inline'", "")
    assert "frame-ancestors 'none'" in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=(self)" in response.headers["permissions-policy"]
    assert "server" not in response.headers


def refusal(response: httpx2.Response) -> ErrorBody:
    return ErrorBody.model_validate_json(response.content)


# ---- Every answer --------------------------------------------------------------------------------------------


async def test_every_answer_carries_the_security_headers(http: httpx2.AsyncClient) -> None:
    answers = {
        "/": 307,
        "/kiosk/": 200,
        "/kiosk/assets/app-1a2b.js": 200,
        "/console/": 200,
        "/console/nothing.js": 404,
        "/health/live": 200,
        "/health/ready": 200,
        "/api/v1/openapi.json": 200,
        "/api/v1/asyncapi.json": 200,
        "/api/v1/demo": 200,
        "/api/v1/terminal/catalogue": 401,
        "/api/v1/terminal/ticket": 405,
        "/demo/open/staff/nobody": 404,
        "/no/such/page": 404,
    }
    for path, status in answers.items():
        response = await http.get(path)
        assert (path, response.status_code) == (path, status)
        assert_guarded(response)


async def test_a_failure_inside_is_an_error_body_with_the_headers(
    http: httpx2.AsyncClient, ground: Ground, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = make_engine(ground.database_url)
    async with engine.begin() as connection:
        await connection.execute(text("DROP TABLE sign_in"))
    await engine.dispose()
    response = await http.get("/api/v1/terminal/catalogue", headers={"cookie": f"{COOKIES['terminal']}=hush"})
    assert response.status_code == 500
    assert refusal(response).code == "internal"
    assert "sign_in" not in response.text
    assert_guarded(response)
    logged = capsys.readouterr().out
    assert "Traceback" in logged
    # What went wrong is in the log, and no value that was in hand (I8).
    assert "hush" not in logged


async def test_index_pages_are_asked_for_anew_and_hashed_files_are_kept(http: httpx2.AsyncClient) -> None:
    for page in ("/kiosk/", "/console/", "/kiosk/index.html"):
        assert (await http.get(page)).headers["cache-control"] == "no-cache"
    assert "immutable" in (await http.get("/kiosk/assets/app-1a2b.js")).headers["cache-control"]


@pytest.mark.parametrize("path", ["/kiosk/../../secret", "/kiosk/%2e%2e/%2e%2e/secret", "/kiosk//etc/passwd"])
async def test_files_outside_the_clients_are_not_served(http: httpx2.AsyncClient, pages: Path, path: str) -> None:
    (pages.parent / "secret").write_text("hush")
    response = await http.get(path)
    assert response.status_code == 404
    assert "hush" not in response.text


# ---- Refusals ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", [None, "https://evil.example", "null"])
@pytest.mark.parametrize("path", ["/api/v1/terminal/ticket", "/api/v1/staff/ticket", "/api/v1/staff/sign-out"])
async def test_a_foreign_page_can_do_nothing(shared_server: ServerThread, path: str, origin: str | None) -> None:
    secret = await open_demo(shared_server.url, "staff", "kela-asiantuntija-1")
    headers = {"cookie": f"{COOKIES['staff']}={secret}"} | ({"origin": origin} if origin else {})
    async with httpx2.AsyncClient() as anyone:
        response = await anyone.post(shared_server.url + path, headers=headers)
    assert (response.status_code, refusal(response).code) == (403, "origin.refused")


async def test_without_a_sign_in_there_is_no_ticket(http: httpx2.AsyncClient) -> None:
    for path in ("/api/v1/terminal/ticket", "/api/v1/staff/ticket"):
        response = await http.post(path)
        assert (response.status_code, refusal(response).code) == (401, "sign_in.required")


async def test_one_kind_of_sign_in_is_not_the_other(shared_server: ServerThread) -> None:
    secret = await open_demo(shared_server.url, "terminal", "mikkeli-kioski")
    async with httpx2.AsyncClient(base_url=shared_server.url, headers={"origin": shared_server.url}) as client:
        cookie = {"cookie": f"{COOKIES['staff']}={secret}"}
        assert (await client.post("/api/v1/staff/ticket", headers=cookie)).status_code == 401
        cookie = {"cookie": f"{COOKIES['terminal']}={secret}"}
        answer = await client.post("/api/v1/terminal/ticket", headers=cookie)
        assert answer.status_code == 201
        assert TicketView.model_validate_json(answer.content).expires_in_s == 30


async def test_errors_have_one_shape(http: httpx2.AsyncClient) -> None:
    codes = {
        "/no/such/page": "http.404",
        "/api/v1/terminal/ticket": "http.405",
        "/demo/open/robot/x": "request.malformed",
        "/demo/open/staff/nobody": "thing.unknown",
        "/api/v1/terminal/catalogue": "sign_in.required",
    }
    for path, code in codes.items():
        assert refusal(await http.get(path)).code == code


async def test_a_page_that_only_pretends_to_be_here_is_refused(http: httpx2.AsyncClient) -> None:
    response = await http.get("/demo/open/staff/kela-asiantuntija-1", headers={"host": "rebound.example"})
    assert response.status_code == 400
    assert "set-cookie" not in response.headers
    assert_guarded(response)


async def test_the_sign_in_is_out_of_every_scripts_reach(http: httpx2.AsyncClient) -> None:
    response = await http.get("/demo/open/staff/kela-asiantuntija-1")
    assert (response.status_code, response.headers["location"]) == (303, "/console/")
    cookie = response.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


# ---- The demo, the catalogue ----------------------------------------------------------------------------------


async def test_the_demo_lists_its_people(http: httpx2.AsyncClient) -> None:
    personas = DemoView.model_validate_json((await http.get("/api/v1/demo")).content).personas
    paths = {persona.id: persona.path for persona in personas}
    assert paths["mikkeli-kioski"] == "/demo/open/terminal/mikkeli-kioski"
    assert paths["kela-asiantuntija-2"] == "/demo/open/staff/kela-asiantuntija-2"
    assert len(personas) == len(paths)


async def test_without_the_demo_nobody_is_let_in_by_an_address(start_server: StartServer, pages: Path) -> None:
    server = await start_server(demo=False, secret=LONG, origins=("https://127.0.0.1",), static_dir=pages)
    async with httpx2.AsyncClient(base_url=server.url, headers={"x-forwarded-proto": "https"}) as client:
        for path in ("/api/v1/demo", "/demo/open/staff/kela-asiantuntija-1", "/demo/open/terminal/mikkeli-kioski"):
            response = await client.get(path)
            assert (response.status_code, refusal(response).code) == (404, "http.404")
            assert "set-cookie" not in response.headers
        assert (await client.get("/console/")).status_code == 200
        described = (await client.get("/api/v1/openapi.json")).json()["paths"]
        assert not [path for path in described if "demo" in path]


async def test_the_catalogue_is_the_points_own(shared_server: ServerThread) -> None:
    secret = await open_demo(shared_server.url, "terminal", "parainen-kioski")
    async with httpx2.AsyncClient() as client:
        answer = await client.get(
            f"{shared_server.url}/api/v1/terminal/catalogue", headers={"cookie": f"{COOKIES['terminal']}={secret}"}
        )
    catalogue = Catalogue.model_validate_json(answer.content)
    assert catalogue.terminal.id == "parainen-kioski"
    services = {service.id: service for service in catalogue.services}
    assert services["kela-asumistuki"].remote
    assert not services["poliisi-passi"].remote
    assert "mikkeli-paivahoito" not in services
    assert "poliisi-ajokortti" not in services
    assert next(ring for ring in catalogue.rings if ring.id == "kela").open


# ---- Too much at a time --------------------------------------------------------------------------------------


async def test_when_no_connection_to_the_database_is_free_it_says_when_to_ask_again(
    postgresql_ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "CONNECTIONS", SOME)
    monkeypatch.setattr(postgresql, "LOCK_WAIT_S", 0.5)
    server = ServerThread(postgresql_ground.settings())
    server.start()
    beside = await asyncpg.connect(postgresql_ground.database_url.replace("+asyncpg", ""))
    try:
        cookie = f"{COOKIES['terminal']}={await open_demo(server.url, 'terminal', 'mikkeli-kioski')}"
        path = "/api/v1/terminal/catalogue"
        async with (
            wired(server, "terminal", "parainen-kioski") as (wire, _),
            httpx2.AsyncClient(base_url=server.url, headers={"cookie": cookie}) as client,
        ):
            async with beside.transaction():
                await beside.execute("LOCK TABLE sign_in")
                held = [asyncio.create_task(client.get(path)) for _ in range(SOME)]
                async with asyncio.timeout(WITHIN_S):
                    while await beside.fetchval(WAITING_FOR_LOCKS) < SOME:
                        pass
                refused = await client.get(path)
                told = await wire.ask("request_contact", service=HOUSING, language="fi")
            assert (refused.status_code, refusal(refused).code) == (503, "server.busy")
            assert int(refused.headers["retry-after"]) > 0
            assert_guarded(refused)
            assert (told["type"], told["code"]) == ("error", "server.busy")
            # Those who held the connections get what they asked for, and so does whoever asks again.
            assert {answer.status_code for answer in await asyncio.gather(*held)} == {200}
            assert (await client.get(path)).status_code == 200
            assert (await wire.ask("request_contact", service=HOUSING, language="fi"))["type"] == "ack"
    finally:
        await beside.close()
        server.stop()
