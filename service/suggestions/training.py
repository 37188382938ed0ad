"""Learning anew each night from what curators have routed, and keeping what came of it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

import structlog

from service.runs.apart import done_apart
from service.suggestions import learning, places
from service.suggestions.candidates import CandidateSuggestions, suggestions_of
from service.suggestions.examples import Example, Figure, Given, Learnt
from service.suggestions.model import BODIES, TOPIC
from service.suggestions.suggesting import Suggestions, titled
from service.suggestions.titles import Titled
from store.database.engines import Database
from store.messages import routings
from store.messages.routings import Routing
from store.suggestions import models as suggestion_models
from workflows.office import Portion

log = structlog.get_logger(__name__)

MOST_ROUTINGS: Final = 10_000
"""Those registered last are learnt from: what bodies answer for changes."""
_LONGEST: Final = 480.0  # seconds; a portion of the office's work has ten minutes
_LOOK_AGAIN: Final = timedelta(minutes=5)
"""So a new installation has suggestions soon after it has what they are learnt from."""


class SuggestionTraining:
    """Learns in a process that ends, and puts what came of it in place unless what is there does better."""

    def __init__(
        self,
        database: Database,
        learn: Callable[[Given], Awaitable[Learnt]] | None = None,
    ) -> None:
        """`learn` is another way to learn, for tests."""
        self._db = database
        self._learn = learn or learnt_apart

    async def work(self, at: datetime) -> Portion:
        """Learn from all there is; `done` is 1 where the model was put in place. Too little is looked at again."""
        async with self._db.read() as session:
            past = await routings.newest(session, MOST_ROUTINGS)
            number = await suggestion_models.in_place(session)
            before = await suggestion_models.content(session, number) if number is not None else None
            topics, bodies = await titled(session)
        if len(past) < learning.FEWEST:
            return Portion(again_at=at + _LOOK_AGAIN)
        given = await asyncio.to_thread(_given, past, topics, bodies, before)
        learnt = await self._learn(given)
        async with self._db.write() as session:
            await suggestion_models.add(
                session,
                trained_at=at,
                learnt=learnt.learnt,
                figures={head: figure.model_dump() for head, figure in learnt.figures.items()},
                content=learnt.content,
            )
        log.info("suggestions are learnt", routings=learnt.learnt, in_place=learnt.content is not None)
        if learnt.content is not None:
            # One that is kept remembers what it said of a text before more was learnt.
            waiting = CandidateSuggestions(self._db, suggestions_of(Suggestions(self._db)))
            log.info("suggestions are renewed", candidates=await waiting.renew())
        return Portion(done=int(learnt.content is not None))


def _given(
    past: Sequence[Routing], topics: Sequence[Titled], bodies: Sequence[Titled], before: bytes | None
) -> Given:
    return Given(
        examples=tuple(
            Example(
                message=one.message,
                lemmas=one.lemmas,
                topic=one.topic,
                bodies=one.body,
                importance=one.importance,
            )
            for one in past
        ),
        topics=tuple(topics),
        bodies=tuple(bodies),
        places=tuple(places.usual(one.place for one in past)),
        before=before,
    )


async def learnt_apart(given: Given) -> Learnt:
    """Learn in a process of its own, as unurgent as can be."""
    learnt = await done_apart(learning.__name__, given.model_dump_json().encode(), _LONGEST)
    return Learnt.model_validate_json(learnt)


@dataclass(frozen=True, slots=True)
class Told:
    """In how many of a hundred routings held back something was told right; `commonest`: by always saying one thing.

    `suggested`: of how many of a hundred something is suggested, `right`: how many of a hundred such are right.
    """

    first: int
    among_three: int
    commonest: int
    suggested: int
    right: int


@dataclass(frozen=True, slots=True)
class LastTraining:
    """What was learnt last, from how many routings; the moment in the Department's zone."""

    at: datetime
    learnt: int
    in_place: bool
    topic: Told | None
    body: Told | None


async def last(database: Database, zone: tzinfo) -> LastTraining | None:
    """The last training; None before the first."""
    async with database.lookup() as session:
        row = await suggestion_models.last(session)
    if row is None:
        return None
    figures = {head: Figure.model_validate(figure) for head, figure in row.figures.items()}
    return LastTraining(
        at=row.trained_at.astimezone(zone),
        learnt=row.learnt,
        in_place=row.in_place,
        topic=_told(figures.get(TOPIC)),
        body=_told(figures.get(BODIES)),
    )


def _told(figure: Figure | None) -> Told | None:
    if figure is None:
        return None
    shares = (figure.first, figure.among_three, figure.commonest, figure.suggested, figure.right)
    return Told(*(round(share * 100) for share in shares))
