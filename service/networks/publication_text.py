"""Texts about answers that the program published or could not publish, in Russian; no link and no text."""

from datetime import datetime

from calendar_rules import titles
from calendar_rules.moments import moment_text
from calendar_rules.vocabulary import Network, NoticeKind
from service.networks.platforms.placing import BY_HAND

AGAIN = "Программа повторит попытку."
LOOKS_AND_AGAIN = "Программа проверит, появился ли ответ, и повторит попытку."
NO_ANSWER = "Сеть не отвечает, повторные обращения не помогли."
NOT_ANSWERED = "Программа не успела узнать, согласован ли ответ: часть её не работает."
NOT_SERVED = "Программа не обратилась к сети вовремя: часть её не работает."
ASKED_TO_WAIT = "Сеть просит этот аккаунт подождать дольше, чем есть времени на размещение."
OWN_ERROR = "Размещение прервалось из-за ошибки программы."
NOT_WANTED = "Проект отозван, возвращён на доработку или уже размещён: программа его не размещает."
OTHER_TEXT = (
    "Текст проекта в базе данных не тот, который согласован: он изменён в обход программы. Не размещайте его: отзовите "
    "проект и направьте на согласование заново, администратору сообщите, что нужна проверка otklik verify."
)
LOOK_FIRST = (
    "Сначала откройте сообщение в сети и проверьте, не появился ли там этот ответ: неизвестно, дошла ли последняя "
    "попытка. Если появился, подтвердите размещение ссылкой на него."
)


def advice(reason: str, *, unsure: bool) -> str:
    """Why it was not published and what to do by hand; `unsure`: it may stand there for all that."""
    if reason == OTHER_TEXT:
        return reason
    return f"{reason} {LOOK_FIRST} {BY_HAND}" if unsure else f"{reason} {BY_HAND}"


def failed(message: int, network: Network, why: str) -> str:
    """That the program did not publish a text that somebody had it publish."""
    return f"{_subject(message, network)}: разместить ответ от имени органа не удалось. {why}"


def stray(message: int, network: Network) -> str:
    """That a text stands in the network which the message no longer wanted."""
    return (
        f"{_subject(message, network)}: в сети от имени органа появился текст, согласование которого к этому времени "
        "отозвано. Удалите его в сети или согласуйте заново и подтвердите размещение; ссылка на него указана на "
        "странице сообщения."
    )


def late(message: int, network: Network) -> str:
    """That a text stands in the network after people were asked to put it there by hand."""
    return (
        f"{_subject(message, network)}: ответ появился в сети после того, как программа попросила разместить его "
        "вручную. Не размещайте его второй раз: подтвердите размещение ссылкой, указанной на странице сообщения; если "
        "ответ уже размещён вручную, удалите лишний."
    )


def changed(message: int, network: Network, kind: NoticeKind, at: datetime) -> str:
    """That a text published in the network is gone or was changed, as a check has seen; `at` in the reader's zone."""
    seen = f"Проверка {moment_text(at)}"
    if kind is NoticeKind.ANSWER_DELETED:
        what = (
            "размещённый ответ по ссылке больше не найден: он удалён или скрыт. Выясните, кем и почему; если ответ "
            "размещён заново, исправьте ссылку."
        )
    else:
        what = (
            "размещённый ответ отличается от согласованного текста. Верните согласованный текст или согласуйте "
            "новый; что было видно при проверке, указано на странице сообщения."
        )
    return f"{_subject(message, network)}: {what} {seen}."


def post_edited(message: int, network: Network) -> str:
    """That the author of a message's post has edited it since it was registered."""
    return (
        f"{_subject(message, network)}: автор изменил публикацию. Откройте её по ссылке сообщения и сверьте с текстом "
        "на странице сообщения; если ответ от этого зависит, исправьте текст с указанием причины."
    )


def _subject(message: int, network: Network) -> str:
    return f"Сообщение № {message} ({titles.NETWORKS[network]})"
