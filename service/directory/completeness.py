"""Completeness of an installation: what its messages still lack to come to their end, as a checklist.

Each rule is a function that looks at one thing and returns the gaps that it finds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from calendar_rules import titles
from calendar_rules.act_words import said
from calendar_rules.production_calendar import WARN_BEFORE
from calendar_rules.vocabulary import Network, Role
from service.runs.rules import Rules
from settings import Settings
from store.database.engines import Database
from store.directory import rows as directory_rows
from store.people import staff
from store.people.staff import Member
from store.people.tables import BodyRow


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing: what, in Russian, what comes of it, and the address of the page where it is cured.

    `blocks`: until then no message comes to its end.
    """

    title: str
    consequence: str
    cure: str
    blocks: bool = False


@dataclass(frozen=True, slots=True)
class _Seen:
    """An installation as the rules look at it; of bodies those that get messages."""

    rules: Rules
    settings: Settings
    today: date
    department: str | None
    bodies: Sequence[BodyRow]
    accounts: frozenset[tuple[str, str]]
    """Body and network of each."""
    topics: int
    members: Sequence[Member]

    def has(self, role: Role, body: str | None = None) -> bool:
        """Whether somebody holds the role now, in the body where one is named."""
        return any(
            held.role is role and (body is None or held.body == body)
            for member in self.members
            for held in member.roles
        )


_OFFICES = {
    Role.CURATOR: "регистрировать, направлять и согласовывать сообщения некому",
    Role.HEAD: "о нарушении срока куратором сообщить некому (п. 20)",
    Role.DEPUTY_POLICY: "сводку за неделю получить некому (п. 21)",
    Role.GOVERNOR: "доложить Губернатору некому (п. 21)",
}
_OF_A_BODY = {
    Role.EXECUTOR: "исполнителя",
    Role.RESPONSIBLE: "ответственного должностного лица",
    Role.DEPUTY: "курирующего заместителя Председателя Правительства",
}
_NAMED = 3
_BODIES, _INSTALLATION = "/admin/bodies", "/admin#installation"


def _nothing_in_it(seen: _Seen) -> Iterator[Gap]:
    if not seen.bodies:
        yield Gap("Нет ни одного органа", said("направить сообщение некуда (п. 4)"), _BODIES, blocks=True)
    if not seen.topics:
        consequence = said("направить сообщение нельзя: тема обязательна (п. 7)")
        yield Gap("Нет ни одной темы", consequence, "/admin/topics", blocks=True)
    if not seen.department:
        consequence = "в актах и документах нет его наименования"
        yield Gap(said("Департамент не назван"), consequence, "/admin/department")


def _vacant_offices(seen: _Seen) -> Iterator[Gap]:
    for role, consequence in _OFFICES.items():
        if not seen.has(role):
            title, blocks = f"Нет сотрудника: {titles.role(role)}", role is Role.CURATOR
            yield Gap(title, said(consequence), f"/admin/people/new?role={role}", blocks)


def _no_password(seen: _Seen) -> Iterator[Gap]:
    for member in seen.members:
        if not member.has_password:
            consequence = "войти по паролю нельзя: задайте пароль"
            yield Gap(f"Нет пароля: {member.name}", consequence, f"/admin/people/{member.key}#password")


def _nobody_in_a_body(seen: _Seen) -> Iterator[Gap]:
    for body in seen.bodies:
        lacking = [said(title) for role, title in _OF_A_BODY.items() if not seen.has(role, body.key)]
        if lacking:
            blocks = not seen.has(Role.EXECUTOR, body.key)
            consequence = "ответ подготовить некому" if blocks else said("п. 6, 20")
            title = f"{body.short_title}: нет {', '.join(lacking)}"
            yield Gap(title, consequence, f"{_BODIES}/{body.key}", blocks)


def _no_account(seen: _Seen) -> Iterator[Gap]:
    """Networks in which a body has no account from which an answer can be published (cl. 17)."""
    closed = seen.rules.regulation.readings.closed_networks
    for network in (Network.VKONTAKTE, Network.ODNOKLASSNIKI):
        without = [body for body in seen.bodies if (body.key, network) not in seen.accounts]
        if network in closed or not without:
            continue
        title = f"Сеть «{titles.NETWORKS[network]}»: нет аккаунта"
        consequence = said("ответ будет не с чего разместить (п. 17)")
        more = f" и ещё {len(without) - _NAMED}" if len(without) > _NAMED else ""
        named = f"({', '.join(body.short_title for body in without[:_NAMED])}{more})"
        whose = "ни у одного органа" if len(without) == len(seen.bodies) else named
        cure = f"{_BODIES}/{without[0].key}" if len(without) == 1 else _BODIES
        yield Gap(f"{title} {whose}", consequence, cure)


def _no_calendar(seen: _Seen) -> Iterator[Gap]:
    production = seen.rules.production
    if production.runs_out_in(seen.today) <= WARN_BEFORE:
        year = production.last_year + 1
        consequence = "сроки за его пределами считаются предварительно, по Трудовому кодексу"
        title = f"Производственный календарь на {year} год не загружен"
        yield Gap(title, consequence, f"/admin/calendar?year={year}")


def _not_set(seen: _Seen) -> Iterator[Gap]:
    settings = seen.settings
    for is_so, title, consequence in (
        (
            settings.demo,
            "Демонстрационная установка",
            "пароль её сотрудников не тайна; для работы нужна установка без --demo",
        ),
        (
            settings.training,
            "Учебный режим",
            "часы сообщений переводят вручную; для работы нужна установка без --training",
        ),
        (
            "backups_kept" not in settings.model_fields_set,
            "Срок хранения резервных копий не задан",
            "в актах об уничтожении указан срок по умолчанию (OTKLIK_BACKUPS_KEPT)",
        ),
        (
            settings.smtp_url is None,
            "Почтовый сервер не задан",
            "письма с уведомлениями ждут, пока его нет (OTKLIK_SMTP_URL)",
        ),
        (
            not settings.operator_name,
            "Оператор персональных данных не назван",
            said("в актах об уничтожении стоит наименование Департамента (OTKLIK_OPERATOR_NAME)"),
        ),
    ):
        if is_so:
            yield Gap(title, consequence, _INSTALLATION)


_RULES = (
    *(_nothing_in_it, _vacant_offices, _no_password, _nobody_in_a_body),
    *(_no_account, _no_calendar, _not_set),
)


class Completeness:
    """Looks over an installation."""

    def __init__(self, database: Database, settings: Settings, rules: Rules) -> None:
        self._db = database
        self._settings = settings
        self._rules = rules

    async def gaps(self, now: datetime | None = None) -> list[Gap]:
        """What is missing, the most pressing first; nothing where the installation is complete."""
        now = now or datetime.now(UTC)
        async with self._db.read() as session:
            accounts = await directory_rows.accounts(session)
            seen = _Seen(
                rules=self._rules,
                settings=self._settings,
                today=now.astimezone(self._rules.zone).date(),
                department=await directory_rows.department(session),
                bodies=[body for body in await directory_rows.bodies(session) if body.active],
                accounts=frozenset((account.body, account.network) for account in accounts),
                topics=len(await directory_rows.topics(session)),
                members=[member for member in await staff.everybody(session, now) if member.active],
            )
        return [gap for rule in _RULES for gap in rule(seen)]
