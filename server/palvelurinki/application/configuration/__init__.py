"""The configuration: one document, read, checked whole, stored as a revision and held in memory as a directory.

See `docs/decisions/0003-configuration-as-document.md`. `document` has the shape of the YAML, `checks` the rules,
`reading` joins them to lines of the file, `conversion` makes directories, `exporting` YAML, `applying` talks to the
store.
"""

from palvelurinki.application.configuration.applying import Applied, Changes, apply, directory_in_force, load_directory
from palvelurinki.application.configuration.conversion import canonical_json, from_json, to_directory, to_document
from palvelurinki.application.configuration.document import Document
from palvelurinki.application.configuration.exporting import to_yaml
from palvelurinki.application.configuration.problems import ConfigurationRefused, Problem
from palvelurinki.application.configuration.reading import read
from palvelurinki.application.configuration.source import decode

__all__ = [
    "Applied",
    "Changes",
    "ConfigurationRefused",
    "Document",
    "Problem",
    "apply",
    "canonical_json",
    "decode",
    "directory_in_force",
    "from_json",
    "load_directory",
    "read",
    "to_directory",
    "to_document",
    "to_yaml",
]
