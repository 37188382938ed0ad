"""`otklik admin create`, `otklik directory load` and `otklik directory password` on an empty installation."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession
from typer.testing import CliRunner, Result

from calendar_rules.vocabulary import Role
from cli import app as cli
from service.people import passwords
from settings import Settings
from store.database.engines import Database
from store.database.tables import SettingRow
from store.directory.tables import AccountRow
from store.messages.tables import TopicRow
from store.people import second_factors
from store.people.persons import actor, signed_in
from store.people.tables import BodyRow, PersonRow
from store.people.tokens import digest, issue
from tests.prepared import prepare

PASSWORD = "длинный пароль"

T = TypeVar("T")

FILE = """
appeal_notice = "Обращение можно направить через портал."

[department]
key = "department"
title = "Департамент внутренней политики"
short = "Внутренняя политика"

[[bodies]]
key = "roads"
title = "Департамент дорог"
short = "Дороги"
kind = "executive"
[bodies.accounts]
vkontakte = "https://vk.com/roads"

[[topics]]
key = "potholes"
group = "Дороги"
title = "Ямы"

[[people]]
key = "petrova"
name = "Петрова Анна Ивановна"
position = "Куратор"
roles = [{ role = "curator" }]

[[people]]
key = "sidorov"
name = "Сидоров Пётр Ильич"
position = "Исполнитель"
roles = [{ role = "executor", body = "roads" }]
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings.load(
        data=tmp_path / "data", temporal_address="127.0.0.1:1", temporal_namespace="default"
    )
    before = os.umask(0o077)  # as the program begins with
    asyncio.run(prepare(settings))
    os.umask(before)
    return settings


def otklik(settings: Settings, *command: str, typed: str = "") -> Result:
    return CliRunner().invoke(cli, [*command, "--data", str(settings.data)], input=typed)


def read(settings: Settings, question: Callable[[AsyncSession], Awaitable[T]]) -> T:
    async def ask() -> T:
        database = Database(settings.database_url)
        async with database.write() as session:
            answer = await question(session)
        await database.dispose()
        return answer

    return asyncio.run(ask())


def test_the_first_administrator_signs_in_with_the_password_of_standard_input(
    settings: Settings,
) -> None:
    done = otklik(settings, "admin", "create", "ivanov", "--name", "Иванов И. И.", typed=f"{PASSWORD}\n")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "Администратор ivanov создан.\n", "")
    created = read(settings, lambda session: actor(session, "ivanov"))
    person = read(settings, lambda session: session.get(PersonRow, "ivanov"))
    assert created is not None
    assert person is not None
    assert [held.role for held in created.roles] == [Role.ADMIN]
    assert asyncio.run(passwords.matches(PASSWORD, person.password_hash))


@pytest.mark.parametrize(
    ("key", "typed", "says"),
    [
        ("ivanov", "короткий\n", "Пароль короче 12 знаков"),
        ("ivanov", "", "Пароль короче 12 знаков"),
        ("Иванов", f"{PASSWORD}\n", "Имя для входа «Иванов» не подходит"),
    ],
)
def test_what_cannot_be_an_account_is_refused(settings: Settings, key: str, typed: str, says: str) -> None:
    done = otklik(settings, "admin", "create", key, "--name", "И", typed=typed)
    assert done.exit_code == 2
    assert says in done.stderr


def test_an_administrator_is_created_once(settings: Settings) -> None:
    create = ("admin", "create", "ivanov", "--name", "И")
    assert otklik(settings, *create, typed=f"{PASSWORD}\n").exit_code == 0
    again = otklik(settings, *create, typed="другой длинный пароль\n")
    assert again.exit_code == 2
    assert "otklik directory password ivanov" in again.stderr


def test_a_password_is_no_argument(settings: Settings) -> None:
    shown = otklik(settings, "admin", "create", "ivanov", "--name", "И", "--password", PASSWORD)
    assert shown.exit_code == 2
    assert "No such option" in shown.stderr


def test_a_database_that_is_not_prepared_is_told(tmp_path: Path) -> None:
    settings = Settings.load(data=tmp_path, temporal_address="127.0.0.1:1", temporal_namespace="default")
    done = otklik(settings, "admin", "create", "ivanov", "--name", "И", typed=f"{PASSWORD}\n")
    assert done.exit_code == 1
    assert "otklik prepare" in done.stderr


def test_a_directory_is_loaded_and_its_people_get_passwords(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "directory.toml"
    file.write_text(FILE, encoding="utf-8")
    loaded = otklik(settings, "directory", "load", str(file))
    assert loaded.exit_code == 0, loaded.stderr
    assert "Пароль ещё не задан: petrova, sidorov." in loaded.stdout
    assert otklik(settings, "directory", "password", "petrova", typed=f"{PASSWORD}\n").exit_code == 0

    file.write_text(FILE.replace("Ямы", "Ямы на дорогах").replace("Пётр Ильич", "Пётр Ильич (уволен)"))
    file.write_text(file.read_text().replace('body = "roads" }]', 'body = "roads" }]\nactive = false'))
    again = otklik(settings, "directory", "load", str(file))
    assert again.stdout == f"Справочник {file} загружен.\n"
    kept = read(settings, lambda session: session.get(PersonRow, "petrova"))
    left = read(settings, lambda session: session.get(PersonRow, "sidorov"))
    topic = read(settings, lambda session: session.get(TopicRow, "potholes"))
    notice = read(settings, lambda session: session.get(SettingRow, "appeal_notice"))
    assert read(settings, lambda session: session.get(BodyRow, "roads"))
    assert read(settings, lambda session: session.get(AccountRow, ("roads", "vkontakte")))
    assert kept is not None
    assert left is not None
    assert asyncio.run(passwords.matches(PASSWORD, kept.password_hash))
    assert not left.active
    assert topic is not None
    assert topic.title == "Ямы на дорогах"
    assert notice is not None
    assert notice.value == "Обращение можно направить через портал."


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        (
            'kind = "executive"',
            'kind = "ministry"',
            "строка 13: bodies.0.kind: допускается только: executive, municipality",
        ),
        ('"curator" }', '"boss" }', "people.0.roles.0.role: допускается только"),
        ('body = "roads" }', 'body = "health" }', "sidorov: таких органов в файле нет: health"),
        ('key = "sidorov"', 'key = "petrova"', "people: ключ petrova стоит дважды"),
        ('role = "executor", body = "roads"', 'role = "executor"', "орган указывают исполнителю"),
    ],
)
def test_a_wrong_directory_is_refused_with_its_place(
    settings: Settings, tmp_path: Path, right: str, wrong: str, says: str
) -> None:
    file = tmp_path / "directory.toml"
    file.write_text(FILE.replace(right, wrong), encoding="utf-8")
    done = otklik(settings, "directory", "load", str(file))
    assert done.exit_code == 2
    assert says in done.stderr


def test_a_new_password_signs_everyone_out(settings: Settings) -> None:
    now = datetime.now(UTC)
    otklik(settings, "admin", "create", "ivanov", "--name", "И", typed=f"{PASSWORD}\n")
    token = read(settings, lambda session: issue(session, "ivanov", now))
    assert read(settings, lambda session: signed_in(session, digest(token), now)) is not None
    assert otklik(settings, "directory", "password", "ivanov", typed="другой длинный\n").exit_code == 0
    assert read(settings, lambda session: signed_in(session, digest(token), now)) is None


def test_a_password_set_by_the_operator_has_to_be_changed_and_an_admins_own_does_not(
    settings: Settings,
) -> None:
    otklik(settings, "admin", "create", "ivanov", "--name", "И", typed=f"{PASSWORD}\n")
    own = read(settings, lambda session: session.get(PersonRow, "ivanov"))
    assert own is not None
    assert not own.must_change_password
    assert otklik(settings, "directory", "password", "ivanov", typed="другой длинный\n").exit_code == 0
    set_by_another = read(settings, lambda session: session.get(PersonRow, "ivanov"))
    assert set_by_another is not None
    assert set_by_another.must_change_password


def test_loading_the_directory_keeps_that_a_password_has_to_be_changed_and_brings_addresses(
    settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "directory.toml"
    file.write_text(FILE, encoding="utf-8")
    otklik(settings, "directory", "load", str(file))
    otklik(settings, "directory", "password", "petrova", typed=f"{PASSWORD}\n")
    file.write_text(
        FILE.replace('key = "petrova"', 'key = "petrova"\nemail = "p@r.example"'), encoding="utf-8"
    )
    assert otklik(settings, "directory", "load", str(file)).exit_code == 0
    person = read(settings, lambda session: session.get(PersonRow, "petrova"))
    assert person is not None
    assert (person.must_change_password, person.email) == (True, "p@r.example")


@pytest.mark.parametrize("typed", ["password1234", "пароль ivanov", "я Петров из отдела"])
def test_a_weak_password_is_refused_by_the_command_too(settings: Settings, typed: str) -> None:
    done = otklik(settings, "admin", "create", "ivanov", "--name", "Петров П. П.", typed=f"{typed}\n")
    assert done.exit_code == 2
    assert read(settings, lambda session: actor(session, "ivanov")) is None


def test_the_operator_removes_a_second_factor(settings: Settings) -> None:
    now = datetime.now(UTC)
    otklik(settings, "admin", "create", "ivanov", "--name", "И", typed=f"{PASSWORD}\n")
    assert otklik(settings, "admin", "remove-second-factor", "ivanov").exit_code == 2
    read(settings, lambda session: second_factors.enrol(session, "ivanov", "sealed", now))
    assert otklik(settings, "admin", "remove-second-factor", "ivanov").exit_code == 0
    assert read(settings, lambda session: second_factors.of(session, "ivanov")) is None
