"""After an erasure nothing of a message is left in any file of the installation, and nothing to guess it from.

Twenty markers are planted in every place that takes a text, a link or a file; then the bytes of everything the
installation keeps are searched for them, and what looks like a digest is compared with those of 100,000 links.
"""

import asyncio
import base64
import hashlib
import json
import re
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from service.language.lemmas import lemmas
from service.messages.posts import key_of
from service.personal_data.retention import GROUND, Retention
from store.database.columns import ERASED
from store.database.packed import PackedJson, PackedText, unpack
from tests.api.messages.case import Case, registration
from tests.api.messages.office import Installation, Office, taken
from tests.api.messages.pictures import PNG, png_holding
from tests.api.messages.week import at
from tests.patience import PATIENCE
from tests.postgresql import new_database
from tests.telemetry.captured import captured
from tests.temporal_server import connect, temporal_server

PLACES = (
    *("author", "text", "location", "contribution", "comment", "second contribution", "draft", "measures"),
    *("draft comment", "second draft", "reason of the report", "note", "file name", "file content"),
    *("reason of the correction", "corrected author", "unused file"),
)
"""Seventeen texts; the link of the post and that of the answer make nineteen."""
_CYRILLIC = str.maketrans("abcdefghijklmnopqrstuvwxyz ", "абцдефгхийклмнопярстувщхызю")
MARKERS = {place: f"щъж{place.translate(_CYRILLIC)}щъж" for place in PLACES}
POST = "https://vk.com/wall-238000_48113"
ANSWER = "https://vk.com/wall-238000_93377"
CANDIDATES = 100_000
_BEGINNING = 64  # bytes
_TELLING = 16
"""Bytes that nothing else has by chance."""


def candidate(number: int) -> str:
    return f"https://vk.com/wall-238000_{number}"


class Planted:
    """An installation on one kind of database, with a message full of markers."""

    def __init__(
        self, installation: Installation, office: Office, folder: Path, log: Callable[[], str]
    ) -> None:
        self.installation = installation
        self.office = office
        self.folder = folder
        self.log = log
        self.id = ""
        self.file = ""

    async def plant(self) -> None:
        await self._crowd()
        earlier = await Case.begin(self.office)
        body = registration(
            url=POST,
            author=f"Пелагея {MARKERS['author']}",
            text=f"Лужа {MARKERS['text']} у дома.",
            starts_at=at("mon 09:00").isoformat(),
        )
        # A client may make its keys of what they are for, as an import does.
        key = f"import:{hashlib.sha256(key_of(POST).encode()).hexdigest()}"
        case = Case(self.office, taken(await self.office.post("curator", "/messages", body, key=key), 201))
        self.id = case.id
        await self._crowd()
        await case.correct(
            f"Опечатка {MARKERS['reason of the correction']}", author=MARKERS["corrected author"]
        )
        await case.note(
            f"Заметка {MARKERS['note']}",
            attachments=[
                await case.attach(
                    content=png_holding(MARKERS["file content"].encode() * 500),
                    name=f"{MARKERS['file name']}.png",
                )
            ],
        )
        self.file = await case.attach(content=PNG, name=f"{MARKERS['unused file']}.png")
        await case.route("housing", "roads", location=MARKERS["location"], repeats=earlier.id)
        await case.contribute(f"Насосы {MARKERS['contribution']}")
        await case.rework_contribution(f"Уточните {MARKERS['comment']}")
        await case.contribute(f"Насосы {MARKERS['second contribution']}")
        await case.submit("answer", f"Лужи {MARKERS['draft']} нет.", measures=MARKERS["measures"])
        await case.rework(f"Где {MARKERS['draft comment']}")
        await case.report(MARKERS["reason of the report"])
        await case.answer("answer", MARKERS["second draft"], measures=MARKERS["measures"], url=ANSWER)
        await case.look()
        taken(await self.office.get("curator", "/messages", q=MARKERS["text"]))
        await self._crowd()

    async def _crowd(self) -> None:
        """Neighbours, so that pages are filled and moved about."""
        for _ in range(4):
            await Case.begin(self.office, text="Яма на дороге. " * 40)

    async def erase(self) -> dict[str, Any]:
        return taken(
            await self.office.post(
                "admin",
                f"/messages/{self.id}/erasure",
                {"basis": "subject_request", "document": "14", "dated": "2027-01-12"},
            )
        )

    def kept(self) -> dict[str, bytes]:
        """Everything the installation keeps, as bytes."""
        found = {"log": self.log().encode()}
        found |= {str(file.relative_to(self.folder)): file.read_bytes() for file in self._files()}
        if self.installation.settings.database_url.startswith("postgresql"):
            found["PostgreSQL"] = dump(self.installation.settings.database_url)
        return found

    async def packed(self) -> list[bytes]:
        """Every packed value of the database, as it is kept; what is in it no search of bytes finds."""
        columns = [
            column
            for table in SQLModel.metadata.sorted_tables
            for column in table.columns
            if isinstance(column.type, PackedText | PackedJson)
        ]
        async with self.office.database.read() as session:
            connection = await session.connection()
            return [
                value
                for column in columns
                for value in await connection.scalars(sa.select(sa.type_coerce(column, sa.LargeBinary)))
                if value is not None
            ]

    def _files(self) -> Iterator[Path]:
        return (file for file in self.folder.rglob("*") if file.is_file())


def dump(url: str) -> bytes:
    """Every row of every table, and every term of the index of words."""
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://")) as connection:
        tables = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchall()
        rows = [
            str(row[0]) for (table,) in tables for row in connection.execute(f"SELECT t::text FROM {table} t")
        ]
    return "\n".join(rows).encode()


@pytest.fixture(params=["sqlite", "postgresql"])
async def planted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Planted]:
    folder = tmp_path_factory.mktemp(f"nothing-left-{request.param}")
    url = None
    if request.param == "postgresql":
        url = new_database(request.getfixturevalue("postgresql"))
    server = temporal_server("--db-filename", str(folder / "temporal.db"))
    with captured() as lines:
        async with server as address:
            await connect(address)
            installation = Installation(folder, address, "default", database_url=url)
            await installation.prepare()
            async with installation.worker(), installation.office() as office:
                planted = Planted(installation, office, folder, lambda: lines.text)
                await planted.plant()
                yield planted


def spellings(marker: str) -> set[bytes]:
    """A marker as it may stand somewhere: as it is, escaped in JSON, in lower case, in its dictionary form."""
    found = {marker, marker.lower(), marker.upper(), lemmas(marker)}
    # PostgreSQL tells bytes in hex.
    written = {spelt for form in found for spelt in (form, json.dumps(form)[1:-1], form.encode().hex())}
    return {spelt.encode() for spelt in written}


def places_of(kept: dict[str, bytes], marker: str) -> set[str]:
    return {name for name, content in kept.items() if any(spelt in content for spelt in spellings(marker))}


def telling(packed: Iterable[bytes]) -> set[bytes]:
    """The packed values in which a marker stands: as much of each as stands on one page of a file."""
    wanted = {spelt for marker in marks().values() for spelt in spellings(marker)}
    return {
        value[:_BEGINNING]
        for value in packed
        if any(spelt in unpack(value).encode() for spelt in wanted) and len(value) >= _TELLING
    }


def marks() -> dict[str, str]:
    return MARKERS | {"link": POST.rpartition("/")[2], "link of the answer": ANSWER.rpartition("/")[2]}


def digests(kept: dict[str, bytes]) -> dict[str, str]:
    """What may be a digest, or the beginning of one: by its first eight bytes in hex, with where it stands."""
    found: dict[str, str] = {}
    for name, content in kept.items():
        for token in re.findall(rb"[0-9a-fA-F]{16,128}", content):
            found.setdefault(token[:16].decode().lower(), name)
            # Two values that stand side by side.
            for start in range(1, len(token) - 15):
                found.setdefault(token[start : start + 16].decode().lower(), name)
        for token in re.findall(rb"[A-Za-z0-9+/_-]{22,88}", content):
            raw = token[:12].replace(b"-", b"+").replace(b"_", b"/")
            found.setdefault(base64.b64decode(raw)[:8].hex(), name)
    return found


def guesses(planted: Planted, numbers: Iterable[int]) -> Iterator[str]:
    """What somebody who has 100,000 links would try: the link, its key, the requests that are of nothing but it."""
    path = f"/api/messages/{planted.id}/publication"
    for number in numbers:
        link = candidate(number)
        yield link
        yield key_of(link) if number < 2 else f"vk.com/wall-238000_{number}"
        yield json.dumps([path, {"url": link}], sort_keys=True)


def guessed(planted: Planted, known: dict[str, str], numbers: Iterable[int]) -> set[str]:
    found = set()
    for guess in guesses(planted, numbers):
        content = guess.encode()
        for make in (hashlib.md5, hashlib.sha1, hashlib.sha256, hashlib.blake2b, hashlib.blake2s):
            if (begins := make(content).hexdigest()[:16]) in known:
                found.add(f"{known[begins]}: {make.__name__} of {guess}")
    return found


async def test_nothing_is_left_by_an_erasure_nor_by_retention(planted: Planted) -> None:
    # One test: planting takes longer than looking.
    await by_hand(planted)
    await past_its_term(planted)


async def by_hand(planted: Planted) -> None:
    """The planted markers are found before an erasure, and none of them after it."""
    assert candidate(48113) == POST
    assert key_of(candidate(1)) == "vk.com/wall-238000_1"
    packed = await planted.packed()
    secret = telling(packed)
    assert len(secret) > 5
    before = planted.kept()
    assert all(any(one in content for content in before.values()) for one in secret) or before.get(
        "PostgreSQL"
    )
    before["packed"] = "\n".join(map(unpack, packed)).encode()
    assert [place for place, marker in marks().items() if not places_of(before, marker)] == []
    assert len(marks()) == 19
    assert len(guessed(planted, digests(before), (48113, 93377))) == 2  # the keys of both links
    file = planted.folder / "otklik.db"
    assert not file.exists() or words_of_markers(file) == {"щъж"}
    assert await planted.erase()
    after = planted.kept()
    found = {place: where for place, marker in marks().items() if (where := places_of(after, marker))}
    assert found == {}
    packed = await planted.packed()
    assert telling(packed) == set()
    assert [place for place, marker in marks().items() if places_of({"": b"\n".join(packed)}, marker)] == []
    for one in secret:
        assert [
            name for name, content in after.items() if one in content or one.hex().encode() in content
        ] == []
    assert guessed(planted, digests(after), range(CANDIDATES)) == set()
    assert not file.exists() or words_of_markers(file) == set()


def words_of_markers(file: Path) -> set[str]:
    """The trigrams of markers that the index of words still has."""
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, message_search, 'row')")
        return {term for (term,) in connection.execute("SELECT term FROM words") if "щъж" in term}


async def past_its_term(planted: Planted) -> None:
    """A closed message past its term reads erased everywhere, and its journal says so; an open one is not touched."""
    office = planted.office
    case = await Case.begin(office, author="Пелагея Редкая", text="Лужа у щъждома.")
    await case.close("deleted")
    still_open = await Case.begin(office, author="Фома Редкий")
    before = await case.journal()
    retention = Retention(
        office.database,
        # The database goes by its own clock, and lets nothing of the last year be deleted from the record of access.
        planted.installation.settings.model_copy(update={"access_record_kept": timedelta(days=3650)}),
        lambda: case.moment("mon 09:00") + timedelta(days=6 * 366),
    )
    while (await retention.portion("test")).more:
        pass
    office.forget_sign_ins()
    async with asyncio.timeout(PATIENCE):
        while len(await case.journal()) == len(before):  # noqa: ASYNC110 - the dispatcher delivers it
            await asyncio.sleep(0.1)
    row = (await case.journal())[-1]
    assert (row["kind"], row["person"], row["data"]["ground"]) == ("record_erasure", None, GROUND)
    view = await case.look()
    assert view["author"] == view["text"] == view["url"] == ERASED
    assert (view["stage"], view["close_reason"]) == ("closed", "deleted")
    assert taken(await office.get("curator", "/messages", q="щъждома"))["items"] == []
    listed = taken(await office.get("curator", "/messages", q=case.id))["items"]
    assert [item["author"] for item in listed if item["id"] == case.id] == [ERASED]
    assert (await still_open.look())["author"] == "Фома Редкий"
    [act] = taken(await office.get("admin", "/destructions", message=case.id))["items"]
    assert (act["person"], act["ground"]) == (None, GROUND)
    assert places_of(planted.kept(), "щъждома") == set()
