"""The list of all texts can be printed, and has none of the words that an official would strike out."""

import re
from pathlib import Path

import pytest

from tests.texts.listed import listed, notices
from tests.texts.sources import all_texts

STRUCK_OUT = {
    "срок просрочен": "истёк; просрочка — …",
    "просрочен на": "истёк; просрочка — …",
    "Сообщается на основании п": "Основание: пункт 20 Положения.",
    "обязанность отпала": "исполнение не требуется",
    "Чем кончилось": "Результат",
    "У кого срочное": "За кем ближайший срок",
    "Проверить нечем": "Автоматическая проверка недоступна",
    "это компетенция": "вопрос относится к компетенции",
    "спор о компетенции": "требуется определить компетентный орган",
    "Получение этих сведений": "Ознакомление с этими сведениями",
    "Ход процесса в Temporal": "Технический журнал",
    "Отсутствие записано": "Отсутствие внёс: …",
    "исполнитель —": "исполнитель Горелова С. Ю., в падеже предложения",
}
"""What must not be said, and what is said instead."""


def test_the_list_is_printed(tmp_path: Path) -> None:
    file = tmp_path / "texts.txt"
    file.write_text("\n".join(listed()), encoding="utf-8")
    lines = file.read_text(encoding="utf-8").splitlines()
    assert len(lines) > 3_000
    for part in ("== Уведомления о сообщениях", "== Журнал сообщения", "== api/web/overview/overview.html"):
        assert part in lines


@pytest.mark.parametrize("words", STRUCK_OUT)
def test_what_an_official_would_strike_out_is_said_nowhere(words: str) -> None:
    found = [text for text in all_texts() if words.casefold() in text.words.casefold()]
    found += [("notices", said) for said in notices() if words in said]  # type: ignore[misc]
    assert not found, f"{found}: {STRUCK_OUT[words]}"


def test_pages_do_not_name_the_tools_behind_them() -> None:
    named = re.compile(r"Temporal|PostgreSQL|SQLite|Prometheus|workflow", re.IGNORECASE)
    pages = [text for text in all_texts() if text.where.startswith("api/web/")]
    assert [text for text in pages if named.search(text.words)] == []


def test_an_escalation_names_its_ground_once_and_a_clause_without_shortening() -> None:
    said = list(notices())
    assert all(text.count("пункт 20 Положения") <= 1 for text in said)
    assert not [text for text in said if re.search(r"\bп\. ?\d", text)]
