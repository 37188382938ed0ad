"""Marks of direction in whatever people write turn nothing outside of it: official words are read where they stand."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from playwright.async_api import async_playwright

from api.web import templates
from calendar_rules.vocabulary import Network
from service.networks import found_posts
from service.networks.platforms.port import Found
from tests.api.messages.case import Case
from tests.browser.browser import launch
from tests.browser.conftest import Office, new_link
from tests.browser.test_candidates import written

_MARKS = "\u202e{}\u2066\u200f\u05d0\u05d1\u05d2"
"""From right to left without an end, an isolate without an end, a mark, and letters that are written so."""

_READ = """planted => {
  const TURNING = /[\\u0590-\\u08ff\\u200e\\u200f\\u202a-\\u202e\\u2066\\u2067]/;
  const squeezed = text => text.replace(/\\s+/g, " ").trim();
  const bare = text => squeezed(text).replace(/[\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069…«»]/g, "").trim();
  const known = planted.map(bare);
  const isPlanted = text => known.some(one => one.includes(bare(text)));
  const wrong = [], found = [];
  const isolates = element => {
    const style = getComputedStyle(element);
    return ["isolate", "isolate-override", "plaintext"].includes(style.unicodeBidi)
      || !["inline", "contents"].includes(style.display);
  };
  const isTurned = text => {
    const range = document.createRange();
    let before;
    for (let place = 0; place < text.data.length; place++) {
      range.setStart(text, place);
      range.setEnd(text, place + 1);
      const { left, top, width } = range.getBoundingClientRect();
      if (!width) continue;
      if (before && Math.abs(before.top - top) < 2 && left < before.left) return true;
      before = { left, top };
    }
    return false;
  };
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    if (!TURNING.test(node.data)) continue;
    let element = node.parentElement;
    if (element.closest("script, style, textarea, template")) continue;
    found.push(node.data);
    // Set off by marks alone: where there is no markup, and by scripts.
    const rest = node.data.replace(/\\u2068[^\\u2066-\\u2069\\u202a-\\u202e]*\\u2069/g, "");
    if (!TURNING.test(rest)) continue;
    if (element.closest("title, option")) {
      if (!isPlanted(node.data)) wrong.push(node.data);
      continue;
    }
    while (element !== document.documentElement && !isolates(element)) element = element.parentElement;
    if (!isPlanted(element.textContent)) wrong.push(element.outerHTML.slice(0, 300));
    for (const beside of element.parentElement.childNodes)
      if (beside.nodeType === Node.TEXT_NODE && !TURNING.test(beside.data) && isTurned(beside))
        wrong.push(`read from right to left: ${beside.data}`);
  }
  for (const element of document.querySelectorAll("[title], [placeholder], [alt]"))
    for (const name of ["title", "placeholder", "alt"]) {
      const value = element.getAttribute(name) ?? "";
      const rest = value.replace(/\\u2068[^\\u2066-\\u2069\\u202a-\\u202e]*\\u2069/g, "");
      if (TURNING.test(rest) && !isPlanted(value)) wrong.push(`${name}: ${value}`);
    }
  return { wrong, found: found.length };
}"""


def turning(words: str) -> str:
    return f"{words} {_MARKS.format(words[::-1])}"


_BESIDE = """<!doctype html><html lang="ru"><title>{{ x }} · Отклик</title><p>{{ x }} · выявлено 28 нояб., 22:41</p>
<h1>Сообщение № 12 <span>{{ x }}</span></h1><p>до <a title="№ 3: {{ x }}" href="/">{{ x }}</a> в 17:30</p>
<div>{{ x|lines }}</div><select><option>№ 4 {{ x }}</option></select><textarea>{{ x }}</textarea></html>"""


async def test_official_words_beside_a_value_are_read_where_they_stand() -> None:
    """Also where a text ends what it is put into, or takes its end."""
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        page = await browser.new_page()
        for value in (
            turning("Иванов"),
            "\u2069\u2069\u202eИванов",
            "\u2067\u2066\u202eИванов",
            "\u05d0\u05d1 5",
        ):
            await page.set_content(templates.environment().from_string(_BESIDE).render(x=value))
            said = await page.evaluate(_READ, [value])
            assert said["wrong"] == [], value.encode("unicode_escape")
            assert said["found"] >= 4
        await browser.close()


@pytest.mark.installation
async def test_marks_of_direction_move_nothing_official_on_any_page(office: Office) -> None:
    mark = f"метка{uuid4().int % 10**8}"
    planted = {
        name: turning(words)
        for name, words in {
            "author": f"Иванов {mark}",
            "text": f"Яма у дома {mark}",
            "place": "Кинешма, Советская",
            "note": "Снимок записи",
            "draft": "Здравствуйте! Засыплем",
            "comment": "Назовите срок",
            "reason": "Обсуждает город",
            "moved": "Передано в полицию",
            "found": f"Фонарь {mark}",
            "source": f"Петров {mark}",
            "dismissed": "Не критика",
            "view": f"Мой список {mark}",
        }.items()
    }
    case = await Case.begin(office.people, author=planted["author"], text=planted["text"])
    await case.route(location=planted["place"])
    await case.attach(name=f"снимок {_MARKS.format('ба')}.png")
    await case.note(planted["note"])
    await case.submit(text=planted["draft"])
    await case.rework(planted["comment"])
    await case.submit(text=f"{planted['draft']} завтра")
    await case.report(planted["reason"])
    planted["later"] = f"{planted['draft']} завтра"
    links = [new_link() for _ in range(2)]
    async with written(office) as database, database.write() as session:
        posts = [Found(link, planted["source"], planted["found"], None) for link in links]
        ids = await found_posts.add(session, posts, network=Network.VKONTAKTE, now=datetime.now(UTC))
    answer = await office.people.post(
        "curator", f"/candidates/{ids[0]}/dismiss", {"reason": planted["dismissed"]}
    )
    assert answer.status_code == 200, answer.text

    number, texts = case.id, list(planted.values())
    await _read(
        office, "curator", texts, f"/messages/{number}", "/", f"/messages?q={mark}", f"/candidates?q={mark}",
        f"/candidates?q={mark}&state=dismissed", f"/messages/{number}?journal=whole",
    )  # fmt: skip
    page = await office.desk("curator", f"/candidates?q={mark}")
    await page.keyboard.press("KeyJ")
    await page.keyboard.press("Digit1")
    await page.locator("[data-feed-last] button").wait_for()
    said = await page.evaluate("document.querySelector('[data-feed-last]').textContent")
    assert "\u202e" not in said and "\u2068" in said and said.index("\u2068") > said.index("Отклонено")
    await page.goto("/messages/new")
    await page.get_by_label("Ссылка").fill(case.view["url"])
    await page.locator(".recognised a").wait_for()
    assert (await page.evaluate(_READ, texts))["wrong"] == []
    await _read(office, "executor-roads", texts, f"/messages/{number}", "/", f"/messages?q={mark}")
    await _read(office, "governor", texts, f"/messages/{number}", "/overview")
    await _read(office, "head", texts, "/board", f"/messages/{number}")


async def _read(office: Office, person: str, planted: list[str], *addresses: str) -> None:
    for address in addresses:
        page = await office.desk(person, address)
        said = await page.evaluate(_READ, planted)
        assert said["wrong"] == [], f"{person} {address}: " + "\n".join(_readable(said["wrong"]))
        # Of lists of everything it may stand further down.
        is_of_it = any(sign.isdigit() for sign in address)
        assert said["found"] or not is_of_it, f"{person} {address} shows none of it"


def _readable(texts: Iterable[str]) -> Iterable[str]:
    return (text.encode("unicode_escape").decode() if not text.isprintable() else text for text in texts)
