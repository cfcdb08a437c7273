"""Every sign-in, its end, and every one that is refused stands in the audit log."""

import httpx2
import pytest

from palvelurinki.client import open_demo
from palvelurinki.client.tickets import COOKIES
from palvelurinki.domain.audit import AuditAct
from tests.security.parties import EXPERT
from tests.support.server import Ground, ServerThread

MANY = 100
MADE_UP = "made-up-by-somebody"


async def noted(ground: Ground) -> list[tuple[str, str, str]]:
    """Who did what, and why, in the order in which it was written down."""
    async with ground.store() as store, store.reading() as tx:
        chained = [(row.actor, row.act, row.why) for row in await tx.audit.rows(0, MANY)]
        waiting = [(note.actor, str(note.act), note.why) for _, note in await tx.audit.waiting(MANY)]
    return chained + waiting


async def test_a_sign_in_and_its_end_are_noted(ground: Ground, server: ServerThread) -> None:
    secret = await open_demo(server.url, "staff", EXPERT)
    headers = {"origin": server.url, "cookie": f"{COOKIES['staff']}={secret}"}
    async with httpx2.AsyncClient(base_url=server.url, headers=headers) as client:
        assert (await client.post("/api/v1/staff/sign-out")).status_code == 200
    acts = await noted(ground)
    assert (f"staff:{EXPERT}", AuditAct.SIGN_IN_DONE, "demo") in acts
    assert (f"staff:{EXPERT}", AuditAct.SIGN_IN_ENDED, "signed_out") in acts
    assert not [part for act in acts for part in act if secret in part]


async def test_what_anybody_may_send_is_counted_in_the_log_and_fills_no_audit_log(
    ground: Ground, server: ServerThread, capsys: pytest.CaptureFixture[str]
) -> None:
    async with httpx2.AsyncClient(base_url=server.url) as client:
        for _ in range(3):
            answer = await client.get("/sign-in/callback", params={"state": MADE_UP, "code": MADE_UP})
            assert answer.headers["location"] == "/console/#sign-in-refused=sign_in.refused"
    acts = await noted(ground)
    assert AuditAct.SIGN_IN_REFUSED not in {act for _, act, _ in acts}
    said = capsys.readouterr().out
    assert said.count("sign_in.unknown_attempt") == 1
    assert MADE_UP not in str(acts) + said
