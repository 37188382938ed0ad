"""The directory of an installation as a file: its bodies, topics and people (cl. 3, 4, 6, 7), in TOML."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from calendar_rules.data_file import DataFileError, Frozen, Text, refuse_doubles
from calendar_rules.vocabulary import Network, Role

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]

EmailAddress = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)]


Brief = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=24)]


TopicWord = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60)]


class DirectoryError(DataFileError):
    """A file that cannot be used; the text is Russian and names file, line and what is allowed there."""


class DepartmentEntry(Frozen):
    """The Department itself: it holds the curator's limits and is never routed to."""

    key: Key
    title: Text
    short: Text


class BodyEntry(Frozen):
    """One that is not `active` gets no further messages; those it had go on naming it. What was open for it passes to
    its `successor`. By `brief` it is known in the columns of lists; without it by `short`."""

    key: Key
    title: Text
    short: Text
    brief: Brief | None = None
    kind: Literal["executive", "municipality"]
    accounts: dict[Network, Text]
    active: bool = True
    successor: Key | None = None


class RoleEntry(Frozen):
    role: Role
    body: Key | None = None

    @model_validator(mode="after")
    def _body_where_the_role_is_of_a_body(self) -> Self:
        if (self.body is not None) != (self.role in ("executor", "responsible")):
            raise ValueError(
                f"роль {self.role}: орган указывают исполнителю и ответственному, и больше никому"
            )
        return self


class PersonEntry(Frozen):
    """A sign-in. `oversees` holds the keys of the bodies whose shortcomings go to this deputy (cl. 20).

    Someone who has left stays, not `active`: the record names them.
    """

    key: Key
    name: Text
    position: Text
    email: EmailAddress | None = None
    roles: tuple[RoleEntry, ...] = Field(min_length=1)
    oversees: tuple[Key, ...] = ()
    active: bool = True

    @property
    def offices(self) -> tuple[tuple[Role, str | None], ...]:
        """A role with its body for each office held; a deputy has one for each body overseen (cl. 20)."""
        return tuple(
            (held.role, body)
            for held in self.roles
            for body in (self.oversees if held.role == "deputy" else (held.body,))
        )


class TopicEntry(Frozen):
    """A topic. By `words`, besides those of its title, a text says that it is about it; of several in one all count."""

    key: Key
    group: Text
    title: Text
    words: tuple[TopicWord, ...] = Field(default=(), max_length=60)


class Directory(Frozen):
    """What an installation knows of its region.

    `appeal_notice` takes the place of the notice that every installation starts with: what an executor writes to an
    author who wants a formal answer (cl. 1).
    """

    appeal_notice: Text | None = None
    department: DepartmentEntry
    bodies: tuple[BodyEntry, ...]
    people: tuple[PersonEntry, ...]
    topics: tuple[TopicEntry, ...]

    @model_validator(mode="after")
    def _keys_are_unique_and_known(self) -> Self:
        check_keys(self)
        return self


def check_keys(directory: Directory) -> None:
    """Raises ValueError for a key that stands twice, and for a body that a person names and that is not there."""
    for name, keys in (
        ("bodies", [body.key for body in directory.bodies] + [directory.department.key]),
        ("people", [person.key for person in directory.people]),
        ("topics", [topic.key for topic in directory.topics]),
    ):
        refuse_doubles(name, keys)
    known = {body.key for body in directory.bodies}
    for body in directory.bodies:
        if body.successor is not None and body.successor not in known - {body.key}:
            raise ValueError(f"{body.key}: преемника {body.successor} среди других органов нет")
    for person in directory.people:
        named = {role.body for role in person.roles if role.body} | set(person.oversees)
        if unknown := named - known:
            raise ValueError(f"{person.key}: таких органов в файле нет: {', '.join(sorted(unknown))}")
