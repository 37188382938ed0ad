"""Completeness of an installation: what its messages still lack to come to their end, as a checklist."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from calendar_rules import titles
from calendar_rules.act_words import said
from calendar_rules.production_calendar import WARN_BEFORE
from calendar_rules.regulation import Audience, HolderRole, LimitName
from calendar_rules.vocabulary import Network, Role
from service.runs.rules import Rules
from settings import Settings
from store.database.engines import Database
from store.directory import rows as directory_rows
from store.directory.tables import AccountRow
from store.people import staff
from store.people.staff import Member
from store.people.tables import BodyRow


class Cure(StrEnum):
    """Where what is missing is put right."""

    BODIES = "bodies"
    BODY = "body"
    DEPARTMENT = "department"
    NEW_PERSON = "new person"
    PERSON = "person"
    TOPICS = "topics"
    CALENDAR = "calendar"
    INSTALLATION = "installation"


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing: what, in Russian, what comes of it, and where it is cured.

    `subject` is the key of the person or body it is about, `role` the office that nobody holds. `blocks`: until then no
    message comes to its end.
    """

    title: str
    consequence: str
    cure: Cure
    subject: str | None = None
    blocks: bool = True
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class _Directory:
    """The directory as the checklist looks at it; of bodies those that get messages."""

    department: str | None

    bodies: Sequence[BodyRow]
    accounts: Sequence[AccountRow]
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
_REACHES = {
    Audience.EXECUTORS: Role.EXECUTOR,
    Audience.RESPONSIBLE: Role.RESPONSIBLE,
    Audience.DEPUTY: Role.DEPUTY,
    Audience.CURATOR: Role.CURATOR,
    Audience.DEPUTY_POLICY: Role.DEPUTY_POLICY,
    Audience.HEAD: Role.HEAD,
    Audience.GOVERNOR: Role.GOVERNOR,
}
_IN_A_BODY = frozenset({Role.EXECUTOR, Role.RESPONSIBLE, Role.DEPUTY})
_NAMED = 3


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
            members = [member for member in await staff.everybody(session, now) if member.active]
            found = _Directory(
                department=await directory_rows.department(session),
                bodies=[body for body in await directory_rows.bodies(session) if body.active],
                accounts=await directory_rows.accounts(session),
                topics=len(await directory_rows.topics(session)),
                members=members,
            )
        today = now.astimezone(self._rules.zone).date()
        return [
            *_of_the_directory(found),
            *(gap for body in found.bodies for gap in _of_a_body(found, body)),
            *self._of_limits(found),
            *self._of_accounts(found),
            *self._of_the_calendar(today),
            *self._of_the_installation(),
        ]

    def _of_limits(self, found: _Directory) -> Iterator[Gap]:
        """Of every limit, that its breach reaches nobody (cl. 20): a line for each office that nobody holds."""
        lacking: dict[Role, dict[LimitName, None]] = {}
        for name in LimitName:
            limit = self._rules.regulation.limits[name]
            holder = Role.CURATOR if limit.holder is HolderRole.CURATOR else Role.EXECUTOR
            for audience in (*limit.breach_to, limit.escalation_to):
                role = _REACHES.get(audience, holder)
                if self._reaches_nobody(found, role):
                    lacking.setdefault(role, {})[name] = None
        for role, names in lacking.items():
            limits = self._rules.regulation.limits
            cited = ", ".join(f"{titles.limit(name)} (п. {limits[name].clause})" for name in names)
            title = f"О нарушении срока некому сообщить: {titles.role(role)}"
            where = self._without(found, role)
            lacking_in = self._bodies_without(found, role)
            if role in _IN_A_BODY:
                one = lacking_in[0].key if len(lacking_in) == 1 else None
                cure = Cure.BODY if one else Cure.BODIES
                yield Gap(f"{title}{where}", cited, cure, one, blocks=False)
            else:
                yield Gap(f"{title}{where}", cited, Cure.NEW_PERSON, blocks=False, role=role)

    @staticmethod
    def _reaches_nobody(found: _Directory, role: Role) -> bool:
        if role in _IN_A_BODY:
            return any(not found.has(role, body.key) for body in found.bodies)
        return not found.has(role)

    @staticmethod
    def _bodies_without(found: _Directory, role: Role) -> list[BodyRow]:
        return [body for body in found.bodies if not found.has(role, body.key)]

    def _without(self, found: _Directory, role: Role) -> str:
        if role not in _IN_A_BODY:
            return ""
        lacking = [body.short_title for body in self._bodies_without(found, role)]
        more = f" и ещё {len(lacking) - _NAMED}" if len(lacking) > _NAMED else ""
        return f" ({', '.join(lacking[:_NAMED])}{more})"

    def _of_accounts(self, found: _Directory) -> Iterator[Gap]:
        """Networks in which no body has an account from which an answer can be published (cl. 17)."""
        closed = self._rules.regulation.readings.closed_networks
        there = {account.network for account in found.accounts}
        with_accounts = (Network.VKONTAKTE, Network.ODNOKLASSNIKI)
        for network in with_accounts if found.bodies else ():
            if network in closed:
                continue
            without = [
                body
                for body in found.bodies
                if not any(item.body == body.key and item.network == network for item in found.accounts)
            ]
            lacking = [body.short_title for body in without]
            if network not in there:
                title = f"Сеть «{titles.NETWORKS[network]}»: нет аккаунта ни у одного органа"
            elif lacking:
                more = f" и ещё {len(lacking) - _NAMED}" if len(lacking) > _NAMED else ""
                title = (
                    f"Сеть «{titles.NETWORKS[network]}»: нет аккаунта ({', '.join(lacking[:_NAMED])}{more})"
                )
            else:
                continue
            one = without[0].key if len(without) == 1 else None
            cure = Cure.BODY if one else Cure.BODIES
            yield Gap(title, said("ответ будет не с чего разместить (п. 17)"), cure, one, blocks=False)

    def _of_the_calendar(self, today: date) -> Iterator[Gap]:
        production = self._rules.production
        left = production.runs_out_in(today)
        if left <= WARN_BEFORE:
            title = f"Производственный календарь на {production.last_year + 1} год не загружен"
            consequence = "сроки за его пределами считаются предварительно, по Трудовому кодексу"
            yield Gap(title, consequence, Cure.CALENDAR, subject=str(production.last_year + 1), blocks=False)

    def _of_the_installation(self) -> Iterator[Gap]:
        settings, where = self._settings, Cure.INSTALLATION
        if settings.demo:
            consequence = "пароль её сотрудников не тайна; для работы нужна установка без --demo"
            yield Gap("Демонстрационная установка", consequence, where, blocks=False)
        if settings.training:
            consequence = "часы сообщений переводят вручную; для работы нужна установка без --training"
            yield Gap("Учебный режим", consequence, where, blocks=False)
        if "backups_kept" not in settings.model_fields_set:
            consequence = "в актах об уничтожении указан срок по умолчанию (OTKLIK_BACKUPS_KEPT)"
            yield Gap("Срок хранения резервных копий не задан", consequence, where, blocks=False)
        if settings.smtp_url is None:
            consequence = "письма с уведомлениями ждут, пока его нет (OTKLIK_SMTP_URL)"
            yield Gap("Почтовый сервер не задан", consequence, where, blocks=False)
        if not settings.operator_name:
            consequence = said(
                "в актах об уничтожении стоит наименование Департамента (OTKLIK_OPERATOR_NAME)"
            )
            yield Gap("Оператор персональных данных не назван", consequence, where, blocks=False)


def _of_the_directory(found: _Directory) -> Iterator[Gap]:
    if not found.bodies:
        yield Gap("Нет ни одного органа", said("направить сообщение некуда (п. 4)"), Cure.BODIES)
    if not found.topics:
        yield Gap(
            "Нет ни одной темы", said("направить сообщение нельзя: тема обязательна (п. 7)"), Cure.TOPICS
        )
    if not found.department:
        consequence = "в актах и документах нет его наименования"
        yield Gap(said("Департамент не назван"), consequence, Cure.DEPARTMENT, blocks=False)
    for role, consequence in _OFFICES.items():
        if not found.has(role):
            blocks = role is Role.CURATOR
            title = f"Нет сотрудника: {titles.role(role)}"
            yield Gap(title, said(consequence), Cure.NEW_PERSON, blocks=blocks, role=role)
    for member in found.members:
        if not member.has_password:
            consequence = "войти по паролю нельзя: задайте пароль"
            yield Gap(f"Нет пароля: {member.name}", consequence, Cure.PERSON, member.key, blocks=False)


def _of_a_body(found: _Directory, body: BodyRow) -> Iterator[Gap]:
    lacking = [said(title) for role, title in _OF_A_BODY.items() if not found.has(role, body.key)]
    if lacking:
        consequence = (
            "ответ подготовить некому" if not found.has(Role.EXECUTOR, body.key) else said("п. 6, 20")
        )
        title = f"{body.short_title}: нет {', '.join(lacking)}"
        yield Gap(title, consequence, Cure.BODY, body.key, blocks=not found.has(Role.EXECUTOR, body.key))
