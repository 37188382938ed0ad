"""The words by which like messages are found, of all that there are; and what is learnt from past routings.

Revision 0027.
"""

from hashlib import blake2b

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_AT_A_TIME = 2_000
_WORDS = 10
_COMMON = frozenset(
    """
    1 10 2 2021 3 4 5 7 8 а аварийный автомобиль администрация адрес без более большой бы быть в весь
    внимание вода возле вообще вопрос время всё вы г где год город даже далее данный дать два движение
    двор день дерево детский для до добрый должный дом дорога дорожный другой если есть ещё же житель за
    здравствуйте и идти из или к каждый как какой квартира когда компания который кто люк машина между
    мера место месяц много можно мой момент мочь мусор мы на надо находиться наш не невозможно неделя
    несколько нет ни никто но новый о область обращаться обращение огромный один около он она они
    освещение остановка от ответ отсутствие отсутствовать очень переход пешеход пешеходный писать
    площадка по под подъезд пожалуйста покрытие получить помочь пора порядок после почему при принять
    проблема провести проезд проезжий пройти просить проспект просто просьба работа работать раз район
    расположить ребёнок результат ремонт решение решить рядом с свалка свой связь сделать сегодня сейчас
    ситуация сказать снег состояние спасибо срок стоить сторона так также такой там территория то только
    тот транспорт тротуар у убрать уже ук ул улица управлять установить участок фото ходить хотеться хотя
    центр часть человек через что чтобы школа это этот я ям
    """.split()  # noqa: SIM905
)
"""As in store/messages/common_lemmas.txt at this revision."""


def upgrade() -> None:
    op.create_table(
        "message_word",
        sa.Column("word", sa.Integer(), nullable=False),
        sa.Column("message", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", "message", name="pk_message_word"),
        sa.ForeignKeyConstraint(["message"], ["message.number"], name="fk_message_word_message_message"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_message_word_message", "message_word", ["message"])
    op.create_table(
        "suggestion_model",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trained_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("learnt", sa.Integer(), nullable=False),
        sa.Column("in_place", sa.Boolean(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_suggestion_model"),
    )
    _index(op.get_bind())


def _index(connection: sa.Connection) -> None:
    """The words of the messages that are there already."""
    message = sa.table("message", sa.column("number"), sa.column("lemmas"))
    word = sa.table("message_word", sa.column("word"), sa.column("message"))
    after = 0
    while True:
        rows = connection.execute(
            sa.select(message.c.number, message.c.lemmas)
            .where(message.c.number > after, message.c.lemmas != "")
            .order_by(message.c.number)
            .limit(_AT_A_TIME)
        ).all()
        if not rows:
            return
        after = rows[-1].number
        connection.execute(
            sa.insert(word),
            [{"word": digest, "message": number} for number, lemmas in rows for digest in _words(lemmas)],
        )


def _words(lemmas: str) -> list[int]:
    found = set(lemmas.split(" "))
    rare = sorted(_digest(word) for word in found - _COMMON)[:_WORDS]
    common = sorted(_digest(word) for word in found & _COMMON)[: _WORDS - len(rare)]
    return sorted({*rare, *common})


def _digest(word: str) -> int:
    return int.from_bytes(blake2b(word.encode(), digest_size=4).digest()) >> 1


def downgrade() -> None:
    op.drop_table("suggestion_model")
    op.drop_table("message_word")
