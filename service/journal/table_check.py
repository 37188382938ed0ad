"""Check of tables against journals: stage, outcome, limits with their breaches, who sees the message."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from calendar_rules.moments import As, moment_text
from calendar_rules.regulation import LimitName
from calendar_rules.titles import LIMITS, OUTCOMES, STAGES
from calendar_rules.vocabulary import Stage
from store.commands.corrections import REGISTERED
from store.database.columns import ERASED
from store.journal.after_step import Blamed, Said, Stored, Told
from store.messages import text_seals
from store.recovery.rows import LOST

_UNROUTED: Said = {"stage": str(Stage.ROUTING), "turns": []}
"""How a message stands of which nothing is recorded yet."""
_COLUMNS: Mapping[str, tuple[str, Mapping[Any, str]]] = {
    "stage": ("стадия", STAGES),
    "outcome": ("итог", OUTCOMES),
    "body": ("орган, у которого сообщение", {}),
    "curator": ("куратор", {}),
    "assignee": ("исполнитель", {}),
}


class Difference(NamedTuple):
    """What a table says otherwise than the journal, in Russian.

    `may_be_under_way`: a step whose rows are not written yet may have made it.
    """

    told: str
    may_be_under_way: bool = False


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables as they say how messages stand, by number; moments are told in `zone`."""

    stored: Mapping[Any, Stored]
    zone: tzinfo

    def differences(self, message: Any, told: Told) -> Iterator[Difference]:
        """Everything in which the tables differ from the journal of a message, which is whole."""
        stored = self.stored.get(message)
        if stored is None:
            return
        if stored.head is None:
            yield Difference(
                "в таблице message его нет, а в message_body, limit_run, charge или message_text строки есть"
            )
            return
        yield from _of_head(told, stored.head)
        for run in sorted({*told.runs, *stored.runs, *stored.charged}, key=in_order):
            row, said = told.runs.get(run, (0, None))
            if said != stored.runs.get(run):
                yield self._of_run(run, row, said, stored.runs.get(run))
            elif (named := stored.named.get(run, [])) != (charged := stored.charged.get(run, [])):
                yield Difference(
                    f"{_title(run, said or {})}: по журналу ({_row(row)}) нарушение {_whose(named)}, "
                    f"в таблице charge {_whose(charged)}"
                )

        yield from _of_texts(told, stored)

    def _of_run(self, run: Any, row: int, said: Said | None, stored: Said | None) -> Difference:
        title = _title(run, said or stored or {})
        if said is None:
            return Difference(f"{title}: есть в таблице limit_run, а в журнале не записан")
        if stored is None:
            return Difference(
                f"{title}: по журналу ({_row(row)}) {self._state(said)}, в таблице limit_run его нет"
            )
        mine, theirs = self._state(said), self._state(stored)
        if mine == theirs:
            return Difference(
                f"{title}: прочие сведения в таблице limit_run (начало, расчёт, за кем нарушение) не те, что "
                f"записаны в журнале ({_row(row)})"
            )
        return Difference(f"{title}: по журналу ({_row(row)}) {mine}, в таблице limit_run {theirs}")

    def _state(self, said: Said) -> str:
        """How a run stands: until when it ran and for whom, whether it was breached, how it ended."""
        parts = [
            f"до {self._moment(said.get('due_at'))}",
            f"за органом {said['body']}" if "body" in said else "за куратором",
        ]
        if said.get("inherited"):
            parts.append("нарушением не считается")
        elif "breached_at" not in said:
            parts.append("нарушения нет")
        elif said["breached_at"] == said.get("due_at"):
            parts.append("нарушен")
        else:
            parts.append(f"нарушен {self._moment(said['breached_at'])}")
        for name, word in (("met_at", "исполнен"), ("cancelled_at", "отпал")):
            if name in said:
                parts.append(f"{word} {self._moment(said[name])}")
        return ", ".join(parts)

    def _moment(self, text: Any) -> str:
        try:
            local = datetime.fromisoformat(str(text)).astimezone(self.zone)
        except (OverflowError, ValueError):
            return f"«{text}»"
        parts = f".{local.microsecond:06}" if local.microsecond else ""
        return moment_text(local, As.SENTENCE_TO_THE_SECOND) + parts


def _of_head(told: Told, head: Said) -> Iterator[Difference]:
    said, row = told.head or _UNROUTED, _row(told.head_row)
    named = _COLUMNS if told.head else ("stage", "outcome")
    differing = [name for name in named if said.get(name) != head.get(name)]
    for name in differing:
        title, words = _COLUMNS[name]
        mine, theirs = (_word(words, one.get(name)) for one in (said, head))
        yield Difference(f"{title}: по журналу ({row}) {mine}, в таблице message {theirs}", True)
    had, sees = set(said.get("turns", ())), set(head["turns"])
    for body in sorted(sees - had):
        yield Difference(
            f"орган {body} видит сообщение по таблице message_body, а по журналу ({row}) его не получал", True
        )
    for body in sorted(had - sees):
        yield Difference(
            f"орган {body} получал сообщение по журналу ({row}), а в таблице message_body его нет: оно от органа скрыто"
        )
    if told.head and said.get("sum") != head["sum"] and not differing:
        yield Difference(
            "прочие сведения в таблице message (тема, важность, чей шаг, снимок хода работы) не те, что записаны в "
            f"журнале ({row})",
            True,
        )


def _of_texts(told: Told, stored: Stored) -> Iterator[Difference]:
    try:
        macs = text_seals.said(told.texts.values())
    except (AttributeError, KeyError, TypeError):
        yield Difference("то, что в журнале записано о текстах, не читается")
        return
    for text in sorted({*macs, *stored.texts}, key=in_order):
        found, title = stored.texts.get(text), f"текст (message_text, {text})"
        if found is None:
            yield Difference(f"{title} назван в журнале, а в таблице его нет", True)
        elif found == ERASED and not told.is_erased:
            yield Difference(f"{title} стёрт, а строки об этом в журнале нет", True)
        elif found not in (ERASED, LOST, macs.get(text, text)) and not _is_registered(text, macs):
            yield Difference(f"{title} не тот, что был записан: он изменён в обход программы", True)


def _is_registered(text: Any, macs: Mapping[str, str]) -> bool:
    """Whether it is what a message was registered with, which the journal does not name."""
    return text not in macs and str(text).startswith(REGISTERED)


def _word(words: Mapping[Any, str], value: Any) -> str:
    return "не указано" if value is None else f"«{words.get(value, value)}»"


def _title(run: Any, said: Said) -> str:
    name = said.get("limit")
    title = LIMITS[LimitName(name)] if name in set(LimitName) else "Срок"
    return f"{title[0].lower()}{title[1:]} (limit_run, № {run})"


def _whose(charged: list[Blamed]) -> str:
    """Whom a breach is charged to: body or curator, and the person."""
    found = ["/".join(str(part) for part in blamed if part is not None) for blamed in charged]
    return f"учтено за «{'; '.join(found)}»" if found else "ни за кем не учтено"


def _row(number: int) -> str:
    return f"строка {number}" if number else "в нём об этом строк нет"


def in_order(run: Any) -> tuple[bool, Any]:
    """A key to sort numbers by that may be anything, as SQLite takes it: numbers come first."""
    return (False, run) if isinstance(run, int) else (True, str(run))
