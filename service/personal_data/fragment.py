"""Fragment: words to be taken out of a message, in whatever spelling they stand there (152-FZ)."""

import re
from typing import Any, Final
from urllib.parse import parse_qsl

from service.language.lemmas import lemma
from store.messages.finding import UNSEEN, searchable
from store.personal_data.redaction import REMOVED

_INVISIBLE: Final = f"[{''.join(map(chr, UNSEEN))}]*"
_LETTERS: Final = {"е": "[её]", "ё": "[её]"}


class Fragment:
    """Words as people find them: in whatever case, with «е» for «ё», whatever spaces and invisible signs between."""

    def __init__(self, words: str) -> None:
        self._given = words
        visible = words.translate(UNSEEN).split()
        between = rf"{_INVISIBLE}\s(?:\s|{_INVISIBLE})*?"
        self._pattern = re.compile(between.join(map(_spelt, visible)), re.IGNORECASE)

    def stands_in(self, text: str) -> bool:
        return self._pattern.search(text) is not None

    def out_of(self, text: str) -> str:
        """The text without them."""
        return self._pattern.sub(REMOVED, text)

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


def _spelt(word: str) -> str:
    return _INVISIBLE.join(_LETTERS.get(sign.lower(), re.escape(sign)) for sign in word)
