"""Promises of messages as people and programs get them."""

from collections.abc import Mapping
from datetime import datetime, tzinfo

from pydantic import BaseModel, ConfigDict, Field

from calendar_rules.vocabulary import PromiseState
from store.database.columns import ERASED
from workflows.commands import StatedPromise
from workflows.state import Promise


class _View(BaseModel):
    model_config = ConfigDict(frozen=True, serialize_by_alias=True)


class StatedPromiseView(_View):
    """Что обещает проект."""

    what: str
    by: datetime


class MoveView(_View):
    """Перенос обещания."""

    since: datetime = Field(serialization_alias="from", description="Прежний срок.")
    to: datetime
    reason: str
    person: str | None = Field(description="Кто перенёс, имя для входа.")
    at: datetime


class EvidenceView(_View):
    """Чем подтверждено, что сделано."""

    attachment: str | None = Field(description="Номер вложения сообщения: снимок.")
    url: str | None
    note: str | None


class PromiseView(_View):
    """Обещание, данное в размещённом ответе: что и к какому сроку. Сроком порядка не является."""

    id: str
    message: str
    draft: str
    body: str
    what: str
    by: datetime
    state: PromiseState = Field(
        description="given — дано, moved — перенесено, kept — исполнено, broken — исполнение в срок не подтверждено."
    )
    given_at: datetime = Field(description="Момент размещения.")
    asked_at: datetime | None = Field(description="Когда спрошено «Сделано?» о сроке, который действует.")
    answer_by: datetime | None = Field(description="До какого момента ожидается отметка.")
    settled_at: datetime | None = Field(
        description="Когда исполнено; у неподтверждённого — момент, к которому обещано."
    )
    done_at: datetime | None = Field(
        description="Когда отмечено, что сделано; у неподтверждённого — с опозданием."
    )
    moves: list[MoveView]
    evidence: EvidenceView | None


def named_texts(promise: Promise) -> list[str]:
    """The ids of the texts a view of it shows."""
    texts = (promise.what, promise.url, promise.note, *(move.reason for move in promise.moves))
    return [text for text in texts if text is not None]


def stated_view(promise: StatedPromise, texts: Mapping[str, str], zone: tzinfo | None) -> StatedPromiseView:
    """A promise of a draft; its moment in the zone."""
    return StatedPromiseView(what=texts.get(promise.what, ERASED), by=promise.by.astimezone(zone))


def promise_view(
    message: str, promise: Promise, texts: Mapping[str, str], zone: tzinfo | None
) -> PromiseView:
    """A promise of a message, with its texts by their ids; moments in the zone."""

    def local(at: datetime | None) -> datetime | None:
        return at.astimezone(zone) if at else None

    def text(name: str | None) -> str | None:
        return texts.get(name, ERASED) if name else None

    evidence = None
    if promise.done_at is not None:
        evidence = EvidenceView(attachment=promise.attachment, url=text(promise.url), note=text(promise.note))
    return PromiseView(
        id=promise.id,
        message=message,
        draft=promise.draft,
        body=promise.body,
        what=texts.get(promise.what, ERASED),
        by=promise.by.astimezone(zone),
        state=promise.state,
        given_at=promise.given_at.astimezone(zone),
        asked_at=local(promise.asked_at),
        answer_by=local(promise.answer_by),
        settled_at=local(promise.settled_at),
        done_at=local(promise.done_at),
        moves=[
            MoveView(
                since=move.since.astimezone(zone),
                to=move.to.astimezone(zone),
                reason=texts.get(move.reason, ERASED),
                person=move.person,
                at=move.at.astimezone(zone),
            )
            for move in promise.moves
        ],
        evidence=evidence,
    )
