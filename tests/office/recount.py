"""Every number of a weekly summary counted again, from journals told again (`tests.office.retold`)."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import select

from calendar_rules.work_calendar import WorkCalendar
from store.database import Database
from store.tables import ERASED, JournalRow, MessageTextRow, NoticeRow, SurgeRow
from tests.office.retold import Owed, Story, retell

WEEK = timedelta(days=7)
FIGURES = (
    *("received", "answered", "declined", "unanswered", "open", "in_time", "breached"),
    *("returns", "rework_rounds"),
)


@dataclass(frozen=True)
class Told:
    """Everything that a summary may be counted from."""

    stories: Sequence[Story]
    places: Mapping[str, str]
    notices: Sequence[NoticeRow]
    surges: Sequence[SurgeRow]


async def told(database: Database) -> Told:
    """Read all of a database."""
    async with database.read() as session:
        rows: dict[int, list[JournalRow]] = {}
        for row in await session.exec(select(JournalRow).order_by("message", "number")):
            rows.setdefault(row.message, []).append(row)
        texts = await session.exec(select(MessageTextRow).where(MessageTextRow.field == "location"))
        places = {text.id: text.content for text in texts}
        notices = list(await session.exec(select(NoticeRow)))
        surges = list(await session.exec(select(SurgeRow)))
    return Told([retell(message, of_it) for message, of_it in rows.items()], places, notices, surges)


class Recount:
    """One week, counted again; `monday` in the zone of the Department."""

    def __init__(
        self,
        of: Told,
        monday: date,
        zone: ZoneInfo,
        calendar_of: Callable[[str | None], WorkCalendar],
        settlement_of: Callable[[str], str | None],
    ) -> None:
        self._told = of
        self._zone = zone
        self._calendar_of = calendar_of
        self._settlement_of = settlement_of
        self.since, self.until = self._bounds(monday)
        self._monday = monday
        self.counting = [story for story in of.stories if not story.void]

    def _bounds(self, monday: date) -> tuple[datetime, datetime]:
        first, last = (
            datetime.combine(day, datetime.min.time(), self._zone) for day in (monday, monday + WEEK)
        )
        return first.astimezone(UTC), last.astimezone(UTC)

    def _is_in(self, moment: datetime | None, back: int = 0) -> bool:
        since, until = self._bounds(self._monday - back * WEEK)
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
                if run.inherited or (body is not None and run.answerable != body):
                    continue
                found["breached"] += run.late is not None
                found["in_time"] += run.done is not None and run.late is None and not story.void
            if story.void or (body is not None and body not in story.had):
                continue
            found["received"] += 1
            found["returns"] += len(story.returned)
            found["rework_rounds"] += len(story.reworked)
            if story.outcome is None:
                found["open"] += 1
            elif story.outcome != "answered" or body is None or story.drafted == body:
                found[story.outcome] += 1
        return {name: found[name] for name in FIGURES}

    def totals(self) -> dict[str, Any]:
        return self._beside(lambda _: True)

    def bodies(self) -> dict[str, Any]:
        named = {
            body
            for back in (0, 1)
            for story in self.detected(back, void=True)
            for body in (
                *(() if story.void else story.had),
                *(run.answerable for run in story.runs if self._counts(run, story)),
            )
            if body is not None
        }
        return {body: self._beside(lambda _: True, body) for body in named}

    @staticmethod
    def _counts(run: Owed, story: Story) -> bool:
        return not run.inherited and (run.late is not None or (run.done is not None and not story.void))

    def topics(self) -> dict[str | None, Any]:
        named = {
            story.topic
            for back in (0, 1)
            for story in self.detected(back, void=True)
            if not story.void or any(self._counts(run, story) for run in story.runs)
        }
        return {topic: self._beside(lambda story, topic=topic: story.topic == topic) for topic in named}  # type: ignore[misc]

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
        for story in self._told.stories:
            for run in story.runs:
                if run.inherited:
                    continue
                of_it = kept.setdefault(
                    (run.answerable, run.limit), {"in_time": 0, "late": 0, "open_overdue": 0, "took": []}
                )
                of_it["late"] += self._is_in(run.late)
                of_it["open_overdue"] += run.late is not None and run.late < self.until and self._lasts(run)
                if self._is_in(run.done) and not story.void:
                    of_it["in_time"] += run.late is None
                    assert run.done is not None
                    of_it["took"].append(self._calendar_of(run.answerable).between(run.start, run.done))
        return {key: self._spread(of_it) for key, of_it in kept.items() if any(of_it.values())}

    def _lasts(self, run: Owed) -> bool:
        return all(end is None or end >= self.until for end in (run.done, run.dropped))

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
            if number:
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
            strayed = {body for at, body in story.strayed if self._is_in(at)}
            for one in (*strayed, *([None] if strayed else ())):
                found[one, "misroutings"] += 1
            if story.repeats is not None and self._is_in(story.detected):
                for one in (None, *story.had):
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

    def promises(self, due: Mapping[tuple[int, int], datetime]) -> dict[str | None, tuple[int, int]]:
        """Of each body and of all: promised and kept; `due` by message and number of the run among its final ones."""
        found: dict[str | None, tuple[int, int]] = {}
        for story in self.counting:
            final = [run for run in story.runs if run.limit == "final_draft" and not run.inherited]
            for number, run in enumerate(final):
                if not self._is_in(due[story.number, number]) or (run.done is None and run.late is None):
                    continue
                for body in (run.holder, None):
                    promised, kept = found.get(body, (0, 0))
                    found[body] = promised + 1, kept + (run.late is None)
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

    def hours(self) -> dict[tuple[int, int], int]:
        moments = [story.detected.astimezone(self._zone) for story in self.detected()]
        return dict(Counter((at.weekday() + 1, at.hour) for at in moments))

    def weeks(self) -> list[tuple[int, int, int]]:
        found = [self.figures(lambda _: True, back) for back in range(12, -1, -1)]
        return [(it["received"], it["in_time"], it["breached"]) for it in found]

    # ---- what people were told

    def escalations(self) -> tuple[int, int, int]:
        rows = {
            (story.number, number)
            for story in self._told.stories
            for at, number in story.escalated
            if self._is_in(at)
        }
        of_kind: dict[str, set[tuple[int | None, int]]] = {"escalation": set(), "unacknowledged": set()}
        acknowledged = set()
        for notice in self._told.notices:
            if (notice.message, notice.row) in rows and notice.kind in of_kind:
                of_kind[notice.kind].add((notice.message, notice.row))
                if notice.acknowledged_at is not None:
                    acknowledged.add((notice.message, notice.row))
        return len(of_kind["escalation"]), len(acknowledged), len(of_kind["unacknowledged"])

    def surges(self) -> list[tuple[str | None, str | None, int]]:
        return [
            (row.topic, row.location, row.count)
            for row in sorted(self._told.surges, key=lambda row: (row.began_at, row.id or 0))
            if row.told_at is not None and row.began_at < self.until and row.last_seen_at >= self.since
        ]

    def reports(self) -> list[tuple[str, datetime, str | None]]:
        return sorted(
            (str(story.number), at, story.topic)
            for story in self.counting
            for at in story.reported
            if self._is_in(at)
        )


_GROUNDS = {"harm_to_person", "obscene_or_insulting", "threat_to_official"}
_QUALITY = (
    *("drafts", "accepted_at_once", "rework_rounds", "returns", "misroutings", "repeated", "answers"),
    "answers_with_photo",
)
