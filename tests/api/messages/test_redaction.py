"""Words of a third person, or one file, are taken out of a message alone (152-FZ): everywhere, and the rest stays."""

import json
from pathlib import Path
from typing import Any

from service.language.lemmas import lemmas
from service.personal_data.fragment import Fragment
from store.networks.tables import CandidateRow
from tests.api.messages.apart import installation, office
from tests.api.messages.case import Case
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Installation, Office, refused, taken

__all__ = ["installation", "office"]
# An installation of these tests alone: its files are searched for words.

CHILD, OTHER_CHILD = "Фёкла Щъждова", "Федул Ъжикова"
PHONE = "+7 910 123-45-67"
REMOVED = "[удалено]"
SPOKEN = f"Моя дочь {CHILD}, телефон {PHONE}, ходит мимо ямы."
BASIS = {"basis": "subject_request", "document": "14", "dated": "2027-03-03"}


async def redact(case: Case, fragment: str, person: str = "admin", **rest: str) -> dict[str, Any]:
    view: dict[str, Any] = taken(await case.post(person, "/redact", {"fragment": fragment, **BASIS} | rest))
    return view


async def spoken(begin: Begin, **registered: Any) -> Case:
    """The words stand in the author's name, in every kind of text, and in what was there before a correction."""
    case = await begin(author=f"Мать, {CHILD}", text=SPOKEN, **registered)
    await case.correct(f"Со слов: {CHILD}", text=f"{SPOKEN} Каждый день.")
    await case.note(f"Звонили: {PHONE}, {CHILD}")
    await case.route(location=f"г. Кинешма, у дома, где {CHILD}")
    await case.report(f"О ребёнке пишут все: {CHILD}")
    await case.submit("answer", f"Здравствуйте! {CHILD} может ходить: яму засыпали.")
    await case.rework(f"Не называйте: {CHILD}")
    await case.answer("answer", f"Здравствуйте! Яму засыпали. Передайте: {CHILD}.")
    return case


def said(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


async def test_the_words_are_nowhere_the_answer_stays_and_the_fact_is_on_record(
    begin: Begin, office: Office, installation: Installation
) -> None:
    case = await spoken(begin)
    await case.until_told("governor", "governor_report")
    assert case.id in await listed(office, "щъждова")
    assert left(installation.settings.data, "Щъждова")
    answer = await redact(case, CHILD)
    assert left(installation.settings.data, "Щъждова") == set()
    view, journal = await case.look(), await case.journal()
    for shown in (answer, view, journal, await case.notices("curator"), await case.notices("governor")):
        assert "Щъждова" not in said(shown)
    assert view["text"] == f"Моя дочь {REMOVED}, телефон {PHONE}, ходит мимо ямы. Каждый день."
    assert view["drafts"][-1]["text"] == f"Здравствуйте! Яму засыпали. Передайте: {REMOVED}."
    assert (view["outcome"], view["author"]) == ("answered", f"Мать, {REMOVED}")
    correction = next(row for row in journal if row["kind"] == "correct")
    assert correction["data"]["before"]["text"] == f"Моя дочь {REMOVED}, телефон {PHONE}, ходит мимо ямы."
    assert PHONE in said(view)
    for person in ("curator", "admin"):
        assert case.id not in await listed(office, "щъждова", person)
    assert case.id in await listed(office, "ходит мимо ямы")

    row = journal[-1]
    assert (row["kind"], row["person"]) == ("redact", "admin")
    assert (row["data"]["basis"], row["data"]["document"]) == ("subject_request", "14")
    [act] = taken(await office.get("admin", "/destructions", message=case.id))["items"]
    assert act["ground"] == (
        "Требование субъекта персональных данных или его представителя: № 14 от 03.03.2027"
    )
    assert {item["key"] for item in act["categories"]} >= {"words"}
    assert (await office.get("admin", f"/destructions/{act['id']}.docx")).status_code == 200


async def listed(office: Office, words: str, person: str = "curator") -> set[str]:
    """The messages that a search finds."""
    return {item["id"] for item in taken(await office.get(person, "/messages", q=words))["items"]}


async def test_an_open_message_goes_on_and_a_request_repeated_tells_its_outcome(begin: Begin) -> None:
    case = await begin(text=SPOKEN.replace(CHILD, OTHER_CHILD), to=["roads"])
    for _ in range(2):
        body = {"fragment": PHONE, **BASIS}
        view = taken(await case.post("head", "/redact", body, key="redact-twice"))
        assert (view["stage"], PHONE in said(view)) == ("preparation", False)
    await case.answer()
    assert case.view["outcome"] == "answered"
    kinds = await case.kinds()
    assert (kinds.count("redact"), kinds[-1]) == (1, "confirm_publication")


async def test_a_file_goes_alone(begin: Begin) -> None:
    case = await begin()
    kept, gone = await case.attach(name="яма.png"), await case.attach(name="ребёнок.png")
    await case.note("Снимки.", attachments=[kept, gone])
    await redact(case, gone)
    names = {file["id"]: file["name"] for file in (await case.look())["attachments"]}
    assert names == {kept: "яма.png", gone: REMOVED}
    refused(await case.get("curator", f"/attachments/{gone}"), 404)
    assert (await case.get("curator", f"/attachments/{kept}")).status_code == 200
    address = f"http://otklik/messages/{case.id}/attachments/{kept}"
    await redact(case, address)
    refused(await case.get("curator", f"/attachments/{kept}"), 404)


async def test_too_little_or_what_is_not_there_or_a_part_of_the_link_is_not_taken_out(begin: Begin) -> None:
    case = await begin()
    for fragment in (" ", "5 5", "Такого здесь нет", "wall-238"):
        refused(await case.post("admin", "/redact", {"fragment": fragment, **BASIS}), 422)
    assert await case.kinds() == ["registered"]


async def test_the_document_repeats_nothing_of_it(begin: Begin, office: Office) -> None:
    case = await begin(text="Звоните: 910 123-45.")
    body = {**BASIS, "fragment": "910 123-45"}
    refused(await case.post("admin", "/redact", {**body, "document": f"14/{OTHER_CHILD}"}), 422, "document")
    refused(await case.post("admin", "/redact", {**body, "document": "910 123-45/1"}), 422, "номер документа")
    taken(await case.post("admin", "/redact", body))
    [act] = taken(await office.get("admin", "/destructions", message=case.id))["items"]
    assert "123-45" not in said([act, await case.journal()])


async def test_candidates_lose_it_too(begin: Begin, office: Office) -> None:
    case = await begin(text=SPOKEN.replace(CHILD, OTHER_CHILD))
    async with office.database.write() as session:
        session.add(
            CandidateRow(
                url_key=f"reply-{case.id}",
                network="vkontakte",
                url="https://vk.com/wall-1_1?reply=9",
                author=OTHER_CHILD,
                text=f"Это я, {OTHER_CHILD}",
                search_text=f"это я, {OTHER_CHILD}".lower(),
                found_at=case.moment("mon 09:00"),
                reply_to=int(case.id),
            )
        )
    assert len(taken(await office.get("curator", "/candidates", q="ъжикова"))["items"]) == 1
    await redact(case, OTHER_CHILD)
    assert taken(await office.get("curator", "/candidates", q="ъжикова"))["items"] == []


def test_words_are_found_as_people_write_them() -> None:
    fragment = Fragment("Фёкла  Щъждова")
    assert fragment.out_of("фекла\u00a0щъж\u00adдова пришла") == f"{REMOVED} пришла"
    assert Fragment("a.b").out_of("axb a.b") == f"axb {REMOVED}"
    assert fragment.is_sought_by("stage=routing&q=щъждова")
    assert fragment.is_sought_by("q=яма щъждову")
    assert not fragment.is_sought_by("q=яма")


def left(folder: Path, words: str) -> set[str]:
    """The files of the installation that still hold one of the words, in whatever spelling."""
    spellings = {form for word in words.split() for form in (word, word.lower(), lemmas(word))}
    written = {spelt for form in spellings for spelt in (form.encode(), json.dumps(form)[1:-1].encode())}
    return {
        str(file.relative_to(folder))
        for file in folder.rglob("*")
        if file.is_file() and any(spelt in file.read_bytes() for spelt in written)
    }
