"""Staff sign in at a real issuer: who is let in, as what, and who is not."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest

from palvelurinki.application.signing_in import ATTEMPT_LIFE
from palvelurinki.client import Client
from palvelurinki.client.tickets import COOKIES
from palvelurinki.ports.issuers import Asked
from tests.support.oidc_provider import Browser, Issuer, refusal_in, throwaway_issuer
from tests.support.ports import free_port
from tests.support.server import Ground, ServerThread
from tests.support.sign_in import ACCOUNTS, EXPERT, MANY, SECRET, SUPERVISOR, clients, demo_with_issuer

CONSOLE = "/console/"


@dataclass(frozen=True, slots=True)
class Scene:
    """A server with an issuer."""

    server: ServerThread
    issuer: Issuer
    ground: Ground
    origin: str

    def browser(self) -> Browser:
        return Browser(self.origin)

    def secret(self, browser: Browser) -> str | None:
        """By what the browser is signed in."""
        return browser.http.cookies.get(COOKIES["staff"])


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def issuer(port: int) -> Iterator[Issuer]:
    with throwaway_issuer(clients(f"http://localhost:{port}"), ACCOUNTS) as running:
        yield running


@pytest.fixture
def kind() -> str:
    return "sqlite"


@pytest.fixture
async def scene(
    issuer: Issuer,
    port: int,
    sqlite_ground: Ground,
    request: pytest.FixtureRequest,
) -> AsyncIterator[Scene]:
    settings = getattr(request, "param", {})
    await sqlite_ground.configure(demo_with_issuer(issuer.url))
    server = ServerThread(sqlite_ground.settings(port=port, issuer_secrets={"kela-roles": SECRET}, **settings))
    server.start()
    yield Scene(server, issuer, sqlite_ground, f"http://localhost:{port}")
    server.stop()


def query(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def changed(address: str, **changes: str | None) -> str:
    said = {**query(address), **changes}
    return urlsplit(address)._replace(query=urlencode({k: v for k, v in said.items() if v is not None})).geturl()


# ---- Who is let in -------------------------------------------------------------------------------------------


async def test_there_is_a_way_in(scene: Scene) -> None:
    async with scene.browser() as browser:
        ways = (await browser.get(f"{scene.origin}/api/v1/sign-in")).json()
        assert ways["demo"] is True
        assert [(each["id"], each["names"]["fi"]) for each in ways["issuers"]] == [
            ("kela-id", "Kelan tunnus"),
            ("kela-roles", "Kelan tunnus"),
        ]
        address = await browser.to_issuer("kela-id")
        asked = query(address)
        assert (asked["response_type"], asked["scope"], asked["code_challenge_method"]) == ("code", "openid", "S256")
        assert asked["redirect_uri"] == f"{scene.origin}/sign-in/callback"
        assert {len(asked[name]) for name in ("state", "nonce", "code_challenge")} == {43}

        back = await browser.through_issuer(address, "account=subject-of-the-expert")
        assert query(back)["iss"] == scene.issuer.url
        came = await browser.get(back)
        assert (came.status_code, came.headers["location"]) == (303, CONSOLE)
        cookies = came.headers.get_list("set-cookie")
        assert any(
            "palvelurinki_staff=" in each and "HttpOnly" in each and "samesite=strict" in each.lower()
            for each in cookies
        )
        secret = scene.secret(browser)
        assert secret is not None
        async with Client(scene.server.url, "staff", secret) as console:
            assert console.snapshot.staff.id == EXPERT
            assert console.snapshot.staff.roles == ["expert"]
            assert console.snapshot.presence is not None


@pytest.mark.parametrize(
    ("way", "account", "staff", "roles"),
    [
        ("kela-id", "subject-of-the-supervisor", SUPERVISOR, ["supervisor"]),
        ("kela-id", "subject-of-many", MANY, ["administrator"]),
        ("kela-roles", "subject-of-the-expert", EXPERT, ["expert"]),
        ("kela-roles", "subject-of-the-supervisor", SUPERVISOR, ["supervisor"]),
    ],
)
async def test_roles_by_the_configuration_and_by_claims(
    scene: Scene, way: str, account: str, staff: str, roles: list[str]
) -> None:
    async with scene.browser() as browser:
        assert await browser.sign_in(way, account) == CONSOLE
        secret = scene.secret(browser)
        assert secret is not None
        async with Client(scene.server.url, "staff", secret) as console:
            assert (console.snapshot.staff.id, console.snapshot.staff.roles) == (staff, roles)


async def test_claims_grant_no_more_than_the_configuration_and_less_when_they_say_less(scene: Scene) -> None:
    def wider(document: dict[str, Any]) -> None:
        document["staff"][EXPERT]["roles"] = ["expert", "supervisor"]
        del document["staff"][MANY]["roles"]

    await scene.ground.configure(demo_with_issuer(scene.issuer.url, wider))
    async with scene.server.staff(SUPERVISOR) as onlooker:
        # By then this node has read the revision.
        await onlooker.until(lambda _: True)
    for account, staff, roles in (
        ("subject-of-the-expert", EXPERT, ["expert"]),
        ("subject-of-many", MANY, ["expert", "supervisor"]),
    ):
        async with scene.browser() as browser, asyncio.timeout(20):
            while await browser.sign_in("kela-roles", account) != CONSOLE:
                # The node reads a new revision within a second.
                browser.http.cookies.clear()
            secret = scene.secret(browser)
            assert secret is not None
            async with Client(scene.server.url, "staff", secret) as console:
                assert (console.snapshot.staff.id, console.snapshot.staff.roles) == (staff, roles)


# ---- Who is not ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("way", "account", "code"),
    [
        ("kela-id", "subject-of-nobody", "sign_in.unknown_person"),
        # An administrator here, and not one of those roles at the issuer.
        ("kela-roles", "subject-of-many", "sign_in.no_role"),
    ],
)
async def test_whom_the_configuration_does_not_let_in(scene: Scene, way: str, account: str, code: str) -> None:
    async with scene.browser() as browser:
        assert refusal_in(await browser.sign_in(way, account)) == code
        assert scene.secret(browser) is None


async def test_whoever_turns_back(scene: Scene) -> None:
    async with scene.browser() as browser:
        back = await browser.through_issuer(await browser.to_issuer("kela-id"), "turn_back=1")
        assert refusal_in((await browser.get(back)).headers["location"]) == "sign_in.cancelled"


async def test_an_issuer_that_is_not_there(scene: Scene) -> None:
    async with scene.browser() as browser:
        back = await browser.through_issuer(await browser.to_issuer("kela-id"), "account=subject-of-the-expert")
        scene.issuer.stop()
        assert refusal_in((await browser.get(back)).headers["location"]) == "sign_in.unavailable"
        # Never reached at all, so nothing of it is known.
        assert (
            (await browser.get(f"{scene.origin}/sign-in/start?issuer=nobody"))
            .headers["location"]
            .endswith("#sign-in-refused=sign_in.refused")
        )


async def test_an_issuer_that_never_was_there(scene: Scene) -> None:
    await scene.ground.configure(demo_with_issuer(f"http://localhost:{free_port()}"))
    async with scene.browser() as browser, asyncio.timeout(20):
        while refusal_in(location := await browser.to_issuer("kela-id")) is None:
            assert location.startswith(scene.issuer.url)
        assert refusal_in(location) == "sign_in.unavailable"


async def test_a_code_and_a_state_are_good_once(scene: Scene) -> None:
    async with scene.browser() as browser:
        back = await browser.through_issuer(await browser.to_issuer("kela-id"), "account=subject-of-the-expert")
        attempt = browser.http.cookies.get("palvelurinki_attempt")
        assert attempt is not None
        assert (await browser.get(back)).headers["location"] == CONSOLE
        browser.http.cookies.set("palvelurinki_attempt", attempt, domain="localhost.local")
        assert refusal_in((await browser.get(back)).headers["location"]) == "sign_in.refused"


async def test_a_code_is_no_good_in_another_attempt(scene: Scene) -> None:
    async with scene.browser() as thief, scene.browser() as browser:
        back = await browser.through_issuer(await browser.to_issuer("kela-id"), "account=subject-of-the-expert")
        # The thief has begun an attempt of their own, and puts the stolen code into it: PKCE and the nonce differ.
        own = await thief.through_issuer(await thief.to_issuer("kela-id"), "account=subject-of-nobody")
        mixed = changed(own, code=query(back)["code"])
        assert refusal_in((await thief.get(mixed)).headers["location"]) == "sign_in.refused"
        assert scene.secret(thief) is None


async def test_a_state_is_no_good_in_another_browser(scene: Scene) -> None:
    async with scene.browser() as victim, scene.browser() as browser:
        back = await browser.through_issuer(await browser.to_issuer("kela-id"), "account=subject-of-the-expert")
        await victim.to_issuer("kela-id")
        for cookies in ("its own attempt", "none"):
            if cookies == "none":
                victim.http.cookies.clear()
            assert refusal_in((await victim.get(back)).headers["location"]) == "sign_in.refused"
            assert scene.secret(victim) is None
        # Nothing of it was used up.
        assert (await browser.get(back)).headers["location"] == CONSOLE


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"state": None},
        {"state": "made-up"},
        {"code": None},
        {"code": "made-up"},
        {"iss": "https://evil.example", "error": "access_denied", "code": None},
    ],
)
async def test_an_answer_that_is_not_the_issuers(scene: Scene, changes: dict[str, str | None]) -> None:
    async with scene.browser() as browser:
        back = await browser.through_issuer(await browser.to_issuer("kela-id"), "account=subject-of-the-expert")
        came = await browser.get(changed(back, **changes))
        assert refusal_in(came.headers["location"]) == "sign_in.refused"
        assert scene.secret(browser) is None


async def test_who_is_let_in_and_who_is_not_is_noted(scene: Scene) -> None:
    for account, error in (("account=subject-of-the-expert", None), ("account=subject-of-the-expert", "access_denied")):
        async with scene.browser() as browser:
            back = await browser.through_issuer(await browser.to_issuer("kela-id"), account)
            await browser.get(changed(back, error=error, code=None) if error else back)
            assert (scene.secret(browser) is None) is (error is not None)
    async with scene.ground.store() as store, store.reading() as tx:
        notes = [note for _, note in await tx.audit.waiting(100)]
        chained = [(row.act, row.actor, row.about, row.why, row.organisation) for row in await tx.audit.rows(0, 1000)]
    acts = [*chained, *((str(note.act), note.actor, note.about, note.why, note.organisation) for note in notes)]
    assert ("sign_in.done", f"staff:{EXPERT}", "issuer:kela-id", "issuer", "kela") in acts
    assert ("sign_in.refused", "unknown", "issuer:kela-id", "sign_in.cancelled", "kela") in acts


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_page_elsewhere_cannot_have_somebody_signed_in(scene: Scene, site: str) -> None:
    async with httpx2.AsyncClient(base_url=scene.origin, headers={"sec-fetch-site": site}) as http:
        answer = await http.get("/sign-in/start", params={"issuer": "kela-id"})
    assert answer.headers["location"] == "/console/#sign-in-refused=sign_in.refused"
    assert "set-cookie" not in answer.headers
    async with httpx2.AsyncClient(base_url=scene.origin, headers={"sec-fetch-site": "same-origin"}) as http:
        answer = await http.get("/sign-in/start", params={"issuer": "kela-id"})
    assert answer.headers["location"].startswith(scene.issuer.url)


async def test_an_attempt_is_too_old_after_a_while(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("palvelurinki.application.signing_in.ATTEMPT_LIFE", -ATTEMPT_LIFE)
    async with scene.browser() as browser:
        address = await browser.to_issuer("kela-id")
        # The cookie has lapsed too; a browser that kept it is refused all the same.
        begun = browser.history[0].headers["set-cookie"]
        browser.http.headers["cookie"] = begun.partition(";")[0]
        back = changed(address, code="any", state=query(address)["state"])
        callback = f"{scene.origin}/sign-in/callback?{urlsplit(back).query}"
        assert refusal_in((await browser.get(callback)).headers["location"]) == "sign_in.refused"


async def test_the_issuer_refuses_another_verifier(scene: Scene) -> None:
    """What PKCE is worth depends on the issuer: this one is asked itself."""
    async with scene.browser() as browser:
        address = await browser.to_issuer("kela-id")
        back = await browser.through_issuer(address, "account=subject-of-the-expert")
    async with httpx2.AsyncClient() as http:
        answer = await http.post(
            f"{scene.issuer.url}/token",
            data={
                "grant_type": "authorization_code",
                "client_id": "plain",
                "code": query(back)["code"],
                "redirect_uri": f"{scene.origin}/sign-in/callback",
                "code_verifier": "v" * 43,
            },
        )
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


# ---- The issuer's keys ---------------------------------------------------------------------------------------


async def test_keys_are_changed_without_anybody_noticing(scene: Scene) -> None:
    for _ in range(2):
        async with scene.browser() as browser:
            assert await browser.sign_in("kela-id", "subject-of-the-expert") == CONSOLE
        scene.issuer.rotate()
    async with scene.browser() as browser:
        assert await browser.sign_in("kela-roles", "subject-of-the-expert") == CONSOLE


# ---- Sessions ------------------------------------------------------------------------------------------------


async def test_signing_in_gives_a_new_secret_and_ends_the_old_one(scene: Scene) -> None:
    async with scene.browser() as browser:
        browser.http.cookies.set(COOKIES["staff"], "chosen-by-somebody-else", domain="localhost.local")
        assert await browser.sign_in("kela-id", "subject-of-the-expert") == CONSOLE
        secrets = [each.value for each in browser.http.cookies.jar if each.name == COOKIES["staff"]]
        assert "chosen-by-somebody-else" not in secrets
        first = secrets[-1]
        assert await browser.sign_in("kela-id", "subject-of-the-supervisor") == CONSOLE
        second = scene.secret(browser)
        assert second != first
        for secret, status in ((first, 401), (second, 201)):
            answer = await browser.http.post(
                f"{scene.server.url}/api/v1/staff/ticket",
                headers={"origin": scene.server.url, "cookie": f"{COOKIES['staff']}={secret}"},
            )
            assert answer.status_code == status


async def test_signing_out_leads_to_the_issuer_without_a_secret(scene: Scene) -> None:
    async with scene.browser() as browser:
        assert await browser.sign_in("kela-id", "subject-of-the-expert") == CONSOLE
        headers = {"origin": scene.origin}
        answer = await browser.http.post(f"{scene.origin}/api/v1/staff/sign-out", headers=headers)
        leave = answer.json()["leave_at"]
        assert leave.startswith(f"{scene.issuer.url}/session/end?")
        assert query(leave) == {"client_id": "plain", "post_logout_redirect_uri": f"{scene.origin}/console/"}
        again = await browser.http.post(f"{scene.origin}/api/v1/staff/sign-out", headers=headers)
        assert again.status_code == 401


async def test_nothing_of_it_is_kept(scene: Scene) -> None:
    """State, nonce, verifier, code and cookies stand nowhere in the database but as digests."""
    async with scene.browser() as browser:
        address = await browser.to_issuer("kela-id")
        back = await browser.through_issuer(address, "account=subject-of-the-expert")
        attempt = browser.http.cookies.get("palvelurinki_attempt")
        database = scene.ground.database_url.partition("///")[2]
        texts = [query(address)["state"], query(address)["nonce"], query(back)["code"], attempt]
        await browser.get(back)
        texts.append(scene.secret(browser))
    scene.server.stop()
    content = b"".join(each.read_bytes() for each in Path(database).parent.glob(Path(database).name + "*"))
    assert [text for text in texts if text is None or text.encode() in content] == []


def test_what_is_secret_is_not_shown() -> None:
    asked = Asked("https://here.example/sign-in/callback", "a-state", "a-nonce", "a-verifier")
    assert not [word for word in ("a-state", "a-nonce", "a-verifier") if word in repr(asked)]
