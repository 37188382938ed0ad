"""The demo's invented network: whoever comes writes there, programs answer by the keys of its accounts."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response

from api.response_headers import OF_FILES
from embedded.demo.network import PATH
from embedded.demo.network import town as demo_network
from embedded.demo.network.town import LONGEST_TEXT, DemoNetwork
from embedded.serving import create_app
from service.messages.posts import key_of
from settings import Settings
from store.messages.attachments import LARGEST
from tests.api.conftest import NO_TEMPORAL, assert_problem, bearer, client_of
from tests.api.messages.pictures import MP4, PNG
from tests.prepared import prepare

HERE = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


@pytest.fixture(scope="module")
async def app(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FastAPI]:
    settings = Settings.load(
        data=tmp_path_factory.mktemp("town"),
        temporal_address=NO_TEMPORAL,
        demo=True,
        demo_password="не для входа",
        public_url="http://otklik",
    )
    await prepare(settings)
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
def town(app: FastAPI) -> DemoNetwork:
    network: DemoNetwork = app.state.demo_network
    return network


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with client_of(app, HERE) as client:
        yield client


async def write(http: AsyncClient, text: str = "Не горит фонарь.", **more: str) -> Response:
    return await http.post(f"{PATH}/entries", data={"author": "Сосед", "text": text, **more})


async def written(http: AsyncClient, text: str = "Не горит фонарь.") -> int:
    answer = await write(http, text)
    assert answer.status_code == 303, answer.text
    return int(answer.headers["location"].rpartition("/")[2])


async def test_a_post_stands_in_the_feed_and_on_its_page_with_what_is_said_under_it(
    http: AsyncClient,
) -> None:
    post = await written(http, "Не горит <b>фонарь</b>\nвторой день")
    commented = await http.post(
        f"{PATH}/entries/{post}/comments", data={"author": "Анна", "text": "И у нас."}
    )
    assert re.fullmatch(rf"{PATH}/entries/{post}#comment-\d+", commented.headers["location"])
    # Each is a post of its own for the program.
    assert key_of(f"http://otklik{commented.headers['location']}") != key_of(
        f"http://otklik{PATH}/entries/{post}"
    )
    feed, page = await http.get(PATH), await http.get(f"{PATH}/entries/{post}")
    for shown in (feed, page):
        assert shown.status_code == 200
        assert "Не горит &lt;b&gt;фонарь&lt;/b&gt;<br>второй день" in shown.text
        assert "Вымышленная сеть" in shown.text
        assert "<script" not in shown.text
        assert "style=" not in shown.text
        assert "script-src 'self'" in shown.headers["content-security-policy"]
    assert "1 комментарий" in feed.text
    assert "И у нас." in page.text


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"text": " "}, "не длиннее"),
        ({"text": "я" * (LONGEST_TEXT + 1)}, "не длиннее"),
        ({"author": ""}, "вымышленным"),
        ({"author": "Я" * 61}, "вымышленным"),
    ],
)
async def test_what_is_wrong_is_said_in_the_form_with_what_was_typed(
    http: AsyncClient, given: dict[str, str], word: str
) -> None:
    answer = await write(http, given.pop("text", "Лужа во дворе"), **given)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert word in answer.text
    assert "<title>Ошибка: " in answer.text
    if "author" in given:
        assert "Лужа во дворе" in answer.text


async def test_another_site_sends_no_form(http: AsyncClient) -> None:
    answer = await http.post(
        f"{PATH}/entries",
        data={"author": "Я", "text": "Текст"},
        headers={"Sec-Fetch-Site": "cross-site", "Accept": "*/*"},
    )
    assert_problem(answer, 403)


async def test_a_program_reads_what_people_wrote_and_answers_once(
    http: AsyncClient, town: DemoNetwork
) -> None:
    post = await written(http, "Яма у школы.")
    posts = (await http.get(f"{PATH}/api/entries", params={"after": post - 1})).json()
    assert posts["items"][0]["url"] == f"http://otklik{PATH}/entries/{post}"
    assert posts["items"][0]["text"] == "Яма у школы."
    assert posts["items"][0]["parent_url"] is None

    answers = f"{PATH}/api/entries/{post}/answers"
    given = {"text": "Яма заделана.", "name": "ответ-1"}
    made = [await http.post(answers, json=given, headers=bearer(town.token("roads"))) for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json() == made[1].json()
    number = made[0].json()["id"]
    assert made[0].json()["url"] == f"http://otklik{PATH}/entries/{post}#comment-{number}"
    page = (await http.get(f"{PATH}/entries/{post}")).text
    assert page.count("Яма заделана.") == 1
    assert "официальный аккаунт" in page
    assert "Орган власти ответил" in (await http.get(PATH)).text
    assert "Яма заделана." in (await http.get(f"{PATH}/accounts/roads")).text

    await http.post(
        f"{PATH}/entries/{post}/comments",
        data={"author": "Сосед", "text": "Спасибо!", "reply_to": str(number)},
    )
    (reply,) = (await http.get(f"{PATH}/api/entries", params={"after": number})).json()["items"]
    assert reply["parent_url"] == made[0].json()["url"]

    listed = (await http.get(answers, headers=bearer(town.token("roads")))).json()["items"]
    assert [item["id"] for item in listed] == [number]
    assert (await http.get(answers, headers=bearer(town.token("housing")))).json()["items"] == []

    removed = await http.post(f"{PATH}/comments/{number}/removal")
    assert removed.headers["location"] == f"{PATH}/entries/{post}#comment-{number}"
    assert_problem(await http.get(f"{PATH}/api/comments/{number}", headers={"Accept": "*/*"}), 404)
    assert "Яма заделана." not in (await http.get(f"{PATH}/entries/{post}")).text


@pytest.mark.parametrize("token", ["", "roads.", "roads.0", "nobody.1", "roads"])
async def test_a_wrong_key_answers_nothing(http: AsyncClient, town: DemoNetwork, token: str) -> None:
    post = await written(http)
    headers = bearer(token) if token else {}
    answer = await http.post(
        f"{PATH}/api/entries/{post}/answers", json={"text": "Я", "name": "я"}, headers=headers
    )
    assert answer.status_code == 401
    # A key is of one body.
    other = town.token("housing").replace("housing", "roads", 1)
    refused = await http.get(f"{PATH}/api/entries/{post}/answers", headers=bearer(other))
    assert refused.status_code == 401


async def test_a_name_is_of_one_post(http: AsyncClient, town: DemoNetwork) -> None:
    first, second = await written(http), await written(http)
    given, key = {"text": "Ответ", "name": "ответ-2"}, bearer(town.token("roads"))
    assert (
        await http.post(f"{PATH}/api/entries/{first}/answers", json=given, headers=key)
    ).status_code == 201
    assert (
        await http.post(f"{PATH}/api/entries/{second}/answers", json=given, headers=key)
    ).status_code == 409
    gone = await http.post(f"{PATH}/api/entries/999999/answers", json=given, headers=key)
    assert gone.status_code == 404


async def test_photos_and_videos_of_an_answer_are_shown_once_and_go_with_it(
    http: AsyncClient, town: DemoNetwork
) -> None:
    post, key = await written(http), bearer(town.token("roads"))
    answers = f"{PATH}/api/entries/{post}/answers"
    # A file is what its contents are, whatever it is called.
    files = {"file0": ("после <ремонта>.mp4", PNG, "text/html"), "file1": ("ремонт.mp4", MP4, "video/mp4")}
    given = {"text": "Фонарь\nгорит.", "name": "ответ с файлами"}
    made = [await http.post(answers, data=given, files=files, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201], made[0].text
    assert made[0].json() == made[1].json()
    assert made[0].json()["text"] == given["text"]

    page = (await http.get(f"{PATH}/entries/{post}")).text
    picture, video = re.findall(rf'src="({PATH}/files/\d+)"', page)
    assert f'<img src="{picture}" alt="после &lt;ремонта&gt;.mp4.png" loading="lazy">' in page
    assert f'<video controls preload="metadata" src="{video}" aria-label="ремонт.mp4">' in page
    assert "style=" not in page
    for address, kind, content in ((picture, "image/png", PNG), (video, "video/mp4", MP4)):
        shown = await http.get(address)
        assert (shown.content, shown.headers["content-type"]) == (content, kind)
        assert shown.headers["x-content-type-options"] == "nosniff"
        assert shown.headers["content-security-policy"] == OF_FILES
        assert shown.headers["content-disposition"].startswith("inline;")

    await http.post(f"{PATH}/comments/{made[0].json()['id']}/removal")
    assert "/files/" not in (await http.get(f"{PATH}/entries/{post}")).text
    for address in (picture, video):
        assert (await http.get(address)).status_code == 404


@pytest.mark.parametrize(
    "files",
    [
        [("file0", ("снимок.png", b"<html>", "image/png"))],
        [("file0", ("снимок.png", b"", "image/png"))],
        [("file0", ("снимок.png", PNG, "image/png")), ("file1", ("акт.pdf", b"%PDF-1.7", "image/png"))],
        [("file0", ("снимок.png", PNG + bytes(LARGEST), "image/png"))],
        [(f"file{number}", ("снимок.png", PNG, "image/png")) for number in range(11)],
        [(f"file{number}", ("снимок.png", PNG + bytes(14 * 2**20), "image/png")) for number in range(3)],
    ],
    ids=["no picture", "nothing", "a document", "too large", "too many", "too large together"],
)
async def test_an_answer_with_other_files_is_refused_as_a_whole(
    http: AsyncClient, town: DemoNetwork, files: list[tuple[str, tuple[str, bytes, str]]]
) -> None:
    post, key = await written(http), bearer(town.token("roads"))
    address, given = f"{PATH}/api/entries/{post}/answers", {"text": "Ответ", "name": f"ответ к {post}"}
    refused = await http.post(address, data=given, files=files, headers=key | {"Accept": "*/*"})
    assert_problem(refused, 422)
    assert (await http.get(address, headers=key)).json()["items"] == []


@pytest.mark.parametrize(
    "given", [{"data": {"text": "", "name": "я"}, "files": {"file0": PNG}}, {"json": {}}, {"content": b"{"}]
)
async def test_an_answer_without_its_text_is_refused_with_files_and_without(
    http: AsyncClient, town: DemoNetwork, given: dict[str, Any]
) -> None:
    post, key = await written(http), bearer(town.token("roads"))
    refused = await http.post(
        f"{PATH}/api/entries/{post}/answers", headers=key | {"Accept": "*/*"}, timeout=30, **given
    )
    assert_problem(refused, 422)


async def test_what_is_no_form_is_refused(http: AsyncClient, town: DemoNetwork) -> None:
    post, key = await written(http), bearer(town.token("roads"))
    headers = key | {"Accept": "*/*", "Content-Type": "multipart/form-data; boundary=b"}
    refused = await http.post(f"{PATH}/api/entries/{post}/answers", content=b"?", headers=headers)
    assert_problem(refused, 422)


async def test_nothing_is_read_of_a_form_without_a_key_or_longer_than_it_may_be(
    http: AsyncClient, town: DemoNetwork
) -> None:
    post = await written(http)
    headers = {"Content-Type": "multipart/form-data; boundary=b", "Content-Length": str(42 * 2**20)}
    address = f"{PATH}/api/entries/{post}/answers"
    for key, status in (({}, 401), (bearer(town.token("roads")), 422)):
        answer = await http.post(address, content=unread(), headers=headers | key)
        assert answer.status_code == status


async def unread() -> AsyncIterator[bytes]:
    raise AssertionError
    yield b""


async def test_it_keeps_only_so_many_files(
    http: AsyncClient, town: DemoNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo_network, "_MOST_OF_FILES", 0)
    post, key = await written(http), bearer(town.token("roads"))
    address, given = f"{PATH}/api/entries/{post}/answers", {"text": "Ответ", "name": f"ответ к {post}"}
    refused = await http.post(address, data=given, files={"file0": PNG}, headers=key | {"Accept": "*/*"})
    assert_problem(refused, 422)
    assert (await http.post(address, json=given, headers=key)).status_code == 201


async def test_it_takes_only_so_much(http: AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_network, "_MOST_A_MINUTE", 0)
    assert "через минуту" in (await write(http)).text
    monkeypatch.setattr(demo_network, "MOST", 0)
    assert "больше она не принимает" in (await write(http)).text


async def test_there_is_none_without_the_demo(tmp_path_factory: pytest.TempPathFactory) -> None:
    app = create_app(Settings.load(data=tmp_path_factory.mktemp("real"), temporal_address=NO_TEMPORAL))
    assert not any(PATH in getattr(route, "path", "") for route in app.routes)
