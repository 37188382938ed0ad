"""An import from its first word to its report, into a database whose Temporal is away."""

import errno
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from service.commands.imports.registration import Registration
from service.commands.imports.row import ImportRow
from service.commands.imports.run import BATCH
from service.directory.workbook_bounds import Cell
from settings import Settings
from store.database.engines import Database
from store.database.packed import unpack
from store.messages.tables import MessageRow
from store.personal_data import erasure
from tests.service.commands.imports.conftest import REPORT, Place
from tests.service.commands.imports.tables import HEADER, csv_file, row, workbook

_BARE = ("Текст инцидента", "Тема")


async def test_messages_are_registered_with_their_commands_in_the_outbox(deserted: Place) -> None:
    assert await deserted.take(row(1), row(2), encoding="cp1251") == 0
    found = deserted.rows("SELECT number, network, url, author, text, registered_by, stage FROM message")
    assert [(*row[:4], unpack(row[4]), *row[5:]) for row in found] == [
        (
            number,
            "vkontakte",
            f"https://vk.com/wall-77_{number}",
            f"Житель {number}",
            f"Во дворе дома {number} не горит фонарь.",
            "curator",
            "routing",
        )
        for number in (1, 2)
    ]
    assert deserted.rows("SELECT message, name, person, status FROM command") == [
        (number, "register", "curator", "taken") for number in (1, 2)
    ]


@pytest.mark.parametrize("changed", [{}, {"Ссылка": "", "Дата": "", "Автор": ""}])
async def test_a_second_run_adds_nothing(deserted: Place, changed: dict[str, Cell]) -> None:
    lines = row(1, **changed), row(2, **changed)
    await deserted.take(*lines)
    before = deserted.everything()
    assert await deserted.take(*lines) == 0
    assert deserted.everything() == before
    assert [done for _, _, done, *_ in deserted.report("Сообщения")] == ["зарегистрировано раньше"] * 2


async def test_lines_of_one_message_are_registered_once_and_the_others_named(deserted: Place) -> None:
    await deserted.take(row(1))
    later: dict[str, Cell] = {"Дата": datetime(2026, 11, 23, 9), "Тема": "Снег"}
    again = row(1, **later)
    await deserted.run(workbook(deserted.settings.data.parent, again, row(2), row(1)))
    assert deserted.count("message") == 2
    detected = deserted.rows("SELECT datetime(detected_at / 1000000, 'unixepoch') FROM message")
    assert detected == [("2026-11-23 06:00:00",)] * 2
    assert deserted.report("Не принято") == [(4, None, "повторяет строку 2", None)]


async def test_what_was_erased_is_not_brought_back(deserted: Place) -> None:
    await deserted.take(row(1))
    database = Database(deserted.settings.database_url)
    async with database.write() as session:
        await erasure.erase(session, (await session.exec(select(MessageRow))).one())
    await database.dispose()
    assert await deserted.take(row(1)) == 0
    assert deserted.rows("SELECT author FROM message") == [("[erased]",)]
    assert [done for _, _, done, *_ in deserted.report("Сообщения")] == ["стёрто раньше (152-ФЗ)"]


async def test_a_line_that_is_refused_costs_no_other_and_stands_in_the_report(
    deserted: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (row(1), row(2, **{"Ссылка": "vk.com/2"}), row(3, **{"Дата": "\ufffe\x07завтра"}), ("Обрыв",))
    assert await deserted.take(*lines) == 0
    assert deserted.count("message") == 1
    # With what the curator routes by.
    assert deserted.report("Сообщения") == [
        (2, 1, "зарегистрировано", row(1)[1], "Дороги", "Ямы", "Дороги", "Кинешма")
    ]
    assert ("  зарегистрировано: 1",) in deserted.report("Итоги")
    # What no workbook can hold is left out.
    assert [(line, column, value) for line, column, _, value in deserted.report("Не принято")] == [
        (3, "Ссылка", "vk.com/2"),
        (4, "Дата", "завтра"),
        (5, None, None),
    ]
    said = capsys.readouterr().out
    assert "не принято: 3" in said
    assert "строка 4, «Дата»: нужны дата и время вида 23.11.2026 09:00" in said


@pytest.mark.parametrize("sign", ["=", "\t="])
async def test_nothing_in_the_report_becomes_a_formula_when_it_is_edited_or_saved_as_csv(
    deserted: Place, sign: str
) -> None:
    await deserted.take(row(1, **{"Тема": "Ямы", "Муниципалитет": f"x{sign}"}), row(2))
    await deserted.take(row(3, **{"Дата": f"{sign}1+1"}))
    with closing(load_workbook(deserted.settings.data.parent / REPORT)) as book:
        cells = [cell for line in book["Не принято"].iter_rows(min_row=2) for cell in line]
    (value,) = [cell for cell in cells if "1+1" in str(cell.value)]
    assert value.data_type == "s"
    assert value.quotePrefix


# ---- what a table does not tell


async def test_lines_without_link_author_and_time_are_registered_as_found_now(
    deserted: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    await deserted.take(("Во дворе темно.", "Ямы"), header=_BARE)
    assert deserted.rows("SELECT network, url, author, detected_at = registered_at FROM message") == [
        ("vkontakte", "", "", 1)
    ]
    said = capsys.readouterr().out
    assert "без ссылки: различаются по ID, тексту, автору, времени и муниципалитету — 1" in said
    assert "без времени: моментом выявления считается момент регистрации — 1" in said


async def test_what_becomes_of_limits_that_are_past_is_told(
    deserted: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now(UTC).astimezone()
    lines = (row(1, **{"Дата": "10.01.2024 09:00"}), row(2, **{"Дата": now.isoformat()}))
    await deserted.take(*lines, dry_run=True)
    said = capsys.readouterr().out
    assert "срок направления уже истёк, начальник Департамента получит уведомление — 1" in said
    assert "срок ответа уже истёк, начальник Департамента получит уведомление — 1" in said


# ---- a dry run


async def test_a_dry_run_writes_nothing_but_its_report(
    deserted: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    before = deserted.everything()
    assert await deserted.take(row(1), row(2, **{"Дата": "?"}), dry_run=True) == 0
    assert deserted.everything() == before
    assert [values[1:3] for values in deserted.report("Сообщения")] == [(None, "будет зарегистрировано")]
    assert [values[0] for values in deserted.report("Не принято")] == [3]
    assert "в базу данных ничего не записано" in capsys.readouterr().out


# ---- what ends halfway


async def test_a_database_that_fails_halfway_ends_the_import_and_the_next_run_completes_it(
    deserted: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [row(number) for number in range(BATCH + 5)]
    write = Registration.write
    batches: list[int] = []

    async def fails_once(self: Registration, rows: Sequence[ImportRow]) -> Any:
        batches.append(len(rows))
        if len(batches) == 2:
            raise OperationalError("", {}, RuntimeError("database is locked"))
        return await write(self, rows)

    monkeypatch.setattr(Registration, "write", fails_once)
    assert await deserted.take(*lines) == 1
    said = capsys.readouterr().out
    assert "Импорт прерван: database is locked" in said
    assert f"({BATCH}) сохранены" in said
    assert await deserted.take(*lines) == 0
    assert deserted.count("message") == len(lines)


async def test_a_report_that_cannot_be_saved_is_told_and_what_is_registered_stays(
    deserted: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, content: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    file = csv_file(deserted.settings.data.parent, row(1))
    monkeypatch.setattr(Path, "write_bytes", full)
    assert await deserted.run(file) == 1
    assert "No space left on device" in capsys.readouterr().out
    assert deserted.count("message") == 1


# ---- what is refused as a whole


async def test_a_wrong_header_or_clock_is_refused_and_nothing_written(
    deserted: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await deserted.take(row(1), header=("Что", *HEADER[1:])) == 2
    said = capsys.readouterr().err
    assert "нет столбца «Текст инцидента»" in said
    assert "«Что»" in said
    later = timedelta(minutes=40)
    monkeypatch.setattr("service.commands.imports.run.database_now", lambda _: datetime.now(UTC) + later)
    assert await deserted.take(row(1)) == 2
    assert "отстают на 40 мин" in capsys.readouterr().err
    assert deserted.count("message") == 0


@pytest.mark.parametrize("person", ["executor-roads", "nobody"])
async def test_only_a_curator_registers(
    deserted: Place, person: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await deserted.take(row(1), curator=person) == 2
    assert "--curator; кураторы: curator" in capsys.readouterr().err


async def test_a_database_that_is_not_prepared_or_a_report_that_cannot_be_written_stops_everything_first(
    deserted_settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Place(deserted_settings)
    assert await place.take(row(1)) == 2
    assert "otklik prepare" in capsys.readouterr().err
    await place.prepare()
    (place.settings.data.parent / REPORT).mkdir()
    assert await place.take(row(1)) == 2
    assert "записать нельзя" in capsys.readouterr().err
    assert place.count("message") == 0
