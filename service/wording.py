"""What the service says in Russian of something asked that cannot be done."""

from collections.abc import Iterable

from calendar_rules import titles
from calendar_rules.vocabulary import Role

REPEAT = "Повторите запрос через несколько секунд; с тем же Idempotency-Key действие не выполнится дважды."
NO_MESSAGE = "Сообщения № {message} нет, или оно вам недоступно."
NO_DRAFT = "Такого проекта у сообщения нет. Обновите сообщение и проверьте последний проект."
NO_CONTRIBUTION = "Такой информации для общего ответа у сообщения нет. Обновите сообщение."
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
