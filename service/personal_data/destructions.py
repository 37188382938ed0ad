"""Acts of destruction of personal data, as an admin reads and downloads them (order 179 of Roskomnadzor, 2022)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, Field

from service.access import note as access_note
from service.access import wording
from service.access.errors import NotFoundError
from store.database.engines import Database
from store.database.session import Session
from store.personal_data import destruction
from store.personal_data.destruction import DataClass
from store.personal_data.tables import DestructionActRow

PAGE = 25

ERASED_IN_PAPERS = "[сведения удалены]"
"""What stands in a paper where something was erased."""

CATEGORIES = {
    DataClass.AUTHOR_AND_LINK: "имя (псевдоним) автора сообщения и ссылка на сообщение",
    DataClass.TEXTS: "тексты: сообщения, места, проектов и ответов, принятых мер, замечаний, заметок, причин",
    DataClass.WORDS: "отдельные сведения в имени автора, текстах сообщения, проектов, ответов, заметок, причин",
    DataClass.FILES: "фотографии и видеозаписи с именами файлов",
    DataClass.NOTICES: "тексты уведомлений о сообщении",
    DataClass.PAPERS: "документы о сообщении, составленные информационной системой",
    DataClass.REQUESTS: "ключи и контрольные суммы запросов",
    DataClass.UNUSED_FILES: "загруженные файлы, которые ни к чему не приложены",
    DataClass.UNSENT_TEXTS: "тексты, которые служащие набрали и не отправили",
    DataClass.SIGN_INS: "сведения о завершённых входах служащих: сетевой адрес и программа",
    DataClass.KNOWN_SOURCES: "сетевые адреса, с которых входили служащие",
    DataClass.WRONG_PASSWORDS: "сведения о неудачных попытках входа",
    DataClass.ACCESS_RECORD: "записи о доступе служащих к сообщениям",
    DataClass.CANDIDATES: "найденные публикации, которые не стали сообщениями: автор, ссылка, текст",
}
"""Classes of data, as an act names them."""

WHERE = (
    f"база данных: значения заменены отметкой «{ERASED_IN_PAPERS}» или удалены, контрольные суммы уничтожены",
    "файлы базы данных: освобождённое место перезаписано либо передано системе управления базами данных для "
    "перезаписи",
    "указатель слов для поиска: слова исключены",
)
NOT_THERE = (
    "в служебных журналах сервера исполнения процессов и в журналах работы программы персональных данных заявителей "
    "нет; уничтожать в них нечего"
)
HOW_BY_HAND = "стирание средствами информационной системы"
HOW_BY_MACHINE = "автоматическое стирание средствами информационной системы по истечении срока хранения"


class DestroyedCategory(BaseModel):
    """Сколько данных одной категории уничтожено."""

    key: DataClass
    title: str
    amount: int
    messages: int = Field(description="Сколько сообщений это затронуло.")


class DestructionSummary(BaseModel):
    """Акт об уничтожении персональных данных."""

    id: int
    begun_at: datetime
    ended_at: datetime
    person: str | None = Field(description="Кто уничтожил; пусто, если программа по сроку хранения.")
    ground: str
    categories: list[DestroyedCategory]
    backups_until: datetime = Field(
        description="До какого времени данные остаются в резервных копиях, сделанных раньше."
    )


class DestructionEntry(BaseModel):
    """Строка выгрузки из журнала: что и когда уничтожено."""

    at: datetime
    message: str | None
    category: DataClass
    amount: int


class DestructionView(DestructionSummary):
    """Акт целиком: с номерами сообщений и выгрузкой из журнала."""

    messages: list[str]
    where: list[str]
    not_there: str
    how: str
    entries: list[DestructionEntry]


class DestructionList(BaseModel):
    """Страница актов; `next` передают как cursor."""

    items: list[DestructionSummary]
    next: str | None


class Destructions:
    """Reads the acts."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def page(self, before: int | None, message: int | None = None) -> DestructionList:
        """Acts, the newest first; only those that destroyed something of a message where one is named."""
        async with self._db.read() as session:
            rows = await destruction.acts(session, before, PAGE + 1, message)
            shown = rows[:PAGE]
            totals = await destruction.totals(session, [row.id for row in shown if row.id is not None])
        items = [self._summary(row, totals[_number(row)]) for row in shown]
        return DestructionList(items=items, next=str(items[-1].id) if len(rows) > PAGE else None)

    async def one(self, number: int) -> DestructionView:
        """An act. Raises NotFoundError."""
        async with self._db.read() as session:
            return await self._view(session, number)

    async def _view(self, session: Session, number: int) -> DestructionView:
        row = await destruction.act(session, number)
        if row is None:
            raise NotFoundError(wording.NO_DESTRUCTION.format(act=number))
        totals = await destruction.totals(session, [number])
        entries = [
            DestructionEntry(
                at=entry.at,
                message=None if entry.message is None else str(entry.message),
                category=DataClass(entry.data_class),
                amount=entry.amount,
            )
            for entry in await destruction.entries(session, number)
        ]
        messages = dict.fromkeys(entry.message for entry in entries if entry.message is not None)
        access_note.shows(map(int, messages))
        return DestructionView(
            **self._summary(row, totals[number]).model_dump(),
            messages=list(messages),
            where=list(WHERE),
            not_there=NOT_THERE,
            how=HOW_BY_HAND if row.person else HOW_BY_MACHINE,
            entries=entries,
        )

    @staticmethod
    def _summary(row: DestructionActRow, totals: Mapping[str, tuple[int, int]]) -> DestructionSummary:
        return DestructionSummary(
            id=_number(row),
            begun_at=row.begun_at,
            ended_at=row.ended_at,
            person=row.person,
            ground=row.ground,
            categories=_categories(totals),
            backups_until=row.backups_until,
        )


def _categories(totals: Mapping[str, tuple[int, int]]) -> Sequence[DestroyedCategory]:
    return [
        DestroyedCategory(key=kind, title=title, amount=totals[kind][0], messages=totals[kind][1])
        for kind, title in CATEGORIES.items()
        if kind in totals
    ]


def _number(row: DestructionActRow) -> int:
    assert row.id is not None  # noqa: S101
    return row.id
