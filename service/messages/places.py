"""The place that a message is about, as its place and text say."""

from service.messages import localities, streets
from store.messages.places import Place


def read(place: str, text: str) -> Place:
    """What place and text say: the place goes first, and is what a curator corrects; takes a moment, for a thread.

    The settlement is that of the place alone: a text names others, too.
    """
    town = localities.settlement(place)
    street = streets.of_place(place)
    written = streets.of_text(text)
    if street is None or (street.house is None and written is not None and written.title == street.title):
        street = written
    return Place(
        settlement=town.name if town else None,
        spelled=town.spelled if town else None,
        district=town.district if town else None,
        street=street.title if street else None,
        house=street.house if street else None,
    )
