"""Tables of people: who they are, how they sign in, who is absent; and what bodies and offices are called."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Index,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from store.database.columns import UtcMoment


class BodyRow(SQLModel, table=True):
    """An executive body or a municipality (cl. 4); `department` is the curators' own.

    One that is not `active` gets no further messages; those that name it go on naming it, and what is open for it may
    pass to its `successor`. Titles are those in force; `DatedValueRow` has them all. `brief` is for lists.
    """

    __tablename__ = "body"

    key: str = Field(primary_key=True)
    title: str
    short_title: str
    brief: str | None = None
    kind: str
    active: bool = True
    successor: str | None = None


FROM_EVER = date(1970, 1, 1)


class DatedValueRow(SQLModel, table=True):
    """A value of a body or person (`subject`) that holds from the day `since` on (`store.people.dated_values`)."""

    __tablename__ = "dated_value"

    kind: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    office: str = Field(default="", primary_key=True)
    since: date = Field(primary_key=True)
    value: Any = Field(default=None, sa_column=Column(JSON(none_as_null=True)))


class PersonRow(SQLModel, table=True):
    """Someone who signs in; named by the sign-in everywhere.

    `must_change_password`: somebody else has set it. `position` is the title of the office in force; `DatedValueRow`
    has them all. `left_at` is when somebody who is not `active` left.
    """

    __tablename__ = "person"

    key: str = Field(primary_key=True)
    name: str
    position: str
    password_hash: str
    active: bool = True
    must_change_password: bool = False
    email: str | None = None
    left_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class PersonRoleRow(SQLModel, table=True):
    """A role held by a person, in a body where the role belongs to one; a deputy has a row for each body overseen.

    It is held from `since` on (None: from ever) and before `until` (None: no end is known). Rows of former holders
    stay: who answered for a body on a day is asked long after it.
    """

    __tablename__ = "person_role"
    __table_args__ = (Index("role_body", "role", "body"),)

    id: int | None = Field(default=None, primary_key=True)
    person: str = Field(foreign_key="person.key", index=True)
    role: str
    body: str | None = Field(default=None, foreign_key="body.key")
    since: datetime | None = Field(default=None, sa_type=UtcMoment)
    until: datetime | None = Field(default=None, sa_type=UtcMoment)


class AbsenceRow(SQLModel, table=True):
    """From `starts_at` until `ends_at` the substitute may do what the absent person may (cl. 6).

    `substitute` is None where nobody stands in. `ends_at` is None until somebody ends it. `notified_at` is when whoever
    gets the person's work was notified of its beginning.
    """

    __tablename__ = "absence"
    __table_args__ = (
        # What is looked for every half second is a small part of all absences on record.
        Index(
            "absence_beginning",
            "starts_at",
            sqlite_where=text("notified_at IS NULL"),
            postgresql_where=text("notified_at IS NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.key", index=True)
    substitute: str | None = Field(default=None, foreign_key="person.key", index=True)
    starts_at: datetime = Field(sa_type=UtcMoment)
    ends_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    recorded_by: str
    recorded_at: datetime = Field(sa_type=UtcMoment)
    notified_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class TokenRow(SQLModel, table=True):
    """A sign-in; only the digest of the token is kept, and it can be revoked. `id` names it to people.

    `second_factor`: it was proved at this sign-in.
    """

    __tablename__ = "token"

    digest: str = Field(primary_key=True)
    id: str = Field(unique=True)
    person: str = Field(foreign_key="person.key", index=True)
    created_at: datetime = Field(sa_type=UtcMoment)
    expires_at: datetime = Field(sa_type=UtcMoment)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    second_factor: bool = False
    address: str = ""
    agent: str = ""


class WrongPasswordRow(SQLModel, table=True):
    """A failed sign-in from a source; `sign_in` is a digest of the name that was given, which may be a password typed
    amiss."""

    __tablename__ = "wrong_password"
    __table_args__ = (Index("wrong_password_source", "source", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    source: str
    sign_in: str
    at: datetime = Field(sa_type=UtcMoment)


class KnownSourceRow(SQLModel, table=True):
    """Where somebody has signed in from: strangers' guesses do not hold them up there."""

    __tablename__ = "known_source"

    person: str = Field(primary_key=True, foreign_key="person.key")
    source: str = Field(primary_key=True)
    last_at: datetime = Field(sa_type=UtcMoment, index=True)


class SecondFactorRow(SQLModel, table=True):
    """A person's TOTP secret, sealed. `last_step` is the time step of the last code that was taken: none is taken
    twice."""

    __tablename__ = "second_factor"

    person: str = Field(primary_key=True, foreign_key="person.key")
    secret: str
    enrolled_at: datetime = Field(sa_type=UtcMoment)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    last_step: int = Field(default=0, sa_type=BigInteger)


class RecoveryCodeRow(SQLModel, table=True):
    """A code that takes the place of the second factor once; only its digest is kept."""

    __tablename__ = "recovery_code"

    digest: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.key", index=True)
    used_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class SavedViewRow(SQLModel, table=True):
    """A list of messages that a person has saved under a name; `query` is what follows the list's address."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("person", "name"),)

    id: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.key")
    name: str
    query: str
