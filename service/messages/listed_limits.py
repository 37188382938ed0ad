"""Limits of messages as lists show them, as JSON: made once for what is stored of a run, whoever asks for it then."""

import json
from collections.abc import Iterable
from typing import Final

from service.access.lately import Lately
from service.messages.explanations import Explanations
from service.messages.view import charged_view, limit_view
from store.database.packed import unpack
from store.database.session import Connection
from store.journal.charges import Charged, as_shown
from store.messages.listing import Listed
from workflows.state import LimitRun, TimeReading

_MOST_KEPT: Final = 5000
"""Limits, of one to two kilobytes each."""


class ListedLimits:
    """Of one process; its threads share what was made."""

    def __init__(self) -> None:
        self._explanations = Explanations()
        self._made: Lately[tuple[bytes, TimeReading | None], str] = Lately(_MOST_KEPT)

    def of(self, connection: Connection, row: Listed, time: TimeReading | None) -> list[str]:
        """The limits of a message, in the order of its runs; `time` is how it reads its act."""
        return [self._limit(connection, run, time) for run in row.runs]

    def _limit(self, connection: Connection, run: bytes, time: TimeReading | None) -> str:
        if (known := self._made.get((run, time))) is not None:
            return known
        stored = json.loads(unpack(run))
        read = LimitRun.model_validate(stored)
        self._explanations.learn(connection, self._explanations.unknown([read]))
        steps = self._explanations.of(read, time)
        charged = [charged_view(item) for item in as_shown(stored["charged"])]
        made = limit_view(read, charged, steps).model_dump_json()
        if steps:
            self._made[run, time] = made
        return made


def charged_to(limit: str, charged: Iterable[Charged]) -> str:
    """The limit with others whom its breach is charged to, or by more."""
    shown = {**json.loads(limit), "charged": [item.shown() for item in charged]}
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
