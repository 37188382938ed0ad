"""Standing of published texts: what is to be checked and when, and what the checks saw (docs/use/publishing.md)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy import update
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.database import statements
from store.messages.tables import MessageRow, MessageTextRow
from store.networks.tables import AnswerCheckRow, StandingRow

UNKNOWN: Final = "unknown"
PLANNED, PUSHED = "planned", "pushed"

PLAN: Final = (timedelta(0), timedelta(hours=1), timedelta(days=1), timedelta(days=7))
"""When a published text is looked at, from its publication on."""
LEASE = timedelta(minutes=3)
"""How long whoever took a check is left to make it before another does."""
_AT_ONCE = 500

OF_MESSAGES = select(StandingRow.message, StandingRow.draft, StandingRow.state, StandingRow.checked_at).where(
    col(StandingRow.message).in_(sa.bindparam("of_messages", expanding=True))
)
"""What is shown with the published texts of some messages."""


class Link(NamedTuple):
    """Where a text was published: the id of the text that the link is, and by what it is known."""

    text: str
    key: str | None


def published(
    message: int, draft: str, link: Link, text: str, body: str, at: datetime, now: datetime, dialect: str
) -> list[statements.Statement]:
    """Note that a text was published and is to be checked; one that is known stays as it is.

    In training `at` may be ahead of `now`. What was published before the plan began is not looked at: it comes with a
    message from before.
    """
    base = min(at, now)
    row = StandingRow(
        message=message,
        draft=draft,
        url=link.text,
        url_key=link.key,
        text=text,
        body=body,
        published_at=base,
        next_at=base if now - base < PLAN[-1] else None,
    )
    return statements.new_rows(StandingRow, [row.model_dump()], dialect)


_MOVED = (
    update(StandingRow)
    .where(
        col(StandingRow.message) == sa.bindparam("of_message"),
        col(StandingRow.draft) == sa.bindparam("of_draft"),
        col(StandingRow.url) != sa.bindparam("new_url"),
    )
    .values(
        url=sa.bindparam("new_url"),
        url_key=sa.bindparam("new_key"),
        state=UNKNOWN,
        known=None,
        seen=None,
        checked_at=None,
        why=None,
        stage=0,
        tries=0,
        next_at=sa.bindparam("at", type_=StandingRow.__table__.c.next_at.type),  # type: ignore[attr-defined]
        cause=PLANNED,
    )
)


def link_corrected(message: int, draft: str, link: Link, now: datetime) -> list[statements.Statement]:
    """The link of a published text was another: it is looked at there, from the beginning of what is left to check."""
    return [
        (
            _MOVED,
            [
                {
                    "of_message": message,
                    "of_draft": draft,
                    "new_url": link.text,
                    "new_key": link.key,
                    "at": now,
                }
            ],
        )
    ]


class Due(NamedTuple):
    """A check that is due: of which text, with its link and its words, and the message it belongs to."""

    row: StandingRow
    message: MessageRow
    url: str
    text: str


async def are_any_due(session: AsyncSession, now: datetime) -> bool:
    """Whether any check is due."""
    found = await session.exec(select(StandingRow.message).where(col(StandingRow.next_at) <= now).limit(1))
    return found.first() is not None


async def take_due(session: AsyncSession, now: datetime, at_most: int) -> list[Due]:
    """Take checks that are due; others leave them alone for a while. Those of erased messages are over."""
    url, text = aliased(MessageTextRow), aliased(MessageTextRow)
    rows = (
        await session.exec(
            select(StandingRow, MessageRow, url.content, text.content)
            .join(MessageRow, col(MessageRow.number) == col(StandingRow.message))
            .join(url, col(url.id) == col(StandingRow.url))
            .join(text, col(text.id) == col(StandingRow.text))
            .where(col(StandingRow.next_at) <= now)
            .order_by(col(StandingRow.next_at))
            .limit(at_most)
            .with_for_update(skip_locked=True, of=StandingRow)
        )
    ).all()
    now_due = [Due(*found) for found in rows if found[1].erased_at is None]
    taken = {(row.message, row.draft) for row, *_ in now_due}
    every = {(row.message, row.draft) for row, *_ in rows}
    for which, at in ((taken, now + LEASE), (every - taken, None)):
        if which:
            of_texts = sa.tuple_(col(StandingRow.message), col(StandingRow.draft)).in_(sorted(which))
            await session.exec(
                update(StandingRow)
                .where(of_texts)
                .values(next_at=at)
                .execution_options(synchronize_session=False)
            )
    return now_due


async def postpone(session: AsyncSession, row: StandingRow, until: datetime) -> None:
    """It is looked at later: the network leaves no room now."""
    await session.exec(_of(row).values(next_at=until))


async def pass_over(session: AsyncSession, row: StandingRow) -> None:
    """It could not be looked at in any way: only why, and when that is tried again."""
    planned = {name: getattr(row, name) for name in ("why", "stage", "tries", "next_at", "cause")}
    # What was erased meanwhile is not looked at any more.
    await session.exec(_of(row).where(col(StandingRow.next_at).is_not(None)).values(planned))


async def keep(session: AsyncSession, check: AnswerCheckRow, row: StandingRow) -> int:
    """Write a check, and what stands after it; returns the number of the check."""
    session.add(check)
    await session.flush()
    changed = row.model_dump(exclude={"message", "draft", "url", "url_key", "text", "body", "published_at"})
    await session.exec(_of(row).values(**changed))
    assert check.id is not None  # noqa: S101
    return check.id


def _of(row: StandingRow) -> sa.Update:
    # A link corrected meanwhile has its own checks.
    return (
        update(StandingRow)
        .where(
            col(StandingRow.message) == row.message,
            col(StandingRow.draft) == row.draft,
            col(StandingRow.url) == row.url,
        )
        .execution_options(synchronize_session=False)
    )


async def one(session: AsyncSession, message: int, draft: str) -> StandingRow | None:
    """What is known of one published text."""
    return await session.get(StandingRow, (message, draft), populate_existing=True)


async def of_message(session: AsyncSession, message: int) -> Sequence[StandingRow]:
    """What is known of the published texts of a message."""
    return (await session.exec(select(StandingRow).where(StandingRow.message == message))).all()


async def checks(session: AsyncSession, message: int) -> Sequence[tuple[AnswerCheckRow, str | None]]:
    """Every check of a message's published texts, the last first, with the text that was seen."""
    statement = (
        select(AnswerCheckRow, MessageTextRow.content)
        .outerjoin(MessageTextRow, col(MessageTextRow.id) == col(AnswerCheckRow.seen))
        .where(AnswerCheckRow.message == message)
        .order_by(col(AnswerCheckRow.id).desc())
    )
    return [(check, text) for check, text in await session.exec(statement)]


async def known_by(session: AsyncSession, row: StandingRow) -> str | None:
    """By whose calls a text was last seen for certain."""
    statement = (
        select(AnswerCheckRow.platform)
        .where(
            AnswerCheckRow.message == row.message,
            AnswerCheckRow.draft == row.draft,
            AnswerCheckRow.state != UNKNOWN,
        )
        .order_by(col(AnswerCheckRow.id).desc())
        .limit(1)
    )
    return (await session.exec(statement)).first()


async def text_of(session: AsyncSession, text: str) -> str | None:
    """A text by its id."""
    found = await session.get(MessageTextRow, text)
    return None if found is None else found.content


async def pushed(session: AsyncSession, keys: Sequence[str], now: datetime) -> int:
    """A network has told that something changed at links with these keys: texts that stand there are looked at now."""
    if not keys:
        return 0
    done = await session.exec(
        update(StandingRow)
        .where(col(StandingRow.url_key).in_(keys))
        .values(next_at=now, cause=PUSHED)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount


async def messages_of_links(session: AsyncSession, keys: Sequence[str]) -> dict[str, int]:
    """The messages whose published texts stand at links with these keys, by key.

    One text may answer several messages: its link is that of the message it was published for last.
    """
    found: dict[str, int] = {}
    for start in range(0, len(keys), _AT_ONCE):
        rows = await session.exec(
            select(StandingRow.url_key, StandingRow.message)
            .where(col(StandingRow.url_key).in_(keys[start : start + _AT_ONCE]))
            .order_by(col(StandingRow.published_at), col(StandingRow.message))
        )
        found |= {key: message for key, message in rows if key is not None}
    return found


async def forget(session: AsyncSession, message: int) -> None:
    """Of an erased message: nothing tells of its links, and nothing is looked at any more."""
    await session.exec(
        update(StandingRow)
        .where(col(StandingRow.message) == message)
        .values(url_key=None, next_at=None)
        .execution_options(synchronize_session=False)
    )
