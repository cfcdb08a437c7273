"""Commands that list: what was, by ids that can be used, and that an unknown one is a mistake, not an empty list."""

import csv
import json
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from typer.testing import CliRunner, Result

from palvelurinki.asking import NotKnown
from palvelurinki.cli import app
from palvelurinki.domain.directory import OrganisationId, PointId, ServiceId
from palvelurinki.domain.effects import Afterword
from palvelurinki.domain.offer import DeclineReason
from palvelurinki.domain.situation import FollowUp, Resolution
from palvelurinki.domain.waiting.telling import Prediction
from palvelurinki.estimate_commands import WHO_COUNTS
from palvelurinki.event_commands import SHOWN
from palvelurinki.explain_command import NoExplanation
from palvelurinki.ports import Store
from tests.contract.builders import ANNA, BERT, RING, declined, event, left, offered, save, waiting
from tests.contract.conftest import START
from tests.unit.commands.conftest import on

OFFER = "o1"
SERVICE = ServiceId("housing")

# The ring, provider and point of `builders` are not in the configuration.
pytestmark = pytest.mark.usefixtures("in_force")


async def ring_twice(store: Store) -> None:
    """An offer to two, of whom one declines; the customer leaves then."""
    async with store.transaction() as tx:
        await tx.contacts.add(waiting())
        rung = await save(tx, offered(waiting(), (ANNA, BERT)))
        after = await save(tx, declined(rung, staff=ANNA))
        await save(tx, left(after, START + timedelta(seconds=9)))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def succeed(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def refusal(*arguments: str) -> str:
    """What `cli.main` prints of it."""
    result = run(*arguments)
    assert result.stdout == ""
    assert isinstance(result.exception, NotKnown)
    return result.exception.message


class TestOffers:
    def test_the_table_has_whom_it_rang_and_the_whole_id(self, address: str) -> None:
        on(address, ring_twice, lambda: START)
        [row] = [line for line in succeed("offers", "list", "--ring", RING).splitlines() if OFFER in line]
        assert [cell.strip() for cell in row.strip("│").split("│")][2:] == [
            SERVICE,
            f"{ANNA} declined ({DeclineReason.OTHER})",
            "withdrawn",
            OFFER,
        ]

    def test_json_and_csv_tell_the_same(self, address: str) -> None:
        on(address, ring_twice, lambda: START)
        [told] = json.loads(succeed("offers", "list", "--ring", RING, "--format", "json"))
        assert (told["offer"], told["state"], told["opened_at"]) == (OFFER, "withdrawn", START.isoformat())
        assert [(each["staff"], each["state"], each["reason"]) for each in told["ringings"]] == [
            (ANNA, "declined", DeclineReason.OTHER),
            (BERT, "withdrawn", "customer_left"),
        ]
        [row] = csv.DictReader(StringIO(succeed("offers", "list", "--ring", RING, "--format", "csv")))
        assert row["ringings"] == f"{ANNA} declined (other); {BERT} withdrawn (customer_left)"
        assert {name: row[name] for name in ("offer", "contact", "service", "language", "state")} == {
            name: told[name] for name in ("offer", "contact", "service", "language", "state")
        }

    def test_a_ring_that_has_rung_nobody_is_an_empty_list(self) -> None:
        assert json.loads(succeed("offers", "list", "--ring", "kela", "--format", "json")) == []

    def test_a_ring_that_never_was(self) -> None:
        assert refusal("offers", "list", "--ring", "kella") == "no ring 'kella' in the configuration or the record"

    def test_an_unknown_offer_is_told_where_ids_are(self) -> None:
        error = run("explain", "o9").exception
        assert isinstance(error, NoExplanation)
        assert error.message == (
            "no offer 'o9': ids are on the supervisor's board, and in: palvelurinki offers list --ring RING"
        )

    def test_an_offer_of_which_the_grounds_are_gone(self, address: str) -> None:
        on(address, ring_twice, lambda: START)
        error = run("explain", OFFER).exception
        assert isinstance(error, NoExplanation)
        assert error.message == "why offer o1 was made is no longer kept"


class TestEvents:
    @pytest.mark.parametrize(
        ("option", "slug", "kind"),
        [
            ("--provider", "kella", "provider"),
            ("--provider", "oulu", "provider"),  # it is there, and is a host only
            ("--host", "kela", "host municipality"),
            ("--point", "mikeli", "service point"),
        ],
    )
    def test_what_nobody_knows_is_refused(self, option: str, slug: str, kind: str) -> None:
        message = f"no {kind} {slug!r} in the configuration or the record"
        assert refusal("events", "list", option, slug) == message

    @pytest.mark.parametrize(("option", "slug"), [("--provider", "kela"), ("--host", "oulu"), ("--point", "mikkeli")])
    def test_what_is_known_may_have_no_events(self, option: str, slug: str) -> None:
        assert json.loads(succeed("events", "list", option, slug, "--format", "json")) == []

    @pytest.mark.parametrize("option", ["provider", "host", "point"])
    def test_what_only_the_record_knows_may_be_asked_for(self, address: str, option: str) -> None:
        past = replace(event(), provider=OrganisationId("entinen"), point=PointId("suljettu"))

        async def record(store: Store) -> None:
            async with store.transaction() as tx:
                await tx.service_events.add(past)

        on(address, record, lambda: START)
        arguments = ("events", "list", f"--{option}", getattr(past, option), "--format", "json")
        assert [each["id"] for each in json.loads(succeed(*arguments))] == [past.id]
        # In other times there was nothing, which is no mistake.
        assert json.loads(succeed(*arguments, "--from", "2100-01-01")) == []

    def test_what_came_after_the_call_stands_in_every_form(self, address: str) -> None:
        follow_ups = (FollowUp.BOOK_TIME, FollowUp.BRING_DOCUMENTS)
        said = Afterword(Resolution.STARTED, follow_ups, expert_after_s=65, advisor_after_s=130, satisfaction=4)

        async def record(store: Store) -> None:
            async with store.transaction() as tx:
                await tx.service_events.add(replace(event(), prepared_s=45))
                await tx.service_events.complete(event().call, said)

        on(address, record, lambda: START)
        [told] = json.loads(succeed("events", "list", "--format", "json"))
        assert (told["resolution"], told["follow_ups"]) == ("started", ["book_time", "bring_documents"])
        assert (told["expert_after_s"], told["advisor_after_s"], told["satisfaction"]) == (65, 130, 4)
        [row] = csv.DictReader(StringIO(succeed("events", "list", "--format", "csv")))
        assert (row["resolution"], row["follow_ups"]) == ("started", "book_time; bring_documents")
        assert (row["prepared_s"], row["satisfaction"]) == ("45", "4")
        [line] = [line for line in succeed("events", "list").splitlines() if "kela" in line]
        cells = [cell.strip() for cell in line.strip("│").split("│")]
        assert cells[8:] == ["started", "0:45", "1:00", "9:00", "1:05", "2:10", "4"]

    def test_all_are_listed_for_programs_and_for_people_it_is_said_that_there_are_more(self, address: str) -> None:
        async def record(store: Store) -> None:
            async with store.transaction() as tx:
                for number in range(SHOWN + 1):
                    await tx.service_events.add(event(f"e{number}", f"call-{number}"))

        on(address, record, lambda: START)
        whole = run("events", "list", "--format", "json")
        assert len(json.loads(whole.stdout)) == SHOWN + 1
        assert len(list(csv.reader(StringIO(succeed("events", "list", "--format", "csv"))))) == 1 + SHOWN + 1
        assert whole.stderr == ""
        table = run("events", "list")
        assert f"Service events: {SHOWN}" in table.stdout
        assert table.stderr.startswith(f"Only the newest {SHOWN} are listed, and there are more")
        some = run("events", "list", "--limit", "7", "--format", "json")
        assert (len(json.loads(some.stdout)), some.stderr.startswith("Only the newest 7")) == (7, True)
        exactly = run("events", "list", "--limit", str(SHOWN + 1))
        assert exactly.stderr == ""


class TestEstimates:
    def test_a_ring_that_never_was(self) -> None:
        message = "no ring 'kella' in the configuration or the record"
        assert refusal("estimates", "report", "--ring", "kella") == message

    def test_who_counts_is_said_under_the_tables(self) -> None:
        assert succeed("estimates", "report", "--ring", "kela").endswith(f"{WHO_COUNTS}\n")
        assert json.loads(succeed("estimates", "report", "--ring", "kela", "--json")) == []

    def test_a_ring_that_is_gone(self, address: str) -> None:
        async def foretell(store: Store) -> None:
            async with store.transaction() as tx:
                contact = waiting()
                await tx.contacts.add(contact)
                await tx.estimates.foretell([Prediction(contact.id, RING, SERVICE, START, 1.0, 2.0, None, None, None)])
                await save(tx, left(contact, START + timedelta(seconds=9)))

        on(address, foretell, lambda: START)
        [score] = json.loads(succeed("estimates", "report", "--ring", RING, "--json"))
        assert (score["ring"], score["contacts"]) == (RING, 1)
        assert json.loads(succeed("estimates", "report", "--ring", RING, "--from", "2100-01-01", "--json")) == []
