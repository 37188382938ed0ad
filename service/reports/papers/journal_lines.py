"""A row of a message's journal as a line of its file: what was done, by whom, with the texts as they stood (cl. 19)."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from calendar_rules import titles
from calendar_rules.act_words import said
from calendar_rules.russian import short_amount
from service.access import wording
from service.commands.journal_titles import ROW_TITLES
from service.journal.reading import JournalRowView
from service.messages.view import ChargedView
from service.reports.papers.message_file import Event, Fact
from service.reports.papers.named import Named
from store.database.columns import ERASED
from workflows.vocabulary import Command

_LABELS: Final[Mapping[str, str]] = {
    "network": "Сеть",
    "author": "Автор",
    "url": "Ссылка",
    "published_url": "Ссылка на ответ",
    "text": "Текст",
    "measures": "Принятые меры",
    "comment": "Замечания",
    "reason": "Причина",
    "reason_kind": "Причина",
    "ground": "Основание",
    "basis": "Основание",
    "document": "Документ",
    "dated": "Дата документа",
    "topic": "Тема",
    "location": "Локация",
    "importance": "Важность",
    "bodies": "Исполнительные органы",
    "body": "Орган",
    "competent_body": "По компетенции",
    "successor": "Преемник",
    "to": "Передано",
    "note": "Примечание",
    "split": "Связанное сообщение №",
    "reduced_term": "Сокращённый срок",
    "repeats": "Повторное к сообщению №",
    "draft_kind": "Вид",
    "round": "Представлен в раз",
    "assignee": "Исполнитель",
    "curator": "Куратор",
    "limit": "Срок",
    "due_at": "Срок истекает",
    "due_before": "Прежний срок",
    "detected_at": "Выявлено",
    "command": "Действие",
    "stage": "Этап",
}
"""What a row holds, in the order in which it is told; anything else is for programs."""
_DURATION: Final = TypeAdapter(timedelta)
_CHARGED: Final = TypeAdapter(list[ChargedView])


def event(row: JournalRowView, named: Named) -> Event:
    """A row as it is told."""
    return Event(
        at=named.moment(row.at),
        number=row.number,
        title=next((said(title) for kind, title in ROW_TITLES.items() if kind == row.kind), row.kind),
        who=named.person(row.person, row.acting_for) if row.person else "автоматически",
        lines=tuple(_lines(row, named)),
    )


def _lines(row: JournalRowView, named: Named) -> Iterator[Fact]:
    data = row.data
    before = data.get("before") or {}
    for name, label in _LABELS.items():
        if (value := data.get(name)) in (None, "", []):
            continue
        if name == "reason_kind" or (row.kind == Command.CLOSE and name == "reason"):
            value = titles.CLOSE_REASONS.get(value, value)
        told = _told(name, value, named)
        former = before.get(name, data.get(f"{name}_before") if name != "due" else None)
        if former is not None:
            told = f"{told} (прежнее: {_told(name, former, named)})"
        # «Срок ответа» says itself what it is.
        yield Fact(what="" if name == "limit" else label, told=told)
    if charged := data.get("charged"):
        yield Fact(what="Учтено за", told="; ".join(named.charged(it) for it in _charges(charged)))


def _charges(value: Any) -> list[ChargedView]:
    try:
        return _CHARGED.validate_python(value)
    except ValidationError:
        return []


def _told(name: str, value: Any, named: Named) -> str:
    if isinstance(value, list):
        return ", ".join(_told(name, each, named) for each in value)
    text = str(value)
    if text == ERASED:
        return wording.DATA_ERASED
    known = _KNOWN.get(name)
    return known(text, named) if known is not None else text


def _moment(text: str, named: Named) -> str:
    try:
        return named.moment(datetime.fromisoformat(text))
    except ValueError:
        return text


def _date(text: str, _named: Named) -> str:
    try:
        return f"{date.fromisoformat(text):%d.%m.%Y}"
    except ValueError:
        return text


def _amount(text: str, _named: Named) -> str:
    try:
        return f"{short_amount(_DURATION.validate_python(text))} рабочего времени"
    except ValidationError:
        return text


def _by(words: Mapping[Any, str]) -> Callable[[str, Named], str]:
    return lambda text, _: words.get(text, text)


_KNOWN: Final[Mapping[str, Callable[[str, Named], str]]] = {
    "network": _by(titles.NETWORKS),
    "importance": _by(titles.IMPORTANCE),
    "draft_kind": _by(titles.DRAFT_KINDS),
    "stage": _by(titles.STAGES),
    "limit": _by(titles.LIMITS),
    "ground": _by(titles.DECLINE_GROUNDS),
    "command": _by({str(kind): title for kind, title in ROW_TITLES.items()}),
    "topic": lambda text, named: named.topic(text),
    "body": lambda text, named: named.body(text),
    "bodies": lambda text, named: named.body(text),
    "competent_body": lambda text, named: named.body(text),
    "successor": lambda text, named: named.body(text),
    "to": _by(titles.REFERRED_TO),
    "basis": _by(titles.DESTRUCTION_BASES),
    "dated": _date,
    "assignee": lambda text, named: named.person(text),
    "curator": lambda text, named: named.person(text),
    "reduced_term": _amount,
    "due_at": _moment,
    "due_before": _moment,
    "detected_at": _moment,
}
