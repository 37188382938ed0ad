"""Accessibility: axe finds nothing on the pages, in both themes; at no width is anything cut, covered or too wide."""

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


WIDTHS = (320, 360, 412, 768, 1024, 1280, 1366, 1920)
"""From the narrowest telephone to the screen of an office."""

_MISPLACED = """() => {
  const found = [];
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) found.push(`${wide} px too wide`);
  const isShown = element => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const named = element => element.outerHTML.slice(0, 120);
  for (const element of document.querySelectorAll("h1, h2, h3, label, button, a, td, th, dd, p")) {
    const { overflowX, textOverflow } = getComputedStyle(element);
    const isCut = ["hidden", "clip"].includes(overflowX) && textOverflow !== "ellipsis";
    if (isCut && element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1 && isShown(element))
      found.push(`cut: ${named(element)}`);
  }
  const floats = element => {
    for (; element; element = element.parentElement)
      if (["fixed", "sticky"].includes(getComputedStyle(element).position)) return true;
    return false;
  };
  const seen = element => {
    let { top, bottom, left, right } = element.getBoundingClientRect();
    for (let around = element.parentElement; around; around = around.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(around);
      const box = around.getBoundingClientRect();
      if (overflowX !== "visible") [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
      if (overflowY !== "visible") [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
    }
    return { top, bottom, left, right };
  };
  const controls = [...document.querySelectorAll("main :is(a[href], button, input, select, textarea, summary)")]
    // A link within a text goes on in its next line: its box is that of both.
    .filter(element => isShown(element) && !floats(element) && getComputedStyle(element).display !== "inline")
    .map(element => ({ element, box: seen(element) }))
    .filter(({ box }) => box.right - box.left > 1 && box.bottom - box.top > 1)
    .sort((one, other) => one.box.top - other.box.top);
  controls.forEach((one, place) => {
    for (const other of controls.slice(place + 1)) {
      if (other.box.top >= one.box.bottom - 3) break;
      const isBeside = other.box.left >= one.box.right - 3 || one.box.left >= other.box.right - 3;
      if (isBeside || one.element.contains(other.element) || other.element.contains(one.element)) continue;
      found.push(`one over the other: ${named(one.element)} ${named(other.element)}`);
    }
  });
  return found;
}"""
"""What is wider than the screen, text that is cut without a sign, and controls that lie over one another."""


@pytest.mark.parametrize("person", PAGES)
async def test_axe_finds_nothing_and_all_is_in_its_place_at_every_width(
    office: Office, person: str | None
) -> None:
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
        for width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": 740})
            await page.evaluate(_DRAWN)
            if misplaced := await page.evaluate(_MISPLACED):
                found[f"{address} at {width} px"] = misplaced[:3]
        await page.set_viewport_size({"width": 1280, "height": 1080})
    assert found == {}, json.dumps(found, ensure_ascii=False, indent=1)
