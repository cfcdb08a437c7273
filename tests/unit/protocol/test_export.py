"""The documents describe the protocol: all of it, and nothing else."""

import re
from collections.abc import Iterator
from types import ModuleType

import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from pydantic.json_schema import JsonSchemaValue

from palvelurinki.protocol import client, server
from palvelurinki.protocol.base import WireModel
from palvelurinki.protocol.client import Command
from palvelurinki.protocol.examples import EXAMPLES
from palvelurinki.protocol.export import (
    asyncapi_document,
    client_messages,
    definitions,
    http_bodies,
    message_type,
    schema_document,
    server_messages,
)

MESSAGES = (*client_messages(), *server_messages())


def named(example: WireModel) -> str:
    return type(example).__name__


def concrete(module: ModuleType) -> set[type[WireModel]]:
    return {
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, WireModel) and "type" in value.model_fields
    }


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str):
            yield reference
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def resolve(document: JsonSchemaValue, reference: str) -> JsonSchemaValue:
    assert reference.startswith("#/")
    for part in reference[2:].split("/"):
        document = document[part]
    return document


def test_every_message_of_the_modules_is_in_the_unions() -> None:
    assert concrete(client) - {client.Description} == set(client_messages())
    assert concrete(server) - {client.Description} == set(server_messages())


def test_schemas_are_valid_json_schema() -> None:
    Draft202012Validator.check_schema(schema_document())
    for schema in definitions().values():
        Draft202012Validator.check_schema(schema)
    for schema in asyncapi_document()["components"]["schemas"].values():
        Draft7Validator.check_schema(schema)


def test_every_model_is_defined_under_its_own_name() -> None:
    names = set(definitions())
    assert {model.__name__ for model in (*MESSAGES, *http_bodies())} <= names
    assert not [name for name in names if re.search(r"(-Input|-Output|\d)$", name)]


def test_every_message_has_an_example() -> None:
    assert {named(example) for example in EXAMPLES} == {model.__name__ for model in MESSAGES}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: f"{named(each)}-{EXAMPLES.index(each)}")
def test_an_example_satisfies_its_schema_and_reads_back(example: WireModel) -> None:
    sent = example.model_dump(mode="json")
    Draft202012Validator({**schema_document(), "anyOf": [{"$ref": f"#/$defs/{named(example)}"}]}).validate(sent)
    assert type(example).model_validate_json(example.model_dump_json()) == example


def test_a_message_without_its_type_is_refused_by_the_schema() -> None:
    validator = Draft202012Validator(schema_document())
    assert validator.is_valid({"type": "make_ready", "id": "op-00000001"})
    assert not validator.is_valid({"id": "op-00000001"})
    assert not validator.is_valid({"type": "make_ready", "id": "op-00000001", "surplus": 1})


def test_references_of_both_documents_lead_somewhere() -> None:
    for document in (schema_document(), asyncapi_document()):
        for reference in references(document):
            # A dangling reference raises; the empty schema, of any JSON value, is a fine place to arrive at.
            assert isinstance(resolve(document, reference), dict), reference


def test_asyncapi_receives_every_command_and_sends_every_event() -> None:
    document = asyncapi_document()
    operations = document["operations"]
    received = {name for name, operation in operations.items() if operation["action"] == "receive"}
    sent = {name for name, operation in operations.items() if operation["action"] == "send"}
    assert received == {f"receive{model.__name__}" for model in client_messages()}
    answers = {
        reference["$ref"].rsplit("/", 1)[1]
        for operation in operations.values()
        for reference in operation.get("reply", {}).get("messages", [])
    }
    assert {name.removeprefix("send") for name in sent} | answers == {m.__name__ for m in server_messages()}


def test_asyncapi_messages_name_their_type_and_correlate() -> None:
    messages = asyncapi_document()["components"]["messages"]
    for model in MESSAGES:
        message = messages[model.__name__]
        assert message["name"] == message_type(model)
        assert message["examples"]
        if issubclass(model, Command):
            assert message["correlationId"]["location"] == "$message.payload#/id"


def test_examples_in_asyncapi_satisfy_the_payload() -> None:
    document = asyncapi_document()
    for message in document["components"]["messages"].values():
        validator = Draft7Validator({**message["payload"], "components": document["components"]})
        for example in message["examples"]:
            validator.validate(example["payload"])
