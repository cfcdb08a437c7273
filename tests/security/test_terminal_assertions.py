"""Every way in which what a terminal signs may be wrong: each is refused with its code, and nothing of it is logged."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from typing import Any

import httpx2
import pytest

from palvelurinki.client.tickets import cookie_name
from palvelurinki.protocol.enrolment import ENROLMENTS_PATH, KEY_PATH, TOKEN_PATH
from palvelurinki.protocol.http import ErrorBody
from palvelurinki.web import tally
from tests.security.token_mutations import COUNTS, INVALID, KEYS, MALFORMED, MUTATIONS, ORDER, both, raw_of
from tests.support.server import Ground, ServerThread
from tests.support.terminals import (
    CHANGE,
    PROOF,
    SIGN_IN,
    Holder,
    browser,
    encoded,
    enrolled,
    send_assertion,
    token_in,
)


@pytest.fixture(scope="module")
def server(shared_ground: Ground) -> Iterator[ServerThread]:
    """One server for all of them: none may change anything."""
    running = ServerThread(shared_ground.settings(enrolments_per_minute=100_000, requests_per_minute=100_000))
    running.start()
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def _each_refusal_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "EVERY_S", 0.0)


@pytest.fixture
async def http(server: ServerThread) -> AsyncIterator[httpx2.AsyncClient]:
    async with browser(server) as client:
        yield client


def refused(response: httpx2.Response, *codes: str) -> ErrorBody:
    """A refusal by one of these codes."""
    body = ErrorBody.model_validate_json(response.content)
    assert response.status_code in {401, 409, 422}, response.text
    assert body.code in codes, body
    return body


async def heard(asking: Awaitable[httpx2.Response]) -> tuple[httpx2.Response, str]:
    """The answer, and all that this process has written meanwhile."""
    out = StringIO()
    with redirect_stderr(out), redirect_stdout(out):
        response = await asking
    return response, out.getvalue()


def assert_nothing_told(secret: str, *texts: str) -> None:
    """No part of a token that is long enough to be one stands in the texts."""
    for part in secret.split("."):
        for first in range(0, max(len(part) - 24, 1), 12):
            piece = part[first : first + 24]
            assert len(piece) < 24 or all(piece not in text for text in texts)


@pytest.mark.parametrize("name", MUTATIONS)
async def test_wrong_assertion_is_refused_and_not_told(
    server: ServerThread, http: httpx2.AsyncClient, name: str
) -> None:
    mutation, code = MUTATIONS[name]
    holder = await enrolled(server)
    token = mutation(holder, SIGN_IN, server.url + TOKEN_PATH)
    response, log = await heard(send_assertion(http, token))
    refused(response, code)
    assert "set-cookie" not in response.headers
    assert ("terminal.sign_in_refused" in log) is (code != MALFORMED)
    assert_nothing_told(token, log, response.text)
    # Its holder is none the worse for it.
    token_in(await holder.sign_in(http))


@pytest.mark.parametrize("name", MUTATIONS)
async def test_wrong_proof_is_refused_and_not_told(server: ServerThread, http: httpx2.AsyncClient, name: str) -> None:
    mutation, code = MUTATIONS[name]
    holder = Holder()
    for path, headers in ((ENROLMENTS_PATH, {}), (KEY_PATH, {"cookie": await _cookie(server, http)})):
        body: dict[str, Any] = {"key": holder.public, "proof": mutation(holder, PROOF, server.url + path)}
        if path == KEY_PATH:
            body["change"] = holder.change_to(holder, server.url + path)
        response, log = await heard(http.post(path, json=body, headers=headers))
        refused(response, code)
        assert_nothing_told(body["proof"], log, response.text)


@pytest.mark.parametrize("name", MUTATIONS)
async def test_wrong_word_of_the_next_key_is_refused_and_not_told(
    server: ServerThread, http: httpx2.AsyncClient, name: str
) -> None:
    mutation, code = MUTATIONS[name]
    holder, fresh = await enrolled(server), Holder()
    holder.next = fresh.thumbprint
    token, audience = token_in(await holder.sign_in(http)), server.url + KEY_PATH
    change = mutation(holder, CHANGE, audience)
    body = {"key": fresh.public, "proof": fresh.proof(audience), "change": change}
    cookie = {"cookie": f"{cookie_name(server.url, 'terminal')}={token}"}
    response, log = await heard(http.post(KEY_PATH, json=body, headers=cookie))
    refused(response, code)
    assert_nothing_told(change, log, response.text)
    token_in(await holder.sign_in(http))


@pytest.mark.parametrize("name", COUNTS)
async def test_wrong_count_is_refused(server: ServerThread, http: httpx2.AsyncClient, name: str) -> None:
    holder = await enrolled(server)
    refused(await holder.sign_in(http, count=COUNTS[name]), INVALID)
    token_in(await holder.sign_in(http))


@pytest.mark.parametrize("name", KEYS)
async def test_wrong_key_is_refused_and_not_told(server: ServerThread, http: httpx2.AsyncClient, name: str) -> None:
    holder = Holder()
    key = KEYS[name](holder.public, holder.jwk)
    body = {"key": key, "proof": holder.proof(server.url + ENROLMENTS_PATH)}
    response, log = await heard(http.post(ENROLMENTS_PATH, json=body))
    refused(response, INVALID, MALFORMED)
    assert_nothing_told(holder.jwk["d"], log, response.text)


async def test_assertion_is_good_once(server: ServerThread, http: httpx2.AsyncClient) -> None:
    holder = await enrolled(server)
    assertion = holder.assertion(server.url)
    token_in(await send_assertion(http, assertion))
    refused(await send_assertion(http, assertion), INVALID)
    token_in(await holder.sign_in(http))


async def test_assertion_whose_signature_was_turned_round_is_the_same_one(
    server: ServerThread, http: httpx2.AsyncClient
) -> None:
    """For each signature (r, s) anybody can make (r, n-s), which verifies too."""
    holder = await enrolled(server)
    assertion = holder.assertion(server.url)
    token_in(await send_assertion(http, assertion))
    text, _, sign = assertion.rpartition(".")
    value = raw_of(sign)
    refused(await send_assertion(http, f"{text}.{encoded(both(value[0], ORDER - value[1]))}"), INVALID)
    token_in(await holder.sign_in(http))


async def test_proof_is_good_once(http: httpx2.AsyncClient, server: ServerThread) -> None:
    holder = Holder()
    body = {"key": holder.public, "proof": holder.proof(server.url + ENROLMENTS_PATH)}
    assert (await http.post(ENROLMENTS_PATH, json=body)).status_code == 201
    refused(await http.post(ENROLMENTS_PATH, json=body), INVALID)


async def test_of_many_that_replay_an_assertion_at_once_one_is_let_in(
    server: ServerThread, http: httpx2.AsyncClient
) -> None:
    holder = await enrolled(server)
    assertion = holder.assertion(server.url)
    answers = await asyncio.gather(*(send_assertion(http, assertion) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 5
    token_in(await holder.sign_in(http))


async def test_key_that_nobody_knows_is_not_enrolled(http: httpx2.AsyncClient) -> None:
    refused(await Holder().sign_in(http), "terminal.not_enrolled")


async def _cookie(server: ServerThread, http: httpx2.AsyncClient) -> str:
    holder = await enrolled(server)
    return f"palvelurinki_terminal={token_in(await holder.sign_in(http))}"
