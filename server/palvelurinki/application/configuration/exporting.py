"""A directory as YAML that a person can read, edit and apply again. The same directory gives the same text."""

from typing import Final

import yaml
from pydantic import JsonValue
from typing_extensions import override

from palvelurinki.application.configuration.conversion import describe
from palvelurinki.domain.directory import Directory

# What fits in this many characters, and has nothing within it, stands on one line.
_INLINE_LENGTH: Final = 80
_WIDTH: Final = 110


def to_yaml(directory: Directory) -> str:
    """The configuration in force as a YAML document. Applying it changes nothing."""
    version, *sections = describe(directory).items()
    texts = [
        yaml.dump(
            {section: content},
            Dumper=_Dumper,
            sort_keys=False,
            allow_unicode=True,
            width=_WIDTH,
            default_flow_style=False,
        )
        for section, content in sections
    ]
    return "\n".join([f"version: {version[1]}\n", *texts])


class _Dumper(yaml.SafeDumper):
    """PyYAML's safe dumper, without anchors, and with small things on one line."""

    @override
    def ignore_aliases(self, data: object) -> bool:
        return True

    @override
    def represent_data(self, data: JsonValue) -> yaml.Node:
        node = super().represent_data(data)
        if isinstance(node, yaml.SequenceNode):
            node.flow_style = all(isinstance(item, yaml.ScalarNode) for item in node.value)
        elif isinstance(node, yaml.MappingNode):
            node.flow_style = not node.value or _is_small(node)
        return node


def _is_small(node: yaml.MappingNode) -> bool:
    pairs = node.value
    return all(isinstance(value, yaml.ScalarNode) for _, value in pairs) and (
        sum(len(key.value) + len(value.value) + 4 for key, value in pairs) <= _INLINE_LENGTH
    )
