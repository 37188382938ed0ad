"""The month as a lawyer reads it: each message with its journal and who was notified of what, in Russian."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import select

from calendar_rules import titles
from calendar_rules.vocabulary import (
    CloseReason,
    DeclineGround,
    DraftKind,
    Importance,
    Network,
    NoticeKind,
    Outcome,
    Stage,
)
from service.commands.journal_titles import ROW_TITLES
from store.people.tables import PersonRow
from tests.api.chance.hours import MOSCOW
from tests.api.messages.case import View, when
from tests.api.messages.office import Office, taken
from tests.office.matter import Matter
from tests.office.office_checks import Notices
from tests.office.walked import Walked


@dataclass(frozen=True)
class Names:
    """What people are called, bodies by their keys and topics too."""

    people: Mapping[str, str]
    bodies: Mapping[str, str]
    topics: Mapping[str, str]

    @classmethod
    async def read(cls, office: Office) -> "Names":
        directory = taken(await office.get("head", "/directory"))
        async with office.database.read() as session:
            people = dict((await session.exec(select(PersonRow.key, PersonRow.name))).all())
        return cls(
            people,
            {body["key"]: body["title"] for body in directory["bodies"]},
            {topic["key"]: topic["title"] for topic in directory["topics"]},
        )

    def person(self, key: str | None) -> str:
        return self.people.get(key, key) if key else "автоматически"


def moment(at: datetime) -> str:
    local = at.astimezone(MOSCOW)
    return f"{local:%d.%m.%Y} в {local:%H:%M}"


def printed(walked: Walked, notices: Notices, names: Names) -> Iterator[str]:
    """The lines of the month."""
    of_message: dict[str, list[tuple[str, View]]] = defaultdict(list)
    for person, items in notices.items():
        for item in items:
            of_message[item["message"]].append((person, item))
    first, last = walked.month.days[0], walked.month.days[-1]
    yield f"Журналы сообщений за рабочие дни с {first:%d.%m.%Y} по {last:%d.%m.%Y}"
    for matter in walked.matters:
        yield ""
        yield from _message(matter, of_message[matter.id], names)


def _message(matter: Matter, notices: list[tuple[str, View]], names: Names) -> Iterator[str]:
    view = matter.view
    yield f"=== Сообщение № {matter.id} ({titles.NETWORKS[Network(view['network'])]}). {matter.title}"
    yield f"    {view['author']}: «{view['text']}» {view['url']}"
    outcome = f" {titles.OUTCOMES[Outcome(view['outcome'])]}." if view["outcome"] else ""
    yield f"    Выявлено {moment(when(view['detected_at']))}. {titles.STAGES[Stage(view['stage'])]}.{outcome}"
    left = sorted(notices, key=lambda pair: when(pair[1]["at"]))
    for row in matter.rows:
        yield f"{row['number']:>3}. {moment(when(row['at']))}  {_row(row, names)}"
        told = [pair for pair in left if when(pair[1]["at"]) == when(row["at"]) and _fits(pair[1], row)]
        left = [pair for pair in left if pair not in told]
        yield from _told(told, names)
    if left:
        yield "     прочие уведомления:"
        yield from _told(left, names)
    for run in view["limits"]:
        yield f"     · {_limit(run)}"


_OF_FACTS = {
    "warning": {"warning"},
    "breach": {"breach", "escalation"},
    "inherited": {"escalation"},
    "breach_withdrawn": {"withdrawn_breach"},
    "no_reply": {"no_reply"},
}


def _fits(notice: View, row: View) -> bool:
    kinds = _OF_FACTS.get(row["kind"])
    if kinds is None:
        return not any(notice["kind"] in others for others in _OF_FACTS.values())
    return notice["kind"] in kinds and notice["limit"] == row["data"].get("limit")


def _told(notices: list[tuple[str, View]], names: Names) -> Iterator[str]:
    by_text: dict[tuple[str, str], list[str]] = defaultdict(list)
    for person, item in notices:
        by_text[item["kind"], item["text"]].append(names.person(person))
    for (kind, text), people in by_text.items():
        yield f"       → [{titles.NOTICE_KINDS[NoticeKind(kind)]}] {', '.join(people)}: {text}"


def _row(row: View, names: Names) -> str:
    who = names.person(row["person"])
    if row["acting_for"]:
        who += f" (за {names.person(row['acting_for'])})"
    details = "; ".join(_details(row["data"], names))
    return f"{_KINDS[row['kind']]} — {who}{f': {details}' if details else ''}"


_KINDS = {str(kind): title for kind, title in ROW_TITLES.items()}


_SKIPPED = {"id", "texts", "texts_before", "contribution", "draft", "act", "edition", "breach"}


def _details(data: Mapping[str, Any], names: Names) -> Iterator[str]:
    for name, value in data.items():
        if name not in _SKIPPED and value not in (None, []):
            yield f"{_FIELDS.get(name, name)}: {_value(name, value, names)}"


_FIELDS = {
    **{"network": "сеть", "detected_at": "выявлено", "bodies": "органы", "topic": "тема"},
    **{"importance": "важность", "reduced_term": "сокращённый срок", "repeats": "повторное к №"},
    **{"location": "место", "body": "орган", "competent_body": "чья компетенция", "text": "текст"},
    **{"reason": "причина", "attachments": "вложений", "draft_kind": "вид", "round": "редакция"},
    **{"measures": "меры", "comment": "замечания", "url": "ссылка", "ground": "основание"},
    **{"reason_kind": "причина", "stage": "стадия", "author": "автор", "before": "было"},
    **{"assignee": "исполнитель", "curator": "куратор", "curator_before": "прежний куратор"},
    **{"limit": "срок", "due_at": "истекает", "due_before": "истекал", "holder": "за кем"},
    **{"step": "незавершённый шаг", "step_holder": "шаг за", "step_body": "орган шага"},
    **{"self_approval": "согласован собственный проект", "production": "производственный календарь"},
    **{"charged": "учтено за", "owed": "учтено за"},
    **{"by": "основание изменения", "command": "действие", "assignee_before": "прежний исполнитель"},
}

_HOLDERS = {"curator": "куратор", "executor": "исполнитель"}


def _value(name: str, value: Any, names: Names) -> str:  # noqa: PLR0911, PLR0912  one for each kind
    if isinstance(value, dict):
        return "; ".join(_details(value, names))
    match name:
        case "bodies":
            return " → ".join(names.bodies[body] for body in value)
        case "body" | "competent_body" | "step_body":
            return names.bodies[value]
        case "topic":
            return names.topics[value]
        case "assignee" | "assignee_before" | "curator" | "curator_before":
            return names.person(value)
        case "detected_at" | "due_at" | "due_before":
            return moment(when(value))
        case "holder" | "step_holder":
            return _HOLDERS[value]
        case "attachments":
            return str(len(value))
        case "charged":
            return ", ".join(_charged(item, names) for item in value)
        case "by" | "command":
            return _KINDS[value]
        case "limit" | "step":
            return _LIMITS[value]
        case _ if name in _ENUMERATIONS:
            kind, table = _ENUMERATIONS[name]
            return str(table[kind(value)])
        case _:
            return str(value)


def _charged(item: Mapping[str, Any], names: Names) -> str:
    who = [names.bodies[item["body"]]] if item["body"] else []
    return " ".join([*who, names.person(item["person"]), f"({_LIMITS[item['limit']]})"])


_LIMITS = {str(limit): title for limit, title in titles.LIMITS.items()}
_ENUMERATIONS: dict[str, tuple[Any, Mapping[Any, str]]] = {
    "network": (Network, titles.NETWORKS),
    "importance": (Importance, titles.IMPORTANCE),
    "draft_kind": (DraftKind, titles.DRAFT_KINDS),
    "ground": (DeclineGround, titles.DECLINE_GROUNDS),
    "reason_kind": (CloseReason, titles.CLOSE_REASONS),
    "stage": (Stage, titles.STAGES),
}


def _limit(run: View) -> str:
    ended = [
        f"{word} {moment(when(run[field]))}"
        for field, word in (("met_at", "выполнено"), ("breached_at", "нарушен"), ("cancelled_at", "отпал"))
        if run[field]
    ]
    holder = run["holder"]["body"] or "куратор"
    inherited = " (истёк до начала)" if run["inherited"] else ""
    steps = "; ".join(
        f"{when(step['from']).astimezone(MOSCOW):%d.%m %H:%M}–{when(step['to']).astimezone(MOSCOW):%d.%m %H:%M} "
        f"{step['counted']} {step['reason']}"
        for step in run["explanation"]
    )
    until = f"до {moment(when(run['due_at']))}{inherited}"
    return f"{_LIMITS[run['name']]} [{holder}] {until}, {', '.join(ended)} | {steps}"
