"""What browsers are told with every answer, and what no answer says."""

import re
from pathlib import Path

import httpx2
import pytest

from tests.integration.conftest import StartServer
from tests.support.server import ServerThread

ELSEWHERE = "https://elsewhere.example"
UNIT = Path(__file__).parents[2] / "deploy" / "systemd" / "palvelurinki@.service"


async def test_the_policy_lets_nothing_in_but_our_own_files(shared_server: ServerThread) -> None:
    async with httpx2.AsyncClient(base_url=shared_server.url) as client:
        for path in ("/health/live", "/api/v1/openapi.json", "/no/such/page"):
            said = (await client.get(path)).headers["content-security-policy"]
            policy = {name: words for name, *words in (each.split() for each in said.split(";"))}
            assert policy["default-src"] == ["'self'"]
            assert not policy.keys() & {"script-src", "script-src-elem", "connect-src", "worker-src", "frame-src"}
            assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
            assert policy["form-action"] == ["'self'"]
            assert not re.search("unsafe|[*]|https?:", said)


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
async def test_no_other_origin_is_let_read_anything(shared_server: ServerThread, method: str) -> None:
    asking = {
        "origin": ELSEWHERE,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    async with httpx2.AsyncClient(base_url=shared_server.url, headers=asking) as client:
        for path in ("/api/v1/demo", "/api/v1/terminal/catalogue", "/api/v1/staff/ticket", "/health/ready"):
            answer = await client.request(method, path)
            assert not [name for name in answer.headers if name.startswith("access-control")]
            assert answer.headers["cross-origin-resource-policy"] == "same-origin"


async def test_no_folder_is_listed(start_server: StartServer, tmp_path: Path) -> None:
    assets = tmp_path / "kiosk" / "assets"
    assets.mkdir(parents=True)
    (assets / "app-1a2b.js").write_text("export {}")
    server = await start_server(static_dir=tmp_path)
    async with httpx2.AsyncClient(base_url=server.url, follow_redirects=True) as client:
        for path in ("/kiosk/assets", "/kiosk/assets/", "/kiosk/"):
            answer = await client.get(path)
            assert answer.status_code == 404
            assert "app-1a2b" not in answer.text


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "DELETE", "PUT"])
async def test_a_method_that_nothing_has_is_refused(shared_server: ServerThread, method: str) -> None:
    async with httpx2.AsyncClient(base_url=shared_server.url, headers={"origin": shared_server.url}) as client:
        for path in ("/api/v1/staff/ticket", "/health/live"):
            answer = await client.request(method, path, headers={"x-secret": "hush"})
            assert answer.status_code in {400, 404, 405}
            assert "hush" not in answer.text


def test_the_node_has_no_right_to_what_it_does_not_need() -> None:
    unit = UNIT.read_text().splitlines()
    assert {
        "DynamicUser=yes",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "ProtectSystem=strict",
        "InaccessiblePaths=-/opt/palvelurinki/.git",
        "UMask=0077",
    } <= {*unit}
