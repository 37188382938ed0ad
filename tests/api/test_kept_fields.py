"""Fields of forms that are made once for all who have them empty, and never of what somebody wrote."""

from api.web import templates
from api.web.message.choices import Choice, Choices
from api.web.message.fields import Field, Kind, Options

CHOICES = Choices(of={Options.TOPICS: (Choice("potholes", "Ямы"), Choice("snow", "Снег"))}, persons={})
NOTE = Field("text", "Заметка")
TOPIC = Field("topic", "Тема", Kind.CHOICE, options=Options.TOPICS)


def test_a_field_that_looks_the_same_is_made_once() -> None:
    empty = [templates.field(NOTE, "note", CHOICES, None, {}) for _ in range(2)]
    assert empty[0] is empty[1]
    chosen = [
        templates.field(TOPIC, "route", CHOICES, None, {"topic": [key]}) for key in ("snow", "potholes")
    ]
    assert '<option value="snow" selected>' in chosen[0]
    assert '<option value="potholes" selected>' in chosen[1]
    assert templates.field(TOPIC, "route", CHOICES, None, {"topic": ["snow"]}) is chosen[0]


def test_nothing_is_kept_of_what_somebody_has_written() -> None:
    before = templates._field.cache_info().currsize
    written = templates.field(NOTE, "note", CHOICES, None, {"text": ["Пелагея просит позвонить"]})
    assert "Пелагея просит позвонить" in written
    assert templates._field.cache_info().currsize == before
