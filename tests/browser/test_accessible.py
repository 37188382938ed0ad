"""Accessibility: axe finds nothing on the pages, in both themes; and no page is wider than a telephone."""

import json
import re
from pathlib import Path

import pytest
from playwright.async_api import Page

from api.web.install import install
from tests.browser.browser import HERE
from tests.browser.conftest import Office

_AXE = HERE / "node_modules/axe-core/axe.min.js"
PAGES = [
    ("curator", "/"),
    ("curator", "/messages"),
    ("curator", "/messages/new"),
    ("curator", "/board"),
    ("curator", "/candidates"),
    ("curator", "/sources"),
    ("admin", "/admin/accounts"),
    ("curator", "/messages/new?lesson=true"),
    ("head", "/overview"),
    ("responsible-roads", "/overview"),
    ("head", "/shortcomings"),
    ("head", "/notices?waiting=true"),
    ("responsible-roads", "/shortcomings"),
    ("executor-roads", "/notices"),
    ("executor-roads", "/profile"),
    ("admin", "/admin"),
    ("admin", "/admin/people"),
    ("admin", "/admin/access"),
    ("admin", "/admin/calendar"),
    ("admin", "/admin/changes"),
    ("admin", "/admin/department"),
    ("admin", "/admin/bodies"),
    ("admin", "/admin/bodies/roads"),
    ("admin", "/admin/bodies/roads/hours"),
    ("admin", "/admin/bodies/roads/templates"),
    ("admin", "/admin/topics"),
    ("admin", "/admin/topics/potholes"),
    ("admin", "/admin/people/new"),
    ("admin", "/admin/people/executor-roads"),
    (None, "/sign-in"),
    (None, "/about"),
    (None, "/docs"),
    ("curator", "a message of the queue"),
    ("executor-roads", "a message of the list"),
    ("head", "a message with all of its story open"),
]


def axe_source() -> str:
    """The program that judges a page."""
    if not _AXE.exists():
        install(HERE)
    return Path(_AXE).read_text(encoding="utf-8")


_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_OF_COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules that a theme can break; all others judge the same page twice."""


_DRAWN = "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
"""Scripts hear of another scheme with the next picture of the page."""


async def judged(page: Page, only: list[str]) -> dict[str, list[str]]:
    """What axe finds by these rules, or sets of rules: a few places for each."""
    found = await page.evaluate(
        # Of the calls of the API the one that is open: the others are like it, and many.
        f"axe.run({{exclude: [['.opblock:not(.is-open)']]}}, {{runOnly: {json.dumps(only)}}})"
    )
    return {
        violation["id"]: [node["html"][:120] for node in violation["nodes"][:3]]
        for violation in found["violations"]
    }


@pytest.mark.timeout(400)  # forty pages
async def test_axe_finds_nothing_and_nothing_is_too_wide(office: Office) -> None:
    axe, found = axe_source(), {}
    people = {}
    for person, named in PAGES:
        if person not in people:
            people[person] = await office.person(person, width=1280)
        page = people[person]
        address = named
        if not named.startswith("/"):
            await page.goto("/" if "queue" in named else "/messages?stage=preparation")
            address = await page.get_by_role("link", name=re.compile("^№")).first.get_attribute("href") or "/"
        await page.goto(address)
        if address == "/docs":
            await page.locator(".opblock").first.wait_for()
        if "open" in named:
            await page.evaluate(
                "for (const item of document.querySelectorAll('main details')) item.open = true"
            )
        await page.evaluate(axe)
        for scheme, only in (("light", _RULES), ("dark", _OF_COLOURS)):
            await page.emulate_media(
                color_scheme="light" if scheme == "light" else "dark", reduced_motion="reduce"
            )
            await page.evaluate(_DRAWN)
            for rule, places in (await judged(page, only)).items():
                found[f"{address} {scheme} {rule}"] = places
        await page.emulate_media(color_scheme="light")
        await page.set_viewport_size({"width": 320, "height": 740})
        wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            found[f"{address} at 320 px"] = [f"{wide} px too wide"]
        await page.set_viewport_size({"width": 1280, "height": 1080})
    assert found == {}, json.dumps(found, ensure_ascii=False, indent=1)
