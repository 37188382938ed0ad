import pytest

from service.commands.imports.columns import Field, HeaderError, recognise


def test_columns_are_found_by_name_in_any_order_and_spelling() -> None:
    columns = recognise(["№", "тема ", "ТЕКСТ  СООБЩЕНИЯ", "URL", "Дата выявления"])
    assert columns.places == {Field.TOPIC: 1, Field.TEXT: 2, Field.URL: 3, Field.DATE: 4}
    assert columns.unused == ("№",)


def test_an_export_of_incident_management_is_recognised_whole() -> None:
    header = ["Текст инцидента", "Группа тем", "Тема", "Исполнитель", "Муниципалитет", "Ссылка", "Автор"]
    assert recognise([*header, "Дата и время"]).unused == ()


def test_a_wrong_header_is_refused_with_what_is_expected_and_what_was_found() -> None:
    with pytest.raises(HeaderError) as refused:
        recognise(["Суть", "Тема"])
    text = str(refused.value)
    assert "нет столбца «Текст инцидента»" in text
    assert "Найдены: «Суть», «Тема»." in text
    assert all(f"«{field}»" in text for field in Field)


def test_two_columns_of_one_meaning_are_refused() -> None:
    with pytest.raises(HeaderError, match="«Текст» и «Сообщение» означают одно и то же"):
        recognise(["Текст", "Сообщение"])


def test_columns_without_a_name_at_the_end_are_no_columns() -> None:
    assert recognise(["Текст", "Тема", "", ""]).width == 2


def test_when_a_post_was_published_is_not_when_it_was_detected() -> None:
    assert recognise(["Текст", "Дата публикации"]).unused == ("Дата публикации",)
