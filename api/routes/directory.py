"""The directory: what a message may be about, where it may stand, and who answers."""

from pydantic import BaseModel, Field
from sqlmodel import col, select

from api.deps import Caller, Db
from api.errors import problems
from api.router import Router
from calendar_rules.vocabulary import Importance, Network
from store.setup import APPEAL_NOTICE, DEPARTMENT
from store.tables import AccountRow, BodyRow, NetworkRow, SettingRow, TopicRow

router = Router("Справочник")

_IMPORTANCE = {Importance.ORDINARY: "обычная", Importance.RAISED: "повышенная", Importance.HIGH: "высокая"}


class TopicEntry(BaseModel):
    """A topic of the catalogue."""

    key: str
    group: str
    title: str


class AccountEntry(BaseModel):
    """A body's official account, from which its answers are published."""

    network: Network
    url: str


class BodyEntry(BaseModel):
    """A body a message can be routed to."""

    key: str
    title: str
    short_title: str
    kind: str = Field(description="executive или municipality.")
    accounts: list[AccountEntry]


class NetworkEntry(BaseModel):
    """A network with its rules of publication."""

    key: Network
    title: str
    publication: str = Field(description="api — размещается программой, manual — вручную.")
    hosts: list[str] = Field(description="Узлы сети вместе с поддоменами; пусто — подходит любой.")
    max_length: int | None = Field(description="Сколько знаков вмещает ответ.")


class Directory(BaseModel):
    """All a form needs to offer."""

    networks: list[Network]
    importance: list[Importance]
    topics: list[TopicEntry]
    bodies: list[BodyEntry]
    appeal_notice: str = Field(description="Готовая фраза о том, как подать официальное обращение.")
    network_rules: list[NetworkEntry]
    importance_titles: dict[Importance, str]


@router.get(
    "/api/directory",
    summary="Справочник",
    operation_id="get_directory",
    responses=problems(401, 503),
)
async def get_directory(_caller: Caller, db: Db) -> Directory:
    """Сети, категории важности, темы и органы, которым направляют сообщения."""
    async with db.read() as session:
        bodies = await session.exec(
            select(BodyRow).where(BodyRow.kind != DEPARTMENT).order_by(col(BodyRow.kind), col(BodyRow.title))
        )
        accounts: dict[str, list[AccountEntry]] = {}
        for account in await session.exec(select(AccountRow).order_by(col(AccountRow.network))):
            accounts.setdefault(account.body, []).append(
                AccountEntry(network=Network(account.network), url=account.url)
            )
        topics = await session.exec(select(TopicRow).order_by(col(TopicRow.position), col(TopicRow.key)))
        rules = {network.key: network for network in await session.exec(select(NetworkRow))}
        notice = await session.get(SettingRow, APPEAL_NOTICE)
    return Directory(
        networks=list(Network),
        importance=list(Importance),
        topics=[TopicEntry(key=topic.key, group=topic.group, title=topic.title) for topic in topics],
        bodies=[
            BodyEntry(
                key=body.key,
                title=body.title,
                short_title=body.short_title,
                kind=body.kind,
                accounts=accounts.get(body.key, []),
            )
            for body in bodies
        ],
        appeal_notice=notice.value if notice else "",
        network_rules=[
            NetworkEntry(
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
