"""Texts of notices about promises, in Russian; no word of the promise, of the answer or of the message."""

from datetime import datetime

from calendar_rules import titles
from calendar_rules.moments import moment_text
from calendar_rules.vocabulary import Network


def warning(message: int, network: Network, until: datetime) -> str:
    """That the day of a promise is near; moments in the reader's zone."""
    return (
        f"{_subject(message, network)}: {moment_text(until)} наступит срок, обещанный в ответе. Когда обещанное будет "
        "сделано, отметьте это и приложите снимок или ссылку; если срок не выдержать, перенесите обещание."
    )


def question(message: int, network: Network, until: datetime, answer_by: datetime) -> str:
    """«Сделано?»"""
    return (
        f"{_subject(message, network)}: {moment_text(until)} наступил срок, обещанный в ответе. Сделано? Отметьте "
        f"исполнение или перенесите обещание до {moment_text(answer_by)}."
    )


def moved(message: int, network: Network, body: str, since: datetime, until: datetime) -> str:
    """That a body gave another day; `body` is its title."""
    return (
        f"{_subject(message, network)}: срок, обещанный в ответе, перенесён с {moment_text(since)} на "
        f"{moment_text(until)}. Орган: {body}. Причина указана на странице сообщения."
    )


def broken(message: int, network: Network, body: str, until: datetime) -> str:
    """That nobody said that it was done."""
    return (
        f"{_subject(message, network)}: обещанное в ответе к {moment_text(until)} не исполнено: отметки об исполнении "
        f"или переносе нет. Орган: {body}."
    )


def _subject(message: int, network: Network) -> str:
    return f"Сообщение № {message} ({titles.NETWORKS[network]})"
