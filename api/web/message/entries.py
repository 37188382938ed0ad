"""The journal of a message in words: what was done, by whom, with the texts, and what stood there before (cl. 19)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from api.web import templates
from api.web.message.choices import Choices
from api.web.message.composer import files_of
from api.web.message.fields import Field, Kind, Options
from api.web.message.forms import FORMS
from api.web.titles import Titles
from calendar_rules import titles as order
from calendar_rules.act_words import said
from calendar_rules.regulation import LimitName
from calendar_rules.russian import short_amount
from calendar_rules.vocabulary import Stage
from service.commands.journal_titles import ROW_TITLES
from service.journal.reading import JournalRowView
from service.messages.text_changes import Stretch, changes
from service.messages.view import AttachmentView, MessageView
from service.notices.breach_text import Whose, nobodys
from store.journal.charges import as_shown
from workflows.vocabulary import Command, Fact

_AT_ONE_LOOK = 180
"""Characters of a row that stand in the list; what is longer is folded away."""
_LONG = (Kind.TEXT,)
_DURATION: Final = TypeAdapter(timedelta)

_NAMED_OTHERWISE: Final[Mapping[tuple[str, str], str]] = {
    (Command.SUBMIT_DRAFT, "kind"): "draft_kind",
    (Command.CLOSE, "reason"): "reason_kind",
    (Command.ASSIGN, "person"): "assignee",
    (Command.HAND_OVER, "person"): "curator",
    (Command.TRANSFER, "body"): "successor",
}
"""Fields that the journal calls by another name than the form."""
_OF_THE_ORDER: Final[Mapping[Options, Mapping[Any, str]]] = {
    Options.IMPORTANCE: order.IMPORTANCE,
    Options.DRAFT_KINDS: order.DRAFT_KINDS,
    Options.DECLINE_GROUNDS: order.DECLINE_GROUNDS,
    Options.CLOSE_REASONS: order.CLOSE_REASONS,
    Options.REFERRED_TO: order.REFERRED_TO,
    Options.DESTRUCTION_BASES: order.DESTRUCTION_BASES,
}
_FORM_OF: Final[Mapping[str, Command]] = {Fact.REOPENED: Command.REOPEN}


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a row tells; `before` is what it replaced, and `stretches` the way there word by word."""

    label: str
    text: str
    before: str | None = None
    stretches: Sequence[Stretch] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the journal; the moment is in the Department's zone."""

    number: int
    at: datetime
    kind: str
    title: str
    who: str
    acting_for: str | None
    said: Sequence[Said]
    files: Sequence[AttachmentView]

    @property
    def is_short(self) -> bool:
        """Whether all of it stands in the list."""
        length = sum(len(item.label) + len(item.text) + len(item.before or "") for item in self.said)
        return not self.files and length <= _AT_ONE_LOOK and not any("\n" in item.text for item in self.said)

    @property
    def text(self) -> str:
        """The words of a note."""
        return self.said[0].text if self.said else ""


@dataclass(frozen=True, slots=True)
class _Words:
    """What people read for what the journal holds."""

    titles: Titles
    choices: Choices
    zone: ZoneInfo
    are_several: bool
    """Whether more than one body has or had the message."""
    promises: Mapping[str, str]
    """What was promised, by the ids of promises."""

    def of(self, field: Field, value: Any) -> str:
        """A value of a form's field."""
        if isinstance(value, list):
            return " → ".join(self.of(field, item) for item in value)
        text = str(value)
        if field.options is not None:
            return self._of_options(field.options, text)
        if field.kind is Kind.HOURS:
            return _amount(text)
        if field.kind is Kind.DATE:
            return self.moment(text) if "T" in text else templates.numeric_day(date.fromisoformat(text))
        return f"№ {text}" if field.kind is Kind.NUMBER else text

    def _of_options(self, options: Options, key: str) -> str:
        if (known := _OF_THE_ORDER.get(options)) is not None:
            return known.get(key, key)
        titled = {
            Options.TOPICS: self.titles.topic,
            Options.BODIES: self.titles.body,
            Options.NETWORKS: self.titles.network,
        }
        return titled.get(options, self.choices.person)(key)

    def charged(self, data: Mapping[str, Any]) -> str:
        """Whom the record charges a breach to; of a late answer, with what each was over."""
        whose = Whose(self.titles.short, self.choices.persons)
        named = whose.by_and_how_late if data["limit"] == LimitName.ANSWER else whose.by
        if not data["charged"]:
            return nobodys(data["rounds"], [LimitName(name) for name in data["short"]])
        return "учтено за " + "; ".join(map(named, as_shown(data["charged"])))

    def moment(self, value: Any) -> str:
        """A moment as the journal writes it, in the Department's zone."""
        return templates.weekday_moment(datetime.fromisoformat(str(value)).astimezone(self.zone))


def entries(
    rows: Sequence[JournalRowView], message: MessageView, titles: Titles, choices: Choices, zone: ZoneInfo
) -> list[Entry]:
    """The rows in their order, each with what it tells."""
    bodies = {row.data["body"] for row in rows if row.data.get("body")} | set(message.bodies)
    words = _Words(titles, choices, zone, len(bodies) > 1, {one.id: one.what for one in message.promises})
    return [
        Entry(
            number=row.number,
            at=row.at,
            kind=row.kind,
            title=_title(row),
            who=choices.person(row.person),
            acting_for=choices.person(row.acting_for) if row.acting_for else None,
            said=tuple(_said(row, words)),
            files=files_of(message, row.data.get("attachments") or ()),
        )
        for row in rows
    ]


def _title(row: JournalRowView) -> str:
    title = next((said(title) for known, title in ROW_TITLES.items() if known == row.kind), row.kind)
    return f"{title}, согласован собственный проект" if row.data.get("self_approval") else title


def _said(row: JournalRowView, words: _Words) -> Iterator[Said]:
    if what := words.promises.get(str(row.data.get("promise"))):
        yield Said("Обещание", what)
    command = _FORM_OF.get(row.kind, row.kind)
    form = next((form for known, form in FORMS.items() if known == command), None)
    if form is None:
        yield from _of_the_machine(row.data, words)
        return
    if form.command is Command.TRANSFER and row.data.get("body"):
        yield Said("Действовал", words.titles.short_body(str(row.data["body"])))
    elif words.are_several and form.command is not Command.ROUTE and row.data.get("body"):
        yield Said("Орган", words.titles.short_body(str(row.data["body"])))
    if (number := row.data.get("round")) and int(number) > 1:
        yield Said("Круг", str(number))
    for field in form.fields:
        yield from _of_field(row, field, words)
    if other := row.data.get("split"):
        yield Said("Отдельное сообщение", f"№ {other}")
    if stage := row.data.get("stage"):
        yield Said("Этап", order.STAGES[Stage(stage)])


def _of_field(row: JournalRowView, field: Field, words: _Words) -> Iterator[Said]:
    name = _NAMED_OTHERWISE.get((row.kind, field.name), field.name)
    former = (row.data.get("before") or {}).get(name, row.data.get(f"{name}_before"))
    if field.kind is Kind.FILES or (row.data.get(name) is None and former is None):
        return
    given = row.data.get(name)
    text = words.of(field, given) if given is not None else "не указано"
    before = words.of(field, former) if former is not None else None
    if row.kind == Command.ASSIGN and given is None:
        text = "любой исполнитель органа"
    # Of a text what changed in it; of a word that it is another one.
    way = changes(before, text) if before is not None and field.kind in _LONG else ()
    yield Said(field.label, text, before, way)


def _of_the_machine(data: Mapping[str, Any], words: _Words) -> Iterator[Said]:
    """What rows tell that no form makes: of limits, of registration, of what was refused."""
    if limit := data.get("limit"):
        yield _of_limit(LimitName(limit), data, words)
    if "charged" in data:  # who held the limit is not always whose breach it is
        yield Said("Нарушение", words.charged(data))
    else:
        if body := data.get("body"):
            yield Said("Орган", words.titles.short_body(str(body)))
        if assignee := data.get("assignee"):
            yield Said("Исполнитель", words.choices.person(str(assignee)))
    if network := data.get("network"):
        yield Said("Сеть", words.titles.network(str(network)))
    if topic := data.get("topic"):
        yield Said("Тема", words.titles.topic(str(topic)))
    if other := data.get("split"):
        yield Said("Выделено из сообщения", f"№ {other}")
    if detected := data.get("detected_at"):
        yield Said("Выявлено", words.moment(detected))
    if command := data.get("command"):
        yield Said(
            "Действие", next((form.title for known, form in FORMS.items() if known == command), str(command))
        )
    for name, label in (("reason", "Причина"), ("ground", "Основание")):
        if told := data.get(name):
            yield Said(label, str(told))


def _of_limit(limit: LimitName, data: Mapping[str, Any], words: _Words) -> Said:
    due, former = data.get("due_at"), data.get("due_before")
    title = order.LIMITS[limit]
    if due is None:
        return Said("Срок", title.lower().removeprefix("срок "))
    return Said(title, f"до {words.moment(due)}", f"до {words.moment(former)}" if former else None)


def _amount(text: str) -> str:
    try:
        return short_amount(_DURATION.validate_python(text))
    except ValidationError:
        return text
