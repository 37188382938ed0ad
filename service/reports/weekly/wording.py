"""Wording about a report that there is not, in Russian."""

from typing import Final

from service.reports.weekly import phrases
from service.reports.weekly.period import Period, Unit

NO_PERIOD: Final = {
    Unit.WEEK: "нужна неделя вида 2026-W47: год и номер недели по ИСО 8601, от W01 до W52 или W53.",
    Unit.MONTH: "нужен месяц вида 2026-11.",
    Unit.QUARTER: "нужен квартал вида 2026-Q4.",
    Unit.YEAR: "нужен год вида 2026.",
}
NO_SUCH_PERIOD: Final = "нужна неделя, месяц, квартал или год: 2026-W47, 2026-11, 2026-Q4, 2026."
NO_DAYS: Final = "последний день раньше первого или период длиннее десяти лет."
NO_DAY: Final = "нужна дата вида 2026-11-28 или момент с часовым поясом."
NO_MESSAGES: Final = "Сообщений ещё нет, и сводку составить не из чего. Зарегистрируйте первое сообщение."
NO_BODY: Final = "такого органа в справочнике нет."
BODY_NEEDED: Final = (
    "Укажите свой орган (body): отчёт по всей области доступен кураторам и руководству Департамента."
)
_NOT_BEGUN: Final = {
    Unit.WEEK: "Неделя {name} ещё не началась",
    Unit.MONTH: "Месяц {name} ещё не начался",
    Unit.QUARTER: "Квартал {name} ещё не начался",
    Unit.YEAR: "Год {name} ещё не начался",
    Unit.DAYS: "Период {days} ещё не начался",
}


def not_begun(one: Period) -> str:
    """The period lies ahead."""
    said = _NOT_BEGUN[one.unit].format(name=one.name, days=phrases.days(one))
    return f"{said}, первый день — {one.first_day:%d.%m.%Y}. Выберите текущий или прошедший период."


def before_first(one: Period, first: Period) -> str:
    """The period lies before all messages; `first` is the one with the first message."""
    if one.unit is Unit.WEEK:
        return (
            f"За неделю {one.name} сводки нет: первое сообщение выявлено на неделе {first.name}. "
            "Выберите её или более позднюю."
        )
    return (
        f"За период {phrases.days(one)} сведений нет: первое сообщение выявлено {first.first_day:%d.%m.%Y} или позже. "
        "Выберите более поздний период."
    )


def not_over(week: Period) -> str:
    """The week still goes on."""
    return (
        f"Неделя {week.name} ещё не закончилась, последний её день {week.last_day:%d.%m.%Y}. Предварительные числа "
        "можно посмотреть уже сейчас, а сводку составьте после её окончания."
    )
