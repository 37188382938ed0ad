"""Answering, as far as it is alike on every network."""

from datetime import timedelta
from typing import Final

from service.networks.platforms.port import Answer, Fault, NetworkRefusalError

CLOCKS_DIFFER: Final = timedelta(minutes=2)
"""How far a network's clock may be behind ours: an answer of ours may seem to be written before it was."""


def refuse_long(answer: Answer, title: str, longest: int) -> None:
    """Raises NetworkRefusalError for a text of more than `longest` characters; `title` names the network to people."""
    if len(answer.text) > longest:
        raise NetworkRefusalError(
            Fault.DATA, f"{title}: ответ длиннее {longest} знаков. Сократите его.", code="too long"
        )


def refuse_unfit(answer: Answer, title: str, longest: int, files: str) -> None:
    """Raises NetworkRefusalError for a text of more than `longest` characters, and for any file.

    `title` names the network to people, `files` says why none goes with the text and what to do.
    """
    refuse_long(answer, title, longest)
    if answer.files:
        raise NetworkRefusalError(Fault.PERSON, f"{title}: {files}", code="files")
