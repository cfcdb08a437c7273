"""`palvelurinki terminals`: who has which key, by whoever is at the server and signed in nowhere."""

import hashlib
import json
from datetime import timedelta

import pytest
from typer.testing import CliRunner, Result

from palvelurinki.adapters.key_tokens import JoseKeyTokens
from palvelurinki.application.credentials import digest
from palvelurinki.cli import app
from palvelurinki.domain.audit import AuditAct
from palvelurinki.domain.enrolment import EnrolmentRequest, fingerprint
from palvelurinki.domain.errors import UnknownEnrolment, UnknownThing
from palvelurinki.ports import Store
from tests.support.terminals import Holder
from tests.unit.commands.conftest import on

TERMINAL = "mikkeli-kioski"
CODE = "ABCD2345"

pytestmark = pytest.mark.usefixtures("in_force")


def asks(address: str, code: str = CODE) -> str:
    """A new key waits to be approved; its fingerprint."""
    holder = Holder()
    key = JoseKeyTokens().key(holder.public["x"], holder.public["y"])

    async def ask(store: Store) -> None:
        async with store.transaction() as tx:
            now = await tx.now()
            await tx.enrolments.add(EnrolmentRequest(key, digest(code), now, now + timedelta(minutes=15)), 10)

    on(address, ask)
    return fingerprint(key.thumbprint)


def run(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, ["terminals", *arguments], input=typed)


def state(terminal: str = TERMINAL) -> dict[str, object]:
    found = json.loads(run("list", "--json").stdout)
    view: dict[str, object] = next(each for each in found if each["terminal"]["id"] == terminal)
    return view


def acts(address: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    async def read(store: Store) -> None:
        async with store.reading() as tx:
            found.extend((note.actor, note.act) for _, note in await tx.audit.waiting(100))

    on(address, read)
    return [each for each in found if each[1].startswith("terminal.")]


def test_first_terminal_is_approved_before_anybody_can_sign_in(address: str) -> None:
    shown = asks(address)
    result = run("approve", TERMINAL, "abcd-2345", typed="y\n")
    assert result.exit_code == 0, result.output
    assert shown in result.stdout
    assert "revoked" not in result.stdout
    view = state()
    assert (view["state"], view["fingerprint"], view["enrolled_by"]) == ("enrolled", shown, "operator")
    assert acts(address) == [("command:operator", AuditAct.TERMINAL_ENROLLED)]


def test_who_sees_another_fingerprint_approves_nothing(address: str) -> None:
    asks(address)
    result = run("approve", TERMINAL, CODE, typed="n\n")
    assert isinstance(result.exception, UnknownEnrolment)
    assert state()["state"] == "none"
    other = "-".join(["AAAA"] * 5)
    assert isinstance(run("approve", TERMINAL, CODE, "--fingerprint", other).exception, UnknownEnrolment)
    assert state()["state"] == "none"
    assert acts(address) == []


def test_approving_another_key_says_that_the_first_is_revoked(address: str) -> None:
    first = asks(address)
    assert run("approve", TERMINAL, CODE, "--fingerprint", first).exit_code == 0
    second = asks(address, "WXYZ6789")
    result = run("approve", TERMINAL, "WXYZ6789", "--fingerprint", second)
    assert result.exit_code == 0
    assert "The key that it had before is revoked" in result.stdout
    assert state()["fingerprint"] == second


def test_key_is_revoked(address: str) -> None:
    assert run("approve", TERMINAL, CODE, "--fingerprint", asks(address)).exit_code == 0
    result = run("revoke", TERMINAL)
    assert result.exit_code == 0
    assert "is revoked" in result.stdout
    assert state()["state"] == "revoked"
    assert acts(address)[-1] == ("command:operator", AuditAct.TERMINAL_REVOKED)
    assert "had no key that was good" in run("revoke", TERMINAL).stdout


def test_list_is_a_table_that_leaves_nothing_out(address: str) -> None:
    shown = asks(address)
    assert run("approve", TERMINAL, CODE, "--fingerprint", shown).exit_code == 0
    table = run("list").stdout
    assert TERMINAL in table
    assert "enrolled" in table
    assert shown.replace("-", "") in "".join(table.split()).replace("-", "").replace("│", "")


@pytest.mark.parametrize("arguments", [("approve", "no-such", CODE), ("revoke", "no-such")])
def test_terminal_that_is_not_there_is_told(address: str, arguments: tuple[str, ...]) -> None:
    shown = asks(address)
    more = ("--fingerprint", shown) if arguments[0] == "approve" else ()
    assert isinstance(run(*arguments, *more).exception, UnknownThing)
    assert isinstance(run("list", "--point", "no-such").exception, UnknownThing)


def test_code_that_nobody_shows_is_told() -> None:
    assert isinstance(run("approve", TERMINAL, "ABCD2345").exception, UnknownEnrolment)
    assert isinstance(run("approve", TERMINAL, hashlib.sha256().hexdigest()).exception, UnknownEnrolment)
