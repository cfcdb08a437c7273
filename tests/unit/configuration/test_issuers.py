"""Issuers in the configuration: what is refused, what people may be, and what comes back out."""

import re
from typing import Any

import pytest
import yaml

from palvelurinki.application.configuration import ConfigurationRefused, read, to_directory, to_yaml
from palvelurinki.domain.directory import IssuerId, Role, StaffId
from palvelurinki.domain.issuers import granted_by, person_of
from tests.support.configuration import FULL

KELA: dict[str, Any] = {
    "organisation": "kela",
    "names": {"fi": "Kela", "sv": "FPA", "en": "Kela"},
    "issuer": "https://login.example.fi/kela",
    "client_id": "palvelurinki",
}
CLAIMING = {**KELA, "roles_claim": "realm.roles", "roles": {"e": "expert", "s": "supervisor", "a": "advisor"}}


def document(issuer: dict[str, Any], **staff: dict[str, Any]) -> str:
    whole = yaml.safe_load(FULL)
    whole["issuers"] = {"kela-id": issuer}
    for slug, changes in staff.items():
        person = whole["staff"].setdefault(slug.replace("_", "-"), {"organisation": "kela", "name": "Joku"})
        person.update(changes)
        for field in [name for name, value in person.items() if value is None]:
            del person[field]
    return yaml.safe_dump(whole, allow_unicode=True)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"issuer": "http://login.example.fi"}, "issuer.url_invalid"),
        ({"issuer": "https://login.example.fi/?a=b"}, "issuer.url_invalid"),
        ({"issuer": "https://me:secret@login.example.fi"}, "issuer.url_invalid"),
        ({"issuer": "https://login.example.fi:port"}, "issuer.url_invalid"),
        ({"issuer": "https://login.example.fi/a b"}, "issuer.url_invalid"),
        ({"issuer": "login.example.fi"}, "issuer.url_invalid"),
        ({"scopes": ["profile"]}, "issuer.openid_missing"),
        ({"scopes": ["openid", "two words"]}, "issuer.scope_invalid"),
        ({"roles_claim": "roles"}, "issuer.roles_missing"),
        ({"roles": {"e": "expert"}}, "issuer.roles_without_claim"),
        ({"roles_claim": "roles", "roles": {"a": "interpreter"}}, "issuer.role_not_of_organisation"),
        ({"organisation": "nobody"}, "reference.unknown"),
        ({"client_secret": "hush"}, "field.unknown"),
    ],
)
def test_an_issuer_that_cannot_be(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(ConfigurationRefused) as refused:
        read(document({**KELA, **changes}), "test.yaml")
    assert {problem.code for problem in refused.value.problems} == {code}
    assert not re.search("hush|secret@", " ".join(refused.value.lines()))


@pytest.mark.parametrize("url", ["http://localhost:4000", "http://127.0.0.1:4000/x", "http://[::1]:4000"])
def test_an_issuer_on_loopback_needs_no_tls(url: str) -> None:
    read(document({**KELA, "issuer": url}), "test.yaml")


@pytest.mark.parametrize(
    ("staff", "code"),
    [
        ({"kela_1": {"subjects": {"nowhere": "a"}}}, "reference.unknown"),
        ({"kela_1": {"subjects": {"kela-id": "a"}}, "kela_2": {"subjects": {"kela-id": "a"}}}, "staff.subject_in_use"),
        ({"vero_1": {"subjects": {"kela-id": "a"}}}, "staff.issuer_of_other_organisation"),
        ({"new": {}}, "staff.roles_missing"),
        ({"new": {"subjects": {"kela-id": "a"}}}, "staff.roles_missing"),
    ],
)
def test_people_that_cannot_be(staff: dict[str, dict[str, Any]], code: str) -> None:
    with pytest.raises(ConfigurationRefused) as refused:
        read(document(KELA, **staff), "test.yaml")
    assert {problem.code for problem in refused.value.problems} == {code}


def test_two_issuers_that_are_one() -> None:
    whole = yaml.safe_load(document(KELA))
    whole["issuers"]["again"] = KELA
    with pytest.raises(ConfigurationRefused) as refused:
        read(yaml.safe_dump(whole), "test.yaml")
    assert [problem.code for problem in refused.value.problems] == ["issuer.in_use"]


def test_whoever_has_no_roles_may_be_what_their_issuers_grant_and_all_comes_back() -> None:
    issuer = {**CLAIMING, "roles": {"e": "expert", "s": "supervisor"}}
    text = document(issuer, new={"subjects": {"kela-id": "who-i-am"}}, kela_1={"subjects": {"kela-id": "first"}})
    found, _ = read(text, "test.yaml")
    directory = to_directory(found, 1)
    new = directory.staff[StaffId("new")]
    assert new.roles == {Role.EXPERT, Role.SUPERVISOR}
    assert new.roles_from_issuers
    assert directory.staff_by_subject[IssuerId("kela-id"), "who-i-am"] == "new"
    exported = to_yaml(directory)
    assert "roles" not in yaml.safe_load(exported)["staff"]["new"]
    again, _ = read(exported, "exported.yaml")
    assert to_directory(again, 1) == directory


@pytest.mark.parametrize(
    ("claims", "roles"),
    [
        ({"realm": {"roles": ["e", "unknown"]}}, {Role.EXPERT}),
        ({"realm": {"roles": "s"}}, {Role.SUPERVISOR}),
        ({"realm.roles": ["s"], "realm": {"roles": ["e"]}}, {Role.SUPERVISOR}),
        ({"realm": {"roles": []}}, set()),
        ({"realm": {"roles": [["e"], {"e": 1}, 1, None]}}, set()),
        ({"realm": ["e"]}, set()),
        ({"realm": None}, set()),
        ({}, set()),
    ],
)
def test_roles_by_a_claim(claims: dict[str, Any], roles: set[Role]) -> None:
    found, _ = read(document({**CLAIMING, "roles": {"e": "expert", "s": "supervisor"}}), "test.yaml")
    assert granted_by(to_directory(found, 1).issuers[IssuerId("kela-id")], claims) == frozenset(roles)


def test_without_a_claim_nothing_is_granted_or_refused() -> None:
    found, _ = read(document(KELA), "test.yaml")
    issuer = to_directory(found, 1).issuers[IssuerId("kela-id")]
    assert granted_by(issuer, {"roles": ["e"]}) is None
    assert [person_of(issuer, {"sub": each}) for each in ("a", "", 7, None, ["a"])] == ["a", None, None, None, None]
