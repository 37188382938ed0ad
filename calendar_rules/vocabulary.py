"""The words of the order as values: each enumeration stands here once, and everything else imports it."""

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


class Verdict(StrEnum):
    """What the author says of the answer, as a person has understood it."""

    CONTENT = "content"
    DISCONTENT = "discontent"
    UNCLEAR = "unclear"


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
    NO_ANSWER_NEEDED = "no_answer_needed"
    OTHER_REGION = "other_region"
    HANDED_TO_APPEALS = "handed_to_appeals"
    REGISTERED_BY_MISTAKE = "registered_by_mistake"


class ReferralTo(StrEnum):
    """Whom what a message tells was passed on to (cl. 18, and where the matter is not the region's own)."""

    POLICE = "police"
    PROSECUTOR = "prosecutor"
    EMERGENCY = "emergency"
    OTHER_REGION = "other_region"
    APPEALS = "appeals"


class DestructionBasis(StrEnum):
    """Why personal data are destroyed by hand (152-FZ)."""

    CONSENT_WITHDRAWN = "consent_withdrawn"
    SUBJECT_REQUEST = "subject_request"
    AUTHORITY = "authority"
    COURT = "court"
    REGISTERED_BY_MISTAKE = "registered_by_mistake"


class PromiseState(StrEnum):
    """Where a promise of a published text stands; one that is broken stays so when it is done after all."""

    GIVEN = "given"
    MOVED = "moved"
    KEPT = "kept"
    BROKEN = "broken"


class Role(StrEnum):
    """What a person may be; a deputy oversees bodies, `deputy-policy` is the deputy for internal policy (cl. 21)."""

    CURATOR = "curator"
    HEAD = "head"
    EXECUTOR = "executor"
    RESPONSIBLE = "responsible"
    DEPUTY = "deputy"
    DEPUTY_POLICY = "deputy-policy"
    GOVERNOR = "governor"
    ADMIN = "admin"


class NoticeKind(StrEnum):
    """The kinds of notice."""

    ASSIGNED = "assigned"
    RETURNED = "returned"
    CONTRIBUTION_RECEIVED = "contribution_received"
    DRAFT_RECEIVED = "draft_received"
    DRAFT_WITHDRAWN = "draft_withdrawn"
    RECALLED = "recalled"
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
    REOPENED = "reopened"
    VOID_AFTER_BREACH = "void_after_breach"
    SPLIT_AFTER_BREACH = "split_after_breach"
    CHARGE_CORRECTED = "charge_corrected"
    SUBSTITUTION = "substitution"
    UNACKNOWLEDGED = "unacknowledged"
    KEY_EXPIRY = "key_expiry"
    PUBLICATION_FAILED = "publication_failed"
    ANSWER_UNCONFIRMED = "answer_unconfirmed"
    ANSWER_EDITED = "answer_edited"
    ANSWER_DELETED = "answer_deleted"
    POST_EDITED = "post_edited"
    PROMISE_WARNING = "promise_warning"
    PROMISE_QUESTION = "promise_question"
    PROMISE_MOVED = "promise_moved"
    PROMISE_BROKEN = "promise_broken"
