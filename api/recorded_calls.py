"""Which call of the record of access each route is (152-FZ): every way in is in this table.

By operation, or by method and address where a route has no name. What shows nothing of anybody is None: a route that is
missing is a test that fails, and is on record as undeclared.
"""

from collections.abc import Mapping
from typing import Final

from service.access_calls import Call
from workflows.vocabulary import Command

OF_COMMANDS: Final[Mapping[Command, Call]] = {
    Command.ROUTE: Call.MESSAGE_ROUTE,
    Command.RETURN: Call.MESSAGE_RETURN,
    Command.CONTRIBUTE: Call.MESSAGE_CONTRIBUTE,
    Command.SUBMIT_DRAFT: Call.DRAFT_SUBMIT,
    Command.WITHDRAW_DRAFT: Call.DRAFT_WITHDRAW,
    Command.APPROVE: Call.DRAFT_APPROVE,
    Command.SEND_FOR_REWORK: Call.DRAFT_REWORK,
    Command.CONFIRM_PUBLICATION: Call.MESSAGE_PUBLICATION,
    Command.CORRECT_LINK: Call.DRAFT_LINK,
    Command.DECLINE: Call.MESSAGE_DECLINE,
    Command.AUTHOR_REPLIED: Call.MESSAGE_AUTHOR_REPLY,
    Command.RESUME: Call.MESSAGE_RESUME,
    Command.CLOSE: Call.MESSAGE_CLOSE,
    Command.REOPEN: Call.MESSAGE_REOPEN,
    Command.CORRECT: Call.MESSAGE_CORRECT,
    Command.NOTE: Call.MESSAGE_NOTE,
    Command.ASSIGN: Call.MESSAGE_ASSIGN,
    Command.HAND_OVER: Call.MESSAGE_HAND_OVER,
    Command.REPORT_TO_GOVERNOR: Call.MESSAGE_GOVERNOR_REPORT,
}
"""The call of each command that is given on a message's page."""

CALLS: Final[Mapping[str, Call | None]] = {
    "list_messages": Call.MESSAGES_LIST,
    "get_queue": Call.QUEUE,
    "get_message": Call.MESSAGE_OPEN,
    "get_journal": Call.MESSAGE_JOURNAL,
    "get_similar": Call.MESSAGE_SIMILAR,
    "list_notices": Call.NOTICES,
    "search_access": Call.ACCESS_SEARCH,
    "list_destructions": Call.DESTRUCTIONS_LIST,
    "get_destruction": Call.DESTRUCTION_OPEN,
    "get_destruction_document": Call.DESTRUCTION_OPEN,
    "upload_attachment": Call.ATTACHMENT_UPLOAD,
    "get_attachment": Call.ATTACHMENT_DOWNLOAD,
    "fast_forward": Call.MESSAGE_FAST_FORWARD,
    # ---- commands to messages
    "register_message": Call.MESSAGE_REGISTER,
    "correct_message": Call.MESSAGE_CORRECT,
    "route_message": Call.MESSAGE_ROUTE,
    "return_message": Call.MESSAGE_RETURN,
    "contribute": Call.MESSAGE_CONTRIBUTE,
    "rework_contribution": Call.CONTRIBUTION_REWORK,
    "submit_draft": Call.DRAFT_SUBMIT,
    "withdraw_draft": Call.DRAFT_WITHDRAW,
    "approve_draft": Call.DRAFT_APPROVE,
    "rework_draft": Call.DRAFT_REWORK,
    "correct_link": Call.DRAFT_LINK,
    "confirm_publication": Call.MESSAGE_PUBLICATION,
    "decline_message": Call.MESSAGE_DECLINE,
    "author_replied": Call.MESSAGE_AUTHOR_REPLY,
    "resume_message": Call.MESSAGE_RESUME,
    "close_message": Call.MESSAGE_CLOSE,
    "reopen_message": Call.MESSAGE_REOPEN,
    "add_note": Call.MESSAGE_NOTE,
    "assign_message": Call.MESSAGE_ASSIGN,
    "hand_over_message": Call.MESSAGE_HAND_OVER,
    "report_to_governor": Call.MESSAGE_GOVERNOR_REPORT,
    "erase_message": Call.MESSAGE_ERASE,
    # ---- signing in, and what belongs to it
    "sign_in": Call.SIGN_IN,
    "finish_oidc_sign_in": Call.SIGN_IN,
    "sign_out": Call.SIGN_OUT,
    "leave_oidc": Call.SIGN_OUT,
    "list_own_sign_ins": Call.SIGN_INS_LIST,
    "list_sign_ins": Call.SIGN_INS_LIST,
    "end_own_sign_in": Call.SIGN_INS_END,
    "end_sign_in": Call.SIGN_INS_END,
    "end_sign_ins": Call.SIGN_INS_END,
    "change_password": Call.PASSWORD_CHANGE,
    "enrol_second_factor": Call.SECOND_FACTOR_ENROL,
    "confirm_second_factor": Call.SECOND_FACTOR_CONFIRM,
    "prove_second_factor": Call.SECOND_FACTOR_PROVE,
    "renew_recovery_codes": Call.SECOND_FACTOR_CODES,
    "remove_second_factor": Call.SECOND_FACTOR_REMOVE,
    "remove_second_factor_of": Call.SECOND_FACTOR_REMOVE,
    "get_identity": Call.IDENTITY_OPEN,
    "link_identity": Call.IDENTITY_LINK,
    "unlink_identity": Call.IDENTITY_UNLINK,
    # ---- offices
    "list_absences": Call.ABSENCE_LIST,
    "record_absence": Call.ABSENCE_CREATE,
    "end_absence": Call.ABSENCE_REMOVE,
    # ---- nothing of a citizen, and of people only the caller
    "get_me": None,
    "get_directory": None,
    "preview_limits": None,
    "begin_oidc_sign_in": None,
    "GET /pages.css": None,
    "GET /about": None,
    "GET /static/{version}/{name}": None,
    "GET /events": None,
    "GET /sign-in": None,
    "GET /docs": None,
    "GET /redoc": None,
    "GET /openapi.json": None,
    # ---- pages
    "GET /": Call.QUEUE,
    "GET /messages": Call.MESSAGES_LIST,
    "GET /messages.xlsx": Call.EXPORT,
    "GET /board": Call.MESSAGES_LIST,
    "GET /overview": Call.MESSAGES_LIST,
    "POST /messages/views": Call.MESSAGES_LIST,
    "POST /messages/views/{view}/remove": None,
    "GET /messages/new": None,
    "GET /messages/new/link": Call.MESSAGES_LIST,
    "GET /messages/{message}": Call.MESSAGE_OPEN,
    "GET /messages/{message}/similar": Call.MESSAGE_SIMILAR,
    "GET /messages/{message}/forecast": None,
    "GET /messages/{message}/attachments/{attachment}": Call.ATTACHMENT_DOWNLOAD,
    "GET /notices": Call.NOTICES,
    # What one has typed oneself, before it is sent; the sending is on record.
    "POST /messages/{message}/unsent/{command}": None,
    "POST /messages/{message}/templates/{command}": None,
    "POST /messages/{message}/advice": None,
    "GET /profile": Call.SIGN_INS_LIST,
    "POST /sign-in": Call.SIGN_IN,
    "POST /sign-out": Call.SIGN_OUT,
    "POST /profile/password": Call.PASSWORD_CHANGE,
    "POST /profile/sign-ins/{sign_in}/end": Call.SIGN_INS_END,
    "POST /messages/new": Call.MESSAGE_REGISTER,
    "POST /messages/{message}/fast-forward": Call.MESSAGE_FAST_FORWARD,
    **{f"POST /messages/{{message}}/{command}": call for command, call in OF_COMMANDS.items()},
    # ---- pages of those who look after accounts
    "GET /admin": Call.ADMIN_OPEN,
    "GET /admin/directory.xlsx": Call.DIRECTORY_EXPORT,
    "POST /admin/directory/compare": Call.DIRECTORY_COMPARE,
    "POST /admin/directory/apply": Call.DIRECTORY_APPLY,
    "GET /admin/people": Call.PEOPLE_LIST,
    "GET /admin/people/{key}": Call.PERSON_OPEN,
    "POST /admin/people/{key}/sign-ins/end": Call.SIGN_INS_END,
    "POST /admin/people/{key}/sign-ins/{sign_in}/end": Call.SIGN_INS_END,
    "POST /admin/people/{key}/second-factor/remove": Call.SECOND_FACTOR_REMOVE,
    "GET /people": Call.PEOPLE_LIST,
    "GET /people/{key}": Call.ABSENCE_LIST,
    "POST /people/{key}/absences": Call.ABSENCE_CREATE,
    "POST /people/{key}/absences/{absence}/end": Call.ABSENCE_REMOVE,
    "GET /admin/access": Call.ACCESS_SEARCH,
    "GET /admin/destructions": Call.DESTRUCTIONS_LIST,
    "GET /admin/destructions/{act}.docx": Call.DESTRUCTION_OPEN,
    "GET /admin/calendar": None,
    # ---- what machines ask every few seconds
    "healthz": None,
    "readyz": None,
    "metrics": None,
}

_READ_EVERY_DAY: Final = frozenset(
    {
        *(Call.MESSAGES_LIST, Call.QUEUE, Call.NOTICES),
        *(Call.MESSAGE_OPEN, Call.MESSAGE_JOURNAL, Call.MESSAGE_SIMILAR),
    }
)
NOT_WAITED_FOR: Final = _READ_EVERY_DAY | frozenset(
    # Commands: they stand in the outbox with person and moment before they are answered.
    call
    for call in Call
    if call.startswith(("message.", "draft.", "contribution."))
)
"""Whose rows are accepted before they are answered, and written a moment later: people read all day, and a commit for
each read would take more of a busy machine than the reading. For all others the answer waits until the row is there."""
