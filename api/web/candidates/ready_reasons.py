"""Commonest reasons why what was found becomes no message: taken by a key."""

from typing import Final

READY_REASONS: Final = (
    "Не критика: вопрос, мнение, новость.",
    "Не о работе органов власти области.",
    "Реклама или спам.",
    "Повтор: сообщение уже в работе.",
    "Благодарность.",
    "Нет предмета: непонятно, о чём речь.",
    "Другой регион.",
    "Старая запись.",
    "Публикация удалена или закрыта.",
)
"""In the order of their keys, 1 to 9."""
