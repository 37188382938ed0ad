"""Facts that networks have published of the calls that are made: names, types and what must be there; a file for each.

A stand-in checks by them whatever it has taken and answered, so that a test against it is one against the network's
own description. Facts are written down with their source, as of the version that they name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from jsonschema import Draft202012Validator

Schema = Mapping[str, Any]

INTEGER: Final[Schema] = {"type": "integer"}
NUMBER: Final[Schema] = {"type": "number"}
TEXT: Final[Schema] = {"type": "string"}
BOOLEAN: Final[Schema] = {"type": "boolean"}
OBJECT: Final[Schema] = {"type": "object"}
TEXT_OR_NONE: Final[Schema] = {"type": ["string", "null"]}


class NotByTheFactsError(AssertionError):
    """A call, or what a stand-in answers, is not as the network describes it."""


@dataclass(frozen=True)
class Method:
    """A call: parameters with their schemas, those that are needed, and the schema of a good answer."""

    takes: Mapping[str, Schema]
    answers: Schema
    needs: frozenset[str] = field(default=frozenset())

    def check(self, name: str, given: Mapping[str, object], answer: object) -> None:
        """Raises NotByTheFactsError for parameters and answers that the network does not know."""
        asked = {"type": "object", "properties": self.takes, "additionalProperties": False}
        check(name, (asked | {"required": sorted(self.needs)}, given), (self.answers, answer))


def check(name: str, *pairs: tuple[Schema, object]) -> None:
    """Raises NotByTheFactsError for what is not as its schema has it."""
    if wrong := [line for schema, content in pairs for line in _wrong(schema, content)]:
        raise NotByTheFactsError(f"{name}: {'; '.join(wrong)}")


def known(properties: Mapping[str, Schema], *needed: str) -> Schema:
    """An object with these properties and no others, of which the needed ones are there."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(needed),
        "additionalProperties": False,
    }


def listed(items: Schema) -> Schema:
    """A list of these."""
    return {"type": "array", "items": items}


def _wrong(schema: Schema, content: object) -> list[str]:
    found = Draft202012Validator(schema).iter_errors(content)
    return [f"{'.'.join(map(str, it.absolute_path))} {it.message[:200]}" for it in found]
