"""What the service says in Russian of something asked that cannot be done."""

from collections.abc import Iterable

from calendar_rules import titles
from calendar_rules.vocabulary import Role

REPEAT = "Повторите запрос через несколько секунд; с тем же Idempotency-Key действие не выполнится дважды."
NO_MESSAGE = "Сообщения № {message} нет, или оно вам недоступно."
NO_DRAFT = "Такого проекта у сообщения нет. Обновите сообщение и проверьте последний проект."
NO_CONTRIBUTION = "Такой информации для общего ответа у сообщения нет. Обновите сообщение."
NO_ATTACHMENT = "Такого вложения у сообщения нет."
NOT_IN_THE_FUTURE = "этот момент ещё не наступил; укажите, когда сообщение выявлено на самом деле."
IN_THE_FUTURE = "нужен будущий момент."
ONLY_IN_TRAINING = "это поле действует только в учебном режиме (otklik serve --training), уберите его."
LATER_THAN_NOW = "нужен момент позже текущего на часах сообщения."
TOO_FAR = "слишком далеко вперёд."
CLOSED_CLOCK = "Работа с сообщением завершена: сроков, до которых можно перевести часы, больше нет."
FILE_TOO_LARGE = "файл больше 20 МБ; сократите или сожмите его."
NOT_PICTURE_OR_VIDEO = "нужен файл с фото или видео (JPEG, PNG, WebP, MP4 и подобные)."
KEY_REUSED = (
    "С этим Idempotency-Key уже отправлен другой запрос. Повторите прежний запрос или возьмите новый ключ."
)
WHOSE_IS_UNKNOWN = f"Сейчас нельзя проверить, направлено ли вам это сообщение. {REPEAT}"
ONLY_TO_READ = (
    "Это сообщение вы можете только читать: его повторяет сообщение, направленное вашему органу (п. 16)."
)
NO_PERSON = "Сотрудника «{person}» в справочнике нет. Проверьте имя для входа."
NO_ABSENCE = "Такого отсутствия у сотрудника нет."
NOT_YOURS_TO_RECORD = (
    "Отсутствие записывает администратор, ответственное должностное лицо органа, в котором работает сотрудник, "
    "а куратору — начальник Департамента."
)
NOT_YOURS_TO_HAND_OVER = (
    "Сотрудник исполняет в это время и другие обязанности, передать которые может только администратор."
)


def only_for(roles: Iterable[Role]) -> str:
    """Why someone in none of the roles is refused; `roles` are not empty."""
    *others, last = (titles.role(role) for role in roles)
    named = f"{', '.join(others)} или {last}" if others else last
    return f"Это действие выполняет только {named}."
