"""Stories of fairness: somebody else had the last minutes, was away, or could not work (cl. 20)."""

from tests.office.matter import Matter
from tests.office.month import CLOSED_DAYS
from tests.office.story import story

FIRST_CLOSED, LAST_CLOSED = CLOSED_DAYS


def whose(m: Matter, limit: str) -> list[tuple[str, str]]:
    """Whom the breach of a limit is charged to, and whose own limit was over."""
    charged = m.run(limit)["charged"]
    return [(entry["body"] or entry["role"], entry["limit"]) for entry in charged]


@story("Куратор согласовал на пять часов позже", 6, "09:00", "Не подвозят лекарства в село.")
async def approved_hours_late(m: Matter) -> None:
    await m.later(20)
    await m.route("health", topic="medicines", location="с. Новое Горяново")
    await m.later(100)
    await m.submit(text="Лекарства привезут завтра.")
    await m.past("answer", -5)
    await m.approve()
    await m.later(15)
    # In fifteen of the body's thirty minutes.
    await m.publish()
    assert whose(m, "answer") == [("curator", "approval")]
    assert m.run("publication")["breached_at"] is None


@story("Направлено за двадцать минут до истечения срока ответа", 6, "09:15", "Нет автобуса к поликлинике.")
async def routed_just_before_the_end(m: Matter) -> None:
    await m.past("answer", -20)
    await m.route("roads", topic="bus-routes", location="г. Шуя")
    await m.later(40)
    await m.answered("Маршрут продлён до поликлиники.", minutes=10)
    assert whose(m, "answer") == [("curator", "routing")]


@story(
    "Возвращено на семь часов позже, следующему органу осталось пятнадцать минут",
    6,
    "09:25",
    "Разбит тротуар.",
)
async def returned_hours_late(m: Matter) -> None:
    await m.later(10)
    await m.route("education", topic="sidewalks", location="г. Фурманов")
    await m.past("answer", -35)
    await m.give_back(reason="Тротуар не у школы.", competent_body="roads")
    await m.later(20)
    await m.route("roads", topic="sidewalks", location="г. Фурманов")
    await m.later(30)
    await m.answered("Тротуар отремонтируют в мае.", minutes=10)
    assert {body for body, _ in whose(m, "answer")} == {"education"}


@story("Информация на пять часов позже, ответ на согласовании в срок", 7, "09:00", "Нет врача в приюте.")
async def contribution_hours_late(m: Matter) -> None:
    await m.later(5)
    await m.route("health", "social", topic="social-care", location="г. Кинешма")
    await m.day(7, "17:00")
    await m.contribute("Врач принимает по средам.")
    await m.day(7, "17:45")
    await m.submit(text="Врач принимает по средам, приём расширен.")
    await m.past("answer", 15)
    await m.approved_and_placed(10)
    assert whose(m, "answer") == [("health", "contribution")]


@story("Все шаги в срок, а ответ опоздал: ни за кем", 9, "09:00", "Дымит труба котельной в Лежневе.")
async def all_in_time_and_late(m: Matter) -> None:
    await m.past("routing", -5)
    await m.route("housing", topic="air-pollution", location="п. Лежнево")
    await m.past("draft", -5)
    await m.submit(text="Котёл проверят.")
    await m.past("approval", -5)
    await m.rework("Когда проверят?")
    await m.past("rework", -5)
    await m.submit(text="Котёл проверят завтра.")
    await m.past("approval", -5)
    await m.approve()
    await m.past("publication", -2)
    await m.publish()
    late = [run["name"] for run in m.view["limits"] if run["breached_at"]]
    assert (late, m.run("answer")["charged"]) == (["answer"], [])


@story(
    "Куратор отсутствует, согласование просрочил замещающий", 10, "10:30", "Нет педиатра.", curator="curator2"
)
async def late_in_the_place_of_a_curator(m: Matter) -> None:
    await m.later(15)
    await m.route("health", topic="doctor-shortage", location="г. Пучеж")
    await m.day(10, "12:10")
    await m.submit(text="Педиатр принят.")
    await m.past("approval", 20)
    (charged,) = m.run("approval")["charged"]
    assert (charged["person"], charged["acting_for"]) == ("head", "curator2")
    await m.approved_and_placed(10, person="head")


@story("Проект просрочил замещающий исполнителя", 9, "09:40", "Очередь на МРТ полгода.")
async def late_in_the_place_of_an_executor(m: Matter) -> None:
    await m.later(15)
    await m.route("health", topic="doctor-appointments", location="г. Иваново")
    await m.past("draft", 30)
    (charged,) = m.run("draft")["charged"]
    assert (charged["person"], charged["acting_for"]) == ("responsible-social", "executor-health")
    answer = {"kind": "answer", "text": "Открыта дополнительная запись."}
    await m.step("responsible-social", "/drafts", answer)
    await m.later(10)
    await m.approve()
    await m.past("publication", 15)
    # The next day the substitute of the executor is back, and the message is theirs.
    await m.day(10, "09:30")
    await m.step("executor-social", "/publication", {"url": m.answer_link(1)})


@story("Закрыто по ошибке, пока шёл срок проекта", 7, "09:30", "Не убран каток.")
async def closed_while_the_draft_was_owed(m: Matter) -> None:
    await m.later(20)
    await m.route("culture", topic="playgrounds", location="г. Южа")
    await m.past("draft", -5)
    due = m.run("draft")["due_at"]
    await m.close("deleted")
    await m.reopen("head", "Удалена другая запись.")
    assert m.run("draft")["due_at"] >= due
    assert m.run("draft")["breached_at"] is None
    await m.answered("Каток убран.", minutes=10)


@story("Час на возврат стоит, пока информация на доработке у другого", 8, "09:00", "Сломан светофор у школы.")
async def the_hour_stands_still(m: Matter) -> None:
    await m.later(5)
    await m.route("education", "roads", topic="road-marking-signs", location="г. Вичуга")
    await m.later(20)
    await m.contribute("У школы ходят двести детей.")
    await m.later(20)
    await m.rework_contribution("Уточните время уроков.")
    await m.later(30)
    await m.contribute("У школы ходят двести детей, с 8 до 14 часов.")
    # Twenty minutes before and thirty after: less than the hour, for fifty minutes were elsewhere.
    await m.later(30)
    await m.give_back("roads", reason="Светофор городской.")
    assert all(run["breached_at"] is None for run in m.view["limits"] if run["name"] == "return")
    await m.later(20)
    await m.route("housing", topic="road-marking-signs", location="г. Вичуга")
    await m.later(40)
    await m.answered("Светофор исправен с 12:00.")


@story(
    "Орган закрыт: срок проекта не раньше выявления, ответ ни за кем", FIRST_CLOSED, "14:00", "Течёт бассейн."
)
async def while_the_body_is_closed(m: Matter) -> None:
    await m.later(20)
    await m.route("sport", location="г. Иваново, бассейн «Нептун»")
    assert m.run("draft")["due_at"] == m.view["detected_at"]
    await m.past("answer", 20)
    assert whose(m, "answer") == []
    await m.day(LAST_CLOSED + 1, "09:30")
    await m.answered("Чаша бассейна отремонтирована.", minutes=10)


@story(
    "Орган опоздал и закрылся: руководителю сообщают сразу",
    FIRST_CLOSED - 1,
    "09:00",
    "Нет света на стадионе.",
)
async def told_while_the_body_is_closed(m: Matter) -> None:
    await m.later(20)
    await m.route("sport", location="г. Кохма, стадион")
    await m.past("answer", 20)
    assert whose(m, "answer") == [("sport", "draft")]
    (notice, *_) = await m.notices("deputy-culture", "escalation")
    assert notice["at"] == m.run("answer")["breached_at"]
    await m.day(LAST_CLOSED + 1, "09:30")
    await m.answered("Освещение стадиона восстановлено.", minutes=10)


@story(
    "Проект у куратора: предупреждение о сроке ответа получает куратор", 10, "09:00", "Нет лавочек в парке."
)
async def the_curator_is_warned(m: Matter) -> None:
    await m.later(20)
    await m.route("culture", topic="playgrounds", location="г. Тейково")
    await m.past("draft", -10)
    await m.submit(text="Лавочки установят.")
    await m.past("answer", -10)
    warned = [notice for notice in await m.notices("curator", "warning") if notice["limit"] == "answer"]
    assert len(warned) == 1
    await m.approved_and_placed(5)


@story("Исполнитель отсутствует, замещающего нет", 8, "09:20", "В библиотеке не работает пандус.")
async def away_without_a_substitute(m: Matter) -> None:
    await m.later(10)
    await m.route("culture", location="г. Родники, библиотека")
    assert [notice["kind"] for notice in await m.notices("responsible-culture")] == ["assigned"]
    assert await m.notices("executor-culture") == []
    await m.past("draft", 20)
    (charged,) = m.run("draft")["charged"]
    assert (charged["person"], charged["acting_for"]) == ("responsible-culture", None)
    draft = {"kind": "answer", "text": "Пандус отремонтируют до пятницы."}
    await m.step("responsible-culture", "/drafts", draft)
    await m.later(10)
    await m.approve()
    await m.later(10)
    await m.step("responsible-culture", "/publication", {"url": m.answer_link(1)})
