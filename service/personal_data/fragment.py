"""Fragment: words to be taken out of a message, in whatever spelling they stand there (152-FZ)."""

from itertools import chain
from typing import Any
from urllib.parse import parse_qsl

from service.language.lemmas import lemma
from service.language.reading import reads_texts
from store.messages.finding import searchable
from store.personal_data.redaction import REMOVED


class Fragment:
    """Words as people find them: in whatever case, with «е» for «ё», whatever spaces and invisible signs between."""

    def __init__(self, words: str) -> None:
        self._given = words
        self._sought = _folded(words)[0].strip()

    def stands_in(self, text: str) -> bool:
        return self._sought in _folded(text)[0]

    @reads_texts(self=lambda: Fragment("Иванов Иван"))
    def out_of(self, text: str) -> str:
        """The text without them."""
        folded, places = _folded(text)
        kept, told = [], 0
        found = folded.find(self._sought)
        while found >= 0:
            end = found + len(self._sought)
            kept += [text[told : places[found]], REMOVED]
            told = places[end - 1] + 1
            found = folded.find(self._sought, end)
        return "".join((*kept, text[told:]))

    def is_sought_by(self, query: str) -> bool:
        """Whether a saved list seeks them, or a part of them."""
        sought = [searchable(value).strip() for name, value in parse_qsl(query) if name == "q"]
        own = searchable(self._given).strip()
        forms = {lemma(word) for word in own.split()}
        return any(
            words
            and (words in own or self.stands_in(words) or forms & {lemma(word) for word in words.split()})
            for words in sought
        )

    def out_of_json(self, value: Any) -> Any:
        """The same of every text in a value."""
        match value:
            case str():
                return self.out_of(value)
            case list():
                return [self.out_of_json(item) for item in value]
            case dict():
                return {name: self.out_of_json(item) for name, item in value.items()}
            case _:
                return value


def _folded(text: str) -> tuple[str, list[int]]:
    """The text as it is searched, with one space for several, and where in it each of these signs stands."""
    signs: list[str] = []
    places: list[int] = []
    for place, sign in chain.from_iterable(
        ((place, one) for one in searchable(sign)) for place, sign in enumerate(text)
    ):
        seen = " " if sign.isspace() else sign
        if seen != " " or signs[-1:] != [" "]:
            signs.append(seen)
            places.append(place)
    return "".join(signs), places
