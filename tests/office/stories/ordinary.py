"""Answers as they should be: in time, in every network, with rounds of rework, requests and interim answers."""

from tests.api.messages.case import LINKS
from tests.office.matter import Matter
from tests.office.story import story


@story(
    "Яма: ответ в тот же день, потом повторное сообщение",
    1,
    "09:05",
    "На Советской у дома 12 глубокая яма, бьём колёса.",
)
async def answered_and_repeated(m: Matter) -> None:
    await m.later(20)
    await m.route("roads", location="г. Кинешма, ул. Советская, д. 12")
    await m.later(50)
    await m.answered("Яма у дома 12 заделана сегодня, 23 кв. м.")

    again = await m.another(m.month.at(1, "14:00"), text="На Советской, 12 снова яма, засыпали песком.")
    await again.later(15)
    await again.route("roads", location="г. Кинешма, ул. Советская, д. 12", repeats=m.id)
    # Clause 16: the body may read the earlier one; its answer must state what was done.
    assert (await m.get("executor-roads")).status_code == 200
    assert "измен" not in await again.refused(
        "executor-roads", "/drafts", {"kind": "answer", "text": "Устраним."}, status=422
    )
    await again.later(40)
    await again.submit(text="Покрытие восстановят по гарантии.", measures="Подрядчику направлена претензия.")
    await again.later(20)
    await again.approved_and_placed(5)


@story(
    "Нет отопления: одна доработка",
    1,
    "09:40",
    "Третий день холодные батареи на Лежневской, 5.",
    network="odnoklassniki",
)
async def reworked_once(m: Matter) -> None:
    await m.later(15)
    await m.route("housing", importance="high", location="г. Иваново, ул. Лежневская, д. 5")
    await m.later(70)
    await m.submit(text="Отопление будет восстановлено.")
    await m.later(30)
    await m.rework("Укажите дату и причину отключения.")
    await m.later(35)
    await m.answered("Отопление восстановят завтра к 12:00, заменён насос.", minutes=10)


@story(
    "Школа: простая дорога у второго куратора",
    1,
    "10:15",
    "В школе № 7 течёт крыша над спортзалом.",
    curator="curator2",
)
async def plain(m: Matter) -> None:
    await m.later(30)
    await m.route("education", location="г. Шуя, школа № 7")
    await m.later(90)
    await m.answered("Ремонт кровли начат, завершение в пятницу.")


@story(
    "Очередь к врачу: промежуточный и окончательный ответы",
    2,
    "09:10",
    "К терапевту в Тейкове запись на месяц вперёд.",
)
async def interim_then_final(m: Matter) -> None:
    await m.later(25)
    await m.route("health", location="г. Тейково")
    await m.later(60)
    await m.answered(
        "Проверяем расписание приёма, ответим дополнительно.", kind="interim", minutes=20, then=10
    )
    await m.day(5, "10:00")
    await m.answered(
        "Открыт второй кабинет, запись в пределах семи дней.", minutes=30, then=10, url=m.answer_link(2)
    )


@story("Пособие: запрос и ответ автора", 2, "11:00", "Не пришло пособие за прошлый месяц!", network="forum")
async def clarified(m: Matter) -> None:
    await m.later(10)
    await m.route("social", location="Ивановская область")
    await m.later(45)
    await m.answered("Уточните, пожалуйста, район и вид пособия.", kind="clarification", minutes=15, then=5)
    await m.later(90)
    await m.reply("Родники, на второго ребёнка.")
    await m.later(60)
    await m.answered("Выплата направлена вчера, поступит в течение дня.", url=m.answer_link(2))


@story(
    "Дом культуры: блог, через обеденный перерыв",
    2,
    "12:30",
    "В клубе села холодно, кружки отменили.",
    network="blog",
)
async def over_lunch(m: Matter) -> None:
    await m.later(60)
    await m.route("culture", location="с. Ново-Талицы")
    await m.later(60)
    await m.answered("Котёл отремонтирован, занятия возобновлены.")


@story(
    "Разметка: две доработки и прогноз",
    3,
    "09:00",
    "На Парижской Коммуны не видно разметки.",
    network="microblog",
)
async def reworked_twice(m: Matter) -> None:
    await m.later(80)
    await m.route("roads", topic="road-marking-signs", location="г. Иваново, ул. Парижской Коммуны")
    await m.later(150)
    await m.submit(text="Разметку нанесут.")
    await m.later(80)
    await m.rework("Когда нанесут?")
    await m.later(55)
    await m.submit(text="Разметку нанесут весной.")
    await m.later(80)
    await m.rework("Назовите месяц.")
    assert m.view["forecast_at"] is not None
    await m.later(20)
    await m.answered("Разметку нанесут в апреле.", minutes=10, then=5)


@story("Сообщение выявлено в выходной", 5, "12:00", "Автобус 7 не пришёл дважды подряд.", off=True)
async def on_a_day_off(m: Matter) -> None:
    await m.next_day("10:00")
    await m.route("roads", topic="bus-schedule", location="г. Иваново")
    await m.later(60)
    await m.answered("Рейс восстановлен, водитель заменён.")


@story(
    "Сообщение выявлено перед концом дня", 3, "17:40", "Во дворе на Шереметевском неделю не вывозят мусор."
)
async def at_the_end_of_the_day(m: Matter) -> None:
    await m.day(4, "09:30")
    await m.route("housing", topic="garbage-collection", location="г. Иваново, Шереметевский пр., д. 40")
    await m.later(60)
    await m.answered("Мусор вывезен, график исправлен.")


@story(
    "Поликлиника: видеохостинг",
    4,
    "09:20",
    "Снял на видео очередь в поликлинике № 2.",
    network="video_hosting",
)
async def under_a_video(m: Matter) -> None:
    await m.later(20)
    await m.route("health", topic="hospital-conditions", location="г. Кохма")
    await m.later(120)
    await m.answered("Открыто дополнительное окно регистратуры.")


@story(
    "Отзыв о доме престарелых: сокращённый срок",
    4,
    "10:00",
    "В пансионате грубят пожилым.",
    network="review_site",
)
async def with_a_reduced_term(m: Matter) -> None:
    await m.later(15)
    await m.route(
        "social", topic="social-care", importance="raised", reduced_term="PT4H", location="г. Вичуга"
    )
    await m.later(30)
    await m.answered("С сотрудником проведена беседа, он переведён.", minutes=20, then=5)


@story(
    "Кружок: Instagram",
    4,
    "11:30",
    "Закрыли кружок рисования в доме творчества.",
    network="instagram",
    curator="curator2",
)
async def in_instagram(m: Matter) -> None:
    await m.later(10)
    await m.route("education", topic="extra-education", location="г. Фурманов")
    await m.later(60)
    await m.answered("Кружок открыт вновь с понедельника.")


@story("Детский сад: доклад Губернатору", 5, "09:30", "Сто семей без мест в садах, собираем подписи.")
async def reported_to_the_governor(m: Matter) -> None:
    await m.later(10)
    await m.report("Тему обсуждают во всех районных группах.")
    await m.route("education", topic="kindergarten-places", importance="high", location="г. Иваново")
    await m.later(60)
    await m.answered("Открываются две новые группы, 40 мест.")


@story("Одна запись найдена дважды", 5, "10:40", "Света нет на Рабфаковской с вечера.")
async def found_twice(m: Matter) -> None:
    post = LINKS["vkontakte"].format(f"{700_000 + int(m.id)}")
    first = await m.another(m.now, url=post, text="Нет света на улице Рабфаковской.")
    spelled = post.replace("https://vk.com/", "http://m.vk.com/feed?w=") + "&from=feed"
    body = {"network": "vkontakte", "url": spelled, "author": "Житель", "text": "Нет света."}
    again = await m.office.post("curator2", "/messages", body)
    assert (again.status_code, again.json()["id"]) == (200, first.id)
    for one in (m, first):
        await one.later(10)
        await one.route("housing", topic="power-cuts", location="г. Иваново, ул. Рабфаковская")
        await one.later(60)
        await one.answered("Электроснабжение восстановлено в 11:20.")
