"""The facts by which stand-ins are checked notice what a network does not know, and nobody passes over that."""

import httpx2
import pytest

from tests.networks.facts import NotByTheFactsError, telegram, vkontakte
from tests.networks.facts import max as max_facts
from tests.networks.served import Asked, Said, served

COMMENT = {"id": 1, "from_id": 2, "date": 3, "text": "Да"}


@pytest.mark.parametrize(
    ("method", "form", "answer", "right"),
    [
        ("wall.createComment", {"post_id": "1", "v": "5.199", "guid": "7"}, {"comment_id": 1}, True),
        ("wall.createComment", {"post_id": "1"}, {"comment": 1}, False),
        ("wall.createComment", {"owner_id": "1"}, {"comment_id": 1}, False),
        ("wall.createComment", {"post_id": "1", "reply_to": "2"}, {"comment_id": 1}, False),
        ("wall.getComments", {"post_id": "1", "count": "100"}, {"count": 1, "items": [COMMENT]}, True),
        ("wall.getComments", {"post_id": "1", "count": "101"}, {"count": 1, "items": [COMMENT]}, False),
        ("wall.getComments", {"post_id": "1"}, {"count": 1, "items": [COMMENT | {"author": 2}]}, False),
        ("groups.getById", {"group_id": "dorogi37"}, {"groups": [{"id": 1}], "profiles": []}, True),
        ("groups.getById", {"group_id": "dorogi37"}, [{"id": 1}], False),
    ],
)
def test_a_call_of_vk_is_as_its_schema_has_it(
    method: str, form: dict[str, str], answer: object, right: bool
) -> None:
    if right:
        vkontakte.check_call(method, form, answer)
        return
    with pytest.raises(NotByTheFactsError):
        vkontakte.check_call(method, form, answer)


def test_a_call_of_telegram_is_as_the_bot_api_has_it() -> None:
    chat = {"id": -1001, "type": "supergroup"}
    sent = {"message_id": 1, "date": 2, "chat": chat}
    to = {"chat_id": -1001, "text": "Да"}
    telegram.check("sendMessage", to, sent)
    for given, answer in (
        ({**to, "reply_to": 1}, sent),
        ({**to, "reply_parameters": {}}, sent),
        (to, sent | {"chat": {**chat, "linked_chat_id": 1}}),
        (to, {"message_id": 1}),
    ):
        with pytest.raises(NotByTheFactsError):
            telegram.check("sendMessage", given, answer)


def test_a_call_of_max_is_as_its_page_has_it() -> None:
    with pytest.raises(NotByTheFactsError):
        max_facts.check("GET", ["messages", "mid.1", "comments"], {"limit": "1"}, {"comments": []})
    with pytest.raises(NotByTheFactsError):
        max_facts.check("GET", ["chats", "1"], {}, {"chat_id": 1})


async def test_what_a_stand_in_finds_amiss_fails_whoever_has_asked() -> None:
    class Amiss:
        def answer(self, asked: Asked) -> Said:
            raise NotByTheFactsError("no such call")

    with pytest.raises(NotByTheFactsError, match="no such call"):
        async with served(Amiss()) as base, httpx2.AsyncClient() as http:
            with pytest.raises(httpx2.HTTPError):
                await http.get(base)
