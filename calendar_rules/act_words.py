"""Words of the act in force: its offices and the numbers of its clauses, wherever the program speaks of them.

Texts of the program are written in the words of order 238: «Доложить Губернатору (п. 21)». `said` puts them into those
of the act by which the reader's installation works, as a translation would; the order's own come out as they stand. It
is for texts of the program alone, never for what people wrote, and once: clauses that were taken from an act are not
translated again.

As a language, the act in force belongs to the context in which a page, a notice or a command is made.
"""

import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import lru_cache
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from calendar_rules.data_file import MisfitError

_Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
_CASES = "именительный, родительный, дательный и творительный падежи"


def _four_cases(value: object) -> object:
    if isinstance(value, list | tuple) and len(value) != len(_CASES.split(",")) + 1:
        raise ValueError(f"указываются {_CASES}: четыре строки в квадратных скобках")
    return value


Cases = Annotated[tuple[_Word, _Word, _Word, _Word], BeforeValidator(_four_cases)]
"""An office in the nominative, genitive, dative and instrumental."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Offices(_Table):
    """What the offices of the road are called; what an act does not name is called as in order 238."""

    governor: Cases = ("Губернатор", "Губернатора", "Губернатору", "Губернатором")
    deputy: Cases = (
        "заместитель Председателя Правительства",
        "заместителя Председателя Правительства",
        "заместителю Председателя Правительства",
        "заместителем Председателя Правительства",
    )
    deputy_policy: Cases = (
        "заместитель Председателя Правительства по внутренней политике",
        "заместителя Председателя Правительства по внутренней политике",
        "заместителю Председателя Правительства по внутренней политике",
        "заместителем Председателя Правительства по внутренней политике",
    )
    head: Cases = (
        "начальник Департамента",
        "начальника Департамента",
        "начальнику Департамента",
        "начальником Департамента",
    )
    department: Cases = ("Департамент", "Департамента", "Департаменту", "Департаментом")
    chairman: Cases = (
        "Председатель Правительства",
        "Председателя Правительства",
        "Председателю Правительства",
        "Председателем Правительства",
    )
    """Whose staff the head informs of what nobody acknowledged."""
    everywhere: tuple[_Word, _Word] = ("вся область", "по всей области")

    @property
    def forms(self) -> list[str]:
        """Every form of every office, each also as it begins a sentence."""
        forms = [form for name in type(self).model_fields for form in getattr(self, name)]
        return [*forms, *(form[:1].upper() + form[1:] for form in forms)]

    @model_validator(mode="after")
    def _words_are_words(self) -> Self:
        for name in type(self).model_fields:
            for word in getattr(self, name):
                if re.search(r"[<>&{}]", word):
                    raise MisfitError(name, f"в наименовании должности допустимы только слова: «{word}»")
        return self


class Clauses(_Table):
    """Clauses of an act beside those of its limits; one that is not named is not cited."""

    networks: int | None = Field(default=None, ge=1)
    bodies: int | None = Field(default=None, ge=1)
    detection: int | None = Field(default=None, ge=1)
    responsible: int | None = Field(default=None, ge=1)
    repeated: int | None = Field(default=None, ge=1)
    form: int | None = Field(default=None, ge=1)
    declined: int | None = Field(default=None, ge=1)
    journal: int | None = Field(default=None, ge=1)


_CITED = re.compile(
    r"(?P<lead>\s?\()?\b(?P<word>п\.|[Пп]ункт(?:ы|ам|ов|а|у|ом|е)?)(?P<gap>\s)(?P<numbers>\d+(?:, \d+)*)"
    r"(?P<of> Положения)?(?(lead)\)|(?!\d|\sст))"
)
_WITHOUT_CLAUSE = {"а": "порядка", "у": "порядку", "ом": "порядком", "е": "порядке"}
_FORMS = Offices().forms
# Longer names first: they begin with shorter ones.
_OFFICE = re.compile(
    rf"(?<![«\w])(?:{'|'.join(re.escape(form) for form in sorted(_FORMS, key=len, reverse=True))})(?!\w)".replace(
        r"\ ", r"\s+"
    )
)


class Words:
    """The offices of an act, and where it has what each clause of order 238 says.

    `clauses` are by the order's numbers; None or absent is cited nowhere. `named` is the act inside a sentence, and
    `whole` how the whole of its clauses is called behind one of them: « Положения».
    """

    def __init__(
        self, offices: Offices, clauses: Mapping[int, int | None], named: str, whole: str = ""
    ) -> None:
        self._forms = dict(zip(_FORMS, offices.forms, strict=True))
        self._clauses = clauses
        self._named = named
        self._whole = whole
        self.said: Callable[[str], str] = lru_cache(maxsize=4096)(self._in_own_words)
        """A text of the program in the words of this act."""

    def clause(self, number: int) -> int | None:
        """The number that the clause of order 238 has in this act."""
        return self._clauses.get(number)

    def _in_own_words(self, text: str) -> str:
        return _OFFICE.sub(self._name, _CITED.sub(self._cite, text))

    def _name(self, found: re.Match[str]) -> str:
        usual = " ".join(found[0].split())
        own = self._forms[usual]
        return found[0] if own == usual else own

    def _cite(self, found: re.Match[str]) -> str:
        numbers = [self._clauses.get(int(number)) for number in found["numbers"].split(", ")]
        if own := ", ".join(str(number) for number in numbers if number is not None):
            lead, end = (found["lead"], ")") if found["lead"] else ("", "")
            return f"{lead}{found['word']}{found['gap']}{own}{self._whole if found['of'] else ''}{end}"
        if found["lead"]:
            return ""
        return _WITHOUT_CLAUSE.get(re.sub(r"^[Пп]ункт", "", found["word"]), self._named)


def concerns(text: str) -> bool:
    """Whether a text of the program may be another in the words of another act."""
    return bool(_CITED.search(text) or _OFFICE.search(text))


_IN_FORCE: ContextVar[Words | None] = ContextVar("act_words", default=None)


def speak(words: Words) -> None:
    """From here on, in this context, the program speaks in these words."""
    _IN_FORCE.set(words)


def said(text: str) -> str:
    """A text of the program in the words of the act in force; as it stands where none has been named."""
    words = _IN_FORCE.get()
    return text if words is None else words.said(text)


def clause(number: int) -> int | None:
    """The number that a clause of order 238 has in the act in force; None where it has none."""
    words = _IN_FORCE.get()
    return number if words is None else words.clause(number)
