"""What the service says in Russian of something asked that cannot be done."""

from collections.abc import Iterable
from datetime import timedelta
from math import ceil

from calendar_rules import titles
from calendar_rules.vocabulary import Role

REPEAT = "Повторите запрос через несколько секунд; с тем же Idempotency-Key действие не выполнится дважды."
NO_MESSAGE = "Сообщения № {message} нет, или оно вам недоступно."
NO_DRAFT = "Такого проекта у сообщения нет. Обновите сообщение и проверьте последний проект."
NO_CONTRIBUTION = "Такой информации для общего ответа у сообщения нет. Обновите сообщение."
NO_DESTRUCTION = "Акта № {act} нет. Посмотрите список актов: GET /api/destructions."
NO_ATTACHMENT = "Такого вложения у сообщения нет."
NOT_IN_THE_FUTURE = "этот момент ещё не наступил; укажите, когда сообщение выявлено на самом деле."
IN_THE_FUTURE = "нужен будущий момент."
ONLY_IN_TRAINING = "это поле действует только в учебном режиме (otklik serve --training), уберите его."
LATER_THAN_NOW = "нужен момент позже текущего на часах сообщения."
TOO_FAR = "слишком далеко вперёд."
CLOSED_CLOCK = "Работа с сообщением завершена: сроков, до которых можно перевести часы, больше нет."
FILE_TOO_LARGE = "файл больше 20 МБ; сократите или сожмите его."
ERASED_MESSAGE = "Данные сообщения стёрты (152-ФЗ): файлы к нему больше не принимаются."
CLOSED_FOR_FILES = "Работа с сообщением завершена: файлы к нему больше не принимаются."
NOT_PICTURE_OR_VIDEO = "нужен файл с фото или видео (JPEG, PNG, WebP, MP4 и подобные)."
DAMAGED_FILE = "файл повреждён или загружен не полностью; выберите его ещё раз или сохраните заново."
KEY_REUSED = (
    "С этим Idempotency-Key уже отправлен другой запрос. Повторите прежний запрос или возьмите новый ключ."
)
WHOSE_IS_UNKNOWN = f"Сейчас нельзя проверить, направлено ли вам это сообщение. {REPEAT}"
ONLY_TO_READ = (
    "Это сообщение вы можете только читать: его повторяет сообщение, направленное вашему органу (п. 16)."
)
NO_PERSON = "Сотрудника «{person}» в справочнике нет. Проверьте имя для входа."
NO_ABSENCE = "Такого отсутствия у сотрудника нет."
NOT_YOURS_TO_RECORD = (
    "Отсутствие записывает администратор, ответственное должностное лицо органа, в котором работает сотрудник, "
    "а куратору — начальник Департамента."
)
NOT_YOURS_TO_HAND_OVER = (
    "Сотрудник исполняет в это время и другие обязанности, передать которые может только администратор."
)
ROUTED_BEFORE_DETECTED = "направить сообщение можно не раньше, чем оно выявлено."
TERM_TOO_SHORT = "срок слишком короткий: на подготовку проекта ответа времени не остаётся."
NOTHING_TO_CORRECT = "укажите хотя бы одно поле, которое нужно исправить."
NO_EXECUTOR = "«{person}» не исполнитель органа, который сейчас работает с сообщением."
NO_CURATOR = "сотрудника «{person}» среди кураторов нет."
POST_IS_REGISTERED = "эта запись уже зарегистрирована: сообщение № {message}."
VOID_POST_IS_REGISTERED = (
    "Открыть снова нельзя: запись зарегистрирована ещё раз, сообщение № {message}. Работайте с ним."
)
DRAFT_TOO_LONG = (
    "длина текста в знаках — {length}, а {network} принимает не более {longest}. Сократите текст (п. 17)."
)
OTHER_ACT = (
    "Сообщение ведётся по порядку «{act}» в редакции {edition}, которого в этой установке больше нет. Попросите "
    "администратора указать этот порядок в настройках (OTKLIK_REGULATION) и повторите действие."
)

TOO_MUCH_UNSENT = (
    "У вас слишком много неотправленных текстов. Отправьте начатые или подождите: через неделю они удаляются."
)
TEMPLATE_WITHOUT_TITLE = "Укажите название шаблона: до 100 знаков."
TEMPLATE_WITHOUT_TEXT = "Сначала наберите текст, который станет шаблоном."
TOO_MANY_TEMPLATES = (
    "У органа уже {templates} шаблонов, это предел. Замените один из них: сохраните текст под его названием."
)
WRONG_PASSWORD = "Неверное имя для входа или пароль."  # noqa: S105
PASSWORDS_ARE_OFF = f"{WRONG_PASSWORD} Вход по паролю отключён: войдите через систему входа региона."
CODE_NEEDED = "Введите код второго фактора: шесть цифр из приложения или код восстановления (поле code)."
WRONG_CODE = "Неверный код второго фактора, или он уже использован. Дождитесь следующего кода."
WRONG_OLD_PASSWORD = "Текущий пароль указан неверно."  # noqa: S105
NO_PASSWORD = "Пароля у вас нет: вы входите через систему входа региона."  # noqa: S105
SAME_PASSWORD = "Новый пароль совпадает с текущим. Придумайте другой."  # noqa: S105
SIGN_IN_IS_BUSY = "Слишком много входов одновременно. Повторите через несколько секунд."
NO_SIGN_IN = "Такого открытого входа нет."
CHANGE_PASSWORD_FIRST = (
    "Пароль задан другим сотрудником. Смените его, чтобы продолжить работу: POST /api/me/password."  # noqa: S105
)
GIVE_CODE_FIRST = "Подтвердите вход кодом второго фактора: POST /api/me/second-factor/proof."
ENROL_FIRST = (
    "Администратору нужен второй фактор. Подключите его, чтобы продолжить: POST /api/me/second-factor."
)
ALREADY_ENROLLED = "Второй фактор уже подключён. Чтобы заменить его, сначала отключите прежний."
NOT_ENROLLED = "Второй фактор не подключён."
OWN_BY_CODE = "Свой второй фактор отключают кодом: POST /api/me/second-factor/removal."
SECOND_FACTOR_UNREADABLE = (
    "Второй фактор нельзя проверить: ключа, которым он зашифрован, в установке нет. Сообщите администратору."
)
NO_PROVIDER = "Вход через систему входа региона в этой установке не настроен."
PROVIDER_AWAY = "Система входа региона не отвечает. Повторите через несколько секунд."
PROVIDER_REFUSED = "Система входа региона не подтвердила вход. Начните вход ещё раз."
SIGN_IN_IS_OVER = "Вход начат слишком давно или в другом браузере. Начните его ещё раз."
NOT_LINKED = (
    "Ваша учётная запись в системе входа региона не связана с сотрудником. "
    "Передайте администратору её номер: {subject}"
)
NO_IDENTITY = "Учётная запись в системе входа региона с сотрудником не связана."
HAS_LEFT = "Учётная запись сотрудника закрыта. Обратитесь к администратору."
LINKED_TO_ANOTHER = "эта учётная запись связана с другим сотрудником."


def too_many_guesses(wait: timedelta) -> str:
    """Why nothing may be tried from there for a while, and for how long."""
    if wait <= timedelta(seconds=1):
        return "Слишком много попыток входа одновременно. Повторите через несколько секунд."
    minutes = ceil(wait / timedelta(minutes=1))
    return f"Слишком много неверных паролей или кодов. Повторите через {minutes} мин."


def only_for(roles: Iterable[Role]) -> str:
    """Why someone in none of the roles is refused; `roles` are not empty."""
    *others, last = (titles.role(role) for role in roles)
    named = f"{', '.join(others)} или {last}" if others else last
    return f"Это действие выполняет только {named}."


def too_many_files(files: int, mebibytes: int) -> str:
    """Why a message takes no further file."""
    return (
        f"К сообщению можно приложить не более {files} файлов и {mebibytes} МБ. "
        "Используйте файлы, которые уже загружены."
    )


def too_many_uploads(files: int, mebibytes: int) -> str:
    """Why a person uploads no further file now."""
    return (
        f"За сутки один сотрудник может загрузить не более {files} файлов и {mebibytes} МБ. "
        "Повторите загрузку завтра или сожмите файлы."
    )


def too_many_drafts(drafts: int) -> str:
    """Why a message takes no further draft."""
    return (
        f"По сообщению направлено уже {drafts} проектов, это предел. "
        "Обратитесь к куратору: он может направить сообщение другому органу или закрыть его."
    )


def too_many_notes(notes: int) -> str:
    """Why a message takes no further note."""
    return f"К сообщению добавлено уже {notes} заметок, это предел."
