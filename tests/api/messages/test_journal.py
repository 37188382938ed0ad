"""Every text, version, decision and time is on record with the person, and cannot be changed afterwards (cl. 19)."""

from tests.api.messages.case import View, about
from tests.api.messages.conftest import Begin
from tests.api.messages.office import taken
from tests.api.messages.shape import moment

ROW = {"number", "at", "kind", "person", "acting_for", "data"}


async def test_every_step_is_one_row_with_person_moment_and_texts(begin: Begin) -> None:
    case = await begin("mon 09:00")
    await case.route("housing", "roads", location="г. Шуя", importance="high", reduced_term="PT8H")
    await case.contribute("Трубы меняем.")
    await case.give_back(reason="Улица не наша.", competent_body="social")
    await case.route("roads")
    await case.submit("interim", "Работаем.")
    await case.rework("Когда?")
    await case.submit("interim", "До пятницы.")
    await case.withdraw()
    await case.submit("interim", "До четверга.")
    await case.approve("curator2")
    await case.publish("https://vk.com/wall-1_5")
    await case.report("Обсуждают.")
    await case.close("comments_closed")
    rows = await case.journal()
    for row in rows:
        assert set(row) == ROW
        assert about(row["at"], case.moment("mon 09:00"))
        moment(row["at"])
    assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
    moved = [(row["kind"], row["data"]["limit"]) for row in rows if row["person"] is None]
    assert moved == [("limit_moved", "answer"), ("limit_moved", "answer"), ("limit_moved", "return")]
    rows = [row for row in rows if row["person"]]
    assert [(row["kind"], row["person"]) for row in rows] == [
        ("registered", "curator"),
        ("route", "curator"),
        ("contribute", "executor-housing"),
        ("return_to_curator", "executor-roads"),
        ("route", "curator"),
        ("submit_draft", "executor-roads"),
        ("send_for_rework", "curator"),
        ("submit_draft", "executor-roads"),
        ("withdraw_draft", "executor-roads"),
        ("submit_draft", "executor-roads"),
        ("approve", "curator2"),
        ("confirm_publication", "executor-roads"),
        ("report_to_governor", "curator"),
        ("close_unanswered", "curator"),
    ]
    data = [row["data"] for row in rows]
    assert (data[1]["bodies"], data[1]["location"]) == (["housing", "roads"], "г. Шуя")
    assert (data[1]["importance"], data[1]["reduced_term"]) == ("high", "PT8H")
    assert data[2]["text"] == "Трубы меняем."
    assert (data[3]["reason"], data[3]["competent_body"]) == ("Улица не наша.", "social")
    # Every version of the draft stays.
    assert [data[number]["text"] for number in (5, 7, 9)] == ["Работаем.", "До пятницы.", "До четверга."]
    assert data[6]["comment"] == "Когда?"
    assert data[11]["url"] == "https://vk.com/wall-1_5"
    assert data[12]["reason"] == "Обсуждают."


async def test_it_is_read_newest_first_page_by_page(begin: Begin) -> None:
    case = await begin(to=["roads"])
    await case.submit()
    whole = taken(await case.get("curator", "/journal"))
    assert [row["number"] for row in whole["items"]] == [3, 2, 1]
    assert whole["next"] is None
    pages: list[View] = []
    cursor: View = {}
    for _ in range(2):
        page = taken(await case.get("curator", "/journal", limit=2, **cursor))
        pages += page["items"]
        cursor = {"cursor": page["next"]}
    assert pages == whole["items"]
    assert cursor == {"cursor": None}


async def test_whoever_sees_the_message_reads_its_journal_with_texts(begin: Begin) -> None:
    case = await begin(to=["roads"])
    await case.submit(text="Засыпали.")
    for person in ("curator2", "executor-roads", "responsible-roads", "deputy", "deputy-policy", "admin"):
        assert (await case.journal(person))[-1]["data"]["text"] == "Засыпали."
