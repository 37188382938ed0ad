"""Lessons in the process that serves them, from its start to its end."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, FastAPI, Request

from api.web.training.lessons import Guide, Lessons, Registering
from calendar_rules.regulation import Regulation
from calendar_rules.vocabulary import Role
from embedded.demo.lessons import guide, lessons
from embedded.demo.lessons.lessons import PlayedLessons
from service.assembly import Service
from service.journal.reading import JournalRowView
from service.messages.targets import Target
from service.messages.view import MessageView
from store.people.persons import Actor


@dataclass(frozen=True, slots=True)
class LedLessons(Lessons):
    """Lessons of an installation; only among the people of the demo are others played (`others_are_played`)."""

    played: PlayedLessons
    others_are_played: bool
    act: Regulation

    def offered(self, viewer: Actor, moment: datetime) -> Sequence[Role]:
        return lessons.offered(viewer, moment, others_are_played=self.others_are_played)

    def registering(self) -> Registering:
        return guide.registering(self.act)

    async def guide(
        self, target: Target, message: MessageView, journal: Sequence[JournalRowView]
    ) -> Guide | None:
        if not lessons.is_lesson(message.url):
            return None
        return guide.guide(self.act, target, message, journal, await self.played.plays(target))


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[None]:
    """The lifespan of the lessons' routes, within that of the application, whose service they ask."""
    service: Service = app.state.service
    messages = service.messages
    played = PlayedLessons(
        service.database,
        messages.targets,
        service.commands.actions,
        messages.clock,
        messages.reader,
        service.rules,
    )
    app.state.lessons = LedLessons(played, app.state.settings.demo, service.rules.regulation)
    yield


async def _led(request: Request) -> LedLessons:
    found: LedLessons = request.app.state.lessons
    return found


Led = Annotated[LedLessons, Depends(_led)]
"""What begins lessons and plays those who are not there."""
