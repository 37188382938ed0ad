"""The report of a recovery: what was done, what is lost, and what is left to do."""

from service.recovery.report import Report


def test_two_sides_that_agree_are_called_so() -> None:
    assert Report().lines() == ["База данных и Temporal согласованы, исправлять нечего."]
    assert Report().is_complete


def test_many_messages_in_a_row_are_told_by_the_first_and_the_last() -> None:
    told = Report(restarted=[9, 1, 2, 3, 4, 6, 7]).lines()
    assert told == ["Сообщения, продолженные по данным базы: 1–4, 6, 7, 9"]


def test_lost_rows_are_named_message_by_message() -> None:
    (told,) = Report(lost_rows={3: [(2, 5), (9, 9)], 12: [(7, 8)]}).lines()
    assert told.endswith("сообщения: 3 (строки 2–5, строка 9), 12 (строки 7–8)")


def test_messages_under_other_acts_are_told_act_by_act_and_what_to_do_comes_last() -> None:
    report = Report(other_act={5: "б в редакции 2", 1: "а в редакции 1", 7: "б в редакции 2"})
    first, second, last = report.lines()
    assert "по порядку а в редакции 1," in first
    assert first.endswith("сообщения: 1")
    assert "по порядку б в редакции 2," in second
    assert second.endswith("сообщения: 5, 7")
    assert "OTKLIK_REGULATION" in last
    assert not report.is_complete
