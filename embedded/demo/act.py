"""The act that a demo lives in: its files by its name, and what a database holds of it."""

from pathlib import Path

from calendar_rules.regulation import ORDER_238
from embedded.data_directory import DataDirectory
from embedded.demo.data import DEFAULT, acts, demo_of, hours
from service.runs import rules
from settings import Settings
from store.migrations.purpose import PurposeError


class UnknownActError(ValueError):
    """There is no demo of an act of this name; the text is Russian and lists those there are."""


def files_of(name: str) -> dict[str, Path]:
    """The settings of an installation under the act of this key or file name: its file, and its place's hours.

    Raises UnknownActError.
    """
    key = name.removesuffix(".toml").replace("_", "-")
    if key not in acts():
        raise UnknownActError(f"Демонстрации порядка «{name}» нет. Есть: {', '.join(acts())}.")
    files = {"regulation": ORDER_238.with_name(f"{key.replace('-', '_')}.toml")}
    own = hours(key)
    return files if own is None else files | {"schedules": own}


def act_of(settings: Settings) -> str:
    """The key of the act whose directory and messages the demo has; the default's where that in force has none.

    Raises PurposeError for a file that cannot be used.
    """
    if settings.regulation is None:
        return DEFAULT
    try:
        return demo_of(rules.load_files(settings).regulation.act.key)
    except rules.RulesError as error:
        raise PurposeError(str(error)) from error


def remember(settings: Settings, data: DataDirectory) -> None:
    """Note the act of a demo for later starts on the directory; the default's needs no note. Raises PurposeError."""
    if settings.demo and (act := act_of(settings)) != DEFAULT:
        data.note_act(act)


def check(act: str, applied: str | None) -> None:
    """That a database with this directory of a demo in it, if any, may become the demo of the act.

    Raises PurposeError.
    """
    held = DEFAULT if applied is None or " " not in applied else applied.split()[0]
    if applied is not None and held != act:
        raise PurposeError(
            f"В базе данных демонстрация порядка {held}, а запущена она по порядку {act}: органы, люди и сообщения "
            f"двух мест не смешиваются. Ничего не изменено. Запустите с --act {held} или с новым каталогом: "
            f"--act {act} --data КАТАЛОГ."
        )


def edition(act: str, digest: str) -> str:
    """How a database keeps which directory of a demo is in it."""
    return f"{act} {digest}"
