"""Topics of messages that nobody has routed yet: as suggested where that is sure, else by likeness.

A suggestion that is likely, and no more than that, counts in the settlement that its text names: there several make one
another likelier. Texts that are alike share what is suggested of most of them, or are counted for themselves.
"""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from service.messages import likeness
from service.messages.localities import locality
from service.suggestions import Suggestions
from store.database.engines import Database
from store.database.session import Session
from store.oversight import surges
from store.oversight.surges import Sighted, Waiting

_AT_MOST = 500
"""Messages that wait; of more the last ones count."""
_ALIKE = 50
"""Earlier messages that one is compared with."""
SURE = 0.8
"""From this confidence on a suggested topic counts as the message's; below it in the settlement that the text names."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What a text is likely about: the topic suggested first, if it is likely, and the settlement that it names."""

    topic: str | None
    is_sure: bool
    place: str | None


Guessing = Callable[[Sequence[str]], Awaitable[Sequence[Guess]]]
"""What each of these texts is likely about, in their order."""


def guessing(suggestions: Suggestions) -> Guessing:
    """By what is suggested of a text."""

    async def guess(texts: Sequence[str]) -> Sequence[Guess]:
        return [
            Guess(
                topic=one.topic[0].key if one.topic else None,
                is_sure=bool(one.topic) and one.topic[0].confidence >= SURE,
                place=locality(one.location) if one.location else None,
            )
            for one in await suggestions.by_texts(texts)
        ]

    return guess


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Messages by the topics that they are likely to get, and those that are alike and of no likely topic."""

    sighted: Sequence[Sighted] = ()
    alike: Sequence[Sequence[Sighted]] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    """What was made of a text: its lemmas' hash, the guess, and the earlier messages that it is like."""

    text: int
    guess: Guess
    alike: tuple[int, ...]


@dataclass(slots=True)
class Unrouted:
    """Remembers what was made of each text while its message waits, and nothing of the text."""

    database: Database
    guessing: Guessing
    _known: dict[int, _Known] = field(default_factory=dict)

    async def learn(self, since: datetime, at: datetime) -> None:
        """Make something of those that are new, or whose text was corrected; takes no writer."""
        async with self.database.read() as session:
            waiting = await surges.waiting(session, since, at, _AT_MOST)
        known = {one.number: self._known[one.number] for one in waiting if self._is_known(one)}
        new = [one for one in waiting if one.number not in known]
        guesses = await self.guessing([one.text for one in new]) if new else ()
        for one, guess in zip(new, guesses, strict=True):
            known[one.number] = _Known(hash(one.lemmas), guess, await self._alike(one, guess))
        self._known = known

    def _is_known(self, one: Waiting) -> bool:
        return one.number in self._known and self._known[one.number].text == hash(one.lemmas)

    async def _alike(self, one: Waiting, guess: Guess) -> tuple[int, ...]:
        if guess.topic is not None and guess.is_sure:
            return ()
        async with self.database.read() as session:
            found = await likeness.like(session, one.lemmas, _ALIKE, before=one.number)
        return tuple(like.message for like in found)

    async def foreseen(self, session: Session, since: datetime, at: datetime, at_least: int) -> Foreseen:
        """What those count as that wait still; one that came a moment ago counts at the next look."""
        waiting = [one for one in await surges.waiting(session, since, at, _AT_MOST) if self._is_known(one)]
        if not waiting:
            return Foreseen()
        sure = await self._sure(session, waiting)
        rest = {one.number: self._sighted(one) for one in waiting if one.number not in sure}
        sighted, alike = list(sure.values()), []
        for group in groups({number: self._known[number].alike for number in rest}):
            of_it = [rest[number] for number in group]
            shared = most([one.topic for one in of_it]), most([one.place for one in of_it])
            if len(of_it) < at_least:
                sighted += [one for one in of_it if one.topic is not None and one.place is not None]
            elif shared[0] is not None and shared[1] is not None:
                sighted += [replace(one, topic=shared[0], place=one.place or shared[1]) for one in of_it]
            else:
                alike.append(of_it)
        return Foreseen(sighted, alike)

    async def _sure(self, session: Session, waiting: Sequence[Waiting]) -> Mapping[int, Sighted]:
        """Those whose topic is sure, or known of an earlier message that they are like."""
        earlier = {number for one in waiting for number in self._known[one.number].alike}
        topics = {one.number: one.topic for one in await surges.numbered(session, earlier)}
        found: dict[int, Sighted] = {}
        for one in sorted(waiting, key=lambda it: it.number):
            known = self._known[one.number]
            topic = known.guess.topic if known.guess.is_sure else None
            if topic is None:
                # Of an earlier one that waits itself what is sure of that, by this order.
                of_earlier = (
                    topics.get(number) or (found[number].topic if number in found else None)
                    for number in known.alike
                )
                topic = next((known_topic for known_topic in of_earlier if known_topic), None)
            if topic is not None:
                found[one.number] = Sighted(one.number, topic, one.detected_at, known.guess.place, waits=True)
        return found

    def _sighted(self, one: Waiting) -> Sighted:
        guess = self._known[one.number].guess
        return Sighted(one.number, guess.topic, one.detected_at, guess.place, waits=True, surely=False)


def groups(alike: Mapping[int, Iterable[int]]) -> list[list[int]]:
    """Messages that are alike, of what each is like: whoever is like one of a group belongs to it."""
    neighbours: dict[int, set[int]] = defaultdict(set)
    for one, others in alike.items():
        for other in others:
            if other in alike:
                neighbours[one].add(other)
                neighbours[other].add(one)
    found, left = [], set(alike)
    while left:
        group, open_ones = set(), {min(left)}
        while open_ones:
            one = open_ones.pop()
            group.add(one)
            open_ones |= neighbours[one] - group
        left -= group
        found.append(sorted(group))
    return found


def most(values: Sequence[str | None]) -> str | None:
    """What more than half of them are."""
    (value, count) = Counter(values).most_common(1)[0]
    return value if 2 * count > len(values) else None
