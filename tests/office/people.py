"""People of this office: by the demo directory, with what each of them is here for."""

from tests.api.chance.order import Held

BODIES = ("roads", "housing", "health", "education", "social", "culture", "sport")
"""The bodies that get messages in this month."""

CURATORS = ("curator", "curator2")

PEOPLE: dict[str, set[Held]] = {
    **{curator: {("curator", None)} for curator in CURATORS},
    "head": {("head", None)},
    **{f"executor-{body}": {("executor", body)} for body in BODIES},
    **{f"responsible-{body}": {("responsible", body)} for body in BODIES},
    "deputy": {("deputy", "roads"), ("deputy", "housing")},
    "deputy-social": {("deputy", "health"), ("deputy", "education"), ("deputy", "social")},
    "deputy-culture": {("deputy", "culture"), ("deputy", "sport")},
    "deputy-policy": {("deputy-policy", None)},
    "governor": {("governor", None)},
    "executor-ecology": {("executor", "ecology")},
}

SEES_ALL = {"curator", "head", "admin", "governor", "deputy-policy"}
"""Roles that see every message."""

DEPUTIES = {
    body: person for person, held in PEOPLE.items() for role, body in held if role == "deputy" and body
}
