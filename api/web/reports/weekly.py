"""The weekly summary of clause 21: its page, its documents, and making it again."""

from datetime import UTC, datetime
from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup

from api.deps import Messages, Reports, Rules, Service
from api.only_known import OnlyKnown
from api.response_headers import OF_PAGES
from api.routes.reports.weekly import Week as WeekName
from api.routes.reports.weekly import summary_of
from api.routes.reports.weekly_documents import as_document
from api.web import templates
from api.web.pages import Pages
from api.web.reports.folding import rows_of
from api.web.reports.links import Links
from api.web.session import Viewer
from api.web.shell.page import WEEKLY, page
from service.access.recorded_calls import Call
from service.assembly import Service as ServiceParts
from service.reports.weekly import contents, phrases
from service.reports.weekly.contents import picture_in_words
from service.reports.weekly.documents import Form
from service.reports.weekly.layout import Picture, written
from service.reports.weekly.period import Week
from service.reports.weekly.reports import MAKERS
from service.reports.weekly.summary import WeeklySummary

router = Pages()

ADDRESS = "/reports/weekly"
_PATIENCE = 3.0
"""Seconds in which a picture is waited for, less than a request may take."""


@router.get(ADDRESS, recorded=None, by=WEEKLY)
async def newest(reader: Viewer, reports: Reports, rules: Rules) -> Response:
    """On to the last summary that was made, else to the week that goes on."""
    made = await reports.weekly.weeks(size=1)
    week = made.items[0].week if made.items else Week.of(datetime.now(UTC), rules.zone).name
    return RedirectResponse(f"{ADDRESS}/{week}", HTTPStatus.SEE_OTHER)


def _serve(form: Form) -> None:
    @router.get(f"{ADDRESS}/{{week}}.{form}", recorded=Call.EXPORT, by=WEEKLY)
    async def made(reader: Viewer, week: WeekName, only_known: OnlyKnown, service: Service) -> Response:
        return await as_document(await summary_of(week, None, service), form, service)


for _form in Form:
    _serve(_form)


@router.get(f"{ADDRESS}/{{week}}/pictures/{{picture}}", recorded=None, by=WEEKLY)
async def picture(
    reader: Viewer, week: WeekName, picture: Picture, only_known: OnlyKnown, service: Service
) -> Response:
    """A picture of the page, which comes after it: to draw the first one takes seconds, and it is asked for again."""
    summary = await summary_of(week, None, service)
    return await shown_picture(service, summary, picture, f"{ADDRESS}/{summary.period}/pictures/{picture}")


async def shown_picture(
    service: ServiceParts, summary: WeeklySummary, picture: Picture, address: str
) -> Response:
    """A picture of a summary as a page has it; where it takes long, what asks again at its `address`."""
    drawn = await service.reports.documents.drawn_soon(summary, within=_PATIENCE)
    shown = (
        templates.environment()
        .get_template("reports/picture.html")
        .render(
            # Made by our own process, which escapes what it writes.
            svg=Markup(drawn.of_pages.get(picture, "")) if drawn else None,  # noqa: S704
            words=picture_in_words(contents.of(summary), picture),
            address=address,
        )
    )
    return HTMLResponse(shown, headers={"Content-Security-Policy": OF_PAGES})


@router.get(f"{ADDRESS}/{{week}}", recorded=Call.WEEKLY_OPEN, by=WEEKLY)
async def summary(
    request: Request, reader: Viewer, week: WeekName, service: Service, made: bool = False
) -> Response:
    """A week: tables with totals, pictures beside them, definitions last."""
    found = await summary_of(week, None, service)
    zone = service.rules.zone
    of_week, now = Week(found.first_day), datetime.now(UTC)
    later = of_week.later()
    # In training one is made once the clocks of messages have passed the week.
    is_over = later.begins(zone) <= now or found.version > 0
    roles = {capacity.role for capacity in reader.capacities(now)}
    # A number leads to a list only where that has as many: what was made earlier stays as it was.
    read = contents.of(found)
    live = contents.of(await service.reports.weekly.counted(of_week)) if found.version else None
    links = Links(read, now=live)
    drawn = service.reports.documents.drawn(found)
    return page(
        request,
        reader,
        "reports/weekly.html",
        contents=read,
        address=f"{ADDRESS}/{found.period}",
        earlier=of_week.later(-1),
        later=later if is_over else None,
        days=phrases.days,
        links=links,
        written=written,
        rows_of=rows_of,
        svg={picture: Markup(svg) for picture, svg in drawn.of_pages.items()} if drawn else None,  # noqa: S704
        words={picture: picture_in_words(read, picture) for picture in Picture},
        pictures=(f"{ADDRESS}/{found.period}/pictures", ""),
        may_make=bool(roles & set(MAKERS)) and is_over,
        made=made,
    )


@router.post(f"{ADDRESS}/{{week}}", recorded=Call.WEEKLY_MAKE, by=MAKERS)
async def make_anew(maker: Viewer, week: WeekName, messages: Messages, reports: Reports) -> Response:
    """A further version of the summary; the earlier ones are kept."""
    await messages.outcomes.settled()
    made = await reports.weekly.make(week, maker.key)
    reports.documents.begin(made)
    return RedirectResponse(f"{ADDRESS}/{made.period}?made=true", HTTPStatus.SEE_OTHER)
