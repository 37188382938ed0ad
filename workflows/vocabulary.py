"""The words of the order as values: what a message, a draft and a decision can be."""

from enum import StrEnum


class Network(StrEnum):
    """Where the message stands (cl. 3)."""

    VKONTAKTE = "vkontakte"
    ODNOKLASSNIKI = "odnoklassniki"
    INSTAGRAM = "instagram"
    BLOG = "blog"
    MICROBLOG = "microblog"
    VIDEO_HOSTING = "video_hosting"
    FORUM = "forum"
    REVIEW_SITE = "review_site"


class Importance(StrEnum):
    """The category of importance (cl. 7)."""

    ORDINARY = "ordinary"
    RAISED = "raised"
    HIGH = "high"


class Stage(StrEnum):
    """What a message waits for."""

    ROUTING = "routing"
    PREPARATION = "preparation"
    APPROVAL = "approval"
    REWORK = "rework"
    PUBLICATION = "publication"
    AWAITING_FINAL = "awaiting_final"
    AWAITING_AUTHOR = "awaiting_author"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How the road ended; `void` counts nowhere."""

    ANSWERED = "answered"
    DECLINED = "declined"
    UNANSWERED = "unanswered"
    VOID = "void"


class DraftKind(StrEnum):
    """The kinds of draft, which take the same road (cl. 10)."""

    ANSWER = "answer"
    INTERIM = "interim"
    CLARIFICATION = "clarification"


class DraftStatus(StrEnum):
    """Where a draft stands."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    REWORK = "rework"
    WITHDRAWN = "withdrawn"
    PUBLISHED = "published"


class DeclineGround(StrEnum):
    """Why a message is not processed (cl. 18)."""

    HARM_TO_PERSON = "harm_to_person"
    OBSCENE_OR_INSULTING = "obscene_or_insulting"
    THREAT_TO_OFFICIAL = "threat_to_official"


class CloseReason(StrEnum):
    """Why a message is closed without an answer."""

    NO_REPLY = "no_reply"
    DELETED = "deleted"
    COMMENTS_CLOSED = "comments_closed"
    REGISTERED_BY_MISTAKE = "registered_by_mistake"


class Role(StrEnum):
    """What a person may be on a message's road."""

    CURATOR = "curator"
    EXECUTOR = "executor"
    ADMIN = "admin"


class Command(StrEnum):
    """The signals by which people act; the value is the signal's name."""

    ROUTE = "route"
    RETURN = "return_to_curator"
    CONTRIBUTE = "contribute"
    SUBMIT_DRAFT = "submit_draft"
    WITHDRAW_DRAFT = "withdraw_draft"
    APPROVE = "approve"
    SEND_FOR_REWORK = "send_for_rework"
    CONFIRM_PUBLICATION = "confirm_publication"
    DECLINE = "decline"
    AUTHOR_REPLIED = "author_replied"
    CLOSE = "close_unanswered"
    REPORT_TO_GOVERNOR = "report_to_governor"
    CHANGE_CALENDAR = "change_calendar"
    RECORD_ERASURE = "record_erasure"


class NoticeKind(StrEnum):
    """The kinds of notice."""

    ASSIGNED = "assigned"
    RETURNED = "returned"
    CONTRIBUTION_RECEIVED = "contribution_received"
    DRAFT_RECEIVED = "draft_received"
    REWORK = "rework"
    APPROVED = "approved"
    FORECAST = "forecast"
    WARNING = "warning"
    BREACH = "breach"
    ESCALATION = "escalation"
    COMPETENCE_DISPUTE = "competence_dispute"
    NO_REPLY = "no_reply"
    THREAT = "threat"
    GOVERNOR_REPORT = "governor_report"
    SURGE = "surge"
    WEEKLY_SUMMARY = "weekly_summary"
    DIGEST = "digest"
    WITHDRAWN_BREACH = "withdrawn_breach"


class Fact(StrEnum):
    """What the journal notes beside people's commands."""

    REGISTERED = "registered"
    INHERITED = "inherited"
    WARNING = "warning"
    BREACH = "breach"
    BREACH_WITHDRAWN = "breach_withdrawn"
    WINDOW_ENDED = "window_ended"
    LIMIT_MOVED = "limit_moved"
    NO_REPLY = "no_reply"
    REFUSED = "refused"
