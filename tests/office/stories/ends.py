"""Ends without an answer: clause 18, a post that is gone, an author who does not reply."""

from tests.office.matter import Matter
from tests.office.story import story


async def asked(m: Matter, body: str) -> None:
    """A request for clarification stands."""
    await m.later(10)
    await m.route(body)
    await m.later(40)
    await m.answered("Уточните, пожалуйста, адрес.", kind="clarification", minutes=15, then=5)


@story("Угроза должностному лицу", 3, "10:30", "Приеду и сожгу вашу машину.")
async def threat(m: Matter) -> None:
    await m.later(10)
    await m.decline("threat_to_official")


@story("Намерение причинить вред", 7, "11:00", "Соседу завтра не жить.", curator="curator2")
async def harm(m: Matter) -> None:
    await m.later(5)
    await m.decline("harm_to_person")


@story("Брань вместо вопроса, после направления", 8, "10:00", "Одна брань.")
async def abuse(m: Matter) -> None:
    await m.later(10)
    await m.route("housing")
    await m.later(20)
    await m.decline("obscene_or_insulting")


@story("Снимок записи, и запись удалена", 9, "09:15", "Ребёнок упал в люк на Диановых.")
async def post_is_gone(m: Matter) -> None:
    await m.later(5)
    picture = await m.attach(m.curator, name="снимок.png")
    await m.note("Снимок записи: автор обещает её удалить.", person="curator", attachments=[picture])
    await m.later(5)
    await m.route("housing", topic="sewerage", location="г. Иваново, ул. Диановых")
    await m.later(30)
    await m.note("Люк закрыт, автор запись удалил.", person="executor-housing")
    await m.later(10)
    await m.close("deleted")


@story("Комментирование закрыто", 10, "10:00", "Вопрос под закрытой записью.", network="odnoklassniki")
async def comments_closed(m: Matter) -> None:
    await m.later(10)
    await m.route("education")
    await m.later(40)
    await m.submit(text="Ответ готов.")
    await m.later(10)
    await m.approve()
    await m.later(5)
    await m.close("comments_closed")


@story("Автор не ответил: закрыто", 4, "09:30", "Опять всё плохо во дворе.")
async def nobody_replied(m: Matter) -> None:
    await asked(m, "housing")
    await m.day(8, "09:30")
    await m.close("no_reply")


@story("Автор не ответил: работа продолжена", 5, "09:20", "Опять не пришла помощь.")
async def gone_on_without_a_reply(m: Matter) -> None:
    await asked(m, "social")
    await m.day(9, "09:30")
    await m.resume()
    assert m.run("answer")["met_at"] is None
    await m.later(40)
    await m.answered("Помощь оказана всем заявителям района.", url=m.answer_link(2))


@story("Орган ответил, не дожидаясь автора", 6, "10:30", "Где ремонт?")
async def answered_without_waiting(m: Matter) -> None:
    await asked(m, "culture")
    await m.later(60)
    await m.answered("Ремонт клуба начнётся весной.", minutes=15, then=5, url=m.answer_link(2))


@story("Доклад Губернатору о сообщении, ответ на которое ещё готовят", 11, "09:40", "Закрывают роддом!")
async def reported_on_the_way(m: Matter) -> None:
    await m.later(10)
    await m.route("health", topic="hospital-conditions", importance="high", location="г. Вичуга")
    await m.later(20)
    await m.report("Тысячи просмотров за час.")
    await m.later(20)
    await m.answered("Роддом продолжает работу.")
