"""The text of a configuration: YAML to plain data, remembering where in the file each part stands.

Of YAML this takes mappings, lists, text, whole numbers, true/false and null, with anchors and aliases. What surprises
people is left out: `yes`, `no` and `on` are text, `09:00` is text and not 540, a date is text, a key stands once. A
file is bounded in size, in depth, and in what its aliases unfold to.
"""

import re
from dataclasses import dataclass, field
from typing import Final

import yaml
from pydantic import JsonValue
from typing_extensions import override

from palvelurinki.application.configuration.problems import ConfigurationRefused, Finding, Path, Problem

SIZE_LIMIT: Final = 1024 * 1024
DEPTH_LIMIT: Final = 24
NODE_LIMIT: Final = 200_000

_TAG = "tag:yaml.org,2002:"
# The levels at which a key is somebody's id: (section, id), and (points, id, terminals, id).
_ID_DEPTHS: Final = frozenset({2, 4})


@dataclass
class Source:
    """The data of a file, where its parts and their keys stand, and what was wrong that did not stop the reading."""

    data: dict[str, JsonValue] = field(default_factory=dict)
    places: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def locate(self, path: Path) -> tuple[int, int]:
        """Line and column, from 1, of a part, or else of the nearest part around it.

        A mapping or a list is where its key is; a text or number is where it stands itself; a field that is missing
        is told of where its parent is.
        """
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1))

    def place(self, finding: Finding) -> Problem:
        """The finding with its place in the file."""
        place = self.keys.get(finding.path) if finding.at_key else None
        return Problem(finding.code, finding.path, finding.message, *(place or self.locate(finding.path)))


def decode(raw: bytes, filename: str) -> str:
    """The text of a file. Raises ConfigurationRefused when it is not UTF-8, as configurations are."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        column = error.start - (before.rfind(b"\n") + 1) + 1
        problem = Problem("file.not_utf8", (), "the file is not UTF-8 from here on", before.count(b"\n") + 1, column)
        raise ConfigurationRefused(filename, [problem]) from error


def parse(text: str, filename: str) -> Source:
    """The data of a YAML text. Raises ConfigurationRefused when it cannot be read as YAML at all."""
    if len(text.encode("utf-8", "surrogatepass")) > SIZE_LIMIT:
        raise ConfigurationRefused(filename, [Problem("yaml.too_large", (), f"over {SIZE_LIMIT} bytes", 1, 1)])
    try:
        node = yaml.compose(text, Loader=_Loader)
        source = Source()
        data = _Builder(source).build(node, ()) if node is not None else None
    except _Unbounded as error:
        raise ConfigurationRefused(filename, [_marked(error.code, error)]) from error
    except yaml.MarkedYAMLError as error:
        raise ConfigurationRefused(filename, [_marked("yaml.invalid", error)]) from error
    except yaml.reader.ReaderError as error:
        raise ConfigurationRefused(filename, [_unreadable(text, error)]) from error
    if not isinstance(data, dict):
        message = "the file must be a mapping that begins with version: 1"
        raise ConfigurationRefused(filename, [Problem("yaml.invalid", (), message, 1, 1)])
    source.data = data
    return source


class _Unbounded(yaml.MarkedYAMLError):
    """The file goes past a bound; `code` says which."""

    def __init__(self, code: str, message: str, mark: yaml.Mark) -> None:
        super().__init__(problem=message, problem_mark=mark)
        self.code = code


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader with fewer kinds of plain scalar, and a bound on depth before Python's stack runs out."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._depth = 0

    @override
    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        self._depth += 1
        if self._depth > DEPTH_LIMIT:
            raise _too_deep(self.get_mark())
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


_Loader.yaml_implicit_resolvers = {}
for _kind, _pattern, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("null", r"^(?:~|null|)$", ["~", "n", ""]),
    # A number that begins with 0 is a code such as 049, not a number.
    ("int", r"^(?:-?[1-9][0-9]{0,17}|0)$", "-0123456789"),
):
    _Loader.add_implicit_resolver(_TAG + _kind, re.compile(_pattern), list(_first))


class _Builder:
    """Turns composed nodes into data. A node that an alias repeats is built again in each place."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._nodes = 0

    def build(self, node: yaml.Node, path: Path) -> JsonValue:
        self._nodes += 1
        if self._nodes > NODE_LIMIT:
            raise _Unbounded("yaml.too_large", f"over {NODE_LIMIT} parts, aliases included", node.start_mark)
        if len(path) > DEPTH_LIMIT:  # composing is bounded too, but an alias may stand within its own anchor
            raise _too_deep(node.start_mark)
        if isinstance(node, yaml.MappingNode):
            self._check_tag(node, "map", path)
            return self._mapping(node, path)
        self._source.places.setdefault(path, _place(node.start_mark))
        if isinstance(node, yaml.SequenceNode):
            self._check_tag(node, "seq", path)
            return [self.build(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, JsonValue]:
        self._source.places.setdefault(path, _place(node.start_mark))
        built: dict[str, JsonValue] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._problem("yaml.invalid", path, "a key must be a text", key)
                continue
            name = self._text(key.value, path, key)
            below = (*path, name)
            if name in built:
                code = "id.duplicate" if len(below) in _ID_DEPTHS else "field.duplicate"
                line = self._source.keys[below][0]
                self._problem(code, below, f"{name!r} stands here already, on line {line}", key)
                continue
            place = self._source.keys[below] = _place(key.start_mark)
            # A block begins on the line after its key; people look for it at the key.
            if not isinstance(value, yaml.ScalarNode):
                self._source.places[below] = place
            built[name] = self.build(value, below)
        return built

    def _scalar(self, node: yaml.Node, path: Path) -> JsonValue:
        text: str = node.value
        match node.tag.removeprefix(_TAG):
            case "null":
                return None
            case "bool":
                return text == "true"
            case "int":
                return int(text)
            case _:
                self._check_tag(node, "str", path)
                return self._text(text, path, node)

    def _text(self, text: str, path: Path, node: yaml.Node) -> str:
        try:
            text.encode()
        except UnicodeEncodeError:  # an escape such as "\\ud800" is half a character
            self._problem("yaml.invalid", path, "this text holds half a character", node)
            return ascii(text)
        return text

    def _check_tag(self, node: yaml.Node, kind: str, path: Path) -> None:
        if node.tag != _TAG + kind:
            self._problem("yaml.invalid", path, f"the tag {node.tag} is not known here", node)

    def _problem(self, code: str, path: Path, message: str, node: yaml.Node) -> None:
        self._source.problems.append(Problem(code, path, message, *_place(node.start_mark)))


def _place(mark: yaml.Mark) -> tuple[int, int]:
    return mark.line + 1, mark.column + 1


def _too_deep(mark: yaml.Mark) -> _Unbounded:
    return _Unbounded("yaml.too_deep", f"over {DEPTH_LIMIT} levels within each other", mark)


def _marked(code: str, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line, column = _place(mark) if mark is not None else (1, 1)
    return Problem(code, (), " ".join(part for part in (error.context, error.problem) if part), line, column)


def _unreadable(text: str, error: yaml.reader.ReaderError) -> Problem:
    before = text[: error.position]
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    return Problem("yaml.invalid", (), "this character is not allowed in YAML", line, column)
