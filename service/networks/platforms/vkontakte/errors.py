"""Meanings of VK's codes of error (VKCOM/vk-api-schema, errors.json); of a good HTTP answer they stand in the body."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from service.networks.platforms.meanings import Meaning
from service.networks.platforms.port import Fault, NetworkRefusalError

_BY_HAND = "До тех пор ответ размещается вручную."


def _later(advice: str, **after: int) -> Meaning:
    return Meaning(Fault.LATER, f"ВКонтакте: {advice}", timedelta(**after) if after else None)


def _person(advice: str) -> Meaning:
    return Meaning(Fault.PERSON, f"ВКонтакте: {advice}")


def _data(advice: str) -> Meaning:
    return Meaning(Fault.DATA, f"ВКонтакте: {advice}")


_BUSY = "сеть временно не выполняет запрос."
_NEW_KEY = (
    f"ключ больше не действует. Администратор получает новый ключ и указывает его вместо прежнего. {_BY_HAND}"
)
_NO_RIGHT = (
    "у ключа нет права на это действие. Администратор выпускает ключ с правами на управление сообществом и на его "
    f"стену. {_BY_HAND}"
)
_WRONG_KIND = (
    "ключ не того вида. Администратор указывает ключ сообщества для публикации и сервисный ключ приложения для чтения. "
    f"{_BY_HAND}"
)
_APPLICATION = f"приложение отключено. Администратор включает его в настройках приложения. {_BY_HAND}"
_CLOSED = "доступ закрыт владельцем страницы. Разместите ответ вручную с аккаунта, которому доступ открыт."
_NOW = "Разместите ответ вручную."
_NOT_BY_THE_COMMUNITY = (
    "сеть не принимает комментарии по ключу сообщества. Разместите ответ вручную. Администратор может один раз указать "
    "вместо него в части community_key ключ администратора сообщества с правом wall, если сеть его выдала; если сеть "
    "откажет и по нему, ответы в этом сообществе размещаются только вручную, и менять ключ больше не нужно."
)
_COMMENTS_CLOSED = (
    "комментарии к записи закрыты или сообществу запрещено комментировать. Откройте комментарии, если это ваша "
    "страница, иначе разместите ответ вручную другим способом."
)
_WRONG_REQUEST = (
    "запрос не принят. Проверьте, что ссылка ведёт на запись или комментарий, которые ещё есть; иначе разместите ответ "
    "вручную."
)
_FILE = "файл не загружен. Разместите от имени органа текст без вложений или весь ответ вручную, указав ссылку на него."
_NO_SUCH_PAGE = "такой страницы или сообщества нет. Проверьте адрес."

CODES: Final[Mapping[int, Meaning]] = {
    1: _later(_BUSY),
    2: _person(_APPLICATION),
    3: _data("вызов больше не поддерживается. Обратитесь к администратору: нужна новая версия программы."),
    4: _person(_NEW_KEY),
    5: _person(_NEW_KEY),
    6: _later("слишком частые запросы.", seconds=1),
    7: _person(_NO_RIGHT),
    8: _data(_WRONG_REQUEST),
    9: _later("слишком много одинаковых действий подряд.", minutes=10),
    10: _later(_BUSY),
    11: _person(_APPLICATION),
    14: _person(
        "сеть просит ввести код с картинки. Войдите в аккаунт в браузере, пройдите проверку и разместите ответ вручную."
    ),
    15: _person(_CLOSED),
    16: _person(
        "сеть принимает запросы только по https. Администратор проверяет адрес в OTKLIK_VKONTAKTE_URL."
    ),
    17: _person(f"сеть просит подтвердить вход. Войдите в аккаунт в браузере и подтвердите вход. {_BY_HAND}"),
    18: Meaning(Fault.GONE, "ВКонтакте: страница удалена или заблокирована."),
    19: _person("запись или страница заблокирована сетью. Отвечать на ней нельзя."),
    20: _person(_WRONG_KIND),
    21: _person(_WRONG_KIND),
    22: _person(_FILE),
    23: _person("сеть отключила этот вызов. Разместите ответ вручную и сообщите администратору."),
    24: _person("сеть просит подтвердить действие. Разместите ответ вручную."),
    25: _person(f"сеть просит подтвердить ключ. Администратор выпускает ключ заново. {_BY_HAND}"),
    27: _person(_WRONG_KIND),
    28: _person(_WRONG_KIND),
    29: _later("исчерпан предел запросов.", hours=1),
    30: _person(_CLOSED),
    32: _later(_BUSY, minutes=1),
    34: _person(
        "сеть больше не принимает эту версию запросов. Обратитесь к администратору: нужна новая версия программы."
    ),
    35: _person(
        "сеть больше не принимает эту версию запросов. Обратитесь к администратору: нужна новая версия программы."
    ),
    36: _later(_BUSY),
    37: _person(
        "аккаунт или сообщество заблокировано владельцем страницы. Разместите ответ вручную с другого аккаунта."
    ),
    38: _person(_APPLICATION),
    39: _data(_NO_SUCH_PAGE),
    40: _data(_NO_SUCH_PAGE),
    41: _person("сеть просит завершить регистрацию аккаунта. Войдите в него в браузере."),
    42: _person(
        "сеть не принимает запросы с адреса сервера. Администратор добавляет адрес сервера в настройках приложения."
    ),
    43: _later("раздел временно отключён сетью.", minutes=10),
    100: _data(_WRONG_REQUEST),
    101: _person(_APPLICATION),
    103: _later("исчерпан предел действий.", hours=1),
    104: Meaning(Fault.GONE, "ВКонтакте: записи или комментария больше нет."),
    105: _person(_FILE),
    113: _data(_NO_SUCH_PAGE),
    118: _data(_WRONG_REQUEST),
    125: _data(_NO_SUCH_PAGE),
    150: _data(_WRONG_REQUEST),
    203: _person(_NO_RIGHT),
    210: _person(_CLOSED),
    211: _person(_COMMENTS_CLOSED),
    212: _person(_COMMENTS_CLOSED),
    213: _person(_COMMENTS_CLOSED),
    214: _person(_COMMENTS_CLOSED),
    219: _person(f"недавно размещена реклама, и сеть час не принимает новых записей. {_NOW}"),
    220: _data(_WRONG_REQUEST),
    222: _data(
        "в комментариях на этой странице запрещены ссылки. Уберите ссылки из текста и согласуйте ответ заново."
    ),
    223: _person(f"слишком много ответов под записью подряд, и сеть час не принимает новых. {_NOW}"),
    225: _person(_COMMENTS_CLOSED),
    601: _later("исчерпан суточный предел действий.", hours=1),
    801: _person(_COMMENTS_CLOSED),
    1401: _person(_COMMENTS_CLOSED),
}
AT_COMMENTING: Final[Mapping[int, Meaning]] = {27: _person(_NOT_BY_THE_COMMUNITY)}
"""What codes mean of `wall.createComment`, where they mean another thing than elsewhere."""
NO_FILE: Final = 22
"""Of an upload that has failed; VK's server of uploads itself gives no code."""
_OTHER = _person(
    "сеть отказала по причине, которая программе неизвестна. Разместите ответ вручную и сообщите администратору код."
)

CANNOT_BE_SEEN: Final = frozenset({15, 19, 30, 203, 210, 211, 212, 213, 801})
"""What is there or not, this key does not see it."""
OF_THIS_POST: Final = CANNOT_BE_SEEN | {18, 100, 104}
"""Codes that speak of what was asked for, and not of the key."""


def refusal(code: int, method: str = "") -> NetworkRefusalError:
    """What an error in the body of an answer to a method is."""
    of_method = AT_COMMENTING if method == "wall.createComment" else {}
    return (of_method.get(code) or CODES.get(code, _OTHER)).error(str(code))


def of_status(status: int, *, acts: bool) -> NetworkRefusalError:
    """What an answer is that VK's interface never gives: something before it has spoken."""
    code = f"http {status}"
    if status in (401, 403, 404):
        return _person(
            "по адресу из OTKLIK_VKONTAKTE_URL отвечает не ВКонтакте. Администратор проверяет адрес."
        ).error(code)
    if acts and status >= 500:  # noqa: PLR2004 - what failed behind it may have been done
        return Meaning(Fault.UNKNOWN, f"ВКонтакте: {_BUSY}").error(code)
    return _later(_BUSY).error(code)
