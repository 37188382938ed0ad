"""How well bodies worked in a week: what curators decided on their drafts, what came back, what was promised."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from calendar_rules.vocabulary import DraftKind
from service.weekly.figures import OfWeek
from service.weekly.summary import Quality
from store import weekly, weekly_limits
from store.session import Connection
from store.weekly import Row, Span
from workflows.vocabulary import Command

TOGETHER = "Всего"
_OF_THE_WEEK = (
    Command.ROUTE,
    Command.RETURN,
    Command.APPROVE,
    Command.SEND_FOR_REWORK,
    Command.CONFIRM_PUBLICATION,
)
_Count = tuple[str | None, str]
"""A body, None for all together, and a field of `Quality`."""


def of_week(
    connection: Connection, span: Span, figures: OfWeek, titles: Mapping[str, str]
) -> tuple[Quality, ...]:
    """All together first, then bodies in the order of their titles, those with nothing left out."""
    rows = weekly.rows_in(connection, span, _OF_THE_WEEK)
    counts: Counter[_Count] = Counter()
    for body, field in (
        *_decisions(rows),
        *_answers(connection, rows),
        *_promises(connection, span),
        *_of_bodies(rows, Command.SEND_FOR_REWORK, "rework_rounds"),
        *_of_bodies(rows, Command.RETURN, "returns"),
    ):
        counts[body, field] += 1
        counts[None, field] += 1
    counts.update(_misroutings(connection, rows))
    counts.update(_repeated(figures))
    bodies = {body for body, _ in counts} - {None}
    of_each: dict[str | None, dict[str, int]] = defaultdict(dict)
    for (body, field), count in counts.items():
        of_each[body][field] = count
    return tuple(
        _quality(body, of_each[body], titles)
        for body in (None, *sorted(bodies, key=lambda body: (titles.get(body or "", ""), body or "")))
    )


def _quality(body: str | None, counts: Mapping[str, int], titles: Mapping[str, str]) -> Quality:
    names = set(Quality.model_fields) - {"body", "title"}
    title = TOGETHER if body is None else titles.get(body, body)
    return Quality(body=body, title=title, **{name: counts.get(name, 0) for name in names})


def _of_bodies(rows: Iterable[Row], kind: Command, field: str) -> Iterator[_Count]:
    return ((row.data["body"], field) for row in rows if row.kind == kind)


def _decisions(rows: Iterable[Row]) -> Iterator[_Count]:
    """Each draft counts once, whatever was decided on it, and by what was decided last."""
    last: dict[str, Row] = {}
    for row in rows:
        if row.kind in (Command.APPROVE, Command.SEND_FOR_REWORK) and "draft" in row.data:
            last[row.data["draft"]] = row
    for row in last.values():
        yield row.data["body"], "drafts"
        if row.kind == Command.APPROVE and row.data["round"] == 1:
            yield row.data["body"], "accepted_at_once"


def _answers(connection: Connection, rows: Iterable[Row]) -> Iterator[_Count]:
    answers = [row for row in rows if _is_answer(row)]
    drafts = weekly.rows_about(connection, {row.message for row in answers}, [Command.SUBMIT_DRAFT])
    files = {row.data["draft"]: row.data.get("attachments") for row in drafts}
    for row in answers:
        yield row.data["body"], "answers"
        if files.get(row.data["draft"]):
            yield row.data["body"], "answers_with_photo"


def _is_answer(row: Row) -> bool:
    return row.kind == Command.CONFIRM_PUBLICATION and row.data["draft_kind"] == DraftKind.ANSWER


def _promises(connection: Connection, span: Span) -> Iterator[tuple[str | None, str]]:
    for run in weekly_limits.final_drafts_due(connection, span):
        yield run.body, "interim_promised"
        if run.in_time:
            yield run.body, "interim_kept"


def _misroutings(connection: Connection, rows: Iterable[Row]) -> Counter[_Count]:
    """A message routed again without a body that had been named and has sent nothing was not that body's.

    Of all together a message counts once, and once at each such body.
    """
    routed = {row.message for row in rows if row.kind == Command.ROUTE}
    in_week = {(row.message, row.number) for row in rows}
    story: dict[int, list[Row]] = defaultdict(list)
    for row in weekly.rows_about(connection, routed, [Command.ROUTE, Command.CONTRIBUTE]):
        story[row.message].append(row)
    found: Counter[_Count] = Counter()
    for message, steps in story.items():
        wrong = set(_dropped(steps, in_week, message))
        found.update((body, "misroutings") for body in wrong)
        found[None, "misroutings"] += bool(wrong)
    return found


def _dropped(steps: Sequence[Row], in_week: set[tuple[int, int]], message: int) -> Iterator[str]:
    before: set[str] = set()
    for row in steps:
        if row.kind == Command.CONTRIBUTE:
            before.discard(row.data["body"])
            continue
        if (message, row.number) in in_week:
            yield from before - set(row.data["bodies"])
        before = set(row.data["bodies"])


def _repeated(figures: OfWeek) -> Counter[_Count]:
    found: Counter[_Count] = Counter()
    for message in figures.messages:
        if message.repeats is not None:
            found.update((body, "repeated") for body in (None, *figures.turns.get(message.number, ())))
    return found
