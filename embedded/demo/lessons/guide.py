"""A newcomer's first message, step by step: what is on the page, what to do next, and which clause says so.

A step is over by what was done with the message, whoever did it: so one goes on where one left, on any machine. Terms
in its text are those of the act in force.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from api.web.training.lessons import Guide, Lived, Registering, Step
from calendar_rules.act_words import said
from calendar_rules.regulation import Regulation
from calendar_rules.vocabulary import Role, Stage
from embedded.demo.lessons import lessons
from service.journal.reading import JournalRowView
from service.messages.targets import Target
from service.messages.view import MessageView
from workflows.vocabulary import Command


def _never(_lived: Lived) -> bool:
    return False


def _is_done(*commands: Command) -> Callable[[Lived], bool]:
    return lambda lived: lived.had(*commands)


_LAST = Step(
    "Готово",
    "Работа завершена, все сроки остановлены. Справа видно, кто и когда что сделал и как посчитан каждый срок. Можно "
    "начать ещё одно учебное сообщение и попробовать другое: возврат, промежуточный ответ, уточнение.",
    19,
    _never,
)

_FIRST: Final = Step(
    "Зарегистрируйте сообщение",
    "Куратор находит публикацию и заносит её в программу. Скопируйте учебные данные в форму ниже и нажмите "
    "«Зарегистрировать». Сеть программа узнает по ссылке сама. С этой минуты {begins}.",
    5,
    _never,
)
"""Before there is a message."""


def registering(act: Regulation) -> Registering:
    """What a curator types for a first message; the link is another one each time."""
    return Registering(
        _of(act, _FIRST), (("Ссылка", lessons.new_link()), ("Автор", lessons.AUTHOR), ("Текст", lessons.TEXT))
    )


_STEPS: Final[Mapping[Role, Sequence[Step]]] = {
    Role.CURATOR: (
        Step(
            "Направьте сообщение",
            "Сверху — сколько рабочего времени осталось на направление. Заполните форму «Направить»: тему и органы "
            "можно найти, набрав часть названия и нажав Enter. Над кнопкой — прогноз сроков, если направить сейчас.",
            7,
            _is_done(Command.ROUTE),
        ),
        Step(
            "Дождитесь проекта ответа",
            "Сообщение у органа: в «Сроках» справа видно, до какого времени он вправе его вернуть и когда должен "
            "представить проект. Вы узнаете о проекте из уведомления и увидите сообщение в своей очереди.",
            10,
            _is_done(Command.SUBMIT_DRAFT, Command.CONTRIBUTE),
        ),
        Step(
            "Верните проект на доработку",
            "На решение у вас {approval}. Ответ не по существу: выберите готовое замечание "
            "клавишами 1–9 или напишите своё и нажмите «На доработку». Согласовать тоже можно.",
            11,
            _is_done(Command.SEND_FOR_REWORK, Command.APPROVE),
        ),
        Step(
            "Дождитесь доработанного проекта",
            "Орган исправляет проект, на это у него {rework}. Если ответ уже не успевает к сроку, программа "
            "предупредит и вас, и исполнителя прогнозом.",
            12,
            lambda lived: lived.had(Command.APPROVE) or _rounds(lived) > 1,
        ),
        Step(
            "Согласуйте проект",
            "Слева — прежняя редакция, справа — новая, изменения выделены по словам. Если всё верно, нажмите "
            "«Согласовать» (Ctrl+Enter).",
            11,
            _is_done(Command.APPROVE),
        ),
        Step(
            "Дождитесь размещения",
            "У исполнителя {publication}, чтобы разместить ответ и подтвердить это ссылкой. Пока ответ не размещён, "
            "согласование можно отозвать формой «На доработку».",
            13,
            _is_done(Command.CONFIRM_PUBLICATION),
        ),
    ),
    Role.EXECUTOR: (
        Step(
            "Подготовьте проект ответа",
            "Сверху — сколько рабочего времени осталось до срока проекта, ниже — что спрашивает автор. Напишите "
            "ответ в форме «Отправить на согласование»: программа считает знаки, подсказывает тон и сохраняет "
            "каждую букву. Если вопрос не ваш, его можно вернуть, на это {window}.",
            10,
            _is_done(Command.SUBMIT_DRAFT, Command.CONTRIBUTE),
        ),
        Step(
            "Дождитесь решения куратора",
            "Проект у куратора, у него {approval}. Пока решения нет, проект можно отозвать.",
            11,
            _is_done(Command.SEND_FOR_REWORK, Command.APPROVE),
        ),
        Step(
            "Доработайте проект",
            "Куратор вернул проект: замечания стоят над полем. Исправьте текст и отправьте его снова, на это {rework}.",
            12,
            lambda lived: lived.had(Command.APPROVE) or _rounds(lived) > 1,
        ),
        Step(
            "Дождитесь согласования",
            "Куратор видит, что изменилось по сравнению с прошлой редакцией.",
            11,
            _is_done(Command.APPROVE),
        ),
        Step(
            "Разместите ответ и подтвердите это",
            "Скопируйте согласованный текст, разместите его от имени органа там, где стоит сообщение, и вставьте "
            "ссылку на ответ. В учебном сообщении размещать нечего: подойдёт ссылка вида https://vk.com/wall-1_2.",
            13,
            _is_done(Command.CONFIRM_PUBLICATION),
        ),
    ),
    Role.RESPONSIBLE: (
        Step(
            "Назначьте исполнителя",
            "Сообщение поступило в ваш орган. Нажмите «Назначить исполнителя» и выберите сотрудника: уведомления "
            "пойдут ему, а вам — о нарушениях. То же можно сделать из раздела «Обзор».",
            6,
            _is_done(Command.ASSIGN, Command.SUBMIT_DRAFT),
            ("/overview", "Открыть обзор"),
        ),
        Step(
            "Посмотрите, что будет, если опоздать",
            "Нажимайте в этой полосе «До следующего срока», пока не истечёт срок проекта: сначала пройдёт "
            "срок возврата. Программа предупредит исполнителя, а о нарушении сообщит вам, куратору и заместителю "
            "Председателя Правительства.",
            20,
            lambda lived: bool(lived.broken) or lived.had(Command.SUBMIT_DRAFT),
        ),
        Step(
            "Найдите нарушение в обзоре",
            "В «Обзоре» видно, у кого сейчас просроченное, в «Уведомлениях» — что вам сообщено. Нарушение не "
            "останавливает работу: проект всё ещё ждут. Вы можете подготовить его сами или дождаться исполнителя.",
            20,
            _is_done(Command.SUBMIT_DRAFT, Command.CONTRIBUTE),
            ("/overview", "Открыть обзор"),
        ),
        Step(
            "Проследите до размещения",
            "Дальше проект согласует куратор, а исполнитель размещает ответ. Каждый шаг со своим сроком.",
            13,
            _is_done(Command.CONFIRM_PUBLICATION),
        ),
    ),
    Role.DEPUTY: (
        Step(
            "Прочитайте, что случилось",
            "Орган, который вы курируете, не представил проект ответа в срок, и программа сообщила вам об этом: что "
            "просрочено, насколько и у кого. Нарушение видно в «Уведомлениях» и «Обзоре»; в «Сроках» справа — как "
            "срок посчитан. Работа не останавливается: проект ждут по-прежнему.",
            20,
            _is_done(Command.SUBMIT_DRAFT, Command.CONTRIBUTE),
            ("/notices", "Открыть уведомления"),
        ),
        Step(
            "Проследите до размещения",
            "Проект представлен с опозданием, его согласует куратор. Отметка о нарушении остаётся в истории.",
            13,
            _is_done(Command.CONFIRM_PUBLICATION),
            ("/overview", "Открыть обзор"),
        ),
    ),
    Role.HEAD: (
        Step(
            "Передайте сообщение другому куратору",
            "Куратор не направил сообщение за {routing}, и программа сообщила вам об этом: она видна в "
            "«Уведомлениях» и «Обзоре». Нажмите «Передать куратору» и выберите другого: сообщение перейдёт в его "
            "очередь, сроки не сдвинутся.",
            20,
            _is_done(Command.HAND_OVER, Command.ROUTE),
            ("/notices", "Открыть уведомления"),
        ),
        Step(
            "Дождитесь направления",
            "Куратор направляет сообщение. Отметка о нарушении остаётся за тем, кто опоздал.",
            7,
            _is_done(Command.ROUTE),
        ),
        Step(
            "Проследите до размещения",
            "На «Доске» видно, на каком этапе и у какого органа сообщение. О споре о компетенции и об угрозах "
            "программа тоже сообщит вам.",
            13,
            _is_done(Command.CONFIRM_PUBLICATION),
            ("/board", "Открыть доску"),
        ),
    ),
}


def guide(
    act: Regulation,
    target: Target,
    message: MessageView,
    journal: Sequence[JournalRowView],
    plays: Role | None,
) -> Guide | None:
    """Where the lesson of whoever looks stands; None for somebody whom there is no lesson for.

    `plays`: as whom the program can take the step that is open.
    """
    held = {capacity.role for capacity in target.capacities}
    role = next((role for role in _STEPS if role in held), None)
    if role is None:
        return None
    steps = (*_STEPS[role], _LAST)
    lived = Lived(
        stage=message.stage,
        kinds=tuple(row.kind for row in journal),
        broken={run.name for run in message.limits if run.breached_at},
    )
    if message.stage is Stage.CLOSED:
        place = len(steps) - 1
    else:
        place = next(index for index, step in enumerate(steps) if not step.is_over(lived))
    return Guide(role=role, number=place + 1, total=len(steps), step=_of(act, steps[place]), plays=plays)


def _of(act: Regulation, step: Step) -> Step:
    """The step with the terms of the act in its text, and its offices."""
    from_now = act.limits.answer.starts == ("detection",)
    terms = {
        "routing": act.limits.routing.term,
        "window": act.limits.return_.term,
        "approval": act.limits.approval.term,
        "rework": act.limits.rework.term,
        "publication": act.limits.publication.term,
        "begins": "идут сроки направления и ответа" if from_now else "идёт срок направления",
    }
    return replace(step, text=said(step.text.format(**terms)))


def _rounds(lived: Lived) -> int:
    return sum(kind == Command.SUBMIT_DRAFT for kind in lived.kinds)
