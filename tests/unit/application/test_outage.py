"""An outage is told twice, however many notice it."""

import pytest
from structlog.testing import capture_logs

from palvelurinki.application.outage import Outage, reason
from palvelurinki.domain.errors import Busy

AWAY = Busy("the database does not answer")


@pytest.fixture
def outage() -> Outage:
    return Outage()


async def test_once_with_the_reason_and_once_when_all_have_got_on(outage: Outage) -> None:
    with capture_logs() as said:
        for _ in range(3):
            outage.begins(AWAY, "sweeping")
            outage.begins(AWAY, "beating")
            outage.begins(AWAY)
        outage.ends("beating")
        assert [each["event"] for each in said] == ["database.hinders"]
        outage.ends("sweeping")
        outage.ends("beating")
    assert [each["event"] for each in said] == ["database.hinders", "database.serves"]
    assert said[0]["why"] == "the database does not answer"


async def test_whoever_does_not_say_who_they_are_waits_for_anybody(outage: Outage) -> None:
    with capture_logs() as said:
        outage.begins(AWAY)
        outage.ends("beating")
        outage.begins(AWAY)
    assert [each["event"] for each in said] == ["database.hinders", "database.serves", "database.hinders"]


async def test_nothing_is_said_of_what_goes_well(outage: Outage) -> None:
    with capture_logs() as said:
        outage.ends("beating")
    assert said == []


def test_the_reason_is_one_line_with_what_lies_behind() -> None:
    error = Busy("it does not answer")
    error.__cause__ = ConnectionRefusedError("nobody there\nat any address")
    assert reason(error) == "it does not answer: ConnectionRefusedError: nobody there"
    assert reason(TimeoutError()) == "TimeoutError"
