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
SETTING_TOO_LONG: Final = "нужна одна строка не длиннее 200 знаков."
NO_SUCH_PERSON: Final = "такого сотрудника в справочнике нет."
SETTINGS_CHANGED: Final = "Реквизиты только что изменил другой администратор. Откройте страницу заново."
REQUISITES: Final = "Реквизиты документов"
TEMPLATE: Final = "Шаблон"
TEMPLATE_TOO_LARGE: Final = "нужен документ Word (.docx) не больше 5 МБ."
NO_TEMPLATE: Final = "Такой версии шаблона нет."
ORIGINAL_HOLDS: Final = "Исходный шаблон уже действует."
