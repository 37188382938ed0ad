"""Each command of the catalogue has one doer, which takes what its row says; words of people pass as ids of texts."""

from typing import Any

import pytest

from service.commands.actions import MessageActions
from service.commands.catalogue import CATALOGUE
from service.commands.doers import Doers, gives
from service.commands.intake import RequestKey
from service.commands.outcomes import CommandResult
from service.commands.requests import CloseBody, DeclineBody
from service.commands.splits import Splits
from service.commands.successions import Successions
from service.messages.targets import Target
from workflows.commands import COMMANDS, text_fields
from workflows.vocabulary import Command

LONGEST_KEY = 200


def part(kind: type[object]) -> object:
    return object.__new__(kind)


def test_a_command_that_nothing_does_is_an_error_of_the_assembly() -> None:
    with pytest.raises(TypeError, match="nothing does keep_promise, move_promise, record_erasure, redact"):
        Doers(part(MessageActions), part(Splits), part(Successions))


def test_a_second_doer_of_a_command_is_an_error_where_it_is_written() -> None:
    async def close(self: object, target: Target, key: RequestKey, body: CloseBody) -> CommandResult:
        raise NotImplementedError

    with pytest.raises(TypeError, match=r"close_unanswered has a doer already: MessageActions\.close"):
        gives(Command.CLOSE)(close)


def test_a_doer_takes_what_the_row_of_its_command_has() -> None:
    async def close(self: object, target: Target, key: RequestKey, body: DeclineBody) -> CommandResult:
        raise NotImplementedError

    with pytest.raises(TypeError, match=r"close_unanswered is to be given .*CloseBody.* not .*DeclineBody"):
        gives(Command.CLOSE)(close)


def test_what_people_write_passes_as_the_id_of_a_text() -> None:
    written = {
        (command, field)
        for command, row in CATALOGUE.items()
        if row.body is not None
        for field, schema in row.body.model_json_schema()["properties"].items()
        if field in COMMANDS[command].model_fields and _is_longer_than_a_key(schema)
    }
    assert {(Command.SUBMIT_DRAFT, "measures"), (Command.CORRECT, "author")} < written
    assert all(field in text_fields(COMMANDS[command]) for command, field in written)


def _is_longer_than_a_key(schema: dict[str, Any]) -> bool:
    return any(choice.get("maxLength", 0) > LONGEST_KEY for choice in schema.get("anyOf", [schema]))
