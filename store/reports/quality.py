"""Quality of bodies' work in a period: what curators decided on their drafts, what came back, what was promised."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from calendar_rules.regulation import HolderRole, LimitName
from calendar_rules.vocabulary import DraftKind
from store.messages.tables import JournalRow, LimitRunRow, MessageBodyRow, MessageRow
from store.reports.facts import Fact, Facts, counted, facts, listed
from store.reports.period import (
    NOT_VOID,
    PUBLICATION,
    Row,
    Span,
    detected_in,
    had_by,
    kind_by_message,
    rows,
    within,
)

APPROVE, REWORK, RETURN, ROUTE, CONTRIBUTE = (
    *("approve", "send_for_rework", "return_to_curator"),
    *("route", "contribute"),
)


@dataclass(frozen=True, slots=True)
class _Figure:
    """Facts of a figure by the body at which they count; those of them that are `also` so count in a second one."""

    name: str
    facts: Facts
    also: str | None = None


def _of_rows(span: Span, body: str | None, *kinds: str, **more: sa.ColumnElement[bool]) -> Facts:
    row = JournalRow
    return (
        facts(row.message, row.at, col(row.data)["body"].as_string(), **({"also": sa.false()} | more))
        .join(MessageRow, col(MessageRow.number) == col(row.message))
        .where(col(row.kind).in_(kinds), within(col(row.at), span), NOT_VOID, *had_by(body))
    )


def _decided(span: Span, body: str | None) -> Facts:
    """Drafts of which something was decided, each once by what was decided last: at once accepted, or not."""
    data = col(JournalRow.data)
    draft = data["draft"].as_string()
    last = sa.func.row_number().over(
        partition_by=(col(JournalRow.message), draft), order_by=col(JournalRow.number).desc()
    )
    at_once = sa.and_(col(JournalRow.kind) == APPROVE, data["round"].as_integer() == 1)
    found = _of_rows(span, body, APPROVE, REWORK, also=at_once).add_columns(last.label("last"))
    each = found.where(draft.is_not(None)).subquery()
    return facts(each.c.message, each.c.at, each.c.body, also=each.c.also).where(each.c.last == 1)


def _answers(connection: sa.Connection, span: Span, body: str | None) -> Facts:
    """Published answers, and whether they had files."""
    data, submitted = col(JournalRow.data), aliased(JournalRow)
    of_draft = col(submitted.data)
    with_files = sa.exists(
        sa.select(sa.literal(1)).where(
            col(submitted.message) == col(JournalRow.message),
            # In these words SQLite finds the rows by their message, and not by what is the same in all of them.
            sa.func.coalesce(col(submitted.kind), "") == "submit_draft",
            of_draft["draft"].as_string() == data["draft"].as_string(),
            sa.func.json_array_length(of_draft["attachments"]) > 0,
        )
    )
    found = _of_rows(span, body, PUBLICATION, also=with_files)
    return found.where(data["draft_kind"].as_string() == DraftKind.ANSWER)


def _interim(span: Span, body: str | None) -> Facts:
    """Answers that an interim one promised (cl. 14), due in the span and met or broken; whether in time."""
    run = LimitRunRow
    kept = sa.and_(col(run.met_at).is_not(None), col(run.breached_at).is_(None))
    held = [col(run.holder_role) == HolderRole.EXECUTOR, *([col(run.holder_body) == body] if body else [])]
    return (
        facts(run.message, run.due_at, run.holder_body, also=kept)
        .join(MessageRow, col(MessageRow.number) == col(run.message))
        .where(
            *(col(run.name) == LimitName.FINAL_DRAFT, col(run.inherited).is_(sa.false()), NOT_VOID),
            *(within(col(run.due_at), span), *held),
            sa.or_(col(run.met_at).is_not(None), col(run.breached_at).is_not(None)),
        )
    )


def _figures(connection: sa.Connection, span: Span, body: str | None) -> Sequence[_Figure]:
    return (
        _Figure("drafts", _decided(span, body), "accepted_at_once"),
        _Figure("rework_rounds", _of_rows(span, body, REWORK)),
        _Figure("returns", _of_rows(span, body, RETURN)),
        _Figure("interim_promised", _interim(span, body), "interim_kept"),
        _Figure("answers", _answers(connection, span, body), "answers_with_photo"),
    )


def counts(connection: sa.Connection, span: Span, body: str | None = None) -> dict[str | None, Counter[str]]:
    """By body, and of all together (None); of one body that is the same."""
    found: dict[str | None, Counter[str]] = defaultdict(Counter)
    for figure in _figures(connection, span, body):
        for holder, also, many in counted(connection, figure.facts, "body", "also"):
            if body in (None, holder):
                for at in (holder, None):
                    found[at][figure.name] += many
                    if figure.also and also:
                        found[at][figure.also] += many
    for name in ("misroutings", "repeated"):
        once = set()
        for fact in _each(connection, span, name, body):
            if body in (None, fact.body):
                once.add(fact.message)
                if fact.body is not None:
                    found[fact.body][name] += 1
        found[None][name] = len(once)
    return found


def things(
    connection: sa.Connection, span: Span, name: str, body: str | None = None, *, at: str | None = None
) -> list[Fact]:
    """What a figure counts, at one of the bodies or all together."""
    whose = at or body
    for figure in _figures(connection, span, body):
        if name in (figure.name, figure.also):
            equal = {"also": True} if name == figure.also else {}
            return listed(connection, figure.facts, **equal, **({"body": whose} if whose else {}))
    if whose is not None:
        return [fact for fact in _each(connection, span, name, body) if fact.body == whose]
    once = {fact.message: fact._replace(body=None) for fact in _each(connection, span, name, body)}
    return list(once.values())


def _each(connection: sa.Connection, span: Span, name: str, body: str | None) -> Iterator[Fact]:
    """Facts that are of a message once, and count at several bodies."""
    if name == "misroutings":
        yield from _misroutings(connection, span, body)
    elif name == "repeated":
        turn = MessageBodyRow
        repeated = (
            facts(MessageRow.number, MessageRow.detected_at, turn.body)
            .select_from(MessageRow)
            .join(turn, col(turn.message) == col(MessageRow.number), isouter=True)
            .where(col(MessageRow.repeats).is_not(None), *detected_in(span, body))
        )
        yield from listed(connection, repeated)


def _misroutings(connection: sa.Connection, span: Span, body: str | None) -> Iterator[Fact]:
    """A message routed again without a body that had been named and has sent nothing was not that body's."""
    row, first = JournalRow, aliased(JournalRow)
    again = (
        sa.select(col(row.message))
        .where(col(row.kind) == ROUTE, within(col(row.at), span))
        .where(
            sa.exists(
                sa.select(sa.literal(1)).where(
                    *(col(first.message) == col(row.message), col(first.number) < col(row.number)),
                    sa.func.coalesce(col(first.kind), "") == ROUTE,
                )
            )
        )
    )
    story: dict[int, list[Row]] = defaultdict(list)
    is_step = kind_by_message(connection).in_((ROUTE, CONTRIBUTE))
    for step in rows(connection, col(MessageRow.number).in_(again), is_step, *had_by(body)):
        story[step.message].append(step)
    for message, steps in story.items():
        for wrong in sorted(set(_dropped(steps, span))):
            yield Fact(message, body=wrong)


def _dropped(steps: Sequence[Row], span: Span) -> Iterator[str]:
    before: set[str] = set()
    for row in steps:
        if row.kind == CONTRIBUTE:
            before.discard(row.data["body"])
            continue
        if span[0] <= row.at < span[1]:
            yield from before - set(row.data["bodies"])
        before = set(row.data["bodies"])
