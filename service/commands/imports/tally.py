"""Tally of an import, in numbers and in the words an operator reads."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from calendar_rules.act_words import said
from calendar_rules.moments import As, moment_text
from service.commands.imports.columns import FOR_ROUTING, Field
from service.commands.imports.forecast import Forecast
from service.commands.imports.known_words import KnownWords
from service.commands.imports.rows import Entry, RefusedLine


@dataclass
class Tally:
    """Grows with every line; `new` are messages that are, or would be, registered."""

    lines: int = 0
    new: int = 0
    known: int = 0
    erased: int = 0
    repeated: int = 0
    refused: int = 0
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    without_time: int = 0
    without_url: int = 0
    without_author: int = 0
    network_assumed: int = 0
    marked_up: int = 0
    routing_past: int = 0
    answer_past: int = 0
    for_routing: int = 0
    unknown_topics: set[str] = field(default_factory=set)
    unknown_bodies: set[str] = field(default_factory=set)

    def refuse(self, refused: RefusedLine) -> None:
        self.refused += 1
        self.reasons.update({(problem.column, problem.reason) for problem in refused.problems})

    def register(self, entry: Entry, directory: KnownWords, forecast: Forecast) -> None:
        """Count a new message."""
        self.new += 1
        self.without_url += not entry.url
        self.without_author += not entry.author
        self.network_assumed += entry.network_is_assumed
        self.marked_up += entry.was_marked_up
        if entry.detected_at is None:
            self.without_time += 1
        else:
            self.routing_past += forecast.routing_is_past(entry.detected_at)
            self.answer_past += forecast.answer_is_past(entry.detected_at)
        self.for_routing += bool(entry.for_routing)
        for column, known, unknown in (
            (Field.TOPIC, directory.topic, self.unknown_topics),
            (Field.BODY, directory.body, self.unknown_bodies),
        ):
            words = entry.for_routing.get(column)
            if words and known(words) is None:
                unknown.add(words)

    # ---- in words

    def sums(self, *, dry_run: bool) -> list[str]:
        """How many lines became what."""
        done = "будет зарегистрировано" if dry_run else "зарегистрировано"
        lines = [
            f"Строк в таблице: {number(self.lines)}.",
            f"  {done}: {number(self.new)}",
            f"  зарегистрированы раньше: {number(self.known)}",
            f"  повторяют другую строку: {number(self.repeated)}",
            f"  не принято: {number(self.refused)}",
        ]
        if self.erased:
            lines.insert(
                3,
                f"  стёрты раньше (152-ФЗ), повторно не регистрируются: {number(self.erased)}",
            )
        return lines + [
            f"    {f'«{column}»: ' if column else ''}{reason} — {number(count)}"
            for (column, reason), count in self.reasons.most_common(10)
        ]

    def assumptions(self) -> list[str]:
        """What the table does not tell, and what is done about it."""
        said = {
            "без ссылки: такие сообщения различаются по ID, тексту, автору, времени и муниципалитету": (
                self.without_url
            ),
            "без автора: автор остаётся пустым": self.without_author,
            "без ссылки и сети: считается ВКонтакте; другую сеть укажите ключом --network": self.network_assumed,
            "с разметкой HTML: регистрируется текст без неё": self.marked_up,
        }
        return [f"{text} — {number(count)}." for text, count in said.items() if count]

    def limits(self, forecast: Forecast, act: str) -> list[str]:
        """What becomes of the limits of what is registered (cl. 7, 9)."""
        if not self.new:
            return []
        lines = [f"Сроки ({act}) идут с момента выявления. Момент регистрации: {_moment(forecast.now)}."]
        if self.without_time:
            answer = f", разместить ответ {_until(forecast.answer_due)}" if forecast.answer_due else ""
            lines.append(
                f"  Без времени: {number(self.without_time)}. Моментом выявления считается момент регистрации: "
                f"направить нужно {_until(forecast.routing_due)}{answer}."
            )
        if self.routing_past or self.answer_past:
            lines.append(
                f"  Уже истекли: срок направления у {number(self.routing_past)}, срок ответа у "
                f"{number(self.answer_past)}. Истёкшие до регистрации сроки нарушением не считаются; "
                f"{said('начальник Департамента')} получит уведомлений: {number(self.routing_past + self.answer_past)}."
            )
        still = self.new - self.without_time - self.routing_past
        if still:
            lines.append(f"  Срок направления ещё идёт у {number(still)}.")
        return lines

    def routing(self) -> list[str]:
        """What a registration does not hold, and where it stands."""
        if not self.for_routing:
            return []
        columns = ", ".join(f"«{column}»" for column in FOR_ROUTING)
        lines = [
            f"Столбцы {columns} при регистрации не применяются: тему, локацию и орган указывает куратор при "
            f"направлении{said(' (п. 7)')}. Сообщений с этими данными: {number(self.for_routing)} "
            "(отчёт, лист «Сообщения»)."
        ]
        for title, unknown in (("тем", self.unknown_topics), ("исполнителей", self.unknown_bodies)):
            if unknown:
                lines.append(f"  Нет в справочнике {title}: {number(len(unknown))}.")
        return lines


def number(count: int) -> str:
    """«12 345»."""
    return f"{count:,}".replace(",", " ")


def _moment(moment: datetime) -> str:
    return moment_text(moment)


def _until(moment: datetime) -> str:
    return f"до {moment_text(moment, As.TIME_FIRST)}"
