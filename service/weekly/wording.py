"""What the service says in Russian of a summary that there is not."""

from service.weekly.week import Week

NO_WEEK = "нужна неделя вида 2026-W47: год и номер недели по ИСО 8601, от W01 до W52 или W53."
NO_MESSAGES = "Сообщений ещё нет, и сводку составить не из чего. Зарегистрируйте первое сообщение."


def not_begun(week: Week) -> str:
    """The week lies ahead."""
    return (
        f"Неделя {week.name} ещё не началась, первый её день {week.first_day:%d.%m.%Y}. "
        "Выберите текущую или прошедшую."
    )


def before_first(week: Week, first: Week) -> str:
    """The week lies before all messages."""
    return (
        f"За неделю {week.name} сводки нет: первое сообщение выявлено на неделе {first.name}. "
        "Выберите её или более позднюю."
    )


def not_over(week: Week) -> str:
    """The week still goes on."""
    return (
        f"Неделя {week.name} ещё не закончилась, последний её день {week.last_day:%d.%m.%Y}. Предварительные числа "
        "можно посмотреть уже сейчас, а сводку составьте после её окончания."
    )
