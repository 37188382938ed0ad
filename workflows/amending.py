"""Amending of a message beside its road: corrections, notes, the people who do the work, a mistaken end undone."""

from calendar_rules.due_moments import Stood
from calendar_rules.regulation import HolderRole, LimitName
from calendar_rules.vocabulary import Role
from workflows import commands, notice_facts, notice_routing, wording
from workflows.case import Case, CommandMoment, Refusal
from workflows.stages import DRAFTS_OF
from workflows.state import CURATOR, Draft, MessageState, MistakenEnd, executor
from workflows.vocabulary import Fact

_OF_THE_ROUTE = ("topic", "location", "importance")
_CORRECTED = ("network", "url", "author", "text", *_OF_THE_ROUTE)


class Amendments:
    """The commands that fit every stage, or the end, and move no message on its road."""

    def __init__(self, case: Case) -> None:
        self.state, self.limits, self.journal = case.state, case.limits, case.journal
        self.enter, self._clause_of_routing = case.enter, case.regulation.limits.routing.clause

    # ---- what was entered wrong

    def correct(self, command: commands.Correct, moment: CommandMoment) -> None:
        """Clause 7: what was entered wrong is put right on record; the earlier values stay in the journal."""
        state = self.state
        named = [field for field in _CORRECTED if getattr(command, field) is not None]
        if not named:
            raise Refusal("Укажите, что исправить.")
        if not state.sequence and any(field in _OF_THE_ROUTE for field in named):
            raise Refusal(
                "Тема, локация и категория важности исправляются после направления "
                f"(п. {self._clause_of_routing})."
            )
        texts = commands.text_fields(commands.Correct)
        before = {field: getattr(state, field) for field in named}
        for field in named:
            setattr(state, field, getattr(command, field))
        self.enter(
            command,
            moment,
            network=command.network,
            topic=command.topic,
            importance=command.importance,
            before={field: value for field, value in before.items() if field not in texts},
            texts_before={field: value for field, value in before.items() if field in texts and value},
        )
        if command.importance is not None:
            self._move_answer(moment)

    def _move_answer(self, moment: CommandMoment) -> None:
        """Importance shortens the term where the act says so; `draft` is counted back from it."""
        limits = self.limits
        if answer := self.state.open_limit(LimitName.ANSWER):
            limits.move(answer, moment.at, term=limits.answer_term())
        if draft := self.state.open_limit(LimitName.DRAFT):
            limits.move(draft, moment.at)

    def correct_link(self, command: commands.CorrectLink, moment: CommandMoment) -> None:
        """Clause 13: the link of a published text was wrong; also once the message is closed."""
        draft = next((draft for draft in self.state.drafts if draft.id == command.draft), None)
        if draft is None or draft.status not in DRAFTS_OF[command.name]:
            raise Refusal("Исправляется ссылка только размещённого текста.")
        if not _may_correct(command, draft, self.state):
            raise Refusal("Ссылку исправляет куратор или орган, который разместил текст.")
        before, draft.published_url = draft.published_url, command.url
        self.enter(command, moment, draft=draft.id, body=draft.body, texts_before={"url": before})

    # ---- evidence

    def note(self, command: commands.Note, moment: CommandMoment) -> None:
        """A note with evidence: a post that vanishes has left a screenshot (cl. 7)."""
        self.state.attachments = (*self.state.attachments, *command.attachments)
        self.enter(command, moment, attachments=list(command.attachments))

    # ---- whose work it is

    def assign(self, command: commands.Assign, moment: CommandMoment) -> None:
        """Clause 20: the person of the body who does the work; they get the body's notices from now on."""
        before = self.state.assignee
        self.limits.change_hands(executor(self.state.current_body), moment.at)
        self.state.assignee = command.assignee
        row = self.enter(
            command, moment, body=self.state.current_body, assignee=command.assignee, assignee_before=before
        )
        if command.assignee is not None:
            facts = notice_routing.assigned(self.state, command.name)
            to = notice_routing.executors_of(self.state, self.state.current_body)
            self.journal.notify(row, facts, moment.at, to)

    def hand_over(self, command: commands.HandOver, moment: CommandMoment) -> None:
        """The message goes to another curator, with what is open."""
        before = self.state.curator
        self.limits.change_hands(CURATOR, moment.at)
        self.state.curator = command.curator
        row = self.enter(command, moment, curator=command.curator, curator_before=before)
        facts = notice_facts.Assigned(by=command.name)
        if notice_routing.open_step(self.state)[1].role is HolderRole.CURATOR:
            facts = notice_routing.assigned(self.state, command.name)
        self.journal.notify(row, facts, moment.at, notice_routing.curator_of(self.state))

    # ---- a mistaken end

    def reopen(self, command: commands.Reopen, moment: CommandMoment) -> None:
        """A mistaken end that published no answer is undone: the stage it left, and every limit as it was.

        The time until then counts against nobody but whoever closed the message (cl. 18).
        """
        state, end = self.state, self.state.end
        assert end is not None  # noqa: S101  `admissible` takes the command after such an end alone
        state.stage, state.no_reply_at = end.stage, end.no_reply_at
        state.outcome = state.decline_ground = state.close_reason = state.end = None
        state.mistaken_ends = (
            *state.mistaken_ends,
            MistakenEnd(person=end.person, start=end.at, end=moment.at),
        )
        row = self.enter(command, moment, Fact.REOPENED, stage=state.stage)
        everyone = (
            notice_routing.curator_of(state),
            *(notice_routing.executors_of(state, body) for body in state.turns),
        )
        self.journal.notify(row, notice_facts.Reopened(stage=state.stage), moment.at, *everyone)
        closed = Stood(start=end.at, end=moment.at, reason=wording.WAS_CLOSED)
        runs = [state.limits[number - 1] for number in end.runs]
        # `draft` last, since it counts from others.
        for run in sorted(runs, key=lambda run: (run.name is LimitName.DRAFT, -run.due_at.timestamp())):
            self.limits.go_on(run, moment.at, closed)


def _may_correct(command: commands.CorrectLink, draft: Draft, state: MessageState) -> bool:
    return any(
        grant.role is Role.CURATOR
        or (grant.role in (Role.EXECUTOR, Role.RESPONSIBLE) and grant.body in state.answering_for(draft.body))
        for grant in command.grants
    )
