"""The directory as forms need it: what a message may be about, where it may stand, and who answers."""

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from pydantic import BaseModel, Field

from calendar_rules import titles
from calendar_rules.act_words import said
from calendar_rules.vocabulary import Importance, Network
from service.access.shared_reading import SharedReading
from store.database.engines import Database
from store.directory import rows as directory_rows


class Titled(BaseModel):
    """Значение и его наименование."""

    key: str
    title: str


class TopicView(BaseModel):
    """Тема из перечня."""

    key: str
    group: str
    title: str
    words: list[str] = Field(description="Слова, по которым тему узнают в тексте, кроме слов названия.")


class AccountView(BaseModel):
    """Официальный аккаунт органа, с которого размещаются его ответы."""

    network: Network
    url: str


class BodyView(BaseModel):
    """Орган, в который можно направить сообщение."""

    key: str
    title: str
    short_title: str
    brief: str = Field(
        description="Наименование для столбцов списков, не длиннее 24 знаков; где его нет — краткое."
    )
    kind: str = Field(
        description="`executive` — исполнительный орган, `municipality` — орган местного самоуправления."
    )
    accounts: list[AccountView]
    active: bool = Field(description="Можно ли направлять ему сообщения; недействующий назван в прежних.")
    successor: str | None = Field(
        description="Преемник недействующего: орган, которому перешло незавершённое."
    )


class NetworkView(BaseModel):
    """Сеть и правила размещения в ней."""

    key: Network
    title: str
    publication: str = Field(description="`api` — размещается программой, `manual` — вручную.")
    hosts: list[str] = Field(
        description="Адреса сети, вместе с поддоменами; пусто — подходит любой. Для блогов, форумов и сайтов-отзовиков "
        "подходит и любой другой адрес, который не относится к иной сети."
    )
    max_length: int | None = Field(description="Наибольшая длина ответа в знаках.")


class DirectoryView(BaseModel):
    """Всё, из чего выбирают в формах."""

    networks: list[Network]
    importance: list[Importance]
    topics: list[TopicView]
    bodies: list[BodyView]
    appeal_notice: str = Field(description="Готовая фраза о том, как подать официальное обращение.")
    network_rules: list[NetworkView]
    importance_titles: dict[Importance, str]
    stages: list[Titled] = Field(description="Стадии работы с сообщением.")
    outcomes: list[Titled] = Field(description="Результаты работы.")
    draft_kinds: list[Titled] = Field(description="Виды проектов (п. 10).")
    draft_statuses: list[Titled] = Field(description="Состояния проектов.")
    decline_grounds: list[Titled] = Field(
        description="Основания, по которым сообщение не подлежит обработке и ответу (п. 18)."
    )
    close_reasons: list[Titled] = Field(description="Причины закрытия без ответа.")
    limits: list[Titled] = Field(description="Сроки.")
    notice_kinds: list[Titled] = Field(description="Виды уведомлений.")
    roles: list[Titled] = Field(description="Роли.")


_shared: WeakKeyDictionary[Database, SharedReading] = WeakKeyDictionary()
"""Every page needs the titles of all of it."""


async def read(database: Database, *, within: float = 0.0) -> DirectoryView:
    """The directory of the installation; what was read of it within so many seconds serves too."""
    shared = _shared.setdefault(database, SharedReading())
    return await shared.of("directory", lambda: _read(database), within=within)


async def _read(database: Database) -> DirectoryView:
    async with database.read() as session:
        bodies = await directory_rows.bodies(session)
        accounts: dict[str, list[AccountView]] = {}
        for account in await directory_rows.accounts(session):
            accounts.setdefault(account.body, []).append(
                AccountView(network=Network(account.network), url=account.url)
            )
        topics = await directory_rows.topics(session)
        rules = await directory_rows.networks(session)
        notice = await directory_rows.appeal_notice(session)
    return DirectoryView(
        networks=list(Network),
        importance=list(Importance),
        topics=[
            TopicView(key=topic.key, group=topic.group, title=topic.title, words=topic.words)
            for topic in topics
        ],
        bodies=[
            BodyView(
                key=body.key,
                title=body.title,
                short_title=body.short_title,
                brief=body.brief or body.short_title,
                kind=body.kind,
                accounts=accounts.get(body.key, []),
                active=body.active,
                successor=body.successor,
            )
            for body in bodies
        ],
        appeal_notice=notice,
        network_rules=[
            NetworkView(
                key=network,
                title=rules[network].title,
                publication=rules[network].publication,
                hosts=rules[network].hosts,
                max_length=rules[network].max_length,
            )
            for network in Network
            if network in rules
        ],
        importance_titles=dict(titles.IMPORTANCE),
        stages=_titled(titles.STAGES),
        outcomes=_titled(titles.OUTCOMES),
        draft_kinds=_titled(titles.DRAFT_KINDS),
        draft_statuses=_titled(titles.DRAFT_STATUSES),
        decline_grounds=_titled(titles.DECLINE_GROUNDS),
        close_reasons=_titled(titles.CLOSE_REASONS),
        limits=_titled(titles.LIMITS),
        notice_kinds=_titled(titles.NOTICE_KINDS),
        roles=_titled(titles.ROLES),
    )


def _titled(table: Mapping[Any, str]) -> list[Titled]:
    return [Titled(key=str(key), title=said(title)) for key, title in table.items()]
