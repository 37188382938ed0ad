"""Explanations of due moments (docs/change/decisions.md, 9), computed where they are shown from what each counted."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from calendar_rules import Step, due_moments
from store.database.session import Connection
from store.messages import working_times
from workflows.state import LimitRun, TimeReading
from workflows.working_time import calendar_of, name_of


class Explanations:
    """Explains limit runs; what they count by is read once, as it never changes."""

    def __init__(self, known: Mapping[str, str] = MappingProxyType({})) -> None:
        """`known` is what need not be read, JSON by its names."""
        self._known = dict(known)

    def unknown(self, runs: Iterable[LimitRun]) -> set[str]:
        """The names of what these runs count by and `learn` has not read yet."""
        counted = (run.counted.calendar for run in runs if run.counted)
        return {name for by in counted for name in (by.production, by.hours)} - self._known.keys()

    def learn(self, connection: Connection, names: Iterable[str]) -> None:
        """Read what has these names; what has been changed since it was written has its name no more."""
        if wanted := list(names):
            found = working_times.contents(connection, wanted)
            self._known |= {name: content for name, content in found.items() if name_of(content) == name}

    def of(self, run: LimitRun, time: TimeReading | None) -> Sequence[Step]:
        """The steps of a run's explanation, `time` being how its message reads its act.

        None where it counts from nothing, or by what has not been learnt.
        """
        if run.counted is None or time is None or self.unknown([run]):
            return ()
        counted, by = run.counted, run.counted.calendar
        calendar = calendar_of(
            self._known[by.production],
            self._known[by.hours],
            breaks_stop_the_clock=time.breaks_stop_the_clock,
        )
        return due_moments.explanation(
            calendar,
            time.counting,
            run.term,
            run.started_at,
            run.due_at,
            back_from=counted.back_from,
            stood=run.stood[: counted.pauses],
        )
