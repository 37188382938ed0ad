"""Every number of a report counted again, from the order told a second time of each journal (`tests.office.retold`).

It is long because a report has that many numbers.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import select

from service.reports.weekly.period import Period
from store.database.columns import ERASED
from store.database.engines import Database
from store.messages import finding
from store.messages.tables import JournalRow, MessageRow, MessageTextRow
from store.notices.tables import NoticeRow
from store.oversight.tables import SurgeRow
from store.promises.tables import PromiseRow
from store.verdicts.tables import VerdictRow
from tests.api.chance.order import Run
from tests.api.messages.case import View
from tests.office.retold import Story

FIGURES = (
    *("received", "answered", "declined", "unanswered", "open", "in_time", "breached"),
    *("returns", "rework_rounds", "content", "discontent", "unclear", "none"),
)


@dataclass(frozen=True)
class Told:
    """Everything that a report may be counted from; `authors` and `verdicts`, the last of each, by message."""

    stories: Sequence[Story]
    places: Mapping[str, str]
    notices: Sequence[NoticeRow]
    surges: Sequence[SurgeRow]
    authors: Mapping[int, str]
    verdicts: Mapping[int, str]
    promised: Sequence[tuple[str, datetime, str]]
    """What happened to promises, when, and of which body; broken ones by the day that was promised."""


async def told(database: Database) -> Told:
    """Read all of a database."""
    async with database.read() as session:
        rows: dict[int, list[View]] = {}
        for row in await session.exec(select(JournalRow).order_by("message", "number")):
            rows.setdefault(row.message, []).append(row.model_dump() | {"at": row.at.isoformat()})
        texts = await session.exec(select(MessageTextRow).where(MessageTextRow.field == "location"))
        places = {text.id: text.content for text in texts}
        notices = list(await session.exec(select(NoticeRow)))
        surges = list(await session.exec(select(SurgeRow)))
        said = await session.exec(select(VerdictRow).order_by("id"))
        verdicts = {row.message: row.value for row in said}
        promised: list[tuple[str, datetime, str]] = []
        for promise in await session.exec(select(PromiseRow)):
            promised.append(("given", promise.given_at, promise.body))
            if promise.settled_at is not None:
                promised.append((promise.state, promise.settled_at, promise.body))
            moves = (datetime.fromisoformat(move["at"]) for move in promise.promise["moves"])
            promised += [("moved", at, promise.body) for at in moves]
        messages = {row.number or 0: row for row in await session.exec(select(MessageRow))}
    stories = [
        Story.told(number, of_it, finding.message_now(messages[number], datetime.now(UTC)))
        for number, of_it in rows.items()
    ]
    authors = {number: row.author for number, row in messages.items()}
    return Told(stories, places, notices, surges, authors, verdicts, promised)


class Recount:
    """One period, counted again, of the region or of one body; its days are those of the zone."""

    def __init__(
        self,
        of: Told,
        period: Period,
        zone: ZoneInfo,
        settlement_of: Callable[[str], str | None],
        body: str | None = None,
    ) -> None:
        self._told = of
        self._zone = zone
        self._settlement_of = settlement_of
        self._period = period
        self._body = body
        self.since, self.until = self._bounds(0)
        self.counting = [
            story for story in of.stories if not story.void and (body is None or body in story.had)
        ]

    def _bounds(self, back: int) -> tuple[datetime, datetime]:
        period = self._period.later(-back)
        days = (period.first_day, period.last_day + timedelta(days=1))
        first, last = (datetime.combine(day, datetime.min.time(), self._zone) for day in days)
        return first.astimezone(UTC), last.astimezone(UTC)

    def _is_in(self, moment: datetime | None, back: int = 0) -> bool:
        since, until = self._bounds(back)
        return moment is not None and since <= moment < until

    def detected(self, back: int = 0, *, void: bool = False) -> list[Story]:
        stories = self._told.stories if void else self.counting
        return [story for story in stories if self._is_in(story.detected, back)]

    # ---- figures

    def figures(self, of: Callable[[Story], bool], back: int = 0, body: str | None = None) -> dict[str, int]:
        """Of the messages that are meant; at one body, where it is named."""
        found: Counter[str] = Counter()
        for story in self.detected(back, void=True):
            if not of(story):
                continue
            for run in story.runs:
                if run.inherited:
                    continue
                found["breached"] += run.breached is not None and (body is None or body in run.blamed)
                found["in_time"] += self._kept(run, story) and (body is None or run.holder == body)
            if story.void or (body is not None and body not in story.had):
                continue
            found["received"] += 1
            found["returns"] += len(story.returned)
            found["rework_rounds"] += len(story.reworked)
            if story.outcome is None:
                found["open"] += 1
            elif story.outcome != "answered" or body is None or story.drafted == body:
                found[story.outcome] += 1
                if story.outcome == "answered":
                    found[self._told.verdicts.get(story.number, "none")] += 1
        return {name: found[name] for name in FIGURES}

    @staticmethod
    def _kept(run: Run, story: Story) -> bool:
        return run.met is not None and run.breached is None and not story.void

    def totals(self) -> dict[str, Any]:
        return self._beside(lambda _: True, self._body)

    def bodies(self) -> dict[str, Any]:
        if self._body is not None:
            return {}
        named = {
            body
            for back in (0, 1)
            for story in self.detected(back, void=True)
            for body in (
                *(() if story.void else story.had),
                *(who for run in story.runs for who in self._at(run, story)),
            )
            if body is not None
        }
        return {body: self._beside(lambda _: True, body) for body in named}

    def _at(self, run: Run, story: Story) -> tuple[str | None, ...]:
        """At whom a run counts."""
        if run.inherited:
            return ()
        return run.blamed if run.breached else (run.holder,) if self._kept(run, story) else ()

    def curators(self) -> tuple[int, int]:
        """Limits of curators, kept and not."""
        if self._body is not None:
            return 0, 0
        runs = [(run, story) for story in self.detected(void=True) for run in story.runs if not run.inherited]
        return (
            sum(run.holder is None for run, story in runs if self._kept(run, story)),
            sum(run.breached is not None and None in run.blamed for run, _ in runs),
        )

    def nobodys(self) -> int:
        """Breaches that nobody is charged with."""
        if self._body is not None:
            return 0
        runs = [run for story in self.detected(void=True) for run in story.runs]
        return sum(run.breached is not None and not run.inherited and not run.blamed for run in runs)

    def promised(self) -> dict[str | None, tuple[int, ...]]:
        """Given, kept, moved and broken, by body, and of all together; nothing where nothing happened."""
        found: dict[str | None, Counter[str]] = {}
        kinds = ("given", "kept", "moved", "broken")
        for kind, at, body in self._told.promised:
            if kind in kinds and self._is_in(at) and self._body in (None, body):
                for key in (None, body):
                    found.setdefault(key, Counter())[kind] += 1
        return {body: tuple(counts[kind] for kind in kinds) for body, counts in found.items()}

    def topics(self) -> dict[tuple[str | None, bool], Any]:
        def counts(story: Story) -> bool:
            at = [
                who for run in story.runs for who in (self._at(run, story) or (("",) if run.breached else ()))
            ]
            if self._body is not None:
                return self._body in at or (not story.void and self._body in story.had)
            is_broken = any(run.breached and not run.inherited for run in story.runs)
            return not story.void or bool(is_broken)

        named = {
            self._topic(story) for back in (0, 1) for story in self.detected(back, void=True) if counts(story)
        }
        return {
            topic: self._beside(lambda story, topic=topic: self._topic(story) == topic, self._body)  # type: ignore[misc]
            for topic in named
        }

    @staticmethod
    def _topic(story: Story) -> tuple[str | None, bool]:
        return story.topic, story.topic is None and story.outcome is not None

    def _beside(self, of: Callable[[Story], bool], body: str | None = None) -> dict[str, Any]:
        return {**self.figures(of, 0, body), "previous": self.figures(of, 1, body)}

    # ---- balance

    def balance(self) -> dict[str, Any]:
        ends = [end for story in self.counting for end in story.ends if self._is_in(end[0])]
        kinds = Counter(kind for _, kind, _ in ends)
        whys = Counter(why for _, _, why in ends)
        return {
            "opening": self._open_at(self.since),
            "received": len(self.detected()),
            "reopened": kinds["reopened"],
            "answered": kinds["answered"],
            "declined": {why: count for why, count in whys.items() if why in _GROUNDS},
            "closed_otherwise": {why: count for why, count in whys.items() if why and why not in _GROUNDS},
            "closing": self._open_at(self.until),
        }

    def _open_at(self, moment: datetime) -> int:
        """Followed message by message from its beginning."""
        count = 0
        for story in self.counting:
            if story.detected >= moment:
                continue
            before = [kind for at, kind, _ in story.ends if at < moment]
            count += not before or before[-1] == "reopened"
        return count

    # ---- limits

    def limits(self) -> dict[tuple[str | None, str], Any]:
        kept: dict[tuple[str | None, str], dict[str, Any]] = {}

        def of_it(holder: str | None, limit: str) -> dict[str, Any]:
            nothing = {"in_time": 0, "late": 0, "open_overdue": 0, "took": []}
            return kept.setdefault((holder, limit), nothing)

        for story, run in self._runs():
            for holder in self._theirs(run.blamed):
                of_it(holder, run.name)["late"] += self._is_in(run.breached)
                of_it(holder, run.name)["open_overdue"] += self._owed(run)
            if self._is_in(run.met) and not story.void and self._theirs((run.holder,)):
                of_holder = of_it(run.holder, run.name)
                of_holder["in_time"] += run.breached is None
                assert run.met is not None
                of_holder["took"].append(story.order.hours[0].between(run.started, run.met))
        return {key: self._spread(found) for key, found in kept.items() if any(found.values())}

    def limits_total(self) -> dict[str, int]:
        """Every run once."""
        found: Counter[str] = Counter()
        for story, run in self._runs():
            if self._body is None or self._theirs(run.blamed):
                found["late"] += self._is_in(run.breached)
                found["open_overdue"] += self._owed(run)
            if self._is_in(run.met) and not story.void and self._theirs((run.holder,)):
                found["in_time"] += run.breached is None
        return {name: found[name] for name in ("in_time", "late", "open_overdue")}

    def _runs(self) -> Iterable[tuple[Story, Run]]:
        return ((story, run) for story in self._told.stories for run in story.runs if not run.inherited)

    def _theirs(self, holders: Iterable[str | None]) -> list[str | None]:
        return [holder for holder in holders if self._body is None or holder == self._body]

    def _owed(self, run: Run) -> bool:
        return run.breached is not None and run.breached < self.until and self._lasts(run)

    def _lasts(self, run: Run) -> bool:
        return all(end is None or end >= self.until for end in (run.met, run.cancelled))

    @staticmethod
    def _spread(of_it: dict[str, Any]) -> dict[str, Any]:
        took: list[Any] = of_it.pop("took")  # amounts of time, which `median` takes too
        if not took:
            return of_it | dict.fromkeys(("median", "ninth_decile", "longest"))
        ninth = next(one for one in sorted(took) if 10 * sum(other <= one for other in took) >= 9 * len(took))
        return of_it | {"median": median(took), "ninth_decile": ninth, "longest": max(took)}

    # ---- quality

    def quality(self) -> dict[str | None, dict[str, int]]:
        found: Counter[tuple[str | None, str]] = Counter()

        def add(body: str | None, name: str, number: int = 1) -> None:
            if number and (self._body is None or body == self._body):
                found[body, name] += number
                found[None, name] += number

        for story in self.counting:
            self._decisions(story, add)
            for at, body, draft in story.published:
                if self._is_in(at):
                    add(body, "answers")
                    add(body, "answers_with_photo", bool(story.files[draft]))
            for at, body in story.reworked:
                add(body, "rework_rounds", self._is_in(at))
            for at, body in story.returned:
                add(body, "returns", self._is_in(at))
            strayed = set(self._theirs(body for at, body in story.strayed if self._is_in(at)))
            for one in (*strayed, *([None] if strayed else ())):
                found[one, "misroutings"] += 1
            if story.repeats is not None and self._is_in(story.detected):
                for one in (None, *self._theirs(story.had)):
                    found[one, "repeated"] += 1
        bodies = {body for body, _ in found} | {None}
        return {body: {name: found[body, name] for name in _QUALITY} for body in bodies}

    def _decisions(self, story: Story, add: Callable[..., None]) -> None:
        last = {
            draft: (kind, body, number) for at, kind, draft, body, number in story.decided if self._is_in(at)
        }
        for kind, body, number in last.values():
            add(body, "drafts")
            add(body, "accepted_at_once", kind == "approve" and number == 1)

    def promises(self) -> dict[str | None, tuple[int, int]]:
        """Of each body and of all: promised and kept."""
        found: dict[str | None, tuple[int, int]] = {}
        for story in self.counting:
            for run in story.runs:
                if run.name != "final_draft" or run.inherited or not self._is_in(run.due):
                    continue
                if run.met is None and run.breached is None:
                    continue
                for body in (run.holder, None) if self._theirs((run.holder,)) else ():
                    promised, kept = found.get(body, (0, 0))
                    found[body] = promised + 1, kept + (run.breached is None)
        return found

    # ---- where and when

    def trends(self) -> dict[tuple[str, str], tuple[int, int, float]]:
        weeks = [Counter(self._values(self.detected(back))) for back in range(5)]
        return {
            key: (weeks[0][key], weeks[1][key], sum(week[key] for week in weeks[1:]) / 4)
            for key in set().union(*weeks)
        }

    def _values(self, stories: Iterable[Story]) -> Iterable[tuple[str, str]]:
        for story in stories:
            yield "network", story.network
            if story.topic is not None:
                yield "topic", story.topic
            place = self._told.places.get(story.place or "", ERASED)
            if place != ERASED and (name := self._settlement_of(place)):
                yield "location", name

    def periods(self, back: int) -> list[tuple[int, int, int]]:
        """This period and so many before it, the last one last."""
        found = [self.figures(lambda _: True, number, self._body) for number in range(back, -1, -1)]
        return [(it["received"], it["in_time"], it["breached"]) for it in found]

    # ---- what people were told

    def escalations(self) -> tuple[int, int, int]:
        rows = {
            (story.number, number)
            for story in self._told.stories
            for at, number, blamed in story.escalated
            if self._is_in(at) and (self._body is None or self._body in blamed)
        }
        sent, acknowledged = set(), set()
        for notice in self._told.notices:
            if (notice.message, notice.row) in rows and notice.kind == "escalation":
                sent.add((notice.message, notice.row))
                if notice.acknowledged_at is not None:
                    acknowledged.add((notice.message, notice.row))
        return len(sent), len(acknowledged), len(sent - acknowledged)

    def surges(self) -> list[tuple[str | None, str | None, int]]:
        return [
            (row.topic, row.location, row.count)
            for row in sorted(self._told.surges, key=lambda row: (row.began_at, row.id or 0))
            if row.told_at is not None and row.began_at < self.until and row.last_seen_at >= self.since
        ]

    def breaches(self) -> int:
        """What the register has of the period."""
        return sum(
            self._is_in(run.breached) and (self._body is None or self._body in run.blamed)
            for _, run in self._runs()
        )

    def authors(self) -> tuple[int, int]:
        """Those who wrote more than once, and what they wrote."""
        counts = Counter((story.network, self._told.authors[story.number]) for story in self.detected())
        more = [count for (_, author), count in counts.items() if count > 1 and author != ERASED]
        return len(more), sum(more)

    def steps(self) -> dict[tuple[str, str | None], int]:
        """How many steps each person took, for which body; None: as a curator."""
        found: Counter[tuple[str, str | None]] = Counter()
        for story in self._told.stories:
            for step in story.steps:
                if story.void or step.person is None or not self._is_in(step.at):
                    continue
                if step.kind in _OF_BODIES and self._theirs((step.data["body"],)):
                    found[step.person, step.data["body"]] += 1
                elif step.kind in _OF_CURATORS and self._body is None:
                    found[step.person, None] += 1
        return dict(found)

    def reports(self) -> list[tuple[str, datetime, str | None]]:
        return sorted(
            (str(story.number), at, story.topic)
            for story in self.counting
            for at in story.reported
            if self._is_in(at)
        )


_OF_CURATORS = {"route", "decline", "approve", "send_for_rework"}
_OF_BODIES = {"return_to_curator", "contribute", "submit_draft", "confirm_publication"}
_GROUNDS = {"harm_to_person", "obscene_or_insulting", "threat_to_official"}
_QUALITY = (
    *("drafts", "accepted_at_once", "rework_rounds", "returns", "misroutings", "repeated", "answers"),
    "answers_with_photo",
)
