"""What the service says in Russian of papers that cannot be had."""

from typing import Final

UNDER_WAY: Final = "Документ составляется. Повторите запрос через несколько секунд: составление продолжается."
TEMPLATE_TAKES_TOO_LONG: Final = (
    "Шаблон сводки заполняется дольше минуты: в нём, вероятно, слишком большой цикл. Исправьте шаблон."
)
ORDINARY_TEMPLATE: Final = "Пока шаблон не исправлен, сводку можно получить по исходному шаблону."
TEXTS_WERE_ERASED: Final = (
    "Пока документ составлялся, сведения этого сообщения удалены. Откройте страницу сообщения заново."
)
