"""Every call of the API, who may make it, and what whoever may is answered: the one place where this is said for all.

A new call is one line of `CALLS`; `tests/api/test_role_table.py` fails until it has it. Who may ever give a command is
said in `GIVERS`; in which stage of a message, by `tests/api/chance/order.py`.
"""

from typing import Any, NamedTuple

from tests.api.people import sign_ins

# There is one message: `housing` had it, `roads` has it. `executor-ecology` stands in for `executor-roads`.
CURATORS = ("curator", "curator2")
OF_THE_BODY = ("executor-roads", "responsible-roads", "executor-ecology")
OF_THE_EARLIER_BODY = ("executor-housing", "responsible-housing")
OF_ANOTHER_BODY = ("executor-health", "responsible-health", "responsible-ecology")
OVERSEEING, NOT_OVERSEEING = "deputy", "deputy-social"
PEOPLE = (
    *CURATORS,
    *OF_THE_BODY,
    *OF_THE_EARLIER_BODY,
    *OF_ANOTHER_BODY,
    *(OVERSEEING, NOT_OVERSEEING, "deputy-policy", "head", "governor", "admin"),
)
"""Everybody whose sign-in is complete."""
RESPONSIBLE = ("responsible-roads", "responsible-housing", "responsible-health", "responsible-ecology")
OVERSEERS = (OVERSEEING, NOT_OVERSEEING, "deputy-policy", "head", "governor")
READING = (*CURATORS, *RESPONSIBLE, OVERSEEING, NOT_OVERSEEING, "deputy-policy", "head")
"""Who reads reports, some of a body of theirs only."""
NOBODY = "nobody"
ROLES = (NOBODY, *sign_ins.OVER, *sign_ins.LACKING, *PEOPLE)

BODIES = (*OF_THE_BODY, *OF_THE_EARLIER_BODY)
SEEING = (*CURATORS, *BODIES, OVERSEEING, "deputy-policy", "head", "governor", "admin")
"""Who may see the message; to everybody else there is none (404)."""


class Call(NamedTuple):
    """Who may make a call, and the status that answers them; `body` is what they send.

    The request is one that changes nothing: of a command the key is too long (422), a thing named does not exist (404).
    `lacking`: sign-ins that may although something is missing. `public`: nobody needs to be signed in.
    """

    may: tuple[str, ...]
    answer: int
    body: Any = None
    lacking: tuple[str, ...] = ()
    public: bool = False


def anyone(answer: int) -> Call:
    return Call(ROLES, answer, public=True)


_OF_A_BODY = ("executor", "responsible")
GIVERS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("route", "approve", "send_for_rework", "decline", "author_replied", "resume"), ("curator",)
    ),
    **dict.fromkeys(("close_unanswered", "report_to_governor", "correct"), ("curator",)),
    **dict.fromkeys(("return_to_curator", "contribute", "submit_draft", "withdraw_draft"), _OF_A_BODY),
    **dict.fromkeys(("confirm_publication", "assign", "keep_promise", "move_promise"), _OF_A_BODY),
    **dict.fromkeys(("reopen", "hand_over"), ("curator", "head")),
    "correct_link": ("curator", *_OF_A_BODY),
    "note": ("curator", "head", *_OF_A_BODY),
    "split": ("curator",),
    "refer": ("curator", "head"),
    "redact": ("head", "admin"),
    "record_erasure": ("admin",),
    "transfer": ("curator", "head"),
}
"""The roles in which each command is given; those of a body by people of bodies that have or had the message."""
_HOLDERS = {
    "curator": CURATORS,
    **{role: tuple(person for person in BODIES if person.startswith(role)) for role in _OF_A_BODY},
    "head": ("head",),
    "admin": ("admin",),
}


def command(name: str) -> Call:
    """A command to a message."""
    return Call(tuple(person for role in GIVERS[name] for person in _HOLDERS[role]), 422)


WITH_OWN_PASSWORD = (sign_ins.NO_CODE, sign_ins.NO_SECOND_FACTOR)

CALLS = {
    # ---- signing in, and one's own account
    "POST /api/token": anyone(422),
    "DELETE /api/token": Call(PEOPLE, 204, lacking=sign_ins.LACKING),
    "GET /api/me": Call(PEOPLE, 200),
    "POST /api/me/password": Call(PEOPLE, 422, {}, lacking=sign_ins.LACKING),
    "PUT /api/me/channels": Call(PEOPLE, 422, {}),
    "POST /api/me/channels/test": Call(PEOPLE, 200),
    "GET /api/me/sign-ins": Call(PEOPLE, 200),
    "DELETE /api/me/sign-ins/{sign_in}": Call(PEOPLE, 404),
    "POST /api/me/second-factor": Call(PEOPLE, 422, {"no": 1}, lacking=WITH_OWN_PASSWORD),
    "POST /api/me/second-factor/confirmation": Call(PEOPLE, 422, {}, lacking=WITH_OWN_PASSWORD),
    "POST /api/me/second-factor/recovery-codes": Call(PEOPLE, 422, {}),
    "POST /api/me/second-factor/removal": Call(PEOPLE, 422, {}),
    # ---- accounts of others (`{key}` is `executor-roads`)
    "GET /api/people/{key}/sign-ins": Call(("admin",), 200),
    "DELETE /api/people/{key}/sign-ins": Call(("admin",), 204),
    "DELETE /api/people/{key}/sign-ins/{sign_in}": Call(("admin",), 404),
    "DELETE /api/people/{key}/second-factor": Call(("admin",), 404),
    "POST /api/people/{key}/absences": Call(("responsible-roads", "admin"), 422, {}),
    "GET /api/people/{key}/absences": Call(("executor-roads", "responsible-roads", "admin"), 200),
    "DELETE /api/people/{key}/absences/{absence}": Call(("responsible-roads", "admin"), 404),
    # ---- lists
    "GET /api/messages": Call(PEOPLE, 200),
    "GET /api/queue": Call(PEOPLE, 200),
    "GET /api/notices": Call(PEOPLE, 200),
    "POST /api/notices/read": Call(PEOPLE, 422, {}),
    "POST /api/notices/{notice}/acknowledgement": Call(PEOPLE, 404),
    "GET /api/directory": Call(PEOPLE, 200),
    "GET /api/bodies/{key}/open": Call((*CURATORS, "head", "admin"), 404),
    "GET /api/people/{key}/open": Call((*CURATORS, "head", "admin"), 200),
    "GET /api/sources": Call((*CURATORS, "admin"), 200),
    "POST /api/sources": Call((*CURATORS, "admin"), 422, {}),
    "PATCH /api/sources/{source}": Call((*CURATORS, "admin"), 404, {"every": "PT5M"}),
    "DELETE /api/sources/{source}": Call((*CURATORS, "admin"), 404),
    "GET /api/candidates": Call(CURATORS, 200),
    "POST /api/candidates/{candidate}/take": Call(CURATORS, 404),
    "POST /api/candidates/{candidate}/author-reply": Call(CURATORS, 404),
    "POST /api/candidates/{candidate}/dismiss": Call(CURATORS, 404, {}),
    "POST /api/candidates/{candidate}/restore": Call(CURATORS, 404),
    "POST /api/candidates/{candidate}/erasure": Call(("admin",), 404, {}),
    "POST /hooks/{network}/{account}": anyone(404),
    "GET /hooks/{network}/{account}": anyone(404),
    "GET /api/accounts": Call(("admin",), 200),
    "POST /api/accounts": Call(("admin",), 422, {}),
    "DELETE /api/accounts/{account}": Call(("admin",), 404),
    "GET /api/access": Call(("admin",), 200),
    "GET /api/destructions": Call(("admin",), 200),
    "GET /api/destructions/{act}": Call(("admin",), 404),
    "GET /api/destructions/{act}.docx": Call(("admin",), 404),
    "GET /api/promises": Call(PEOPLE, 200),
    "POST /api/promises/{promise}/kept": Call(PEOPLE, 404, {}),
    "POST /api/promises/{promise}/moved": Call(PEOPLE, 404, {}),
    "GET /api/referrals": Call((*CURATORS, "head", "admin"), 200),
    "GET /api/shortcomings": Call((*RESPONSIBLE, *OVERSEERS[:-1]), 200),
    "PUT /api/shortcomings/{shortcoming}/measures": Call(
        (*RESPONSIBLE, *OVERSEERS[:-1]), 404, {"text": "Меры."}
    ),
    "GET /api/shortcomings/unacknowledged.docx": Call(("head",), 404),
    "PUT /api/messages/{message}/verdict": Call((*CURATORS, "head"), 422, {}),
    "GET /api/surges": Call((*CURATORS, "deputy-policy", "head", "governor"), 200),
    "GET /api/reports": Call((*CURATORS, "deputy-policy", "head"), 200),
    "GET /api/reports.json": Call((*CURATORS, "deputy-policy", "head"), 200),
    "GET /api/reports.docx": Call((*CURATORS, "deputy-policy", "head"), 200),
    "GET /api/reports.xlsx": Call((*CURATORS, "deputy-policy", "head"), 200),
    "GET /api/reports.pdf": Call((*CURATORS, "deputy-policy", "head"), 200),
    "GET /api/reports/{kind}/{name}": Call((*CURATORS, "deputy-policy", "head"), 422),
    "GET /api/reports/{kind}/{name}.json": Call((*CURATORS, "deputy-policy", "head"), 422),
    "GET /api/reports/{kind}/{name}.docx": Call((*CURATORS, "deputy-policy", "head"), 422),
    "GET /api/reports/{kind}/{name}.xlsx": Call((*CURATORS, "deputy-policy", "head"), 422),
    "GET /api/reports/{kind}/{name}.pdf": Call((*CURATORS, "deputy-policy", "head"), 422),
    "GET /api/reports/weekly": Call((*CURATORS, "deputy-policy", "head"), 200),
    "GET /api/reports/weekly/{week}": Call((*CURATORS, "deputy-policy", "head"), 422),
    "GET /api/reports/weekly/{week}.json": Call((*CURATORS, "deputy-policy", "head"), 422),
    "GET /api/reports/weekly/{week}.docx": Call((*CURATORS, "deputy-policy", "head"), 422),
    "GET /api/reports/weekly/{week}.xlsx": Call((*CURATORS, "deputy-policy", "head"), 422),
    "GET /api/reports/weekly/{week}.pdf": Call((*CURATORS, "deputy-policy", "head"), 422),
    "POST /api/reports/weekly/{week}": Call(("deputy-policy", "head"), 422),
    "GET /api/load": Call(("head", "admin"), 200),
    "POST /api/load": Call(("head", "admin"), 422, {"goal": 0}),
    "GET /api/limits/preview": Call(PEOPLE, 422),
    # ---- the message
    "POST /api/messages": Call(CURATORS, 422, {}),
    "GET /api/messages/{message}": Call(SEEING, 200),
    "GET /api/messages/{message}/journal": Call(SEEING, 200),
    "GET /api/messages/{message}/similar": Call(SEEING, 200),
    "GET /api/messages/{message}/earlier-answers": Call((*CURATORS, *BODIES), 200),
    "GET /api/messages/{message}/governor-note.pdf": Call(SEEING, 404),
    "GET /api/messages/{message}/file.pdf": Call(SEEING, 200),
    "GET /api/messages/{message}/attachments/{attachment}": Call(SEEING, 200),
    "POST /api/attachments": Call((*CURATORS, *BODIES, *OF_ANOTHER_BODY), 422),
    "POST /api/messages/{message}/attachments": Call((*CURATORS, *BODIES), 422),
    "PATCH /api/messages/{message}": command("correct"),
    "POST /api/messages/{message}/route": command("route"),
    "POST /api/messages/{message}/publication/from-account": command("confirm_publication"),
    "POST /api/messages/{message}/return": command("return_to_curator"),
    "POST /api/messages/{message}/contributions": command("contribute"),
    "POST /api/messages/{message}/contributions/{contribution}/rework": command("send_for_rework"),
    "POST /api/messages/{message}/drafts": command("submit_draft"),
    "DELETE /api/messages/{message}/drafts/{draft}": command("withdraw_draft"),
    "POST /api/messages/{message}/drafts/{draft}/approve": command("approve"),
    "POST /api/messages/{message}/drafts/{draft}/rework": command("send_for_rework"),
    "POST /api/messages/{message}/drafts/{draft}/link": command("correct_link"),
    "POST /api/messages/{message}/publication": command("confirm_publication"),
    "POST /api/messages/{message}/decline": command("decline"),
    "POST /api/messages/{message}/author-reply": command("author_replied"),
    "POST /api/messages/{message}/resume": command("resume"),
    "POST /api/messages/{message}/close": command("close_unanswered"),
    "POST /api/messages/{message}/reopen": command("reopen"),
    "POST /api/messages/{message}/notes": command("note"),
    "POST /api/messages/{message}/assignee": command("assign"),
    "POST /api/messages/{message}/curator": command("hand_over"),
    "POST /api/messages/{message}/governor-report": command("report_to_governor"),
    "POST /api/messages/{message}/transfer": command("transfer"),
    "POST /api/messages/{message}/split": command("split"),
    "POST /api/messages/{message}/referral": command("refer"),
    "POST /api/messages/{message}/redact": command("redact"),
    "POST /api/messages/{message}/erasure": command("record_erasure"),
    "POST /api/training/messages/{message}/fast-forward": Call(SEEING, 422, {}),
    "POST /api/training/schedules/{schedule}": Call(PEOPLE, 422, {}),
    # ---- the program itself, and pages that show nothing of the work
    "GET /healthz": anyone(200),
    "GET /readyz": anyone(503),  # without Temporal
    "GET /metrics": anyone(200),
    "GET /openapi.json": anyone(200),
    "GET /about": anyone(200),
    "GET /docs": anyone(200),
    "GET /redoc": anyone(200),
    "GET /static/{version}/{name:path}": anyone(404),
    # ---- the demo's invented network, which knows nobody
    "GET /demo-network": anyone(200),
    "POST /demo-network": anyone(422),
    "GET /demo-network/{post}": anyone(422),
}

PAGES = {
    "POST /sign-out": Call(ROLES, 303, public=True),
    "POST /sign-in/demo": Call(ROLES, 422, public=True),
    "GET /bar": Call(PEOPLE, 422),
    "GET /help": Call(PEOPLE, 200),
    "GET /help/guides/{name}": Call(PEOPLE, 422),
    "GET /help/clauses/{number}": Call(PEOPLE, 200),
    "GET /": Call(PEOPLE, 200),
    "GET /messages": Call(PEOPLE, 200),
    "GET /messages.xlsx": Call(PEOPLE, 200),
    "POST /messages/views": Call(PEOPLE, 422),
    "POST /messages/views/{view}/remove": Call(PEOPLE, 303),
    "GET /candidates": Call(CURATORS, 200),
    "GET /candidates/rows": Call(CURATORS, 200),
    "POST /candidates/{candidate}/take": Call(CURATORS, 404),
    "POST /candidates/{candidate}/author-reply": Call(CURATORS, 404),
    "POST /candidates/{candidate}/dismiss": Call(CURATORS, 404),
    "POST /candidates/{candidate}/restore": Call(CURATORS, 404),
    "GET /sources": Call((*CURATORS, "admin"), 200),
    "POST /sources": Call((*CURATORS, "admin"), 422),
    "POST /sources/{source}": Call((*CURATORS, "admin"), 404),
    "POST /sources/{source}/switch": Call((*CURATORS, "admin"), 404),
    "POST /sources/{source}/remove": Call((*CURATORS, "admin"), 404),
    "GET /queue/{message}": Call(SEEING, 200),
    "GET /board": Call((*CURATORS, "head"), 200),
    "GET /overview": Call((*RESPONSIBLE, *OVERSEERS), 200),
    "GET /referrals": Call((*CURATORS, "head", "admin"), 200),
    "GET /shortcomings": Call((*RESPONSIBLE, *OVERSEERS[:-1]), 200),
    "GET /shortcomings.xlsx": Call((*RESPONSIBLE, *OVERSEERS[:-1]), 200),
    "GET /shortcomings/unacknowledged.docx": Call(("head",), 404),
    "POST /messages/{message}/verdict": Call((*CURATORS, "head"), 422),
    "POST /shortcomings/{shortcoming}/measures": Call((*RESPONSIBLE, *OVERSEERS[:-1]), 404),
    "GET /reports": Call(READING, 200),
    "GET /reports/list": Call(READING, 422),
    "GET /reports/pictures/{picture}": Call(READING, 200),
    "GET /reports.docx": Call(READING, 200),
    "GET /reports.xlsx": Call(READING, 200),
    "GET /reports.pdf": Call(READING, 200),
    "GET /reports/weekly": Call((*CURATORS, "deputy-policy", "head"), 303),
    "GET /reports/weekly/{week}": Call((*CURATORS, "deputy-policy", "head"), 422),
    "GET /reports/weekly/{week}.docx": Call((*CURATORS, "deputy-policy", "head"), 422),
    "GET /reports/weekly/{week}.xlsx": Call((*CURATORS, "deputy-policy", "head"), 422),
    "GET /reports/weekly/{week}.pdf": Call((*CURATORS, "deputy-policy", "head"), 422),
    "GET /reports/weekly/{week}/pictures/{picture}": Call((*CURATORS, "deputy-policy", "head"), 422),
    "POST /reports/weekly/{week}": Call(("deputy-policy", "head"), 422),
    "GET /load": Call(("head", "admin"), 200),
    "POST /load": Call(("head", "admin"), 422),
    "GET /messages/{message}/governor-note.pdf": Call(SEEING, 404),
    "GET /messages/{message}/file.pdf": Call(SEEING, 200),
    "GET /messages/new": Call(CURATORS, 200),
    "POST /messages/new": Call(CURATORS, 422),
    "GET /messages/{message}": Call(SEEING, 200),
    "GET /messages/{message}/attachments/{attachment}": Call(SEEING, 200),
    "POST /messages/{message}/unsent/{command}": Call(SEEING, 422),
    "POST /messages/{message}/advice": Call(SEEING, 422),
    "GET /promises": Call(PEOPLE, 200),
    "GET /messages/new/link": Call(CURATORS, 422),
    "GET /messages/{message}/forecast": Call(SEEING, 200),
    "GET /messages/{message}/similar": Call(SEEING, 200),
    "POST /messages/{message}/templates/{command}": Call(BODIES, 422),
    "POST /messages/{message}/templates/{command}/remove": Call(BODIES, 422),
    "GET /notices": Call(PEOPLE, 200),
    "GET /notices/{notice}": Call(PEOPLE, 404),
    "POST /notices/read": Call(PEOPLE, 422),
    "POST /notices/{notice}/acknowledge": Call(PEOPLE, 404),
    "GET /events/missed": Call(PEOPLE, 422),
    "GET /session": Call(PEOPLE, 200, lacking=sign_ins.LACKING),
    "GET /profile": Call(PEOPLE, 200, lacking=sign_ins.LACKING),
    "POST /profile/password": Call(PEOPLE, 409, lacking=sign_ins.LACKING),
    "POST /profile/channels": Call(PEOPLE, 422),
    "POST /profile/channels/test": Call(PEOPLE, 200),
    "POST /profile/channels/{channel}": Call(PEOPLE, 404),
    "POST /profile/channels/{channel}/remove": Call(PEOPLE, 404),
    "POST /profile/sign-ins/{sign_in}/end": Call(PEOPLE, 404, lacking=sign_ins.LACKING),
    "POST /messages/{message}/fast-forward": Call(SEEING, 422),
    "POST /messages/{message}/from_account": command("confirm_publication"),
    "GET /people": Call((*RESPONSIBLE, "head", "admin"), 200),
    "GET /people/{key}": Call(("executor-roads", "responsible-roads", "admin"), 200),
    "POST /people/{key}/absences": Call(("responsible-roads", "admin"), 422),
    "POST /people/{key}/absences/{absence}/end": Call(("responsible-roads", "admin"), 404),
    "GET /admin": Call(("admin",), 200),
    "GET /admin/directory.xlsx": Call(("admin",), 200),
    "POST /admin/directory/compare": Call(("admin",), 422),
    "POST /admin/directory/apply": Call(("admin",), 422),
    "GET /admin/changes": Call(("admin",), 200),
    "GET /admin/department": Call(("admin",), 200),
    "POST /admin/department": Call(("admin",), 422),
    "GET /admin/bodies": Call(("admin",), 200),
    "GET /admin/bodies/new": Call(("admin",), 200),
    "POST /admin/bodies/new": Call(("admin",), 422),
    "GET /admin/bodies/{key}": Call(("admin",), 404),
    "POST /admin/bodies/{key}": Call(("admin",), 404),
    "POST /admin/bodies/{key}/remove": Call(("admin",), 404),
    "POST /admin/bodies/{key}/withdraw": Call(("admin",), 404),
    "POST /admin/people/{key}/withdraw": Call(("admin",), 422),
    "GET /admin/bodies/{key}/hours": Call(("admin",), 404),
    "POST /admin/bodies/{key}/hours": Call(("admin",), 404),
    "GET /admin/topics": Call(("admin",), 200),
    "POST /admin/topics": Call(("admin",), 422),
    "GET /admin/topics/{key}": Call(("admin",), 404),
    "POST /admin/topics/{key}": Call(("admin",), 404),
    "POST /admin/topics/{key}/remove": Call(("admin",), 404),
    "GET /admin/people/new": Call(("admin",), 200),
    "POST /admin/people/new": Call(("admin",), 422),
    "POST /admin/people/{key}": Call(("admin",), 422),
    "POST /admin/people/{key}/password": Call(("admin",), 422, {"password": "short"}),
    "POST /admin/people/{key}/let-in": Call(("admin",), 303),
    "GET /admin/people": Call(("admin",), 200),
    "GET /admin/people/{key}": Call(("admin",), 200),
    "POST /admin/people/{key}/sign-ins/end": Call(("admin",), 303),
    "POST /admin/people/{key}/sign-ins/{sign_in}/end": Call(("admin",), 303),
    "POST /admin/people/{key}/second-factor/remove": Call(("admin",), 409),
    "GET /admin/accounts": Call(("admin",), 200),
    "POST /admin/accounts": Call(("admin",), 422),
    "POST /admin/accounts/{account}/remove": Call(("admin",), 404),
    "GET /admin/access": Call(("admin",), 200),
    "GET /admin/calendar": Call(("admin",), 200),
    "GET /admin/condition": Call(("admin",), 200),
    "GET /admin/undelivered": Call(("admin",), 200),
    "POST /admin/undelivered/{channel}/again": Call(("admin",), 404),
    "GET /admin/destructions": Call(("admin",), 200),
    "GET /admin/destructions/{act}.docx": Call(("admin",), 404),
    **{f"POST /messages/{{message}}/{name}": command(name) for name in GIVERS},
}
"""The same of pages, which know who asks by a cookie, and send whoever has not signed in to where they can."""


def expected(name: str, role: str) -> int:
    """The status of a call by somebody in a role, checked in the order of the contract."""
    call = CALLS[name]
    if call.public:
        return call.answer
    if role == NOBODY or role in sign_ins.OVER:
        return 401
    if role in sign_ins.LACKING:
        return call.answer if role in call.lacking else 403
    if "{message}" in name and role not in SEEING:
        return 404
    return call.answer if role in call.may else 403


def expected_of_page(name: str, role: str) -> int:
    """The status of a page for somebody in a role."""
    page = PAGES[name]
    if page.public:
        return page.answer
    if role == NOBODY or role in sign_ins.OVER:
        return 303
    if role in sign_ins.LACKING:
        if role in page.lacking:
            return page.answer
        return 303 if role == sign_ins.NEW_PASSWORD else 403
    if "{message}" in name and role not in SEEING:
        return 404
    return page.answer if role in page.may else 403
