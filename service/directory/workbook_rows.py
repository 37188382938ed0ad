"""Rows of the directory's workbook: one model a sheet, by which it is written, read, checked and compared."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Self, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    create_model,
)

from calendar_rules import titles
from calendar_rules.act_words import said
from calendar_rules.data_file import Text
from calendar_rules.schedules import DEPARTMENT
from calendar_rules.vocabulary import Network, Role
from store.directory.file import (
    BodyEntry,
    Brief,
    DepartmentEntry,
    Directory,
    EmailAddress,
    Key,
    RoleEntry,
    TopicWord,
)

_KINDS = {
    "executive": "исполнительный орган",
    "municipality": "орган местного самоуправления",
    DEPARTMENT: "департамент",
}
_YES, _NO = "да", "нет"


# ---- words of cells: each is read from a text, and written as one; what is no text is a value already


def _yes_no(value: str | bool) -> bool:
    if isinstance(value, bool):
        return value
    if value.casefold() not in ("", _YES, _NO):
        raise ValueError(f"нужно «{_YES}» или «{_NO}».")
    return value.casefold() != _NO


def _kind(value: str) -> str:
    known = {text: kind for kind, words in _KINDS.items() for text in (words, kind)}
    if value.casefold() not in known:
        allowed = ", ".join(f"«{title}»" for title in _KINDS.values())
        raise ValueError(f"вид «{value}» не подходит, допустимо: {allowed}.")
    return known[value.casefold()]


def _listed(value: str | Sequence[str]) -> Sequence[str]:
    return (
        [part.strip() for part in re.split(r"[;\n]", value) if part.strip()]
        if isinstance(value, str)
        else value
    )


def words_of(typed: str | Sequence[str]) -> Sequence[str]:
    """The words of a topic as they are typed: each once, between commas, semicolons or in lines of their own."""
    if not isinstance(typed, str):
        return typed
    each = (" ".join(word.split()) for word in re.split(r"[,;\n]", typed))
    return list(dict.fromkeys(word for word in each if word))


def _roles(value: str | Sequence[Any]) -> Sequence[Any]:
    return [_role(text) for text in _listed(value)] if isinstance(value, str) else value


def _role(text: str) -> dict[str, Any]:
    title, _, body = (part.strip() for part in text.partition(":"))
    known = {name.casefold(): role for role, name in titles.ROLES.items()}
    known |= {said(name).casefold(): role for role, name in titles.ROLES.items()}
    known |= {role.value: role for role in Role}
    if title.casefold() not in known:
        allowed = ", ".join(f"«{said(name)}»" for name in titles.ROLES.values())
        raise ValueError(
            f"роли «{title}» нет, допустимо: {allowed}; исполнителю и ответственному — с органом."
        )
    return {"role": known[title.casefold()], "body": body or None}


def _role_text(held: RoleEntry) -> str:
    title = said(titles.ROLES[held.role])
    return f"{title}: {held.body}" if held.body else title


def _blank(value: Any) -> Any:
    return value or None


def _as_text(write: Any) -> PlainSerializer:
    return PlainSerializer(write, return_type=str, when_used="json")


_Optional = BeforeValidator(_blank), _as_text(lambda value: value or "")
OptionalText = Annotated[str | None, *_Optional]
YesNo = Annotated[bool, BeforeValidator(_yes_no), _as_text(lambda on: _YES if on else _NO)]
BodyKind = Annotated[str, BeforeValidator(_kind), _as_text(_KINDS.__getitem__)]
Keys = Annotated[tuple[Key, ...], BeforeValidator(_listed), _as_text("; ".join)]
Words = Annotated[tuple[TopicWord, ...], Field(max_length=60), BeforeValidator(words_of), _as_text(", ".join)]
Roles = Annotated[
    tuple[RoleEntry, ...],
    Field(min_length=1),
    BeforeValidator(_roles),
    _as_text(lambda held: "; ".join(map(_role_text, held))),
]


# ---- sheets


class Row(BaseModel):
    """A row of a sheet: its columns are the fields by their titles, of which those with a default may be absent."""

    model_config = ConfigDict(frozen=True)

    sheet: ClassVar[str]

    @classmethod
    def columns(cls) -> dict[str, str]:
        """The titles of the columns by the fields."""
        return {name: field.title or name for name, field in cls.model_fields.items()}

    @classmethod
    def required(cls) -> list[str]:
        """The titles of the columns that a sheet has to have."""
        return [field.title or name for name, field in cls.model_fields.items() if field.is_required()]

    @classmethod
    def unchecked(cls, values: Mapping[str, Any]) -> Self:
        """The row of an entry that stands; not checked: it may be older than a rule."""
        found = {name: values[name] for name in cls.model_fields if name in values}
        return cast("Self", cls.model_construct(**found))

    @property
    def texts(self) -> dict[str, str]:
        """The cells by field."""
        return self.model_dump(mode="json", warnings=False)

    @property
    def label(self) -> str:
        """The row as people know it."""
        return self.texts.get("name") or self.texts["title"]


class BodyRow(Row):
    sheet: ClassVar[str] = "bodies"

    key: Key = Field(title="Ключ")
    title: Text = Field(title="Наименование")
    short: Text = Field(title="Краткое наименование")
    brief: Annotated[Brief | None, *_Optional] = Field(None, title="Для списков")
    kind: BodyKind = Field(title="Вид")
    active: YesNo = Field(True, title="Действует")
    successor: Annotated[Key | None, *_Optional] = Field(None, title="Преемник")

    @classmethod
    def from_entry(cls, entry: BodyEntry | DepartmentEntry) -> Self:
        if isinstance(entry, DepartmentEntry):
            return cls.unchecked({**dict(entry), "kind": DEPARTMENT})
        accounts = {network.value: url for network, url in entry.accounts.items()}
        return cls.unchecked(dict(entry) | accounts)

    def entry(self) -> dict[str, Any]:
        """What the file of a directory has of the body."""
        accounts = {network: url for network in Network if (url := getattr(self, network.value))}
        return {**self.model_dump(include=set(BodyRow.model_fields)), "accounts": accounts}


_ACCOUNTS: Any = {
    network.value: (OptionalText, Field(None, title=f"Аккаунт: {titles.NETWORKS[network]}"))
    for network in Network
}
BodySheet = create_model("BodySheet", __base__=BodyRow, **_ACCOUNTS)


class PersonRow(Row):
    sheet: ClassVar[str] = "people"

    key: Key = Field(title="Имя для входа")
    name: Text = Field(title="Фамилия, имя, отчество")
    position: Text = Field(title="Должность")
    email: Annotated[EmailAddress | None, *_Optional] = Field(None, title="Электронная почта")
    roles: Roles = Field(title="Роли")
    oversees: Keys = Field((), title="Курирует органы")
    active: YesNo = Field(True, title="Работает")


class TopicRow(Row):
    sheet: ClassVar[str] = "topics"

    key: Key = Field(title="Ключ")
    group: Text = Field(title="Группа")
    title: Text = Field(title="Тема")
    words: Words = Field((), title="Слова")


SHEETS: Sequence[type[Row]] = (BodySheet, PersonRow, TopicRow)


# ---- what differs


class Change(BaseModel):
    """A row that differs; `fields` are title, before and after."""

    key: str
    title: str
    fields: Sequence[tuple[str, str, str]] = ()


class Difference(BaseModel):
    """What one sheet of a new directory has that the old one had not, has otherwise, and lacks."""

    sheet: str
    added: Sequence[Change] = ()
    changed: Sequence[Change] = ()
    gone: Sequence[Change] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.gone)


def difference(model: type[Row], before: Iterable[Row], after: Iterable[Row]) -> Difference:
    """What differs between the rows of a sheet; their order does not count."""
    old, new = ({row.texts["key"]: row for row in rows} for rows in (before, after))

    def change(key: str) -> Change:
        texts = [rows[key].texts if key in rows else {} for rows in (old, new)]
        fields = [
            (title, was, becomes)
            for name, title in model.columns().items()
            for was, becomes in (tuple(cells.get(name, "") for cells in texts),)
            if was != becomes
        ]
        return Change(key=key, title=(new.get(key) or old[key]).label, fields=fields)

    both = [change(key) for key in new if key in old]
    return Difference(
        sheet=model.sheet,
        added=[change(key) for key in new if key not in old],
        changed=[item for item in both if item.fields],
        gone=[change(key) for key in old if key not in new],
    )


def rows_of(directory: Directory) -> dict[str, list[Row]]:
    """The rows of a directory by sheet; the Department's comes first."""
    return {
        BodyRow.sheet: [
            BodySheet.from_entry(directory.department),
            *map(BodySheet.from_entry, directory.bodies),
        ],
        PersonRow.sheet: [PersonRow.unchecked(dict(entry)) for entry in directory.people],
        TopicRow.sheet: [TopicRow.unchecked(dict(entry)) for entry in directory.topics],
    }


def differences(before: Directory, after: Directory) -> list[Difference]:
    """By sheet, what the one directory has otherwise than the other."""
    old, new = rows_of(before), rows_of(after)
    return [difference(model, old[model.sheet], new[model.sheet]) for model in SHEETS]
