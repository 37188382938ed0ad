"""What the API says in Russian of a request that went wrong."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from math import ceil
from typing import Any

TITLES = {
    400: "Неверный запрос",
    401: "Требуется вход",
    403: "Нет прав",
    404: "Не найдено",
    405: "Действие не предусмотрено",
    409: "Действие сейчас невозможно",
    413: "Слишком большой запрос",
    415: "Неверный вид данных",
    422: "Неверные данные",
    429: "Слишком много попыток",
    500: "Ошибка программы",
    503: "Временно недоступно",
}

OF_THE_FRAMEWORK = {
    400: "Запрос не удалось разобрать. Проверьте его тело и заголовок Content-Type.",
    404: "Адреса {path} нет. Список всех действий: /docs.",
    405: "Адрес {path} не принимает {method}. Список всех действий: /docs.",
    413: "Запрос слишком велик. Сократите его и отправьте ещё раз.",
    415: "Такой вид данных не принимается. Проверьте заголовок Content-Type.",
}

_REPEAT = "Повторите запрос через несколько секунд; с тем же Idempotency-Key действие не выполнится дважды."
DATABASE_AWAY = f"База данных сейчас недоступна. {_REPEAT}"
DATABASE_BUSY = f"База данных сейчас занята. {_REPEAT}"
DISK_FULL = (
    "На сервере закончилось место на диске, сохранить ничего нельзя. "
    "Сообщите администратору и повторите запрос, когда место освободится."
)
NOT_IN_TIME = (
    "Программа не смогла ответить вовремя: база данных или сервер Temporal не отвечает. Повторите запрос."
)
NOT_KNOWN_IN_TIME = (
    "Программа не смогла ответить вовремя: база данных или сервер Temporal не отвечает. "
    f"Выполнено ли действие, пока неизвестно. {_REPEAT}"
)
WHOSE_IS_UNKNOWN = f"Сейчас нельзя проверить, направлено ли вам это сообщение. {_REPEAT}"
TEMPORAL_AWAY = f"Сервер Temporal сейчас недоступен. {_REPEAT}"
VALUE_REFUSED = "Одно из значений нельзя сохранить. Уберите из текста служебные знаки и повторите запрос."
UNFORESEEN = (
    "Программа не справилась с запросом; ошибка записана в журнал под номером {error_id}. "
    "Повторите запрос, а если ошибка останется, сообщите её номер администратору."
)
SIGN_IN = "Войдите в систему: нужен действующий токен в заголовке Authorization: Bearer …"
SIGN_IN_AGAIN = "Токен недействителен: срок его истёк или он отозван. Войдите в систему ещё раз."
NO_MESSAGE = "Сообщения № {message} нет, или оно вам недоступно."
NO_DRAFT = "Такого проекта у сообщения нет. Откройте сообщение заново."
NO_CONTRIBUTION = "Такой информации у сообщения нет. Откройте сообщение заново."
NO_ATTACHMENT = "Такого вложения у сообщения нет."
NOT_IN_THE_FUTURE = "момент ещё не наступил; выявить сообщение можно только в прошлом или сейчас."
IN_THE_FUTURE = "нужен будущий момент."
ONLY_IN_TRAINING = "такое поле есть только в учебном режиме (otklik serve --training), уберите его."
LATER_THAN_NOW = "нужен момент позже, чем сейчас на часах сообщения."
TOO_FAR = "слишком далеко вперёд."
CLOSED_CLOCK = "Сообщение закрыто: сроков, до которых можно перевести часы, больше нет."
FILE_TOO_LARGE = "файл больше 20 МБ; сократите или сожмите его."
NOT_PICTURE_OR_VIDEO = "нужен файл с фото или видео (JPEG, PNG, WebP, MP4 и подобные)."
BAD_CURSOR = "передайте значение next из предыдущей страницы без изменений."
ZERO_CHARACTER = "уберите знак с кодом 0."
KEY_REUSED = (
    "Под этим Idempotency-Key вы уже отправили другой запрос. Повторите прежний или возьмите новый ключ."
)
WRONG_PASSWORD = "Неверное имя для входа или пароль."  # noqa: S105


def too_many_passwords(wait: timedelta) -> str:
    """Why a sign-in is closed for a while, and for how long."""
    minutes = ceil(wait / timedelta(minutes=1))
    return (
        f"Слишком много неверных паролей подряд: вход под этим именем закрыт. Повторите через {minutes} мин."
    )


class Unreadable:
    """Stands in place of a body that is not JSON, so that it is refused in its turn: after 401, 404 and 403."""


_Explain = Callable[[Mapping[str, Any]], str]

_NOT_JSON = "Тело запроса не удалось прочитать как JSON. Проверьте запись и кодировку (UTF-8)."
_NOT_A_FILE = "нужен файл, отправленный частью формы (multipart/form-data)."
_NOT_AN_OBJECT = "Тело запроса должно быть объектом JSON с заголовком Content-Type: application/json."


def _expected(context: Mapping[str, Any]) -> str:
    return f"допустимо одно из значений: {str(context.get('expected', '')).replace(' or ', ', ')}."


_DETAILS: dict[str, str | _Explain] = {
    "missing": "обязательное поле, добавьте его.",
    "extra_forbidden": "такого поля в этом запросе нет, уберите его или проверьте написание.",
    "enum": _expected,
    "literal_error": _expected,
    "string_type": "нужна строка.",
    "string_unicode": "в строке недопустимые знаки, нужна кодировка UTF-8.",
    "string_too_short": lambda c: f"слишком коротко, нужно знаков: не меньше {c['min_length']}.",
    "string_too_long": lambda c: f"слишком длинно, сократите до {c['max_length']} знаков.",
    "string_pattern_mismatch": "значение записано неверно, проверьте написание.",
    "too_short": lambda c: f"слишком мало значений, нужно не меньше {c['min_length']}.",
    "too_long": lambda c: f"слишком много значений, нужно не больше {c['max_length']}.",
    "list_type": "нужен список.",
    "tuple_type": "нужен список.",
    "dict_type": "нужен объект.",
    "model_type": "нужен объект.",
    "model_attributes_type": "нужен объект.",
    "int_type": "нужно целое число.",
    "int_parsing": "нужно целое число.",
    "int_from_float": "нужно целое число.",
    "float_type": "нужно число.",
    "float_parsing": "нужно число.",
    "bool_type": "нужно true или false.",
    "bool_parsing": "нужно true или false.",
    "greater_than": lambda c: f"нужно больше {c['gt']}.",
    "greater_than_equal": lambda c: f"нужно не меньше {c['ge']}.",
    "less_than": lambda c: f"нужно меньше {c['lt']}.",
    "less_than_equal": lambda c: f"нужно не больше {c['le']}.",
    "value_error": lambda c: str(c["error"]),
}

_PLACES = {"body", "query", "path", "header", "cookie"}


def explain(errors: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Each wrong field of a request with what to do about it; the field is empty where the whole body is wrong."""
    return [_explain(error) for error in errors]


def _explain(error: Mapping[str, Any]) -> tuple[str, str]:
    kind, field = error["type"], _field(error["loc"])
    if isinstance(error.get("input"), Unreadable):
        return field, _NOT_JSON
    if kind == "russian":
        return field, error["msg"]
    if not field:
        return field, _NOT_AN_OBJECT
    if kind == "value_error" and "UploadFile" in error["msg"]:
        return field, _NOT_A_FILE
    detail = _DETAILS.get(kind, f"значение не подходит ({error['msg']}).")
    return field, detail if isinstance(detail, str) else detail(error.get("ctx", {}))


def _field(place: Sequence[str | int]) -> str:
    """`bodies[0]` of ("body", "bodies", 0)."""
    parts = place[1:] if place and place[0] in _PLACES else place
    name = ""
    for part in parts:
        if isinstance(part, int):
            name += f"[{part}]"
        else:
            name += f".{part}" if name else part
    return name


_ROLES = {
    "curator": "куратору",
    "head": "начальнику Департамента",
    "executor": "исполнителю",
    "responsible": "ответственному должностному лицу",
    "deputy": "заместителю Председателя Правительства",
    "deputy-policy": "заместителю Председателя Правительства по внутренней политике",
    "governor": "Губернатору",
    "admin": "администратору",
}


def only_for(roles: Iterable[str]) -> str:
    """Why someone in none of the roles is refused."""
    return f"Это действие доступно только: {', '.join(_ROLES[role] for role in roles)}."
