"""A report as a workbook of Excel: real numbers, to go on counting with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

from xlsxwriter import Workbook

from calendar_rules.russian import percent, rounded
from service.reports.papers.form import Requisites
from service.reports.weekly.layout import Column, Contents, Kind, Section, Sheet, Table, Value

_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,  # titles of the directory are texts, whatever they begin with
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_A4: Final = 9
_WIDE: Final = 8  # columns, from which on a sheet is printed across
_CHARACTERS: Final = 11.0  # of a column of width one
_DAY: Final = timedelta(days=1)
_FORMATS: Final[Mapping[Kind, str]] = {
    Kind.TEXT: "@",
    Kind.COUNT: "#,##0",
    Kind.MEAN: "#,##0.0",
    Kind.SHARE: "0%",
    Kind.TIME: "[h]:mm",
}
_HEAD: Final = 3
"""Lines above the first table: title, who issues it on what ground, as of when."""
_WIDEST: Final = 4.0
_UNTOLD: Final = "—"


def made(contents: Contents, requisites: Requisites) -> bytes:
    """The workbook; takes some milliseconds, for a thread."""
    content = BytesIO()
    with Workbook(content, _OPTIONS) as book:
        book.set_properties(
            {"title": requisites.title, "author": requisites.authority, "comments": contents.status}
        )
        styles = _Styles.of(book)
        for sheet in Sheet:
            if of_it := [section for section in contents.sections if section.sheet is sheet]:
                _Page(book.add_worksheet(sheet.value), styles).write(contents, requisites, of_it)
    return content.getvalue()


@dataclass(frozen=True, slots=True)
class _Styles:
    title: Any
    heading: Any
    column: Any
    number_column: Any
    plain: Any
    quiet: Any
    cells: Mapping[Kind, Any]
    totals: Mapping[Kind, Any]

    @classmethod
    def of(cls, book: Workbook) -> "_Styles":
        def cell(kind: Kind, **more: Any) -> Any:
            aligned = {"text_wrap": True} if kind is Kind.TEXT else {"align": "right"}
            return book.add_format({"num_format": _FORMATS[kind], "valign": "top", **aligned, **more})

        column = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"}
        return cls(
            title=book.add_format({"bold": True, "font_size": 14}),
            heading=book.add_format({"bold": True, "font_size": 12}),
            column=book.add_format(column),
            number_column=book.add_format({**column, "align": "right"}),
            plain=book.add_format({"valign": "top"}),
            quiet=book.add_format({"font_color": "#4B5565"}),
            cells={kind: cell(kind) for kind in Kind},
            totals={kind: cell(kind, bold=True, top=1) for kind in Kind},
        )


class _Page:
    """One sheet, written from its top down."""

    def __init__(self, sheet: Any, styles: _Styles) -> None:
        self._sheet = sheet
        self._styles = styles
        self._row = 0
        self._widths: dict[int, float] = {}
        self._heads: list[int] = []

    def write(self, contents: Contents, requisites: Requisites, sections: list[Section]) -> None:
        self._line(requisites.title, self._styles.title)
        self._line(f"{requisites.authority}. Основание: {requisites.ground}.", self._styles.quiet)
        self._line(
            f"{requisites.as_of[0].upper()}{requisites.as_of[1:]}. {contents.status}", self._styles.quiet
        )
        for section in sections:
            for line in section.lines:
                self._line(line, self._styles.plain)
            for table in section.tables:
                self._table(table)
        self._set_up(contents)

    def _line(self, text: str, style: Any) -> None:
        self._sheet.write_string(self._row, 0, text, style)
        self._row += 1

    def _table(self, table: Table) -> None:
        self._row += 1
        self._line(table.title, self._styles.heading)
        if not table.rows:
            self._line(table.empty, self._styles.plain)
            return
        self._heads.append(self._row)
        for place, column in enumerate(table.columns):
            style = self._styles.column if column.kind is Kind.TEXT else self._styles.number_column
            self._sheet.write_string(self._row, place, _heading(column), style)
            self._widths[place] = max(self._widths.get(place, 0.0), _CHARACTERS * min(column.width, _WIDEST))
        self._row += 1
        for row in table.rows:
            self._cells(row.cells, table, self._styles.cells)
        if table.total:
            self._cells(table.total.cells, table, self._styles.totals)
        if table.note:
            self._line(table.note, self._styles.quiet)

    def _cells(self, cells: tuple[Value, ...], table: Table, styles: Mapping[Kind, Any]) -> None:
        for place, (value, column) in enumerate(zip(cells, table.columns, strict=True)):
            style = styles[column.kind]
            if isinstance(value, timedelta):
                self._sheet.write_number(self._row, place, value / _DAY, style)
            elif isinstance(value, int | float):
                shown = _as_shown(value) if column.kind is Kind.SHARE else value
                self._sheet.write_number(self._row, place, shown, style)
            elif value == "":
                self._sheet.write_blank(self._row, place, None, style)
            else:
                self._sheet.write_string(self._row, place, _UNTOLD if value is None else value, style)
        self._row += 1

    def _set_up(self, contents: Contents) -> None:
        for place, width in self._widths.items():
            self._sheet.set_column(place, place, width)
        if len(self._heads) == 1:
            self._sheet.freeze_panes(self._heads[0] + 1, 1)
            self._sheet.repeat_rows(self._heads[0])
        else:
            # The headings of one table would stand over another.
            self._sheet.freeze_panes(_HEAD, 1)
        if len(self._widths) >= _WIDE:
            self._sheet.set_landscape()
        self._sheet.set_paper(_A4)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_margins(left=0.6, right=0.4, top=0.6, bottom=0.8)
        self._sheet.set_footer(f"&L{contents.title}&RСтраница &P из &N")


def _as_shown(share: float) -> float:
    """A share as it is, unless Excel would show 100 % or 0 % of what is not quite all or nothing."""
    shown = int(rounded(share * 100, Decimal(1)))
    told = percent(share)
    return share if shown == told else told / 100


def _heading(column: Column) -> str:
    plain = column.title.replace("\u00ad", "")
    return f"{plain}, ч:мин" if column.kind is Kind.TIME else plain
