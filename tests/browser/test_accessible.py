"""Accessibility: axe finds nothing on the pages, in both themes; and no page is wider than a telephone."""

import json
import re
from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.browser.browser import HERE, bring_packages
from tests.browser.conftest import Office

_AXE = HERE / "node_modules/axe-core/axe.min.js"
PAGES = {
    "curator": [
        "/",
        "/messages",
        "/messages/new",
        "/board",
        "/candidates",
        "/sources",
        "a message of the queue",
    ],
    "admin": [
        "/admin/accounts",
        "/admin",
        "/admin/people",
        "/admin/access",
        "/admin/calendar",
        "/admin/changes",
        "/admin/condition",
        "/admin/department",
        "/admin/bodies",
        "/admin/bodies/roads",
        "/admin/bodies/roads/hours",
        "/admin/topics",
        "/admin/topics/potholes",
        "/admin/people/new",
        "/admin/people/executor-roads",
    ],
    "head": [
        "/overview",
        "/shortcomings",
        "/promises",
        "/notices?waiting=true",
        "a message with all of its story open",
    ],
    "responsible-roads": ["/overview", "/shortcomings"],
    "executor-roads": ["/notices", "/profile", "a message of the list"],
    None: ["/sign-in", "/about", "/docs"],
}


def axe_source() -> str:
    """The program that judges a page."""
    bring_packages()
    return Path(_AXE).read_text(encoding="utf-8")


RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OF_COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules that a theme can break; all others judge the same page twice."""


_DRAWN = "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
"""Scripts hear of another scheme with the next picture of the page."""


async def judged(page: Page, only: list[str]) -> dict[str, list[str]]:
    """What axe finds by these rules, or sets of rules: a few places for each."""
    # What passes, and where on the page each thing stands, is not gathered: nobody reads it.
    options = {"runOnly": only, "resultTypes": ["violations"], "selectors": False}
    found = await page.evaluate(
        # Of the calls of the API the one that is open: the others are like it, and many.
        f"axe.run({{exclude: [['.opblock:not(.is-open)']]}}, {json.dumps(options)})"
        ".then(({ violations }) => ({ violations }))"
    )
    return {
        violation["id"]: [node["html"][:120] for node in violation["nodes"][:3]]
        for violation in found["violations"]
    }


@pytest.mark.parametrize("person", PAGES)
async def test_axe_finds_nothing_and_nothing_is_too_wide(office: Office, person: str | None) -> None:
    axe, found = axe_source(), {}
    page = await office.person(person, width=1280)
    for named in PAGES[person]:
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
        for scheme, only in (("light", RULES), ("dark", OF_COLOURS)):
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
