"""A command that is taken and cannot be applied yet: its page says so, and what became of it."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from httpx import AsyncClient

from store.commands import outbox
from store.database.engines import Database
from tests.api.conftest import PASSWORD

_FORM = {
    "url": "https://vk.com/wall-1_238",
    "network": "vkontakte",
    "author": "Житель Шуи",
    "text": "Не горит ни один фонарь.",
    "key": "one form",
}


async def signed_in(http: AsyncClient) -> None:
    await http.post("/sign-in", data={"username": "curator", "password": PASSWORD})


async def test_a_message_that_is_taken_is_gone_to_and_says_so_until_it_is_applied(
    http: AsyncClient, db: Database
) -> None:
    await signed_in(http)
    done = await http.post("/messages/new", data=_FORM)
    assert (done.status_code, done.headers["location"]) == (HTTPStatus.SEE_OTHER, "/messages/1")
    assert "Принято, применяется…" in (await http.get("/messages/1")).text
    async with db.write() as session:
        (command,) = await outbox.waiting_under(session, "one form")
        await outbox.settle(session, command.id, accepted=True, detail=None, at=datetime.now(UTC))
    assert "Принято" not in (await http.get("/messages/1")).text


async def test_one_that_was_refused_in_the_end_says_why(http: AsyncClient, db: Database) -> None:
    await signed_in(http)
    await http.post("/messages/new", data=_FORM)
    async with db.write() as session:
        (command,) = await outbox.waiting_under(session, "one form")
        later = datetime.now(UTC) + timedelta(seconds=5)
        await outbox.settle(session, command.id, accepted=False, detail="Сообщение закрыто.", at=later)
    assert "Не принято (регистрация): Сообщение закрыто." in (await http.get("/messages/1")).text
