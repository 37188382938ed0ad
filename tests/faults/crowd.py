"""People at work: many messages under way at once, each step by whoever's turn it is, and some of them otherwise."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from typing import Any

from tests.faults.service import Given, People

CURATORS = ("curator", "curator2")
BODIES = (
    *("roads", "housing", "health", "education", "social", "culture", "sport", "ecology", "finance"),
    *("economy", "agriculture", "energy", "property", "digital", "employment", "forestry", "heritage"),
    "registry",
)
SIGN_INS = (*CURATORS, *(f"executor-{body}" for body in BODIES))

View = dict[str, Any]


class Road:
    """One message from registration to its end, by way of returns, rounds of rework and interim answers."""

    def __init__(self, people: People, number: int, chance: random.Random) -> None:
        self._people = people
        self._number = number
        self._chance = chance
        self._curator = CURATORS[number % 2]
        self._routed: tuple[str, ...] = ()
        self._left = {"return": 2, "rework": 2, "withdraw": 1, "interim": 1, "clarification": 1}
        self.view: View | None = None

    @property
    def is_over(self) -> bool:
        return self.view is not None and self.view["stage"] == "closed"

    async def step(self) -> None:
        """One command in turn, settled; sometimes one out of turn before it, or a report to the Governor."""
        if self.view is not None and self._chance.random() < 0.1:
            await self._give(self._out_of_turn())
        given = self._next()
        view = await self._give(given)
        assert given.statuses[-1] in (200, 201), f"refused in turn: {given}"
        self.view = view

    async def _give(self, given: Given) -> View:
        """By itself, by two clicks at once, or once more after the answer; returns the answer."""
        way = self._chance.random()
        if way < 0.1:
            content, _ = await asyncio.gather(self._people.settle(given), self._people.settle(given))
        else:
            content = await self._people.settle(given)
        if way > 0.9:
            await self._people.settle(given)
        return content

    def _next(self) -> Given:
        view = self.view
        if view is None:
            return self._people.intend(
                self._curator,
                "/messages",
                {
                    "network": "vkontakte",
                    "url": f"https://vk.com/wall-7_{self._number}",
                    "author": f"Житель {self._number}",
                    "text": f"Сугроб у подъезда {self._number}.",
                },
            )
        if self._chance.random() < 0.03:
            return self._by_curator("/governor-report", {"reason": "Тему обсуждает весь город."})
        return {
            "routing": self._in_routing,
            "preparation": self._in_preparation,
            "approval": self._in_approval,
            "rework": self._draft,
            "publication": self._publish,
            "awaiting_final": self._draft,
            "awaiting_author": self._awaiting_author,
        }[view["stage"]]()

    def _in_routing(self) -> Given:
        if self._chance.random() < 0.03:
            return self._by_curator("/decline", {"ground": "obscene_or_insulting"})
        self._routed = tuple(self._chance.sample(BODIES, 2 if self._chance.random() < 0.25 else 1))
        return self._by_curator(
            "/route",
            {"bodies": self._routed, "topic": "potholes", "location": "г. Шуя", "importance": "ordinary"},
        )

    def _in_preparation(self) -> Given:
        assert self.view is not None
        if self._once("return", 0.1):
            return self._by_body("/return", {"reason": "Улица не наша."})
        if self.view["current_body"] != self._routed[-1]:
            return self._by_body("/contributions", {"text": "Трубы меняем в мае."})
        return self._draft()

    def _draft(self) -> Given:
        assert self.view is not None
        kind = "answer"
        if self.view["stage"] == "preparation":
            if self._once("interim", 0.15):
                kind = "interim"
            elif self._once("clarification", 0.1):
                kind = "clarification"
        return self._by_body("/drafts", {"kind": kind, "text": f"Уберём сегодня, дом {self._number}."})

    def _in_approval(self) -> Given:
        assert self.view is not None
        draft = self.view["drafts"][-1]["id"]
        if self._once("withdraw", 0.07):
            return self._by_body(f"/drafts/{draft}", None, "DELETE")
        if self._once("rework", 0.25):
            return self._by_curator(f"/drafts/{draft}/rework", {"comment": "Когда именно?"})
        return self._by_curator(f"/drafts/{draft}/approve", None)

    def _publish(self) -> Given:
        return self._by_body("/publication", {"url": f"https://vk.com/wall-7_{self._number}?reply=1"})

    def _awaiting_author(self) -> Given:
        if self._chance.random() < 0.2:
            return self._by_curator("/close", {"reason": "no_reply"})
        return self._by_curator("/author-reply", {"text": "Второй подъезд."})

    def _out_of_turn(self) -> Given:
        assert self.view is not None
        if self.view["stage"] == "awaiting_author":
            return self._by_curator("/decline", {"ground": "obscene_or_insulting"}, refused=True)
        return self._by_curator("/author-reply", {"text": "Второй подъезд."}, refused=True)

    def _once(self, what: str, share: float) -> bool:
        if self._left[what] and self._chance.random() < share:
            self._left[what] -= 1
            return True
        return False

    def _by_curator(self, path: str, body: Any, *, refused: bool = False) -> Given:
        return self._people.intend(self._curator, self._path(path), body, refused=refused)

    def _by_body(self, path: str, body: Any, method: str = "POST") -> Given:
        assert self.view is not None
        return self._people.intend(
            f"executor-{self.view['current_body']}", self._path(path), body, method=method
        )

    def _path(self, rest: str) -> str:
        assert self.view is not None
        return f"/messages/{self.view['id']}{rest}"


async def work(people: People, roads: Sequence[Road], until: float, pause: float) -> None:
    """One person's day: a step of one message after another, `pause` seconds between, and fewer from `until` on.

    `until` is a moment of the monotonic clock. Returns when every road is over.
    """
    while open_ones := [road for road in roads if not road.is_over]:
        for road in open_ones:
            await road.step()
            await asyncio.sleep(pause if time.monotonic() < until else pause / 4)
