"""Erasing a message's personal data (152-FZ): what goes, and what stays on record.

That nothing of it is left in any file is proved by `test_nothing_left`.
"""

from typing import Any, NamedTuple

import pytest

from tests.api.messages.case import Case, standing_still
from tests.api.messages.office import Office, refused, taken

ERASED = "[erased]"
BASIS = {"basis": "consent_withdrawn", "document": "14", "dated": "2027-01-12"}
GROUND = "Отзыв согласия на обработку персональных данных: № 14 от 12.01.2027"
AUTHOR, TEXT, LOCATION = "Пелагея Редкая", "Лужа глубиной с ванну.", "пос. Лух, Соборная"
SECRETS = {
    *(AUTHOR, TEXT, LOCATION, "Насосы не наши.", "Уточните насос.", "Насосы заменены.", "Где фото?"),
    *("Лужи нет.", "Откачали.", "https://vk.com/wall-9_9", "Едет телевидение."),
}


async def whole_road(office: Office, *, closed: bool) -> Case:
    """A message with a text of every kind."""
    earlier = await Case.begin(office)
    case = await Case.begin(office, author=AUTHOR, text=TEXT)
    await case.route("housing", "roads", location=LOCATION, repeats=earlier.id)
    await case.contribute("Насосы не наши.", attachments=[await case.attach("executor-housing")])
    await case.rework_contribution("Уточните насос.")
    await case.contribute("Насосы заменены.")
    await case.submit("answer", "Лужи нет.", measures="Откачали.", attachments=[await case.attach()])
    await case.rework("Где фото?")
    await case.report("Едет телевидение.")
    await case.at("mon 11:00")  # past the rework: breaches, notices
    if closed:
        await case.answer("answer", "Лужи нет.", measures="Откачали.", url="https://vk.com/wall-9_9")
    await case.look()
    return case


@pytest.fixture(scope="module")
async def erased(office: Office) -> "Erased":
    """A message as it was, erased since."""
    case = await whole_road(office, closed=True)
    before = Erased(case, case.view, await case.journal())
    answer = taken(await case.post("admin", "/erasure", BASIS))
    assert {draft["text"] for draft in answer["drafts"]} == {ERASED}
    return before


class Erased(NamedTuple):
    """A message as it was before its erasure."""

    case: Case
    view: dict[str, Any]
    journal: list[dict[str, Any]]


async def test_author_links_and_texts_become_erased_and_files_are_gone(erased: Erased) -> None:
    view = await erased.case.look()
    assert view["author"] == view["text"] == view["url"] == view["location"] == ERASED
    assert [item["text"] for item in view["contributions"]] == [ERASED]
    assert {item["text"] for item in await erased.case.notices("curator")} == {ERASED}
    for draft in view["drafts"]:
        assert draft["text"] == draft["measures"] == ERASED
        assert draft["comment"] in (None, ERASED)
        assert draft["published_url"] in (None, ERASED)
    files = [file for item in (*view["drafts"], *view["contributions"]) for file in item["attachments"]]
    assert {file["name"] for file in files} == {ERASED}
    for file in files:
        refused(await erased.case.get("curator", f"/attachments/{file['id']}"), 404)


async def test_kinds_times_and_persons_stay_with_the_erasure_on_record(erased: Erased) -> None:
    """Everything of the message that is not a text is what it was."""

    def without_texts(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: without_texts(item) for name, item in value.items()}
        if isinstance(value, list):
            return [without_texts(item) for item in value]
        return "text" if value == ERASED or value in SECRETS else value

    view, before = standing_still(await erased.case.look()), standing_still(erased.view)
    hidden = {"url": "", "author": "", "text": ""}
    assert without_texts({**view, **hidden} | _no_names(view)) == without_texts(
        {**before, **hidden} | _no_names(before)
    )
    *rows, last = await erased.case.journal()
    assert [without_texts(row) for row in rows] == [without_texts(row) for row in erased.journal]
    assert last["number"] == len(rows) + 1
    assert (last["kind"], last["person"], last["data"]["ground"]) == ("record_erasure", "admin", GROUND)


def _no_names(view: dict[str, Any]) -> dict[str, Any]:
    """Drafts and contributions with their files unnamed."""

    def unnamed(item: dict[str, Any]) -> dict[str, Any]:
        return {**item, "attachments": [{**file, "name": ""} for file in item["attachments"]]}

    return {field: [unnamed(item) for item in view[field]] for field in ("drafts", "contributions")}


async def test_its_link_may_be_registered_again(erased: Erased, office: Office) -> None:
    again = await Case.begin(office, url=erased.view["url"])
    assert again.id != erased.case.id
    assert again.view["url"] == erased.view["url"]
    assert (await erased.case.look())["url"] == ERASED


async def test_an_open_message_goes_on_with_new_texts(office: Office) -> None:
    case = await whole_road(office, closed=False)
    taken(await case.post("admin", "/erasure", BASIS))
    await case.answer("answer", "Новый текст.", measures="Новые меры.", url="https://vk.com/wall-9_10")
    assert (case.view["outcome"], case.draft["text"]) == ("answered", "Новый текст.")
    # What came after is erased by another erasure.
    taken(await case.post("admin", "/erasure", BASIS))
    await case.look()
    assert case.draft["text"] == case.draft["published_url"] == ERASED
    assert (await case.kinds()).count("record_erasure") == 2


@pytest.mark.parametrize("document", ["Дело № 14, Редкая", "Р-Е-Д-К-А-Я 14", "№", "1" * 41])
async def test_a_document_is_a_number_and_never_a_name(office: Office, document: str) -> None:
    case = await Case.begin(office, author="Пелагея Редкая")
    refused(await case.post("admin", "/erasure", {"basis": "court", "document": document}), 422, "document")
    for body in ({}, {"basis": "whim"}, {"ground": "Решение суда."}):
        refused(await case.post("admin", "/erasure", body), 422)
    assert (await case.look())["author"] == "Пелагея Редкая"


async def test_the_administrators_page_asks_basis_document_and_day(office: Office) -> None:
    case = await Case.begin(office, author=AUTHOR, text=TEXT)
    address = f"/messages/{case.id}"
    page = await office.page("admin", address)
    form = page.partition('aria-label="Уничтожить персональные данные"')[2].partition("</form>")[0]
    assert [label for label in ("Основание", "Номер документа", "Дата") if label not in form] == []
    assert "Уничтожить персональные данные" not in await office.page("head", address)
    typed = {"basis": "court", "document": "№ А17-14/2027", "dated": "12.01.2027"}
    assert ERASED in await office.page("admin", f"{address}/record_erasure", **typed)
    assert (await case.journal())[-1]["data"]["ground"] == "Решение суда: № А17-14/2027 от 12.01.2027"
