"""The row of a message as corrections and routing leave it (cl. 7): its texts, what it is found by, and its post.

The row is what the accepted corrections say in the order in which they were given, whoever settles them.
"""

from service.language.lemmas import lemmas_of
from service.messages import localities
from service.messages.posts import url_key
from store.commands import corrections
from store.database.columns import ERASED
from store.database.session import Session
from store.messages import finding, places
from store.messages.searching import found_by
from store.messages.tables import MessageRow


async def settle(session: Session, message: int) -> None:
    """Bring the row up to the corrections that are accepted by now; a link of one that was refused is given back."""
    row = await finding.locked(session, message)
    accepted = await corrections.accepted(session, row)
    if any(getattr(row, field) != value for field, value in accepted.items()):
        if accepted.get("text", row.text) != row.text:
            row.lemmas = "" if accepted["text"] == ERASED else await lemmas_of(accepted["text"])
        for field, value in accepted.items():
            setattr(row, field, value)
    await _be_found(session, row)
    await _stand_for_its_post(session, row)


async def settle_place(session: Session, message: int) -> None:
    """Let the message be found by the place that its routing named."""
    # The next command comes as soon as the routing is answered, and waits for nothing that is read of a place.
    await _be_found(session, await finding.locked(session, message, may_be_named=True))


async def _be_found(session: Session, row: MessageRow) -> None:
    """By author, text, link and place, as they are now; by no place before it is routed, or once it is erased."""
    assert row.number is not None  # noqa: S101
    place = await corrections.place(session, row)
    words = [value for value in (row.author, row.text, row.url, place) if value not in ("", ERASED)]
    of_place = "" if place in ("", ERASED) else await lemmas_of(place)
    sought = found_by(*words, lemmas=f"{row.lemmas} {of_place}")
    if row.search_text != sought:
        row.search_text = sought
    if not place or ERASED in (place, row.text):
        await places.forget(session, row.number)
    else:
        await places.keep(session, row.number, localities.settlement(place))


async def _stand_for_its_post(session: Session, row: MessageRow) -> None:
    """Give the link of a refused correction back, unless the post was registered by another meanwhile."""
    if row.url_key is None:
        return
    url = (await corrections.under_way(session, row)).get("url")
    if url is None:
        key = await corrections.registered_key(session, row)
    else:
        key = ERASED if url == ERASED else url_key(url)
    if key != row.url_key:
        await corrections.stand_for(session, row, None if key == ERASED else key)
