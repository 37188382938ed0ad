"""People mistype, correct themselves, close the wrong message: mended, and on record."""

from tests.api.messages.case import LINKS
from tests.office.matter import Matter
from tests.office.story import story


@story("Опечатки исправлены до и после направления", 2, "09:30", "Яма на улице Лененградской.")
async def typos(m: Matter) -> None:
    await m.later(5)
    await m.correct("Опечатка при вводе.", author="Ольга К.", text="Яма на улице Ленинградской.")
    await m.correct("Скопирована не та ссылка.", url=LINKS["vkontakte"].format(f"{800_000 + int(m.id)}"))
    await m.later(5)
    await m.route("roads", location="г. Шуя, ул. Ленинградская")
    await m.later(10)
    await m.correct(
        "Улица в другом городе.",
        location="г. Иваново, ул. Ленинградская",
        topic="road-repair",
        importance="raised",
    )
    await m.later(40)
    await m.answered("Участок включён в план ремонта этого года.")


@story("Ссылка чужой сети не принята", 3, "09:15", "Остановка без навеса.")
async def link_of_another_network(m: Matter) -> None:
    body = {
        "network": "vkontakte",
        "url": "https://ok.ru/group/1/topic/7",
        "author": "Пётр",
        "text": "Нет навеса.",
    }
    answer = await m.office.post("curator", "/messages", body)
    assert answer.status_code == 422
    assert "Одноклассники" in answer.text
    m.refusals.append(answer.json()["detail"])
    await m.later(15)
    await m.route("roads", topic="bus-stops", location="г. Кохма")
    await m.later(60)
    await m.answered("Навес установят до конца недели.")


@story("Направлено не тому органу", 3, "10:00", "В подъезде на Громобоя нет света.")
async def wrong_route_taken_back(m: Matter) -> None:
    await m.later(15)
    await m.route("roads", location="г. Иваново, ул. Громобоя")
    await m.later(10)
    await m.route("housing", topic="roof-entrance", location="г. Иваново, ул. Громобоя, д. 13")
    assert m.run("return", 0)["cancelled_at"] is not None
    await m.later(60)
    await m.answered("Освещение в подъезде восстановлено.")


@story("Уточнён маршрут: тому же органу второго часа нет", 6, "09:30", "Не убран снег у школы № 21.")
async def routed_to_the_same_body(m: Matter) -> None:
    await m.later(10)
    await m.route("roads", topic="snow-removal", location="г. Иваново")
    await m.later(30)
    await m.route("roads", topic="snow-removal", location="г. Иваново, школа № 21", importance="raised")
    assert len([run for run in m.view["limits"] if run["name"] == "return"]) == 1
    await m.later(60)
    await m.answered("Снег убран, подход к школе посыпан.")


@story("Сокращённый срок, который уже истёк бы", 6, "10:10", "Прорвало трубу на Станко.")
async def reduced_term_that_would_be_over(m: Matter) -> None:
    await m.later(75)
    way = {"bodies": ["housing"], "topic": "cold-water", "location": "г. Иваново", "importance": "high"}
    assert "п. 7" in await m.refused("curator", "/route", way | {"reduced_term": "PT1H"})
    await m.route(
        "housing", topic="cold-water", importance="high", reduced_term="PT6H", location="г. Иваново"
    )
    await m.later(60)
    await m.answered("Авария устранена, вода подана.")


@story("Согласование отозвано куратором", 6, "11:00", "Закрыли ФАП в деревне.")
async def approval_taken_back(m: Matter) -> None:
    await m.later(10)
    await m.route("health", topic="rural-medicine", location="д. Сабиново")
    await m.later(50)
    await m.submit(text="ФАП открыт.")
    await m.later(20)
    await m.approve()
    await m.later(5)
    await m.rework("Пропущены часы приёма.")
    await m.later(25)
    await m.answered("ФАП принимает по вторникам и четвергам с 9 до 15 часов.")


@story("Согласованный текст отозван органом", 7, "09:20", "Нет горячей воды в Южном.", curator="curator2")
async def approved_text_withdrawn(m: Matter) -> None:
    await m.later(20)
    await m.route("housing", topic="no-hot-water", location="г. Иваново, м. Южный")
    await m.later(40)
    await m.submit(text="Воду дадут сегодня.")
    await m.later(15)
    await m.approve()
    await m.later(5)
    await m.withdraw()
    await m.later(20)
    await m.answered("Воду дадут завтра к 18:00, идёт ремонт теплотрассы.")


@story("Проект отозван, и новый представлен поздно", 7, "09:50", "Не работает лифт в поликлинике.")
async def draft_withdrawn_and_late(m: Matter) -> None:
    await m.later(20)
    await m.route("health", topic="hospital-conditions", location="г. Кинешма")
    await m.past("draft", -30)
    await m.submit(text="Лифт ремонтируют.")
    await m.later(10)
    await m.withdraw()
    await m.past("draft", 40)
    assert m.run("draft")["breached_at"] is not None
    await m.answered("Лифт запущен сегодня в 16:00.", minutes=10)


@story("Ошибочная ссылка на ответ исправлена после завершения", 7, "10:30", "Площадка без ограждения.")
async def wrong_link_of_an_answer(m: Matter) -> None:
    await m.later(15)
    await m.route("education", topic="school-buildings", location="г. Приволжск")
    await m.later(40)
    await m.submit(text="Ограждение установлено.")
    await m.later(15)
    await m.approve()
    own = await m.refused("executor-education", "/publication", {"url": m.view["url"]}, status=422)
    other = await m.refused(
        "executor-education", "/publication", {"url": "https://ok.ru/group/1/topic/2"}, status=422
    )
    assert own != other
    await m.publish()
    await m.correct_link(m.answer_link(7), person="executor-education")
    await m.correct_link(m.answer_link(8))


@story("Зарегистрировано ошибочно и зарегистрировано снова", 8, "09:15", "Шутка, а не жалоба.")
async def registered_by_mistake(m: Matter) -> None:
    await m.later(10)
    await m.close("registered_by_mistake")
    again = await m.another(m.month.at(8, "11:00"), url=m.view["url"], text="Всё-таки жалоба: яма у рынка.")
    assert again.id != m.id
    await m.refused("curator", "/reopen", {"reason": "Это была жалоба."})
    await again.later(10)
    await again.route("roads", location="г. Шуя, рынок")
    await again.later(50)
    await again.answered("Яма у рынка заделана.")


@story("Закрыто как ошибочное после нарушения срока", 8, "09:30", "Дубликат без ссылки.")
async def void_after_a_breach(m: Matter) -> None:
    await m.past("routing", 15)
    await m.close("registered_by_mistake")
    assert m.view["outcome"] == "void"


@story("Размещённое нельзя закрыть как ошибочное", 8, "10:20", "Плохой интернет в Лухе.", network="blog")
async def not_a_mistake_once_published(m: Matter) -> None:
    await m.later(10)
    await m.route("culture", topic="public-services", location="п. Лух")
    await m.later(40)
    await m.answered("Запрос оператору направлен.", kind="interim", minutes=15, then=5)
    await m.refused("curator", "/close", {"reason": "registered_by_mistake"})
    await m.day(11, "10:00")
    await m.answered("Оператор установит вышку в мае.", minutes=15, then=5, url=m.answer_link(2))
    await m.refused("curator", "/reopen", {"reason": "Ещё раз."})


@story("Закрыто по ошибке, открыто снова и отвечено", 9, "09:30", "Холодно в подъезде на Ташкентской.")
async def reopened_in_time(m: Matter) -> None:
    await m.later(10)
    await m.route("housing", topic="roof-entrance", location="г. Иваново, ул. Ташкентская")
    await m.later(30)
    await m.close("deleted")
    await m.reopen(reason="Удалена другая запись, эта на месте.")
    await m.later(40)
    await m.answered("Дверь подъезда утеплена.")


@story(
    "Ошибочно признано оскорблением, открыто начальником",
    9,
    "09:50",
    "Да когда ж вы, черти, дорогу почините!",
)
async def declined_by_mistake(m: Matter) -> None:
    await m.later(20)
    await m.route("roads", topic="rural-roads", location="Лежневский район")
    await m.later(20)
    await m.decline("obscene_or_insulting")
    await m.reopen("head", "Оскорбления нет, вопрос по существу.")
    await m.past("answer", 20)
    assert m.run("answer")["breached_at"] is not None
    await m.later(20)
    await m.answered("Грейдирование дороги начато сегодня.", minutes=10)


@story("Слишком длинный проект", 9, "10:30", "Опасный перекрёсток у вокзала.", network="microblog")
async def draft_too_long(m: Matter) -> None:
    await m.later(10)
    await m.route("roads", topic="road-marking-signs", location="г. Иваново, Вокзальная пл.")
    long = {"kind": "answer", "text": "Перекрёсток обследован. " * 800}
    await m.refused("executor-roads", "/drafts", long, status=422)
    await m.later(40)
    await m.answered("Светофор перенастроен.")
