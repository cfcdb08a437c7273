"""The wire protocol as documents: JSON Schema of every message and HTTP body, and AsyncAPI 3.0 of the socket.

Everything is read from the Pydantic models, so a message cannot be spoken without being documented. Pure
functions that return plain JSON values in a stable order: `scripts/generate.py` writes them, the web serves
them.
"""

from types import ModuleType
from typing import Any, Final, get_args

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaValue

from palvelurinki.protocol import enrolment, http, sign_in
from palvelurinki.protocol.base import FRAME_LIMIT, VERSION, WireModel
from palvelurinki.protocol.client import ClientCommand, Command, Hello
from palvelurinki.protocol.examples import EXAMPLES
from palvelurinki.protocol.server import (
    Ack,
    Closing,
    ErrorMessage,
    Event,
    ServerEvent,
    ServerMessage,
    Snapshot,
    Welcome,
)

ADDRESS: Final = f"/ws/v{VERSION}"
CHANNEL: Final = "socket"
# The modules of HTTP's bodies.
BODIES: Final = (http, sign_in, enrolment)


def members(union: object) -> tuple[type[WireModel], ...]:
    """The models of a discriminated union such as `ClientCommand`, in the order in which it names them."""
    return get_args(get_args(union)[0])


def client_messages() -> tuple[type[WireModel], ...]:
    """All that a client may send: `Hello` and every command."""
    return (Hello, *members(ClientCommand))


def server_messages() -> tuple[type[WireModel], ...]:
    """All that the server may send."""
    return members(ServerMessage)


def http_bodies() -> tuple[type[WireModel], ...]:
    """The models of the modules that define bodies of HTTP."""
    return tuple(model for module in BODIES for model in _models_of(module))


def message_type(model: type[WireModel]) -> str:
    """The value of a message's `type`, by which its receiver knows it: "signal"."""
    tag = model.model_fields["type"].default
    if not isinstance(tag, str):
        message = f"{model.__name__} has no type"
        raise TypeError(message)
    return tag


def summary(model: type[WireModel]) -> str:
    """The first line of the model's docstring."""
    return (model.__doc__ or "").strip().splitlines()[0]


def definitions(ref_template: str = "#/$defs/{model}") -> dict[str, JsonSchemaValue]:
    """JSON Schema (2020-12) of every model of the protocol and every type it refers to, by Python class.

    The unions `ClientMessage`, `ClientCommand`, `ServerMessage`, `ServerEvent` and `Snapshot` are there too.
    `type` and `role`, which tell messages and snapshots apart, are required although Python fills them in.
    """
    models = (*client_messages(), *server_messages(), *http_bodies())
    _, whole = TypeAdapter.json_schemas(
        [(model.__name__, "validation", TypeAdapter(model)) for model in models], ref_template=ref_template
    )
    schemas: dict[str, JsonSchemaValue] = {
        name: _require_tags(_without_titles(schema)) for name, schema in sorted(whole["$defs"].items())
    }
    unions: dict[str, tuple[type[WireModel], ...]] = {
        "ClientCommand": members(ClientCommand),
        "ClientMessage": client_messages(),
        "ServerEvent": members(ServerEvent),
        "ServerMessage": server_messages(),
        "Snapshot": members(Snapshot),
    }
    for name, variants in unions.items():
        schemas[name] = {"oneOf": [{"$ref": ref_template.format(model=each.__name__)} for each in variants]}
    return schemas


def schema_document() -> JsonSchemaValue:
    """One JSON Schema document with all definitions; as a whole it accepts any message of the socket."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Palvelurinki wire protocol, version {VERSION}",
        "description": "Messages of the socket, in both directions, and the bodies of the HTTP interface.",
        "anyOf": [{"$ref": "#/$defs/ClientMessage"}, {"$ref": "#/$defs/ServerMessage"}],
        "$defs": definitions(),
    }


def asyncapi_document(host: str = "palvelurinki.example", *, secure: bool = True) -> JsonSchemaValue:
    """The AsyncAPI 3.0 document of the socket, as the server sees it: it receives commands and sends events.

    `host` is the name and port under which this server is reached, `secure` whether by TLS.
    """
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Palvelurinki signalling",
            "version": f"{VERSION}.0.0",
            "description": _DESCRIPTION,
            "license": {"name": "EUPL-1.2"},
        },
        "defaultContentType": "application/json",
        "servers": {"this": {"host": host, "protocol": "wss" if secure else "ws", "description": "The server itself."}},
        "channels": {
            CHANNEL: {
                "address": ADDRESS,
                "description": "One connection of a terminal or of a member of staff.",
                "messages": {
                    model.__name__: {"$ref": f"#/components/messages/{model.__name__}"}
                    for model in (*client_messages(), *server_messages())
                },
                "bindings": {"ws": {"method": "GET", "bindingVersion": "0.1.0"}},
            }
        },
        "operations": {**_receive_operations(), **_send_operations()},
        "components": {
            "messages": {model.__name__: _message(model) for model in (*client_messages(), *server_messages())},
            "schemas": {
                name: _plain_discriminators(schema)
                for name, schema in definitions("#/components/schemas/{model}").items()
            },
        },
    }


_DESCRIPTION: Final = (
    f"JSON texts of at most {FRAME_LIMIT // 1024} KiB. The first message is `hello`, within 5 s, with a "
    "ticket from `POST /api/v1/terminal/ticket` or `POST /api/v1/staff/ticket`, or with the token of a "
    "session to resume; the answer is `welcome` or `closing`. Every later message of the client has an `id` "
    "and is answered by `ack` or `error` with the same value in `re`; the same id acts once. Events carry "
    "`seq`, which grows by one; heartbeats acknowledge it, and what was not acknowledged comes again "
    "after a resume."
)


def _receive_operations() -> dict[str, JsonSchemaValue]:
    """What the server receives, each with what answers it."""
    operations: dict[str, JsonSchemaValue] = {}
    for model in client_messages():
        answers: tuple[type[WireModel], ...] = (Welcome, Closing) if model is Hello else (Ack, ErrorMessage)
        operations[f"receive{model.__name__}"] = {
            "action": "receive",
            "channel": {"$ref": f"#/channels/{CHANNEL}"},
            "summary": summary(model),
            "messages": [_channel_message(model)],
            "reply": {
                "channel": {"$ref": f"#/channels/{CHANNEL}"},
                "messages": [_channel_message(answer) for answer in answers],
            },
        }
    return operations


def _send_operations() -> dict[str, JsonSchemaValue]:
    """What the server sends unasked: events, and the word before it closes the socket."""
    return {
        f"send{model.__name__}": {
            "action": "send",
            "channel": {"$ref": f"#/channels/{CHANNEL}"},
            "summary": summary(model),
            "messages": [_channel_message(model)],
        }
        for model in server_messages()
        if issubclass(model, Event | Closing)
    }


def _channel_message(model: type[WireModel]) -> JsonSchemaValue:
    return {"$ref": f"#/channels/{CHANNEL}/messages/{model.__name__}"}


def _message(model: type[WireModel]) -> JsonSchemaValue:
    name = message_type(model)
    message: JsonSchemaValue = {
        "name": name,
        "title": model.__name__,
        "summary": summary(model),
        "payload": {"$ref": f"#/components/schemas/{model.__name__}"},
        "examples": [
            {
                "name": name,
                "payload": example.model_dump(mode="json", exclude_none=model in client_messages()),
            }
            for example in EXAMPLES
            if type(example) is model
        ],
    }
    if issubclass(model, Ack | ErrorMessage):
        message["correlationId"] = {"location": "$message.payload#/re"}
    elif issubclass(model, Command):
        message["correlationId"] = {"location": "$message.payload#/id"}
    return message


def _models_of(module: ModuleType) -> list[type[WireModel]]:
    return [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, WireModel) and value.__module__ == module.__name__
    ]


def _without_titles(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The schema without Pydantic's titles, which only repeat the names. A property called title is kept."""
    if isinstance(value, list):
        return [_without_titles(item) for item in value]
    if isinstance(value, dict):
        return {
            key: _without_titles(item) for key, item in value.items() if not (key == "title" and isinstance(item, str))
        }
    return value


def _require_tags(schema: JsonSchemaValue) -> JsonSchemaValue:
    """The schema with the constants that tell messages apart required: on the wire they must be there."""
    tags = [name for name, field in schema.get("properties", {}).items() if "const" in field]
    required = [*tags, *(name for name in schema.get("required", []) if name not in tags)]
    for tag in tags:
        schema["properties"][tag].pop("default", None)
    return {**schema, "required": required} if required else schema


def _plain_discriminators(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The schema with OpenAPI's discriminator objects as AsyncAPI wants them: the property's name alone."""
    if isinstance(value, list):
        return [_plain_discriminators(item) for item in value]
    if isinstance(value, dict):
        return {
            key: item["propertyName"]
            if key == "discriminator" and isinstance(item, dict) and "propertyName" in item
            else _plain_discriminators(item)
            for key, item in value.items()
        }
    return value
