"""Time left ticks in the browser: of a draft up to its due moment (cl. 10), and of any limit as one counts oneself."""

from datetime import timedelta

from playwright.async_api import expect

from api.web.templates import spans, static
from calendar_rules import production_calendar, regulation, schedules
from calendar_rules.regulation import HolderRole, LimitName
from calendar_rules.terms import Term, Unit
from service.messages.time_left import duty
from service.runs.rules import Rules
from tests.browser.acts import begin
from tests.browser.conftest import Office
from tests.working_seconds import at, in_words, worked
from workflows.state import Holder, LimitRun

_COUNT = """async ([address, written, moments]) => {
  const { read, left, written: words } = await import(address);
  const element = document.createElement("span");
  element.setAttribute("data-left", written.left);
  element.setAttribute("data-due", written.due);
  const duty = read(element);
  return moments.map((moment) => [left(duty, moment), words(duty, moment)]);
}"""


async def test_the_time_left_of_a_draft_ticks_down_to_its_due_moment_and_past_it(office: Office) -> None:
    case = await begin(office, to=["roads"])
    page = await office.person("executor-roads")
    await page.clock.install()
    await page.goto(f"/messages/{case.id}")
    head = page.locator("[data-duty]")
    left = head.locator(".left")
    of_draft = page.get_by_role("listitem").filter(has_text="п. 10").locator("span.left")
    await expect(head).to_contain_text("до 14:45, п. 10")
    await expect(left).to_have_text("4 ч 59 мин")
    passed = timedelta(0)
    for clock, shown in (
        (timedelta(hours=3, minutes=50), "1 ч 09 мин"),  # 12:50
        (timedelta(hours=4, minutes=20), "1 ч 00 мин"),  # at lunch nothing passes
        (timedelta(hours=4, minutes=40), "1 ч 00 мин"),
        (timedelta(hours=5, minutes=25), "19 мин"),
        (timedelta(hours=5, minutes=50), "−5 мин"),
        (timedelta(hours=14), "−3 ч 15 мин"),  # in the evening
    ):
        await page.clock.fast_forward((clock - passed) // timedelta(milliseconds=1))
        passed = clock
        await expect(left).to_have_text(shown)
        await expect(of_draft).to_have_text(shown)
    # To the page, a request that was under way as the clock sprang took hours.
    office.forgive("htmx:error: timeout")


async def test_a_page_counts_by_the_second_over_lunch_nights_and_days_off(office: Office) -> None:
    page = await office.desk("curator")
    rules = Rules(regulation.order_238(), schedules.assumed(), production_calendar.current())
    made, due = at("2 15:12:07"), at("9 10:31:20")
    run = LimitRun(
        number=1,
        name=LimitName.ANSWER,
        clause=9,
        holder=Holder(role=HolderRole.EXECUTOR, body="roads"),
        calendar=None,
        term=Term(amount=timedelta(hours=9), unit=Unit.WORKING_HOURS),
        started_at=made,
        due_at=due,
    )
    written = {"left": spans(duty(run, rules.department, made)), "due": str(int(due.timestamp()))}
    moments = [made + number * timedelta(seconds=641) for number in range(1000)]
    moments += [due + number * timedelta(seconds=1) for number in range(-90, 91)]
    asked = [f"{static('js/time_left.js')}", written, [int(moment.timestamp()) for moment in moments]]
    found = await page.evaluate(_COUNT, asked)
    for moment, (seconds, words) in zip(moments, found, strict=True):
        assert (seconds, words) == (worked(moment, due), in_words(moment, due)), moment
