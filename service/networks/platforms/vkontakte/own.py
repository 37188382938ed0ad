"""The community whose account a key is of."""

from service.networks.platforms.port import Fault, Key, NetworkRefusalError
from service.networks.platforms.vkontakte.place import page_of

COMMUNITY_KEY = "community_key"
SERVICE_KEY = "service_key"
GROUP_ID = "group_id"
CONFIRMATION = "confirmation"
SECRET = "secret"  # noqa: S105 - a name, and no secret


def group_of(key: Key) -> int | None:
    """Its number: of the key, else of the link to its page where that has one, else as VK was asked for it."""
    given = key.credentials.get(GROUP_ID, "").strip().lstrip("-")
    if given.isdecimal():
        return int(given)
    owner = (page_of(key.own_page) or {}).get("owner_id")
    if isinstance(owner, int) and owner < 0:
        return -owner
    told = [name for name in key.names if name.startswith("-") and name[1:].isdecimal()]
    return -int(told[0]) if told else None


def credential(key: Key | None, name: str, what: str) -> str:
    """A part of the key. Raises NetworkRefusalError where it is not given; `what` is its name in Russian."""
    value = key.credentials.get(name, "").strip() if key else ""
    if not value:
        raise NetworkRefusalError(
            Fault.PERSON,
            f"ВКонтакте: в ключе аккаунта не указан {what}. Администратор указывает его; до тех пор сеть смотрят и "
            "ответы размещают вручную.",
            code=f"no {name}",
        )
    return value
