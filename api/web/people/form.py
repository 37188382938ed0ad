"""The form of a person: what they are called, and what they may do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.web.message.form_body import Typed
from calendar_rules import titles
from calendar_rules.act_words import said
from calendar_rules.vocabulary import Role
from service.directory.editing import Standing, edition_of
from service.directory.effective_date import FIELD as SINCE
from store.directory.file import PersonEntry

IN_BODIES = (Role.EXECUTOR, Role.RESPONSIBLE)
OFFICES = tuple(role for role in Role if role not in (*IN_BODIES, Role.DEPUTY))
_TEXTS = ("key", "name", "position", "email")
_OVERSEES = "oversees"


@dataclass(frozen=True, slots=True)
class PersonForm:
    """What stands in the form, and what is wrong with it."""

    typed: Mapping[str, str]
    offices: Sequence[str] = ()
    bodies: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Of each role of a body, and of who oversees, the bodies."""
    active: bool = True
    edition: str = ""
    wrong: Mapping[str, str] = field(default_factory=dict)
    refused: str | None = None

    def content(self, key: str) -> dict[str, object]:
        """The entry of the directory that was filled in."""
        roles: list[dict[str, str]] = [{"role": role} for role in self.offices]
        roles += [{"role": role, "body": body} for role in IN_BODIES for body in self.bodies.get(role, ())]
        oversees = list(self.bodies.get(_OVERSEES, ()))
        if oversees:
            roles.append({"role": Role.DEPUTY})
        texts = {name: self.typed.get(name, "").strip() for name in _TEXTS}
        return {
            **texts,
            "key": key,
            "email": texts["email"] or None,
            "roles": roles,
            "oversees": oversees,
            "active": self.active,
        }


def of_entry(person: PersonEntry) -> PersonForm:
    """The form as it stands for somebody."""
    return PersonForm(
        typed={
            "key": person.key,
            "name": person.name,
            "position": person.position,
            "email": person.email or "",
        },
        offices=[held.role for held in person.roles if held.role in OFFICES],
        bodies={
            **{
                role.value: [held.body for held in person.roles if held.role is role and held.body]
                for role in IN_BODIES
            },
            _OVERSEES: list(person.oversees),
        },
        active=person.active,
        edition=edition_of(person),
    )


def of_nobody(role: str, body: str) -> PersonForm:
    """The form for somebody new, for this role in this body where the checklist asks for it."""
    known = {item.value for item in Role}
    if role not in known:
        return PersonForm({})
    if role in OFFICES:
        return PersonForm({}, offices=[role])
    where = _OVERSEES if role == Role.DEPUTY else role
    return PersonForm({}, bodies={where: [body] if body else []})


def of_typed(typed: Typed, *, active: bool) -> PersonForm:
    """The form as it was sent."""
    return PersonForm(
        typed={name: typed.one(name) for name in (*_TEXTS, SINCE)},
        offices=[role for role in typed.values.get("roles", ()) if role in OFFICES],
        bodies={name: typed.values.get(name, ()) for name in (*IN_BODIES, _OVERSEES)},
        active=active,
        edition=typed.one("edition"),
    )


def choices(standing: Standing, form: PersonForm) -> dict[str, Any]:
    """What the form is chosen from; bodies that get no messages only where they are held."""
    held = {body for bodies in form.bodies.values() for body in bodies}
    bodies = [(body.key, body.short) for body in standing.directory.bodies if body.active or body.key in held]
    return {
        "all_offices": [(role.value, said(titles.ROLES[role])) for role in OFFICES],
        "all_bodies": bodies,
        "of_bodies": [
            (Role.EXECUTOR.value, "Исполнитель в органах"),
            (Role.RESPONSIBLE.value, "Ответственное должностное лицо в органах"),
            (_OVERSEES, said("Заместитель Председателя Правительства: курирует органы")),
        ],
    }
