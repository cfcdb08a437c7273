"""The page of docs/access.md: who may do and see what, by request, by message, and in what is shown."""

from collections.abc import Iterable

from palvelurinki.domain.access import Action, Party, Reach
from palvelurinki.web.matrix import NO_ACCESS, actions_of_messages, actions_of_routes, cells
from palvelurinki.web.openapi import described_app

REACHES = {
    Reach.ALL: "open to everybody; nobody's things are shown",
    Reach.OWN: "only what is one's own: the sign-in, the status, the contact or call that one is in",
    Reach.RINGS: "the rings that the person takes calls in",
    Reach.POINT: "the service point that the person works at; all of the municipality's when none is named for them",
    Reach.ORGANISATION: "what belongs to the person's organisation, and nothing of another one",
}
SHOWN = (Action.SEE_OWN, Action.SEE_RING, Action.SEE_MEMBERS, Action.SEE_POINT)


def access_page() -> str:
    """The page, in Markdown."""
    routes = [(f"`{method} {path}`", str(action), *cells(action)) for method, path, action in _routes()]
    messages = [(f"`{action}`", *cells(action)) for action in actions_of_messages()]
    shown = [(str(action), *cells(action)) for action in SHOWN]
    return (
        "# Who may do and see what\n\n"
        "Written by `scripts/generate.py` from the table in `server/palvelurinki/domain/access.py`, by which every\n"
        "request and every message is let in, and from the routes and messages that there are. A route without a\n"
        "place in the table cannot be described, so it cannot be added. `tests/security/test_access.py` walks every\n"
        "cell against a running server: each role, with a thing of its own organisation and one of another.\n\n"
        "Whoever has several roles may do what any of them may. A role is one within the person's organisation. What\n"
        "is not within reach is answered as if it were not there.\n\n"
        + "".join(f"- **{reach}**: {words}\n" for reach, words in REACHES.items())
        + f"- {NO_ACCESS}: refused\n\n"
        + "## Requests\n\n"
        + _table(("request", "action", *Party), routes)
        + "\n## Messages of the socket\n\n"
        + _table(("message", *Party), messages)
        + "\n## What a session is shown\n\n"
        + _table(("what", *Party), shown)
    )


def _routes() -> list[tuple[str, str, Action]]:
    return sorted(actions_of_routes(described_app()), key=lambda each: (each[1], each[0]))


def _table(heading: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    titles = list(heading)
    lines = [titles, ["---"] * len(titles), *map(list, rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
