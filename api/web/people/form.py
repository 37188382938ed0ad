"""The form of a person: what they are called, and what they may do."""

from typing import Any

from api.web.message.form_body import Typed
from api.web.shell.form import PageForm, Values, content_of, values_of
from calendar_rules import titles
from calendar_rules.act_words import said
from calendar_rules.vocabulary import Role
from service.directory.editing import Standing, edition_of
from store.directory.file import PersonEntry

IN_BODIES = (Role.EXECUTOR, Role.RESPONSIBLE)
OFFICES = tuple(role for role in Role if role not in (*IN_BODIES, Role.DEPUTY))
_ROLES, _OVERSEES = "roles", "oversees"


def content(sent: Typed) -> dict[str, Any]:
    """The entry of the directory that was filled in."""
    entry = content_of(PersonEntry, sent)
    roles: list[dict[str, str]] = [{"role": role} for role in entry[_ROLES] if role in OFFICES]
    roles += [{"role": role, "body": body} for role in IN_BODIES for body in sent.values.get(role, ())]
    if entry[_OVERSEES]:
        roles.append({"role": Role.DEPUTY})
    return {**entry, _ROLES: roles}


def values(person: PersonEntry) -> Values:
    """The form as it stands for somebody."""
    return {
        **values_of(person),
        _ROLES: [held.role for held in person.roles if held.role in OFFICES],
        **{
            role.value: [held.body for held in person.roles if held.role is role and held.body]
            for role in IN_BODIES
        },
        "edition": [edition_of(person)],
    }


def values_of_nobody(role: str, body: str) -> Values:
    """The form for somebody new, for this role in this body where the checklist asks for it."""
    if role in OFFICES:
        return {_ROLES: [role]}
    where = _OVERSEES if role == Role.DEPUTY else role
    return {where: [body]} if body and where in (*IN_BODIES, _OVERSEES) else {}


def choices(standing: Standing, form: PageForm) -> dict[str, Any]:
    """What the form is chosen from; bodies that get no messages only where they are held."""
    held = {body for name in (*IN_BODIES, _OVERSEES) for body in form.values.get(name, ())}
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
