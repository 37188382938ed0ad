"""Checks of what a command's fields name: keys of the directory, earlier messages, attachments, links (else 422)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from calendar_rules.act_words import said
from calendar_rules.regulation import Regulation
from calendar_rules.vocabulary import Network, Role
from service.access import wording
from service.access.errors import InvalidInputError
from service.access.values import number_of
from service.messages import networks
from service.messages.posts import KnownNetworks, key_of, url_key
from store.commands import corrections
from store.commands.before import Before, Part
from store.database.columns import ERASED
from store.database.session import Session
from store.directory import rows as directory_rows
from store.messages import attachments as stored_attachments
from store.messages import finding
from store.messages.tables import MessageRow
from store.people import persons
from workflows.state import MessageState
from workflows.vocabulary import Command

READ: Mapping[Command, frozenset[Part]] = {
    Command.ROUTE: frozenset({Part.BODIES, Part.TOPIC, Part.HOURS}),
    Command.SUBMIT_DRAFT: frozenset({Part.DRAFTS, Part.NETWORKS, Part.CORRECTIONS}),
    Command.CONFIRM_PUBLICATION: frozenset({Part.NETWORKS, Part.CORRECTIONS}),
    Command.CORRECT_LINK: frozenset({Part.NETWORKS, Part.CORRECTIONS}),
}
"""What is read for the checks of a command before it is taken."""
_NO_ATTACHMENT = "такого вложения у сообщения нет; сначала загрузите файл."


async def bodies(session: Session, field: str, keys: Sequence[str]) -> dict[str, str]:
    """Every key is a body that can answer; returns their short titles."""
    return of_known_bodies(field, keys, await directory_rows.answering(session, keys))


def of_known_bodies(field: str, keys: Sequence[str], known: dict[str, str]) -> dict[str, str]:
    """The same, of those that can."""
    for index, key in enumerate(keys):
        if key not in known:
            place = f"{field}[{index}]" if len(keys) > 1 or field == "bodies" else field
            raise InvalidInputError(
                place,
                f"органа «{key}» нет в справочнике, или он не действует; ключи органов: GET /api/directory.",
            )
    return known


async def topic(session: Session, key: str) -> None:
    of_known_topic(key, is_known=await directory_rows.has_topic(session, key))


def of_known_topic(key: str, *, is_known: bool) -> None:
    if not is_known:
        raise InvalidInputError("topic", f"темы «{key}» нет в справочнике; ключи тем: GET /api/directory.")


def reduced_term(term: timedelta | None, regulation: Regulation) -> None:
    """Above zero and below the ordinary term (cl. 7)."""
    ordinary = regulation.limits.answer.term
    if term is not None and not timedelta(0) < term < regulation.ordinary_term:
        raise InvalidInputError(
            "reduced_term",
            f"срок должен быть больше нуля и короче обычного ({ordinary}).",
        )


async def repeats(session: Session, message: MessageRow, earlier: str | None) -> None:
    """A repeated message names one registered earlier (cl. 16)."""
    if earlier is None:
        return
    number = number_of(earlier)
    known = number is not None and await finding.by_number(session, number) is not None
    if number is None or not known or message.number is None or number >= message.number:
        raise InvalidInputError(
            "repeats", f"сообщения № {earlier} среди зарегистрированных раньше этого нет."
        )


async def attachments(session: Session, message: MessageRow, ids: Sequence[str]) -> None:
    """Every attachment was uploaded to this message."""
    if not ids:
        return
    known = await stored_attachments.known(session, message.number, ids)
    for index, attachment in enumerate(ids):
        if attachment not in known:
            raise InvalidInputError(f"attachments[{index}]", _NO_ATTACHMENT)


async def loose(session: Session, person: str, ids: Sequence[str]) -> None:
    """Every picture was uploaded by the person, and is no other message's."""
    known = await stored_attachments.loose(session, person, ids) if ids else set()
    for index, attachment in enumerate(ids):
        if attachment not in known:
            raise InvalidInputError(f"attachments[{index}]", wording.NO_LOOSE_ATTACHMENT)


async def proof(
    session: Session, message: MessageRow, field: str, attachment: str | None, refusal: str = _NO_ATTACHMENT
) -> None:
    """The file that a field names as proof was uploaded to this message; `refusal` is said where it was not."""
    if attachment is not None and not await stored_attachments.known(session, message.number, [attachment]):
        raise InvalidInputError(field, refusal)


async def link(session: Session, network: Network, url: str) -> None:
    """The link is of the network, and of no other (cl. 3)."""
    of_network(await networks.known(session), network, url)


def of_network(known: KnownNetworks, network: Network, url: str) -> None:
    """The same, by the networks of the installation."""
    if reason := known.misfit(url, network):
        raise InvalidInputError("url", reason)


async def published(before: Before, message: MessageRow, url: str, proof: str | None = None) -> None:
    """The answer stands where the message stands (cl. 13).

    Answers on sites of reviews may have no link of their own: then it is the message's, with a picture of the answer.
    """
    post = await _post(before, message)
    if post["network"] == Network.REVIEW_SITE and key_of(url) == key_of(post["url"]):
        if proof is None:
            raise InvalidInputError("proof", wording.OWN_LINK_WITHOUT_PROOF)
        return
    if reason := networks.judging(before.networks).may_stand(post["url"], Network(post["network"]), url):
        raise InvalidInputError("url", reason)


def measures(message: MessageRow, newest: MessageState | None, kind: str, text: str | None) -> None:
    """An answer to a repeated message states the measures taken or the progress (cl. 16).

    `newest` is a state that the row may not have yet.
    """
    repeated = newest.repeats if newest else (message.snapshot or {}).get("repeats")
    if repeated and kind != "clarification" and text is None:
        raise InvalidInputError(
            "measures", said("сообщение повторное: укажите принятые меры или ход решения вопроса (п. 16).")
        )


async def _post(before: Before, message: MessageRow) -> Mapping[str, str]:
    """Network and link as they will be when the corrections under way are accepted."""
    if before.is_corrected:
        return await corrections.known(before.session, message)
    return {"network": message.network, "url": message.url}


async def draft_length(before: Before, message: MessageRow, text: str) -> None:
    """A draft is no longer than its network takes (cl. 17), in characters, by the network's rules at this moment."""
    network = (await _post(before, message))["network"]
    rules = next((rules for rules in before.networks if rules.key == network), None)
    if rules is None or rules.max_length is None:
        return
    # A network counts the end of a line once, however a browser sends it.
    length = len(text.replace("\r\n", "\n").replace("\r", "\n"))
    if length > rules.max_length:
        raise InvalidInputError(
            "text",
            said(wording.DRAFT_TOO_LONG).format(length=length, network=rules.title, longest=rules.max_length),
        )


async def corrected_link(
    session: Session, message: MessageRow, network: Network | None, url: str | None
) -> None:
    """Network and link agree as they will be, and the link's post becomes the message's, unless it is another's."""
    known = await corrections.known(session, message)
    link_then = url or known["url"]
    # Of a message that was erased, or came in a table without a link, only a new one can be judged.
    if link_then not in ("", ERASED):
        await link(session, network or Network(known["network"]), link_then)
    if url is not None and (other := await corrections.reserve(session, message, url_key(url))) is not None:
        raise InvalidInputError("url", wording.POST_IS_REGISTERED.format(message=other.number))


async def executor(session: Session, person: str, body: str | None) -> None:
    """The person is an executor of the body; of any where it is nobody's turn, which the message itself refuses."""
    held = await persons.actor(session, person)
    if held is None or not any(
        role.person == person and role.role is Role.EXECUTOR and body in (None, role.body)
        for role in held.roles
    ):
        raise InvalidInputError("person", wording.NO_EXECUTOR.format(person=person))


async def curator(session: Session, person: str) -> None:
    """The person is a curator."""
    held = await persons.actor(session, person)
    if held is None or not any(role.person == person and role.role is Role.CURATOR for role in held.roles):
        raise InvalidInputError("person", wording.NO_CURATOR.format(person=person))
