"""Values that are packed: what comes out is what went in, and what is on record is read for good."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from store.database import packed
from store.database.columns import ERASED
from store.database.packed import PackedJson, PackedText, Words, pack, unpack

LIKE = {
    Words.RECORDS: '{"number":1,"name":"routing","clause":7,"holder":{"role":"curator"},"calendar":null}',
    Words.NOTICES: "Сообщение № 40 (Одноклассники) поступило для подготовки ответа.",
    Words.TEXTS: "Здравствуйте! Благодарим за обращение: двор убран.",
}


@pytest.mark.parametrize("words", Words)
@pytest.mark.parametrize(
    "text", ["", ERASED, "Яма у дома 5. " * 40, "😀" * 30, "\0", "\x01", LIKE[Words.TEXTS]]
)
def test_a_text_comes_out_as_it_went_in(text: str, words: Words) -> None:
    kept = pack(text, words)
    assert unpack(kept) == text
    assert len(kept) <= len(text.encode()) + 1


@pytest.mark.parametrize(("words", "text"), LIKE.items())
def test_what_all_have_in_common_takes_next_to_nothing(words: Words, text: str) -> None:
    assert len(pack(text, words)) < len(text.encode()) / 2


@pytest.mark.parametrize("words", Words)
def test_what_is_compared_in_sql_is_always_the_same(words: Words) -> None:
    assert pack(ERASED, words) == b"\0[erased]"


@pytest.mark.parametrize("kept", [b"", b"\x01\xff", b"\x63abc", b"\0\xff"])
def test_what_was_not_packed_is_a_value_error(kept: bytes) -> None:
    with pytest.raises(ValueError):
        unpack(kept)


def test_the_words_are_those_that_are_on_record() -> None:
    """With others nothing could be read that was packed with these: a better file gets a number of its own."""
    folder = Path(packed.__file__).with_name("packed_words")
    digests = {file.stem: sha256(file.read_bytes()).hexdigest()[:16] for file in folder.iterdir()}
    assert digests == {
        "notices": "b4425e519bda1932",
        "records": "612afae4029a391e",
        "texts": "4a8b43d216fdae80",
    }


def test_columns_hold_texts_and_json() -> None:
    table = sa.Table(
        "kept",
        sa.MetaData(),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("text", PackedText()),
        sa.Column("json", PackedJson),
    )
    rows: list[dict[str, Any]] = [
        {"number": 1, "text": LIKE[Words.TEXTS], "json": {"stage": "closed", "turns": ["roads"]}},
        {"number": 2, "text": ERASED, "json": None},
    ]
    with sa.create_engine("sqlite://").begin() as connection:
        table.create(connection)
        connection.execute(sa.insert(table), rows)
        found = connection.execute(sa.select(table).order_by(table.c.number)).mappings().all()
        erased = connection.scalars(sa.select(table.c.number).where(table.c.text == ERASED)).all()
        nothing = connection.scalars(sa.select(table.c.number).where(table.c.json.is_(None))).all()
        as_text = connection.scalar(sa.select(sa.type_coerce(table.c.json, PackedText)))
    assert [dict(row) for row in found] == rows
    assert (erased, nothing) == ([2], [2])
    assert as_text == '{"stage":"closed","turns":["roads"]}'
