"""Report of a recovery: what is healed, and what is lost or left to do, in Russian (docs/run/backup.md)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

_AS_RANGE = 3  # this many numbers in a row, and more


@dataclass
class Report:
    """Numbers of messages, and how many journal rows were written.

    `lost_rows` are the first and the last row of each gap that stays in the journal of a message; `other_act` is the
    act, with its edition, of each message that was left alone. `contradicted`: what the run has recorded is not what
    the journal says, which stays as it is. `registered`: messages that have not begun, and begin with the API.
    `failed`: why nothing could be done for a message. `numbers_from`: the first number of messages to come, where it
    was moved, which heals nothing.
    """

    rows: int = 0
    healed: list[int] = field(default_factory=list)
    without_texts: list[int] = field(default_factory=list)
    lost_texts: list[int] = field(default_factory=list)
    erased: list[int] = field(default_factory=list)
    restarted: list[int] = field(default_factory=list)
    registered: list[int] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    last_step_unsure: list[int] = field(default_factory=list)
    lost_rows: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    forged: list[int] = field(default_factory=list)
    contradicted: list[int] = field(default_factory=list)
    other_act: dict[int, str] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)
    numbers_from: int | None = field(default=None, compare=False)

    @property
    def is_complete(self) -> bool:
        """Whether every open message goes on."""
        return not (self.other_act or self.failed)

    def lines(self) -> list[str]:
        """A line for each thing that was done or is lost; what is left to do comes last."""
        told = {
            f"Дописано по данным Temporal строк журнала: {self.rows}; сообщения: ": _numbers(self.healed),
            "Сообщения, от которых остался только ход (автор, ссылка и текст утрачены): ": _numbers(
                self.without_texts
            ),
            "Сообщения, в которых утрачены тексты отдельных шагов: ": _numbers(self.lost_texts),
            "Сообщения, тексты которых стёрты заново (152-ФЗ; в копии они ещё были): ": _numbers(self.erased),
            "Сообщения, продолженные по данным базы: ": _numbers(self.restarted),
            "Зарегистрированы и ещё не начаты, начнутся с запуском API и рабочего процесса; сообщения: ": _numbers(
                self.registered
            ),
            "Сообщения, закрытые по данным базы (в Temporal они ещё шли): ": _numbers(self.ended),
            "Завершены запуски в Temporal, начатые не программой или с утраченным ключом: ": _numbers(
                self.forged
            ),
            "Последний шаг в базе есть, а его строк журнала и сроков нет — проверьте их; сообщения: ": _numbers(
                self.last_step_unsure
            ),
            "Строки журнала, которых нет ни в базе, ни в Temporal (с ними утрачены и уведомления); сообщения: ": (
                ", ".join(f"{number} ({_gaps(gaps)})" for number, gaps in self.lost_rows.items())
            ),
        }
        lines = [sentence + found for sentence, found in told.items() if found]
        lines += [
            f"Не продолжены, потому что идут по порядку {act}, а в настройках указан другой; сообщения: {found}"
            for act, found in self._left().items()
        ]
        if self.contradicted:
            lines.append(
                "Журнал и записи в Temporal расходятся, журнал оставлен как есть — проверьте его командой "
                f"otklik verify; сообщения: {_numbers(self.contradicted)}"
            )
        lines += [
            f"Сообщение {number} не проверено ({why}): сообщите разработчикам"
            for number, why in self.failed.items()
        ]
        if self.other_act:
            lines.append(
                "Сделано не всё. Для каждого из этих порядков укажите в OTKLIK_REGULATION файл этой редакции и "
                "повторите команду, затем верните прежнее значение. До этого не запускайте API: команды к этим "
                "сообщениям были бы отклонены."
            )
        return [*self._numbers(), *(lines or ["База данных и Temporal согласованы, исправлять нечего."])]

    def _numbers(self) -> list[str]:
        if self.numbers_from is None:
            return []
        return [
            f"Новые сообщения получат номера с {self.numbers_from}: меньшие могли быть выданы после создания копии."
        ]

    def _left(self) -> dict[str, str]:
        acts = sorted(set(self.other_act.values()))
        return {act: _numbers(number for number, of in self.other_act.items() if of == act) for act in acts}


def _numbers(found: Iterable[int]) -> str:
    """In order; many in a row by the first and the last."""
    in_a_row = groupby(enumerate(sorted(found)), lambda place: place[1] - place[0])
    rows = [[number for _, number in row] for _, row in in_a_row]
    return ", ".join(
        f"{row[0]}–{row[-1]}" if len(row) >= _AS_RANGE else ", ".join(map(str, row)) for row in rows
    )


def _gaps(gaps: Sequence[tuple[int, int]]) -> str:
    return ", ".join(f"строки {first}–{last}" if first < last else f"строка {first}" for first, last in gaps)
