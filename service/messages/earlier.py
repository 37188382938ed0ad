"""Likely earlier messages for a curator who routes one (cl. 16), each with why it may be the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from calendar_rules.vocabulary import Stage
from service.access import note as access_note
from service.messages import likeness
from service.messages.targets import Target
from service.runs.rules import Rules
from store.database.engines import Database
from store.messages import earlier, finding

_AT_MOST = 6
_SAME_AUTHOR = "тот же автор"
_SAME_PLACE = "те же тема и место"


@dataclass(frozen=True, slots=True)
class EarlierMessage:
    """An earlier message; `reasons` say in Russian what it has in common. The moment is in the Department's zone."""

    number: int
    text: str
    detected_at: datetime
    stage: Stage
    reasons: tuple[str, ...]


async def likely_earlier(
    database: Database, rules: Rules, target: Target, *, topic: str | None, location: str | None
) -> Sequence[EarlierMessage]:
    """Messages of the same author, of this topic and place, of a like text: what has most in common comes first.

    Only those that the caller may see.
    """
    found: list[EarlierMessage] = []
    now = datetime.now(UTC)
    async with database.read() as session:
        percents = {
            item.message: item.percent
            for item in await likeness.earlier_like(session, target.row, limit=_AT_MOST)
        }
        authors = set(await earlier.of_author(session, target.row, _AT_MOST))
        places: set[int] = set()
        if topic and location and location.strip():
            places = set(await earlier.of_place(session, target.row, topic, location, _AT_MOST))
        for number in percents.keys() | authors | places:
            row = await finding.by_number(session, number)
            turns = await finding.turns(session, number)
            if row is None or not finding.sees(
                target.caller.capacities(finding.message_now(row, now)), turns
            ):
                continue
            reasons = [
                *([_SAME_AUTHOR] if number in authors else []),
                *([_SAME_PLACE] if number in places else []),
                *([f"текст похож на {percents[number]} %"] if number in percents else []),
            ]
            detected = row.detected_at.astimezone(rules.zone)
            found.append(EarlierMessage(number, row.text, detected, Stage(row.stage), tuple(reasons)))
    found.sort(key=lambda item: (-len(item.reasons), -percents.get(item.number, 0), -item.number))
    access_note.shows(item.number for item in found[:_AT_MOST])
    return found[:_AT_MOST]
