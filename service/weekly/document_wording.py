"""What is said in Russian where a document of the weekly summary cannot be had."""

from typing import Final

PRESS_IS_BUSY: Final = "Документы сейчас составляют другие. Повторите через минуту."
TEMPLATE_TAKES_TOO_LONG: Final = (
    "Шаблон сводки заполняется дольше минуты: в нём, вероятно, слишком большой цикл. Исправьте шаблон."
)
TEMPLATE_IS_NOT_READ: Final = (
    "Не удалось прочитать шаблон сводки {file} ({why}). Исправьте настройку OTKLIK_WEEKLY_TEMPLATE."
)
ORDINARY_TEMPLATE: Final = "Пока шаблон не исправлен, сводку можно получить по обычному шаблону."
