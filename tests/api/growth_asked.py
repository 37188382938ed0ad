"""Addresses asked for when the growth of the database is watched: every page and every call that lists something."""

from collections.abc import Mapping, Sequence

_FILTERS = (
    *("", "sort=due", "stage=closed", "stage=approval", "body=roads", "overdue=true"),
    *(
        "verdict=none",
        "network=vkontakte",
        "topic=potholes",
        "importance=high",
        "outcome=unanswered",
        "curator=curator",
    ),
    *("assignee=executor-roads", "due_before=2100-01-01T00:00:00Z", "detected_from=2000-01-01T00:00:00Z"),
    *("body=roads&overdue=true", "body=roads&topic=nothing", "topic=nothing", "sort=due&stage=approval"),
    *("q=дорог", "q=яма", "q=дорог&stage=approval", "q=дорог&topic=nothing", "sort=due&q=дорог"),
    *("topic=nothing&stage=closed", "sort=due&stage=closed&topic=nothing"),
    *("q=этого нет нигде", "q=яб", "q=12", "sort=due&q=этого нет нигде"),
)
_NOTHING_FOUND = (
    *(
        "network=review_site&outcome=void",
        "importance=raised&outcome=declined&curator=curator",
        "curator=nobody",
        "q=дорог&body=nothing",
    ),
    *("detected_to=2000-01-01T00:00:00Z", "detected_from=2100-01-01T00:00:00Z"),
    "verdict=discontent",
)
_OF_A_BODY = (
    "",
    "stage=closed",
    "overdue=true",
    "topic=nothing",
    "q=дорог",
    "q=дорог&topic=nothing",
    "sort=due",
)


def _lists(filters: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"/api/messages?{one}" for one in filters)


ASKED: Mapping[str, Sequence[str]] = {
    "curator": (
        *(
            "/",
            "/api/queue",
            "/messages",
            "/messages?stage=closed",
            *_lists(_FILTERS),
            *_lists(_NOTHING_FOUND),
        ),
        *(
            "/candidates",
            "/candidates/rows",
            "/promises",
            "/api/candidates",
            "/api/candidates?state=dismissed",
        ),
        *("/api/candidates?q=нет такого", "/api/candidates?state=taken", "/api/candidates?state=taken&q=яма"),
        *("/notices", "/api/notices", "/queue/{open}", "/messages/{closed}", "/messages/{open}"),
        *("/api/messages/{closed}", "/api/messages/{closed}/journal", "/api/messages/{closed}/similar"),
        *("/messages/{closed}/similar", "/messages/{open}/similar", "/messages/{open}/forecast"),
        "/api/messages/{closed}/earlier-answers",
        *("/bar?address=/", "/sources", "/api/sources", "/referrals", "/api/referrals", "/reports"),
        *("/api/promises", "/api/promises?body=roads&state=kept"),
        *("/reports/weekly", "/api/reports/weekly", "/api/reports", "/profile", "/messages/new", "/board"),
        *("/api/directory", "/api/surges", "/api/bodies/roads/open", "/api/people/curator/open", "/api/me"),
    ),
    "executor-roads": ("/", "/api/queue", "/messages", "/notices", *_lists(_OF_A_BODY)),
    "responsible-roads": (
        *("/", "/overview", "/shortcomings", "/shortcomings?period=all", "/api/shortcomings", "/reports"),
        *("/people", "/people/executor-roads", "/api/people/executor-roads/absences"),
    ),
    "deputy": (
        *("/", "/messages", "/overview", "/shortcomings", "/shortcomings?period=all"),
        *_lists(("topic=nothing", "body=roads", "overdue=true")),
    ),
    "head": (
        *("/", "/overview", "/messages", "/board", "/notices", "/shortcomings", "/shortcomings?period=all"),
        *(
            "/api/shortcomings",
            "/api/surges",
            "/referrals",
            "/reports",
        ),
    ),
    "governor": ("/", "/overview", "/messages"),
    "admin": (
        *("/admin", "/admin/access", "/admin/access?outcome=forbidden", "/api/access?outcome=refused"),
        *("/api/access", "/api/access?person=curator", "/api/access?call=message.open"),
        *("/api/access?message={closed}", "/admin/accounts", "/api/accounts", "/admin/destructions"),
        *("/api/destructions", "/admin/changes", "/admin/undelivered", "/admin/bodies", "/admin/topics"),
        "/admin/condition",
        *("/admin/people", "/admin/people/curator", "/admin/papers", "/admin/department"),
        *("/api/people/curator/sign-ins", "/api/me/sign-ins", "/metrics", "/api/limits/preview"),
    ),
}
"""By person; `{closed}` and `{open}` are numbers of messages."""

WHOLE: Mapping[str, str] = {
    **dict.fromkeys(
        _lists(_NOTHING_FOUND), "an index that has all of the filters is looked through to its end"
    ),
    "/shortcomings?period=all": "the breaches of all time are counted, each in an index",
    **dict.fromkeys(
        _lists(("q=дорог&stage=approval", "q=дорог&topic=nothing")),
        "each message with a frequent word is judged, in an index and without its row",
    ),
    "/api/candidates?state=taken&q=яма": "messages with a word are many, and in no order of candidates",
    "/api/candidates?q=нет такого": "what became no message is searched by its text, and not kept for long",
    "/api/shortcomings": "the same, of a body that has too few for a page",
}
"""What does read more, and why; of each message no more than some steps."""

NO_LISTS = (
    *("/openapi.json", "/docs", "/redoc", "/healthz", "/readyz", "/sign-in", "/session", "/about", "/help"),
    *("/help/guides/{name}", "/help/clauses/{number}", "/static/{version}/{name:path}", "/events"),
    *("/events/missed", "/api/sign-in/oidc", "/api/sign-in/oidc/callback", "/hooks/{network}/{account}"),
    *("/messages/new/link", "/api/people/{key}/identity", "/api/destructions/{act}", "/notices/{notice}"),
    *("/admin/calendar", "/admin/bodies/new", "/admin/bodies/{key}", "/admin/bodies/{key}/hours"),
    *("/admin/bodies/{key}/templates", "/admin/topics/{key}", "/admin/people/new"),
    *("/api/messages/{message}/attachments/{attachment}", "/messages/{message}/attachments/{attachment}"),
    *("/reports/weekly/{week}", "/api/reports/weekly/{week}", "/api/reports/{kind}/{name}", "/reports/list"),
    *("/reports/pictures/{picture}", "/reports/weekly/{week}/pictures/{picture}"),
    *("/load", "/api/load"),
)
"""One thing by its name, a period that somebody has chosen, or nothing of the database; files beside these."""
FILES = (".docx", ".pdf", ".xlsx", ".json")
