"""Wording of load: what cannot be calculated, in Russian."""

from typing import Final

TOO_LONG: Final = (
    "Расчёт занял больше {minutes} минут и остановлен. Уменьшите число сообщений в день и повторите его."
)
