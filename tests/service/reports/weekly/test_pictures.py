"""Pictures of a summary: what they say can be read, in the colours of whoever looks."""

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pytest

from service.reports.weekly import contents
from service.reports.weekly import pictures as pictures_of
from service.reports.weekly.layout import Picture
from service.reports.weekly.press import Pictures
from tests.service.reports.weekly.summaries import BODIES, TOPICS, full

_LETTER = 0.58
"""The width of a letter of the font, of its size, on the average."""


class Words(NamedTuple):
    text: str
    left: float
    top: float
    right: float
    bottom: float


@pytest.mark.parametrize("picture", Picture)
def test_a_picture_takes_the_colours_of_the_page_and_has_its_own_on_paper(
    pictures: Pictures, picture: Picture
) -> None:
    svg = pictures.of_pages[picture]
    assert "var(--" in svg
    assert not re.search(r'(fill|stroke)="(#|rgb)|style=|<style|href|<script', svg)
    assert "var(" not in pictures.on_paper[picture]
    assert pictures.photos[picture].startswith(b"\x89PNG")


@pytest.mark.parametrize("picture", Picture)
def test_no_words_of_a_picture_lie_over_others_or_are_cut_off(pictures: Pictures, picture: Picture) -> None:
    root = ElementTree.fromstring(pictures.on_paper[picture])
    words = list(_words(root))
    assert words
    overlapping = [
        (one.text, other.text)
        for one, other in combinations(words, 2)
        if one.left < other.right
        and other.left < one.right
        and one.top < other.bottom
        and other.top < one.bottom
    ]
    assert overlapping == []
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    outside = [
        word.text
        for word in words
        if word.left < -_SLACK
        or word.right > width + _SLACK
        or word.top < -_SLACK
        or word.bottom > height + _SLACK
    ]
    assert outside == []


_SLACK = 6
"""Pixels that the guess of a letter's width may be wrong by in all."""


def test_every_body_and_topic_has_its_label_and_numbers(pictures: Pictures) -> None:
    told = _told(pictures.on_paper[Picture.BODIES])
    for title in (title for _, title in BODIES):
        assert title in told
    for body in full().bodies:
        assert f"{body.in_time} в срок, {body.breached} с нарушением" in told
    assert all(title in _told(pictures.on_paper[Picture.TOPICS]) for _, title in TOPICS)


def test_weeks_have_their_shares_and_the_target(pictures: Pictures) -> None:
    told = _told(pictures.on_paper[Picture.WEEKS])
    assert "цель: соблюдены все сроки" in told
    assert all(f"{tick}" in told for tick in (0, 20, 40, 60, 80, 100))
    assert told.count("%") == len(full().weeks) + 1


def test_a_week_of_less_than_five_limits_has_no_point() -> None:
    weeks = tuple(week.model_copy(update={"in_time": 4, "breached": 0}) for week in full().weeks[:-1])
    drawn = pictures_of.drawn(contents.of(full(weeks=(*weeks, full().weeks[-1]))))
    assert _told(drawn[Picture.WEEKS]).count("%") == 2


def test_letters_that_no_picture_can_hold_are_left_out() -> None:
    strange = full().bodies[0].model_copy(update={"title": "Орган\x01 <b>&|один"})
    drawn = pictures_of.drawn(contents.of(full(bodies=(strange,))))
    assert "Орган <b>&/один" in _told(drawn[Picture.BODIES])


def _told(svg: str) -> str:
    """All words, a label of several lines as one."""
    texts = (text for text in ElementTree.fromstring(svg).iter() if text.tag.endswith("text"))
    lines = (" ".join("".join(part.itertext()) for part in (list(text) or [text])) for text in texts)
    return " ".join(lines).replace("\u00a0", " ")


def _words(element: Any, x: float = 0, y: float = 0) -> Iterator[Words]:
    moved = re.search(r"translate\(([-\d.]+),([-\d.]+)\)", element.get("transform", ""))
    if moved:
        x, y = x + float(moved[1]), y + float(moved[2])
    if element.tag.endswith("text"):
        # What is turned stands by itself beside its axis.
        if "rotate" not in element.get("transform", "") and element.get("opacity") != "0":
            yield from _lines(element, x, y)
        return
    for below in element:
        yield from _words(below, x, y)


def _lines(text: Any, x: float, y: float) -> Iterator[Words]:
    size = float(text.get("font-size", "12px").removesuffix("px"))
    anchor = {"start": 0.0, "middle": 0.5, "end": 1.0}[text.get("text-anchor", "start")]
    spans = list(text) or [text]
    down = 0.0
    for span in spans:
        down += float(span.get("dy", "0")) if span is not text else 0
        words = "".join(span.itertext())
        if words.strip():
            width = len(words) * size * _LETTER
            left, base = x - width * anchor, y + down
            yield Words(words, left, base - size * 0.7, left + width, base + size * 0.1)
