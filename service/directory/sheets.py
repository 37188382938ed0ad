"""The directory as a spreadsheet: its sheets from a directory, a directory from its sheets, and what differs."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from calendar_rules import titles
from calendar_rules.act_words import said
from calendar_rules.vocabulary import Network, Role
from service.access.validation_wording import explain
from store.directory.file import BodyEntry, DepartmentEntry, Directory, PersonEntry, RoleEntry, TopicEntry

BODIES, PEOPLE, TOPICS = "bodies", "people", "topics"

_KINDS = {
    "executive": "исполнительный орган",
    "municipality": "орган местного самоуправления",
    "department": "департамент",
}
_YES, _NO = "да", "нет"
_ACCOUNT = "Аккаунт: {network}"

_BODY = {
    "key": "Ключ",
    "title": "Наименование",
    "short": "Краткое наименование",
    "brief": "Для списков",
    "kind": "Вид",
}
_ACTIVE = {"active": "Действует", "successor": "Преемник"}
_PERSON = {
    "key": "Имя для входа",
    "name": "Фамилия, имя, отчество",
    "position": "Должность",
    "email": "Электронная почта",
    "roles": "Роли",
    "oversees": "Курирует органы",
    "active": "Работает",
}
_TOPIC = {"key": "Ключ", "group": "Группа", "title": "Тема", "words": "Слова"}
_COLUMNS: Mapping[str, Mapping[str, str]] = {
    BODIES: _BODY
    | {network.value: _ACCOUNT.format(network=titles.NETWORKS[network]) for network in Network}
    | _ACTIVE,
    PEOPLE: _PERSON,
    TOPICS: _TOPIC,
}
_OPTIONAL = frozenset(
    {"brief", "email", "oversees", "active", "successor", "words", *(network.value for network in Network)}
)

Entry = TypeVar("Entry", bound=BaseModel)
Record = Mapping[str, str]
"""The texts of a row by the field each stands for."""
Rows = Sequence[tuple[int, Sequence[str]]]


class SheetError(Exception):
    """The sheets are not a directory; `reasons` say in Russian what is wrong, and where."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Change:
    """A row of a sheet that differs; `fields` are title, before and after."""

    key: str
    title: str
    fields: Sequence[tuple[str, str, str]] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """What one sheet of a new directory has that the old one had not, has otherwise, and lacks."""

    sheet: str
    added: Sequence[Change]
    changed: Sequence[Change]
    gone: Sequence[Change]

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.gone)


# ---- a directory as sheets


def sheets(directory: Directory) -> dict[str, list[list[str]]]:
    """The sheets with their headers, and a row for each entry."""
    return {
        name: [list(columns.values()), *([row[field] for field in columns] for row in records)]
        for name, records in _records(directory).items()
        for columns in (_COLUMNS[name],)
    }


def _records(directory: Directory) -> dict[str, list[Record]]:
    department = directory.department
    of_department = {
        "key": department.key,
        "title": department.title,
        "short": department.short,
        "brief": "",
        "kind": _KINDS["department"],
        "active": _YES,
        "successor": "",
    }
    no_accounts = {network.value: "" for network in Network}
    return {
        BODIES: [of_department | no_accounts, *map(_of_body, directory.bodies)],
        PEOPLE: list(map(_of_person, directory.people)),
        TOPICS: list(map(record_of, directory.topics)),
    }


def _of_body(body: BodyEntry) -> Record:
    own = {
        "key": body.key,
        "title": body.title,
        "short": body.short,
        "brief": body.brief or "",
        "kind": _KINDS[body.kind],
    }
    accounts = {network.value: body.accounts.get(network, "") for network in Network}
    return own | accounts | {"active": _YES if body.active else _NO, "successor": body.successor or ""}


def _of_person(person: PersonEntry) -> Record:
    return {
        "key": person.key,
        "name": person.name,
        "position": person.position,
        "email": person.email or "",
        "roles": "; ".join(map(_of_role, person.roles)),
        "oversees": "; ".join(person.oversees),
        "active": _YES if person.active else _NO,
    }


def _of_role(held: RoleEntry) -> str:
    title = said(titles.ROLES[held.role])
    return f"{title}: {held.body}" if held.body else title


# ---- sheets as a directory


def directory(given: Mapping[str, Rows]) -> Directory:
    """The directory that the sheets hold. Raises SheetError with a line for each thing that is wrong."""
    if missing := [name for name in _COLUMNS if name not in given]:
        raise SheetError(
            f"В книге нет листов: {', '.join(missing)}. Скачайте справочник заново и правьте его."
        )
    wrong: list[str] = []
    records = {name: list(_read(name, given[name], wrong)) for name in _COLUMNS}
    departments = [item for item in records[BODIES] if item[1]["kind"].casefold() == _KINDS["department"]]
    bodies = [item for item in records[BODIES] if item not in departments]
    found_bodies = _entries(BODIES, bodies, _body, BodyEntry, wrong)
    people = _entries(PEOPLE, records[PEOPLE], _person, PersonEntry, wrong)
    topics = _entries(TOPICS, records[TOPICS], _topic, TopicEntry, wrong)
    department = _entries(BODIES, departments, _department, DepartmentEntry, wrong)
    if len(departments) != 1:
        wrong.append(
            f"Лист {BODIES}: нужна одна строка вида «{_KINDS['department']}», сейчас их {len(departments)}."
        )
    if wrong:
        raise SheetError(*wrong)
    try:
        return Directory(
            department=department[0], bodies=tuple(found_bodies), people=tuple(people), topics=tuple(topics)
        )
    except ValidationError as error:
        raise SheetError(*(_of_the_whole(item) for item in error.errors())) from error


def _of_the_whole(error: Any) -> str:
    cause = error.get("ctx", {}).get("error")
    return f"Справочник в целом: {cause or error['msg']}."


def _read(name: str, rows: Rows, wrong: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row by its fields, with its number."""
    if not rows:
        wrong.append(f"Лист {name}: нет строки с названиями столбцов.")
        return
    columns = _COLUMNS[name]
    by_title = {text.casefold(): field for field, title in columns.items() for text in (title, field)}
    header = [by_title.get(text.casefold()) for text in rows[0][1]]
    lacking = [title for field, title in columns.items() if field not in header and field not in _OPTIONAL]
    if lacking:
        wrong.append(f"Лист {name}: нет столбцов: {', '.join(f'«{title}»' for title in lacking)}.")
        return
    for number, cells in rows[1:]:
        row = dict.fromkeys(columns, "")
        row |= {field: cell.strip() for field, cell in zip(header, cells, strict=False) if field is not None}
        yield number, row


def _entries(
    sheet: str,
    records: Sequence[tuple[int, dict[str, str]]],
    content: Callable[[dict[str, str]], dict[str, Any]],
    entry: type[Entry],
    wrong: list[str],
) -> list[Entry]:
    found = []
    for number, record in records:
        try:
            found.append(entry.model_validate(content(record)))
        except ValidationError as error:
            for field, detail in explain(error.errors()):
                title = _COLUMNS[sheet].get(field.split(".")[-1].split("[")[0], "")
                place = f", столбец «{title}»" if title else ""
                wrong.append(f"Лист {sheet}, строка {number}{place}: {detail}")
        except SheetError as error:
            wrong += [f"Лист {sheet}, строка {number}: {reason}" for reason in error.reasons]
    return found


def _department(record: dict[str, str]) -> dict[str, Any]:
    return {field: record[field] for field in ("key", "title", "short")}


def _body(record: dict[str, str]) -> dict[str, Any]:
    kinds = {title: key for key, title in _KINDS.items()}
    kind = record["kind"].casefold()
    if kind not in kinds and kind not in _KINDS:
        allowed = ", ".join(f"«{title}»" for title in _KINDS.values())
        raise SheetError(f"вид «{record['kind']}» не подходит, допустимо: {allowed}.")
    return {
        **_department(record),
        "brief": record["brief"] or None,
        "kind": kinds.get(kind, kind),
        "accounts": {network.value: record[network.value] for network in Network if record[network.value]},
        "active": _is_active(record, _ACTIVE),
        "successor": record["successor"] or None,
    }


def _person(record: dict[str, str]) -> dict[str, Any]:
    return {
        "key": record["key"],
        "name": record["name"],
        "position": record["position"],
        "email": record["email"] or None,
        "roles": [_role(text) for text in _listed(record["roles"])],
        "oversees": _listed(record["oversees"]),
        "active": _is_active(record, _PERSON),
    }


def _topic(record: dict[str, str]) -> dict[str, Any]:
    return record | {"words": words_of(record["words"])}


def words_of(typed: str) -> list[str]:
    """The words of a topic as they are typed: each once, between commas, semicolons or in lines of their own."""
    each = (" ".join(word.split()) for word in re.split(r"[,;\n]", typed))
    return list(dict.fromkeys(word for word in each if word))


def _is_active(record: dict[str, str], columns: Mapping[str, str]) -> bool:
    active = record["active"].casefold() or _YES
    if active not in (_YES, _NO):
        raise SheetError(f"в столбце «{columns['active']}» нужно «{_YES}» или «{_NO}».")
    return active == _YES


def _role(text: str) -> dict[str, Any]:
    title, _, body = (part.strip() for part in text.partition(":"))
    known = {
        **{name.casefold(): role for role, name in titles.ROLES.items()},
        **{said(name).casefold(): role for role, name in titles.ROLES.items()},
        **{role.value: role for role in Role},
    }
    role = known.get(title.casefold())
    if role is None:
        allowed = ", ".join(f"«{said(name)}»" for name in titles.ROLES.values())
        raise SheetError(
            f"роли «{title}» нет, допустимо: {allowed}; исполнителю и ответственному — с органом."
        )
    return {"role": role, "body": body or None}


def _listed(text: str) -> list[str]:
    return [part.strip() for line in text.splitlines() for part in line.split(";") if part.strip()]


# ---- what differs


def differences(before: Directory, after: Directory) -> list[Difference]:
    """By sheet, what the one directory has otherwise than the other; a topic's place in its order does not count."""
    old, new = _records(before), _records(after)
    return [_difference(name, old[name], new[name]) for name in _COLUMNS]


def record_of(entry: BodyEntry | PersonEntry | TopicEntry) -> Record:
    """The texts of one entry by its fields, as its row of the sheet has them."""
    match entry:
        case BodyEntry():
            return _of_body(entry)
        case PersonEntry():
            return _of_person(entry)
        case TopicEntry():
            own = {"key": entry.key, "group": entry.group, "title": entry.title}
            return own | {"words": ", ".join(entry.words)}


def _difference(sheet: str, before: Sequence[Record], after: Sequence[Record]) -> Difference:
    old, new = {row["key"]: row for row in before}, {row["key"]: row for row in after}
    changed = [
        Change(key, _title(row), tuple(_changed(sheet, old[key], row)))
        for key, row in new.items()
        if key in old and old[key] != row
    ]
    return Difference(
        sheet,
        added=[
            Change(key, _title(row), tuple(_changed(sheet, {}, row)))
            for key, row in new.items()
            if key not in old
        ],
        changed=changed,
        gone=[
            Change(key, _title(row), tuple(_changed(sheet, row, {})))
            for key, row in old.items()
            if key not in new
        ],
    )


def _changed(sheet: str, before: Record, after: Record) -> Iterator[tuple[str, str, str]]:
    for field, title in _COLUMNS[sheet].items():
        old, new = before.get(field, ""), after.get(field, "")
        if old != new:
            yield title, old, new


def _title(row: Record) -> str:
    return row.get("name") or row["title"]
