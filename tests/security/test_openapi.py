"""Everything that the interface's description allows, and much that it does not, sent to every route by each party.

No answer is a failure of the server, each is one that the description names, and none lets in whom the matrix of access
does not. The cases are made from the description, the same in every run.
"""

import asyncio
from typing import Any, Final

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from palvelurinki.domain.access import RULES, Party
from palvelurinki.web.matrix import actions_of_routes
from palvelurinki.web.openapi import described_app
from tests.security.parties import headers_of
from tests.support.server import ServerThread

APP: Final = described_app()
ACTIONS: Final = {(method, path): action for method, path, action in actions_of_routes(APP)}
DESCRIPTION: Final[dict[str, Any]] = APP.openapi()
READ: Final = schemathesis.openapi.from_dict(DESCRIPTION)
OPERATIONS: Final = sorted(
    (method.upper(), path) for path, methods in DESCRIPTION["paths"].items() for method in methods
)


def modes(method: str, path: str) -> list[GenerationMode]:
    """What can be made up: where nothing is said, nothing can be said wrongly."""
    operation = DESCRIPTION["paths"][path][method.lower()]
    says = "parameters" in operation or "requestBody" in operation
    return list(GenerationMode) if says else [GenerationMode.POSITIVE]


CASES: Final = [(method, path, mode) for method, path in OPERATIONS for mode in modes(method, path)]
EXAMPLES: Final = 12
WITHIN_S: Final = 20.0
CHECKS: Final = [
    schemathesis.checks.not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]


def test_every_route_of_the_description_has_its_place_in_the_matrix() -> None:
    assert OPERATIONS
    assert {*OPERATIONS} <= {*ACTIONS}


@pytest.mark.parametrize("party", Party)
@pytest.mark.parametrize(("method", "path", "mode"), CASES)
@pytest.mark.timeout(180)
def test_every_route_by_each_party(
    shared_server: ServerThread, method: str, path: str, party: Party, mode: GenerationMode
) -> None:
    headers = asyncio.run(headers_of(shared_server, party))
    permitted = party in RULES[ACTIONS[method, path]]
    operation = READ[path][method]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def sent(case: Case[Any]) -> None:
        # What is made up may name a cookie or an origin too: who asks is not left to chance.
        case.cookies.clear()
        for name in ("origin", "cookie"):
            case.headers.pop(name, None)
        with requests.Session() as session:
            answer = case.call(
                base_url=shared_server.url,
                session=session,
                headers=headers,
                allow_redirects=False,
                timeout=WITHIN_S,
            )
        case.validate_response(answer, checks=CHECKS)
        if not permitted:
            assert answer.status_code in {401, 403}, f"{answer.status_code} for {party}"

    sent()
