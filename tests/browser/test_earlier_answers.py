"""Earlier answers: an executor begins with one by a key, and the curator sees that it is repeated."""

from playwright.async_api import expect

from tests.api.messages.case import Case
from tests.browser.acts import step_of
from tests.browser.conftest import Office

COMPLAINT = "Дикие кабаны ходят по огородам СНТ «Рябинка» и роют картошку, участок {}"
ANSWER = (
    "Здравствуйте, Зоя Фёдоровна! Кабаны у СНТ «Рябинка» отогнаны охотничьей инспекцией, "
    "выезд к дому 4 по ул. Садовой повторим в среду."
)


async def case_of(office: Office, number: int) -> Case:
    case = await Case.begin(office.people, text=COMPLAINT.format(number), author="Зоя Лаптева")
    await case.route("veterinary", topic="animal-diseases")
    return case


async def test_an_executor_begins_with_an_earlier_answer_and_the_curator_sees_it_repeated(
    office: Office,
) -> None:
    earlier = await case_of(office, 1)
    await earlier.answer(text=ANSWER, url="https://vk.com/wall-7_7001")
    case = await case_of(office, 2)

    executor = await office.desk("executor-veterinary", f"/messages/{case.id}")
    beside = executor.get_by_role("region", name="Как отвечали раньше")
    first = beside.get_by_role("listitem").first
    await expect(first).to_contain_text(f"№ {earlier.id}")
    await expect(first).to_contain_text("отогнаны охотничьей инспекцией")
    await expect(first).to_contain_text("в срок")
    await expect(first.get_by_role("button", name=f"Взять за основу ответ на № {earlier.id}")).to_be_visible()
    form = executor.get_by_role("form", name="Отправить на согласование")
    text = form.get_by_label("Текст ответа")
    await text.press("Alt+1")
    await expect(text).to_have_value(ANSWER)
    await expect(
        form.get_by_role("status").filter(has_text=f"Начат с ответа на № {earlier.id}")
    ).to_be_visible()
    async with executor.expect_navigation():
        await form.get_by_role("button", name="Отправить на согласование").click()
    await expect(step_of(executor)).to_contain_text("Согласование")

    curator = await office.desk("curator", f"/messages/{case.id}")
    repeated = curator.get_by_role("region", name="Повторяет прежние ответы")
    await expect(repeated).to_contain_text(f"Повторяет дословно ответ на № {earlier.id}")
    await expect(curator.get_by_text(f"Начат с ответа на № {earlier.id}").first).to_be_visible()
