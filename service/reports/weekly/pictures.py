"""Pictures of a report: each is drawn once, for pages; those of PDF and Word are the same one in other colours.

A picture is a specification of Vega-Lite, drawn by an engine of JavaScript, so this is for a process of its own.
"""

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import vl_convert

from service.reports.weekly import period as periods
from service.reports.weekly import phrases, typeface
from service.reports.weekly.layout import PICTURE_WIDTH as WIDTH
from service.reports.weekly.layout import TIMES_SHARPER, Contents, Picture, Table, Value
from service.reports.weekly.summary import WeeklySummary
from service.reports.weekly.words import WORDS, Words

_LINE: Final = 15  # pixels from one line of a label to the next
_LONGEST_LABEL: Final = 34  # letters, then it goes on in the next line
_MOST_TOPICS: Final = 12
_MOST_BODIES: Final = 15
_SPLIT: Final = "|"
_VEGALITE: Final = "6.1"


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a picture by what they mean, as the pages name them."""

    text: str
    quiet: str
    line: str
    edge: str
    act: str
    late: str
    good: str


OF_PAGES: Final = Palette(
    text="var(--text)",
    quiet="var(--quiet)",
    line="var(--line)",
    edge="var(--edge)",
    act="var(--act-surface)",
    late="var(--late)",
    good="var(--good)",
)
"""Those of whoever looks, in the light and in the dark."""
ON_PAPER: Final = Palette(
    text="#141b26",
    quiet="#4b5565",
    line="#d5dae1",
    edge="#7a8494",
    act="#1550a3",
    late="#a3121e",
    good="#14602f",
)


def use(fonts: Path) -> None:
    """Draw with the fonts of this folder."""
    vl_convert.register_font_directory(str(fonts))


def drawn(contents: Contents) -> dict[Picture, str]:
    """Each picture there is something to show in, as SVG in the colours of whoever looks."""
    return {
        picture: _of_ours(vl_convert.vegalite_to_svg(specification, vl_version=_VEGALITE))
        for picture, specification in _specified(contents, OF_PAGES)
    }


def on_paper(drawn: Mapping[Picture, str]) -> dict[Picture, str]:
    """The same pictures in the colours of paper."""
    colours = dict(zip(astuple(OF_PAGES), astuple(ON_PAPER), strict=True))
    return {picture: _COLOUR.sub(lambda found: colours[found[0]], svg) for picture, svg in drawn.items()}


_COLOUR: Final = re.compile(r"var\(--[a-z-]+\)")


def photographed(on_paper: Mapping[Picture, str]) -> dict[Picture, bytes]:
    """Pictures in the colours of paper as PNG, for Word."""
    return {picture: vl_convert.svg_to_png(svg, scale=TIMES_SHARPER) for picture, svg in on_paper.items()}


def _of_ours(svg: str) -> str:
    """Without what a page does not let in or does not need: styles and roles in attributes."""
    svg = re.sub(r'\s(style|role|aria-[a-z]+|class)="[^"]*"', "", svg)
    return _ROOT.sub(r'<svg xmlns="http://www.w3.org/2000/svg" width="\2" height="\3" \1>', svg, count=1)


_ROOT: Final = re.compile(r'<svg[^>]*?(viewBox="0 0 ([\d.]+) ([\d.]+)")[^>]*>')


Specification: TypeAlias = dict[str, Any]


def _specified(contents: Contents, palette: Palette) -> Iterator[tuple[Picture, str]]:
    tables = {table.key: table for table in contents.tables()}
    made = (
        (Picture.BODIES, _bodies(tables["bodies"], palette) if "bodies" in tables else None),
        (Picture.WEEKS, _weeks(contents.summary, palette)),
        (Picture.TOPICS, _topics(tables["topics"], WORDS[contents.summary.unit], palette)),
    )
    for picture, chart in made:
        if chart is not None:
            yield picture, json.dumps(chart | _in_house_style(palette))


def _in_house_style(palette: Palette) -> Specification:
    quiet = {"labelColor": palette.text, "titleColor": palette.quiet}
    return {
        "background": "transparent",
        "padding": 4,
        "config": {
            "font": typeface.FAMILY,
            "aria": False,
            "view": {"stroke": None},
            "axis": {
                **quiet,
                "domain": False,
                "ticks": False,
                "gridColor": palette.line,
                "labelFontSize": 12,
                "titleFontSize": 12,
                "titleFontWeight": "normal",
                "labelLimit": 1000,
                "labelPadding": 8,
            },
            "legend": {
                **quiet,
                "orient": "top",
                "title": None,
                "labelFontSize": 12,
                "symbolType": "square",
                "labelLimit": 1000,
                "offset": 8,
            },
        },
    }


def _layer(
    rows: Sequence[Mapping[str, Any]], mark: str, look: Specification, **encoding: Any
) -> Specification:
    """What is drawn by a mark for each of the rows."""
    return {"data": {"values": rows}, "mark": {"type": mark, **look}, "encoding": encoding}


def _number(field: str, **more: Any) -> Specification:
    return {"field": field, "type": "quantitative", **more}


def _name(field: str, **more: Any) -> Specification:
    return {"field": field, "type": "nominal", **more}


def _column(table: Table, key: str) -> int:
    return next(place for place, column in enumerate(table.columns) if column.key == key)


_MOST_LINES: Final = 3
_CLINGS: Final = re.compile(r"(?<=\s)(и|в|на|по|о|об|с|к|от|для|при|за) ")


def _label(title: Value) -> str:
    """A title in lines, none of which ends with a preposition.

    What cannot be printed is left out: vl-convert ends its process by it.
    """
    plain = "".join(letter for letter in str(title).replace(_SPLIT, "/") if letter.isprintable())
    return _SPLIT.join(
        textwrap.wrap(_CLINGS.sub("\\1\N{NO-BREAK SPACE}", plain), _LONGEST_LABEL)[:_MOST_LINES]
    )


def _step(rows: Sequence[Mapping[str, Any]]) -> int:
    """The height of a row in which the longest label finds room."""
    return max(int(str(row["title"]).count(_SPLIT)) + 1 for row in rows) * _LINE + 10


_IN_LINES: Final = f"split(datum.label, '{_SPLIT}')"
_IN_THE_MIDDLE: Final = {
    "condition": [
        {"test": f"length(split(datum.label, '{_SPLIT}')) == {lines}", "value": -(lines - 1) * _LINE / 2}
        for lines in range(2, _MOST_LINES + 1)
    ],
    "value": 0,
}
"""Of a label in several lines the first one would stand where its bar is."""


def _of_titles(order: Sequence[str]) -> Specification:
    axis = {"labelExpr": _IN_LINES, "labelLineHeight": _LINE, "labelOffset": _IN_THE_MIDDLE, "grid": False}
    return _name("title", sort=order, title=None, axis=axis)


def _up_to(most: float) -> Specification:
    """Counts without an axis: each bar has its number beside it, for which there must be room."""
    return {"axis": None, "scale": {"domain": [0, most]}}


_LETTER: Final = 7.2  # pixels, on the average


def _most_of_them(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those with the most limits that were not kept, then with the most limits: the rest together, to fit on a page."""
    rows = sorted(rows, key=lambda row: (-row["late"], -row["kept"], row["title"]))
    if len(rows) <= _MOST_BODIES + 1:
        return rows
    shown, rest = rows[:_MOST_BODIES], rows[_MOST_BODIES:]
    together = {key: sum(row[key] for row in rest) for key in ("kept", "late")}
    return [*shown, {"title": f"Прочие ({len(rest)})", **together}]


def _with_room(most: float, letters: int, width: int) -> float:
    """Where an axis must end for so many letters to find room beside the longest bar."""
    return most * width / max(width - 12 - letters * _LETTER, width / 3)


_IN_TIME, _LATE = "в срок", "с нарушением"


def _bodies(table: Table, palette: Palette) -> Specification | None:
    kept_at, late_at = _column(table, "in_time"), _column(table, "breached")
    rows: list[dict[str, Any]] = []
    for line in table.rows:
        kept, late = line.cells[kept_at], line.cells[late_at]
        if isinstance(kept, int) and isinstance(late, int) and kept + late:
            rows.append({"title": _label(line.cells[0]), "kept": kept, "late": late})
    if not rows:
        return None
    rows = _most_of_them(rows)
    order = [row["title"] for row in rows]
    parts = [
        {"title": row["title"], "what": what, "count": row[key], "place": place}
        for row in rows
        for place, (what, key) in enumerate(((_IN_TIME, "kept"), (_LATE, "late")))
    ]
    ends = [
        {
            "title": row["title"],
            "end": row["kept"] + row["late"],
            "words": f"{phrases.number(row['kept'])} {_IN_TIME}, {phrases.number(row['late'])} {_LATE}",
        }
        for row in rows
    ]
    width = _beside_titles(order)
    most = _with_room(max(end["end"] for end in ends), max(len(end["words"]) for end in ends), width)
    bars = _layer(
        parts,
        "bar",
        {"height": 16},
        y=_of_titles(order),
        x=_number("count", stack="zero", **_up_to(most)),
        color=_name("what", scale={"domain": [_IN_TIME, _LATE], "range": [palette.good, palette.late]}),
        order={"field": "place", "type": "ordinal"},
    )
    words = _layer(
        ends,
        "text",
        {"align": "left", "dx": 6, "fontSize": 12, "color": palette.text},
        y=_of_titles(order),
        x=_number("end"),
        text=_name("words"),
    )
    return {"layer": [bars, words], "width": width, "height": {"step": _step(rows)}}


def _beside_titles(order: Sequence[str]) -> int:
    """What is left of the width by the longest line of a label,"""
    longest = max(len(line) for title in order for line in title.split(_SPLIT))
    return max(WIDTH - 30 - int(longest * _LETTER), WIDTH // 2)


_WHOLE: Final = 100


def _weeks(summary: WeeklySummary, palette: Palette) -> Specification | None:
    rows: list[dict[str, Any]] = [
        {
            "week": phrases.beginning(periods.named(summary.unit, point.period)),
            "share": None if share is None else round(100 * share, 1),
            "words": "" if share is None else phrases.share(share),
        }
        for point in summary.weeks
        for share in [phrases.share_of(point.in_time, point.breached)]
    ]
    if not any(row["share"] is not None for row in rows):
        return None
    order = [row["week"] for row in rows]
    across = _name(
        "week",
        sort=order,
        title=f"{WORDS[summary.unit].one.capitalize()}, начало",
        axis={"labelAngle": 0, "grid": False},
        scale={"domain": order},
    )
    up = _number(
        "share",
        title="Сроков соблюдено, %",
        scale={"domain": [0, 112]},
        axis={"values": [0, 20, 40, 60, 80, 100], "labelOverlap": False, "titlePadding": 10},
    )
    words, goal = _name("words"), {"share": _WHOLE, "words": "цель: соблюдены все сроки"}
    layers = [
        _layer([goal], "rule", {"color": palette.good, "strokeDash": [6, 4], "strokeWidth": 1.5}, y=up),
        _layer(rows, "line", {"color": palette.act, "strokeWidth": 2.5}, x=across, y=up),
        _layer(rows, "circle", {"color": palette.act, "size": 50, "opacity": 1}, x=across, y=up),
        # Below its point: above it there may be the line of the target.
        _layer(rows, "text", {"dy": 15, "fontSize": 11, "color": palette.text}, x=across, y=up, text=words),
        _layer(
            [goal],
            "text",
            {"align": "right", "baseline": "bottom", "dy": -5, "fontSize": 12, "color": palette.good},
            x={"value": WIDTH - 80},
            y=up,
            text=words,
        ),
    ]
    return {"layer": layers, "width": WIDTH - 80, "height": 190}


def _topics(table: Table, words: Words, palette: Palette) -> Specification | None:
    now_at, before_at = _column(table, "received"), _column(table, "previous")
    rows: list[dict[str, Any]] = [
        {"title": _label(line.cells[0]), "now": line.cells[now_at], "before": line.cells[before_at]}
        for line in table.rows[:_MOST_TOPICS]
        if line.cells[now_at] or line.cells[before_at]
    ]
    if not rows:
        return None
    order = [row["title"] for row in rows]
    whens = [words.over, words.before]
    parts = [
        {"title": row["title"], "when": when, "count": row[key], "words": phrases.number(row[key])}
        for row in rows
        for when, key in zip(whens, ("now", "before"), strict=True)
    ]
    width, most = _beside_titles(order), max(part["count"] for part in parts)
    places = {
        "y": _of_titles(order),
        "yOffset": _name("when", sort=whens),
        "x": _number("count", **_up_to(_with_room(most, len(phrases.number(most)), width))),
    }
    colours = {"domain": whens, "range": [palette.act, palette.edge]}
    look = {"align": "left", "dx": 5, "fontSize": 11, "color": palette.text}
    layers = [
        _layer(parts, "bar", {}, **places, color=_name("when", sort=whens, scale=colours)),
        _layer(parts, "text", look, **places, text=_name("words")),
    ]
    height = {"step": max(_step(rows), 34), "for": "position"}
    return {"layer": layers, "width": width, "height": height}
