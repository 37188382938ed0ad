"""Every kind of row has a title that people read."""

from service.commands.journal_titles import ROW_TITLES
from workflows.vocabulary import Command, Fact


def test_every_kind_of_row_has_a_russian_title() -> None:
    assert set(ROW_TITLES) == {*Command, *Fact}
    assert all("а" <= title[1] <= "я" for title in ROW_TITLES.values())
