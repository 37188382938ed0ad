"""Promises of a message as people and programs get them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Final, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from calendar_rules.vocabulary import DraftStatus, PromiseState
from store.database.columns import ERASED
from store.database.session import Session
from store.messages import texts
from store.promises import rows as promises
from store.promises.tables import PromiseEventRow, PromiseRow
from workflows.state import Draft, MessageState


class _View(BaseModel):
    model_config = ConfigDict(frozen=True, serialize_by_alias=True)


class MoveView(_View):
    """Перенос обещания."""

    since: datetime = Field(serialization_alias="from", description="Прежний срок.")
    to: datetime
    reason: str
    person: str = Field(description="Кто перенёс, имя для входа.")
    at: datetime


class EvidenceView(_View):
    """Чем подтверждено, что сделано."""

    attachment: str | None = Field(description="Номер вложения сообщения: снимок.")
    url: str | None


class PromiseView(_View):
    """Обещание, данное в ответе: что и к какому сроку. Сроком порядка не является."""

    id: str
    message: str
    draft: str
    body: str
    what: str
    until: datetime
    state: PromiseState = Field(
        description="stated — текст ещё не размещён, given — дано, moved — перенесено, asked — спрошено «Сделано?», "
        "kept — исполнено, broken — не исполнено в срок, dropped — текст не размещён или данные стёрты."
    )
    person: str = Field(description="Кто указал, имя для входа.")
    acting_for: str | None = Field(description="Кого замещал, имя для входа.")
    stated_at: datetime
    published_at: datetime | None
    asked_at: datetime | None = Field(description="Когда спрошено «Сделано?» о сроке, который действует.")
    answer_by: datetime | None = Field(description="До какого момента ожидается отметка.")
    settled_at: datetime | None = Field(
        description="Когда исполнено или снято; у неисполненного — момент, к которому обещано."
    )
    done_at: datetime | None = Field(
        description="Когда отмечено, что сделано; у неисполненного — с опозданием."
    )
    moves: list[MoveView]
    evidence: EvidenceView | None


class DeniedView(_View):
    """Слова проекта, в которых обещания нет."""

    draft: str
    fragment: str


class PromisedOf(NamedTuple):
    """What texts of a message promise, words of them that are no promise, and what was broken of the one it repeats."""

    own: list[PromiseView]
    denied: list[DeniedView]
    broken_before: list[PromiseView]


NOTHING_PROMISED: Final = PromisedOf([], [], [])
_DENIED: Final = "promise_denied:"


def denied_of(draft: str) -> str:
    """What words of a draft that are no promise are kept as, among the texts of its message."""
    return f"{_DENIED}{draft}"


async def of_message(session: Session, state: MessageState, zone: tzinfo) -> PromisedOf:
    """What a message in this state promises; moments in the zone."""
    number, repeated = int(state.id), int(state.repeats) if state.repeats else None
    rows = await promises.of_messages(session, [number] if repeated is None else [number, repeated])
    made = await views(session, rows, zone)
    denied = await texts.of_field(session, number, _DENIED) if state.drafts else ()
    return PromisedOf(
        own=[_now(view, state.drafts) for view in made if view.message == state.id],
        denied=[
            DeniedView.model_construct(draft=field.removeprefix(_DENIED), fragment=said)
            for field, said in denied
        ],
        broken_before=[
            view for view in made if view.message != state.id and view.state is PromiseState.BROKEN
        ],
    )


def _now(view: PromiseView, drafts: Sequence[Draft]) -> PromiseView:
    draft = next((draft for draft in drafts if draft.id == view.draft), None)
    if view.state is not PromiseState.STATED or draft is None:
        return view
    if draft.status is DraftStatus.PUBLISHED:
        return view.model_copy(update={"state": PromiseState.GIVEN, "published_at": draft.published_at})
    if draft.status in (DraftStatus.REWORK, DraftStatus.WITHDRAWN):
        return view.model_copy(update={"state": PromiseState.DROPPED})
    return view


async def views(session: Session, rows: Sequence[PromiseRow], zone: tzinfo) -> list[PromiseView]:
    """Promises as they are shown; moments in the zone."""
    moved = [row.id for row in rows if row.moves and row.id is not None]
    moves = await promises.events(session, moved, "moved") if moved else ()
    named = [row.what for row in rows] + [row.url for row in rows if row.url]
    named += [event.data["reason"] for event in moves]
    connection = await session.connection()
    said = await connection.run_sync(texts.named, named)
    return [_view(row, [event for event in moves if event.promise == row.id], said, zone) for row in rows]


def _view(
    row: PromiseRow, moves: Sequence[PromiseEventRow], said: Mapping[str, str], zone: tzinfo
) -> PromiseView:
    def local(at: datetime | None) -> datetime | None:
        return at.astimezone(zone) if at else None

    def moment(text: str) -> datetime:
        return datetime.fromisoformat(text).astimezone(zone)

    evidence = None
    if row.attachment or row.url:
        url = said.get(row.url, ERASED) if row.url else None
        evidence = EvidenceView.model_construct(attachment=row.attachment, url=url)
    return PromiseView.model_construct(
        id=str(row.id),
        message=str(row.message),
        draft=row.draft,
        body=row.body,
        what=said.get(row.what, ERASED),
        until=row.until.astimezone(zone),
        state=PromiseState(row.state),
        person=row.person,
        acting_for=row.acting_for,
        stated_at=row.stated_at.astimezone(zone),
        published_at=local(row.published_at),
        asked_at=local(row.asked_at),
        answer_by=local(row.answer_by),
        settled_at=local(row.settled_at),
        done_at=local(row.done_at),
        moves=[
            MoveView.model_construct(
                since=moment(event.data["from"]),
                to=moment(event.data["to"]),
                reason=said.get(event.data["reason"], ERASED),
                person=event.person or "",
                at=event.at.astimezone(zone),
            )
            for event in moves
        ],
        evidence=evidence,
    )
