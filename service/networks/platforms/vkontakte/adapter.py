"""ВКонтакте as the program needs it: searches and walls, answers by the community's key on its own wall."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from calendar_rules.vocabulary import Network
from service.networks.platforms.checks import credential
from service.networks.platforms.port import (
    Ability,
    Adapter,
    Answer,
    Fault,
    Key,
    NetworkRefusalError,
    Platform,
    Published,
    PushAnswer,
    Pushed,
    Rate,
    Reading,
    Seen,
    SourceKind,
    Traits,
    Where,
)
from service.networks.platforms.vkontakte import callback, reading, standing
from service.networks.platforms.vkontakte.callback import CONFIRMATION, SECRET
from service.networks.platforms.vkontakte.client import TITLE, Client, Communities, Created
from service.networks.platforms.vkontakte.place import GROUP_ID, Place, group_of, page_of, place_of
from settings import Settings
from store.messages.attachments import LARGEST

SERVICE_KEY, COMMUNITY_KEY = "service_key", "community_key"
LONGEST: Final = 4096
_TRAITS: Final = Traits(
    network=Network.VKONTAKTE,
    abilities=frozenset({Ability.READ, Ability.RECEIVE_PUSHES, Ability.PUBLISH_ON_OWN_PAGES, Ability.VERIFY}),
    kinds=frozenset({SourceKind.SEARCH, SourceKind.COMMUNITY}),
    max_length=LONGEST,
    # As documents: photos and videos themselves are uploaded by the key of a person alone.
    attachments={"image": LARGEST, "video": LARGEST},
    most_attachments=2,
    # A look makes up to five calls, of which a service key has at least five a second.
    rate=Rate(1, timedelta(seconds=1)),
    credentials=(SERVICE_KEY, COMMUNITY_KEY, GROUP_ID, CONFIRMATION, SECRET),
    optional=frozenset({COMMUNITY_KEY, GROUP_ID, CONFIRMATION, SECRET}),
    key_named="сервисный ключ приложения ВКонтакте (его видит в настройках приложения тот, кто приложение создал)",
    reads_any_page=True,
    sees_all=True,
    names_answers=True,
)


class VkontakteAdapter(Adapter):
    """The adapter. Reading and checking take the service key of an application, answering that of the community."""

    platform = Platform.VKONTAKTE
    traits = _TRAITS

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._client = Client(settings.vkontakte_url)
        self._clock = clock

    async def read(self, where: Where, key: Key | None) -> Reading:
        """What is new in a search of posts, or on a wall and under its newest hundred posts."""
        token = _service_key(key)
        look = reading.search if where.kind is SourceKind.SEARCH else reading.wall
        group = await self._group(key) if key else None
        return await look(self._client, token, where, -group if group else None, self._clock())

    async def publish(self, answer: Answer, key: Key) -> Published:
        """Comment under a post of our own wall; of one name VK keeps the first."""
        place, group = await self._own(answer, key)
        token = credential(key, COMMUNITY_KEY, TITLE, "ключ сообщества")
        given: dict[str, str | int] = {
            "owner_id": place.owner,
            "post_id": place.post,
            "from_group": group,
            "message": answer.text,
            "guid": answer.name,
        }
        if place.comment:
            given["reply_to_comment"] = place.comment
        if answer.files:
            documents = [await self._client.upload(token, group, file) for file in answer.files]
            given["attachments"] = ",".join(f"doc{it.owner_id}_{it.id}" for it in documents)
        created = await self._client.call("wall.createComment", token, given, Created, acts=True)
        root = created.parents_stack[0] if created.parents_stack else None
        return Published(Place(place.owner, place.post, created.comment_id, root).url)

    async def find_own(self, answer: Answer, key: Key) -> Published | None:
        """Our comment with this text under the post."""
        place, group = await self._own(answer, key)
        token = _service_key(key)
        return await standing.find_own(self._client, token, place, group, answer)

    async def verify(self, url: str, text: str, key: Key | None) -> Seen:
        """Whether the comment stands, by `wall.getComments`, and whether its post does where that is refused."""
        token = _service_key(key)
        return await standing.verify(self._client, token, place_of(url), text)

    async def receive(self, pushed: Pushed, key: Key) -> PushAnswer:
        """An event of Callback API."""
        return callback.receive(pushed, key)

    async def _group(self, key: Key) -> int | None:
        """Number of the key's community, for which VK is asked where only its page's name is known."""
        name = (page_of(key.own_page) or {}).get("domain")
        if (group := group_of(key)) or name is None:
            return group
        told = await self._client.call("groups.getById", _service_key(key), {"group_id": name}, Communities)
        return told.groups[0].id if told.groups else None

    async def _own(self, answer: Answer, key: Key) -> tuple[Place, int]:
        """Where the answer goes and whose the wall is; refused where the community's key may not."""
        place, group = place_of(answer.post_url), await self._group(key)
        if group is None:
            raise NetworkRefusalError(
                Fault.PERSON,
                "ВКонтакте: неизвестен номер сообщества. Администратор указывает в аккаунте страницу вида "
                "https://vk.com/club1 или номер; до тех пор ответ размещается вручную.",
                code="no group",
            )
        if place is None or place.owner != -group:
            raise NetworkRefusalError(
                Fault.PERSON,
                "ВКонтакте: программа отвечает только под записями на стене своего сообщества. Разместите ответ "
                "вручную и укажите ссылку на него.",
                code="not own wall",
            )
        return place, group


def _service_key(key: Key | None) -> str:
    return credential(key, SERVICE_KEY, TITLE, "сервисный ключ приложения")
