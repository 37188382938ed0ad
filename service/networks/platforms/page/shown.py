"""Search for an answer's text on a page, in a judge's process."""

from typing import Final

from service.networks.platforms.judging import Job
from service.networks.platforms.page.posts import part_of
from service.networks.platforms.port import Seen, Stands
from service.networks.platforms.web_text import holds, is_edited, normalised, parsed, text_of

_LONGEST_SHOWN: Final = 20_000
_NOT_SHOWN: Final = (
    "На странице нет текста ответа. Сайт может показывать ответы только в браузере или после входа: откройте ссылку и "
    "проверьте сами."
)


class Shown(Job[Seen]):
    """The page behind the link of an answer, and the answer's text."""

    content_type: str
    url: str
    text: str

    def judged(self) -> Seen:
        """What stands there."""
        tree = parsed(self.content, self.content_type)
        page = text_of(tree.root) if tree.root is not None else ""
        part = part_of(tree, self.url)
        # First at the very place that the link names: the same words may answer somebody else on the page.
        if part is not None and not holds(part, self.text) and is_edited(part, self.text):
            return Seen(Stands.EDITED, part[:_LONGEST_SHOWN])
        if holds(page, self.text):
            return Seen(Stands.STANDS, self.text)
        if part is None and is_edited(page, self.text):
            return Seen(Stands.EDITED)
        if normalised(self.text) and self._is_in_a_script():
            return Seen(Stands.STANDS, self.text)
        return Seen(Stands.UNKNOWN, "", _NOT_SHOWN)

    def _is_in_a_script(self) -> bool:
        """Whether the page carries the text for its own scripts to show, in letters or in the codes of JSON."""
        raw = self.content.decode("utf-8", "replace")
        return holds(raw, self.text) or holds(raw, self.text.encode("unicode_escape").decode("ascii"))
