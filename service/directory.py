"""The directory as forms need it: what a message may be about, where it may stand, and who answers."""

from pydantic import BaseModel, Field

from calendar_rules.vocabulary import Importance, Network
from store import directory_rows
from store.database import Database

_IMPORTANCE = {Importance.ORDINARY: "обычная", Importance.RAISED: "повышенная", Importance.HIGH: "высокая"}


class TopicView(BaseModel):
    """A topic of the catalogue."""

    key: str
    group: str
    title: str


class AccountView(BaseModel):
    """A body's official account, from which its answers are published."""

    network: Network
    url: str


class BodyView(BaseModel):
    """A body a message can be routed to."""

    key: str
    title: str
    short_title: str
    kind: str = Field(description="executive или municipality.")
    accounts: list[AccountView]


class NetworkView(BaseModel):
    """A network with its rules of publication."""

    key: Network
    title: str
    publication: str = Field(description="api — размещается программой, manual — вручную.")
    hosts: list[str] = Field(
        description="Узлы сети вместе с поддоменами; пусто — подходит любой. Блогам, форумам и сайтам отзывов "
        "подходит и любой другой узел, который не относится к иной сети."
    )
    max_length: int | None = Field(description="Сколько знаков вмещает ответ.")


class DirectoryView(BaseModel):
    """All a form needs to offer."""

    networks: list[Network]
    importance: list[Importance]
    topics: list[TopicView]
    bodies: list[BodyView]
    appeal_notice: str = Field(description="Готовая фраза о том, как подать официальное обращение.")
    network_rules: list[NetworkView]
    importance_titles: dict[Importance, str]


async def read(database: Database) -> DirectoryView:
    """The directory of the installation."""
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
        topics=[TopicView(key=topic.key, group=topic.group, title=topic.title) for topic in topics],
        bodies=[
            BodyView(
                key=body.key,
                title=body.title,
                short_title=body.short_title,
                kind=body.kind,
                accounts=accounts.get(body.key, []),
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
        importance_titles=_IMPORTANCE,
    )
