"""Rows of the record of changes about a source, whoever changed it: a person, or the site that has moved."""

import re
from collections.abc import Mapping, Sequence

from calendar_rules.titles import NETWORKS
from calendar_rules.vocabulary import Network
from service.networks.platforms.port import SourceKind
from store.directory.edits import Action, Edit, Part
from store.networks.tables import SourceRow

ADDRESS = "Адрес"
_PROTOCOL = re.compile(r"^https?://(?:www\.)?")
KIND_TITLES: Mapping[SourceKind, str] = {
    SourceKind.SEARCH: "поиск",
    SourceKind.COMMUNITY: "сообщество",
    SourceKind.CHANNEL: "канал",
    SourceKind.FEED: "лента",
    SourceKind.PAGE: "страница",
}


def named(row: SourceRow, address: str | None = None) -> str:
    """Where a source is, or is to be, and what it searches for."""
    address = row.address if address is None else address
    return f"{address} «{row.query}»".strip() if row.query else address


def called(title: str | None, address: str, query: str | None) -> str:
    """What people read for a source: its title, else what it searches for, else where it is, without the protocol."""
    where = _PROTOCOL.sub("", address).rstrip("/")
    return title or (f"«{query}» {where}".strip() if query else where)


def edit(row: SourceRow, action: Action, fields: Sequence[tuple[str, str, str]]) -> Edit:
    """A row of the record; `fields` are title, text before and text after."""
    title = f"{NETWORKS[Network(row.network)]}, {KIND_TITLES[SourceKind(row.kind)]}"
    return Edit(Part.SOURCES, str(row.id), title, action, fields)
