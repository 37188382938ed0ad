"""Taking some words out of a message (152-FZ): everywhere they stand, and nothing to guess them from."""

from collections import Counter

from service.language.lemmas import lemmas_of
from service.messages import corrected_row
from service.personal_data.fragment import Fragment
from store.commands import kept_requests
from store.database.session import Session
from store.messages import text_seals
from store.messages.searching import found_by
from store.messages.tables import MessageRow
from store.networks.tables import CandidateRow
from store.people import saved_views
from store.personal_data import redaction, residue
from store.personal_data.destruction import DataClass
from store.personal_data.redaction import REMOVED
from store.reports import papers


async def take_out(
    session: Session,
    message: int,
    fragment: Fragment,
    mask: kept_requests.Mask,
    resealed: dict[str, str],
) -> Counter[DataClass]:
    """Replace the words by `[удалено]` wherever the message has them; returns in how many places of what class.

    `mask` is what stays of Idempotency-Keys. `resealed` takes the new MAC of each sealed text by its id.
    """
    rows = await redaction.written(session, message)
    done = Counter({DataClass.WORDS: await _out_of_row(rows.message, fragment)})
    for text in rows.texts:
        if fragment.stands_in(text.content):
            resealed |= text_seals.rewrite(text, fragment.out_of(text.content))
            done[DataClass.WORDS] += 1
    for notice in rows.notices:
        if fragment.stands_in(notice.text):
            notice.text = fragment.out_of(notice.text)
            done[DataClass.NOTICES] += 1
    for file in rows.files:
        if fragment.stands_in(file.name):
            file.name = fragment.out_of(file.name)
            done[DataClass.WORDS] += 1
    for unsent in rows.unsent:
        kept = fragment.out_of_json(unsent.fields)
        if kept != unsent.fields:
            unsent.fields = kept
            done[DataClass.UNSENT_TEXTS] += 1
    done[DataClass.CANDIDATES] = sum([await _out_of_candidate(row, fragment) for row in rows.candidates])
    await session.flush()
    if not any(done.values()):
        return Counter()
    for view in await saved_views.with_words(session):
        if fragment.is_sought_by(view.query):
            await session.delete(view)
    # Papers are made anew of what is left.
    await papers.forget(session, message)
    # By what is left it is found from now on.
    await corrected_row.settle_place(session, message)
    done[DataClass.REQUESTS] = await kept_requests.erase(session, message, mask)
    await session.flush()
    await residue.note(session)
    return +done


async def _out_of_row(row: MessageRow, fragment: Fragment) -> int:
    found = 0
    if fragment.stands_in(row.author):
        row.author, found = fragment.out_of(row.author), found + 1
    if fragment.stands_in(row.text):
        row.text, found = fragment.out_of(row.text), found + 1
        row.lemmas = await _lemmas_of_rest(row.text)
    return found


async def _lemmas_of_rest(text: str) -> str:
    return await lemmas_of(text.replace(REMOVED, " "))


async def _out_of_candidate(row: CandidateRow, fragment: Fragment) -> bool:
    """Whether they stood in it."""
    before = (row.author, row.text, row.reason, row.suggestions)
    row.author, row.text = fragment.out_of(row.author), fragment.out_of(row.text)
    row.reason = None if row.reason is None else fragment.out_of(row.reason)
    row.suggestions = fragment.out_of_json(row.suggestions)
    if before == (row.author, row.text, row.reason, row.suggestions):
        return False
    if row.text or row.author:
        row.search_text = found_by(row.author, row.text, row.url, lemmas=await _lemmas_of_rest(row.text))
    else:
        row.search_text = ""
    return True
