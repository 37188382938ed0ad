"""Words of the act in force: its offices and the numbers of its clauses, wherever the program speaks of them.

Texts of the program are written in the words of order 238: «Доложить Губернатору (п. 21)». `said` puts them into those
of the act by which the reader's installation works, as a translation would; the order's own come out as they stand. It
is for texts of the program alone, never for what people wrote, and once: clauses that were taken from an act are not
translated again.

As a language, the act in force belongs to the context in which a page, a notice or a command is made.
"""

import re
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from functools import cached_property
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
    r"(?P<lead>\s?)\((?P<begin>(?:п\.|пункты?)\s)(?P<inside>\d+(?:, \d+)*)(?P<of> Положения)?\)"
    r"|\b(?P<word>п\.|[Пп]ункт(?:ы|ам|ов|а|у|ом|е)?)(?P<gap>\s)(?P<bare>\d+(?:, \d+)*)(?P<whose> Положения)?(?!\d|\sст)"
)
_WITHOUT_CLAUSE = {"а": "порядка", "у": "порядку", "ом": "порядком", "е": "порядке"}


class Words:
    """The offices of an act, and where it has what each clause of order 238 says.

    `clauses` are by the order's numbers; None or absent is cited nowhere. `named` is the act inside a sentence, and
    `whole` how the whole of its clauses is called behind one of them: « Положения».
    """

    def __init__(
        self, offices: Offices, clauses: Mapping[int, int | None], named: str, whole: str = ""
    ) -> None:
        self._offices = offices
        self._clauses = clauses
        self._named = named
        self._whole = whole
        self._said: dict[str, str] = {}

    def said(self, text: str) -> str:
        """A text of the program in the words of this act."""
        if (known := self._said.get(text)) is None:
            known = self._said[text] = self._in_own_words(text)
        return known

    def clause(self, number: int) -> int | None:
        """The number that the clause of order 238 has in this act."""
        return self._clauses.get(number)

    def cited(self, *numbers: int) -> str:
        """« (пункт 11)» of clause 11 of order 238; nothing where this act has no such clause."""
        return self._in_brackets(f" ({_clauses(len(numbers))} ", numbers, ")")

    def _in_own_words(self, text: str) -> str:
        text = _CITED.sub(self._cite, text)
        return self._pattern.sub(self._name, text) if self._forms else text

    @cached_property
    def _forms(self) -> Mapping[str, str]:
        """What stands in place of each form of an office that is called otherwise here."""
        usual = Offices()
        return {
            before: own
            for name in Offices.model_fields
            for before, own in zip(getattr(usual, name), getattr(self._offices, name), strict=True)
            if getattr(usual, name) != getattr(self._offices, name)
        }

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        usual = Offices()
        # Longer names first, also those that stay as they are: they begin with names that may not.
        names = sorted((form for name in Offices.model_fields for form in getattr(usual, name)), key=len)
        alternatives = "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in reversed(names))
        return re.compile(rf"(?<![«\w])(?i:{alternatives})(?!\w)")

    def _name(self, found: re.Match[str]) -> str:
        said = " ".join(found[0].split())
        for usual, own in self._forms.items():
            if said == usual:
                return own
            if said == usual[:1].upper() + usual[1:]:
                return own[:1].upper() + own[1:]
        return found[0]

    def _cite(self, found: re.Match[str]) -> str:
        if found["inside"]:
            numbers = [int(number) for number in found["inside"].split(", ")]
            whole = self._whole if found["of"] else ""
            return self._in_brackets(found["lead"] + "(" + found["begin"], numbers, f"{whole})")
        numbers = self._own([int(number) for number in found["bare"].split(", ")])
        if numbers:
            whole = self._whole if found["whose"] else ""
            return f"{found['word']}{found['gap']}{', '.join(map(str, numbers))}{whole}"
        ending = re.sub(r"^[Пп]ункт", "", found["word"])
        return _WITHOUT_CLAUSE.get(ending, self._named)

    def _own(self, numbers: Sequence[int]) -> list[int]:
        return [own for number in numbers if (own := self._clauses.get(number)) is not None]

    def _in_brackets(self, begin: str, numbers: Sequence[int], end: str) -> str:
        own = self._own(numbers)
        return f"{begin}{', '.join(map(str, own))}{end}" if own else ""


def _clauses(count: int) -> str:
    return "пункт" if count == 1 else "пункты"


_ANY_OFFICE = re.compile(
    "|".join(
        re.escape(form).replace(r"\ ", r"\s+")
        for field in Offices.model_fields.values()
        for form in field.default
    ),
    re.IGNORECASE,
)


def concerns(text: str) -> bool:
    """Whether a text of the program may be another in the words of another act."""
    return bool(_CITED.search(text) or _ANY_OFFICE.search(text))


_IN_FORCE: ContextVar[Words | None] = ContextVar("act_words", default=None)


def speak(words: Words) -> None:
    """From here on, in this context, the program speaks in these words."""
    _IN_FORCE.set(words)


def said(text: str) -> str:
    """A text of the program in the words of the act in force; as it stands where none has been named."""
    words = _IN_FORCE.get()
    return text if words is None else words.said(text)


def cited(*numbers: int) -> str:
    """« (пункт 11)» of clauses of order 238, with the numbers they have in the act in force."""
    words = _IN_FORCE.get()
    if words is not None:
        return words.cited(*numbers)
    return f" ({_clauses(len(numbers))} {', '.join(map(str, numbers))})"


def clause(number: int) -> int | None:
    """The number that a clause of order 238 has in the act in force; None where it has none."""
    words = _IN_FORCE.get()
    return number if words is None else words.clause(number)
