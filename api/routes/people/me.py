"""The caller's own account: who they are, their password, their open sign-ins."""

from datetime import UTC, datetime
from http import HTTPStatus

from pydantic import BaseModel, ConfigDict, Field

from api.deps import AnySignIn, CompleteSignIn, Notices, Origin, People, Service
from api.errors import problems
from api.router import Router, Who
from calendar_rules.vocabulary import Role
from service.access.recorded_calls import Call
from service.assembly import Service as ServiceParts
from service.notices.channels import ChannelView, GivenChannel, Trial
from service.people.sign_in import SignInList
from store.people.persons import SignedIn

router = Router("Профиль")


class OfficeView(BaseModel):
    """В каком качестве сотрудник действует сейчас."""

    role: Role
    body: str | None
    acting_for: str | None = Field(description="Кого замещает; пусто, если роль своя.")


class MeView(BaseModel):
    """Кто вошёл."""

    key: str
    name: str
    position: str
    roles: list[Role] = Field(description="Собственные роли.")
    offices: list[OfficeView] = Field(description="Роли сейчас, вместе с ролями замещаемых.")
    second_factor: bool = Field(description="Подключён ли второй фактор.")
    channels: list[ChannelView] = Field(description="Каналы уведомлений, кроме раздела «Уведомления».")


class GivenChannels(BaseModel):
    """Каналы сотрудника, все."""

    model_config = ConfigDict(extra="forbid")

    channels: list[GivenChannel] = Field(max_length=100, description="Все каналы сотрудника, по порядку.")


class TrialList(BaseModel):
    """Что вышло из проверки каналов, по порядку."""

    items: list[Trial]


class PasswordChange(BaseModel):
    """Смена пароля."""

    model_config = ConfigDict(extra="forbid")

    old: str = Field(description="Текущий пароль.", json_schema_extra={"format": "password"})
    new: str = Field(
        description="Новый пароль: не короче 12 знаков, не из распространённых, без имени сотрудника.",
        json_schema_extra={"format": "password"},
    )


@router.get(
    "/api/me",
    recorded=None,
    by=Who.SIGNED_IN,
    summary="Кто вошёл",
    operation_id="get_me",
    responses=problems(401, 403, 503),
)
async def get_me(caller: CompleteSignIn, service: Service) -> MeView:
    """Имя для входа, фамилия, имя, отчество, роли и каналы."""
    return await _me(caller, service)


async def _me(caller: SignedIn, service: ServiceParts) -> MeView:
    person = caller.person
    offices = person.capacities(datetime.now(UTC))
    return MeView(
        key=person.key,
        name=person.name,
        position=person.position,
        roles=list(dict.fromkeys(office.role for office in offices if office.acting_for is None)),
        offices=[
            OfficeView(role=office.role, body=office.body, acting_for=office.acting_for) for office in offices
        ],
        second_factor=await service.people.second_factors.is_needed(person.key),
        channels=await service.notices.channels.views(person.key),
    )


@router.put(
    "/api/me/channels",
    recorded=Call.CHANNELS_CHANGE,
    by=Who.SIGNED_IN,
    summary="Указать свои каналы уведомлений",
    operation_id="replace_own_channels",
    responses=problems(401, 403, 422, 503),
)
async def replace_channels(given: GivenChannels, caller: CompleteSignIn, service: Service) -> MeView:
    """Заменяет все прежние каналы. Обязательные по порядку уведомления приходят, даже если их вид не выбран."""
    await service.notices.channels.replace(caller.person, given.channels)
    return await _me(caller, service)


@router.post(
    "/api/me/channels/test",
    recorded=Call.CHANNELS_TEST,
    by=Who.SIGNED_IN,
    summary="Проверить свои каналы",
    operation_id="test_own_channels",
    responses=problems(401, 403, 409, 503),
)
async def test_channels(caller: CompleteSignIn, notices: Notices) -> TrialList:
    """В каждый канал уходит проверочное уведомление; в ответе — что из этого вышло."""
    return TrialList(items=await notices.channels.trial(caller.person))


@router.post(
    "/api/me/password",
    recorded=Call.PASSWORD_CHANGE,
    by=Who.ANY_SIGN_IN,
    summary="Сменить пароль",
    operation_id="change_password",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems(401, 409, 422, 429, 503),
)
async def change_password(given: PasswordChange, caller: AnySignIn, origin: Origin, people: People) -> None:
    """Остальные открытые входы завершаются. Пока пароль, заданный другим, не сменён, остальные действия недоступны."""
    await people.sign_in.change_password(caller, origin, given.old, given.new)


@router.get(
    "/api/me/sign-ins",
    recorded=Call.SIGN_INS_LIST,
    by=Who.SIGNED_IN,
    summary="Открытые входы",
    operation_id="list_own_sign_ins",
    responses=problems(401, 403, 503),
)
async def list_sign_ins(caller: CompleteSignIn, people: People) -> SignInList:
    """Откуда и когда выполнены входы, которые ещё открыты."""
    return await people.sign_in.open_of(caller.person.key, caller)


@router.delete(
    "/api/me/sign-ins/{sign_in}",
    recorded=Call.SIGN_INS_END,
    by=Who.SIGNED_IN,
    summary="Завершить вход",
    operation_id="end_own_sign_in",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems(401, 403, 404, 503),
)
async def end_sign_in(sign_in: str, caller: CompleteSignIn, people: People) -> None:
    """Токен этого входа перестаёт действовать."""
    await people.sign_in.end(caller.person.key, sign_in)
