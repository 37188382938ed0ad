"""One story of the month: when its message is detected, what it says, and what people do with it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from tests.office.matter import Matter
from tests.office.month import Month

Tell = Callable[[Matter], Awaitable[None]]


@dataclass(frozen=True)
class Story:
    """`day` and `clock`: when it is detected and registered; `off`: on the first day off after that day.

    `found`: days earlier it was detected, where registered late; `hours`: how much earlier.
    """

    title: str
    day: int
    clock: str
    text: str
    tell: Tell
    network: str = "vkontakte"
    url: str | None = None
    curator: str = "curator"
    off: bool = False
    found: tuple[int, str] | None = None

    def moment(self, month: Month) -> datetime:
        return month.off(self.day, self.clock) if self.off else month.at(self.day, self.clock)


STORIES: list[Story] = []


def story(
    title: str,
    day: int,
    clock: str,
    text: str,
    *,
    network: str = "vkontakte",
    url: str | None = None,
    curator: str = "curator",
    off: bool = False,
    found: tuple[int, str] | None = None,
) -> Callable[[Tell], Tell]:
    """Add a story to the month; the function tells it."""

    def add(tell: Tell) -> Tell:
        STORIES.append(Story(title, day, clock, text, tell, network, url, curator, off, found))
        return tell

    return add
