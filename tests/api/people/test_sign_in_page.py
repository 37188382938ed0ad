"""Signing in on its page, and over a page whose sign-in has ended."""

import re
from http import HTTPStatus

from fastapi import FastAPI
from httpx import AsyncClient

from service.people import guesses
from tests.api.conftest import PASSWORD, assert_problem

BY_SCRIPT = {"HX-Request": "true"}


async def enter(http: AsyncClient, password: str, person: str = "curator", **headers: str) -> tuple[int, str]:
    form = {"username": person, "password": password}
    answer = await http.post("/sign-in", data=form, headers=headers)
    return answer.status_code, answer.text


async def test_too_many_wrong_passwords_are_told_with_the_minute_they_end(http: AsyncClient) -> None:
    for _ in range(guesses.ALLOWED):
        status, page = await enter(http, "wrong")
        assert status == HTTPStatus.UNAUTHORIZED
        assert "Неверное имя для входа или пароль." in page
    status, page = await enter(http, PASSWORD)
    assert status == HTTPStatus.TOO_MANY_REQUESTS
    assert re.search(r"Повторите после \d{1,2}:\d\d\.", page)
    # Nothing was said of a code, so its field stays folded away.
    assert "<details open>" not in page


async def test_a_script_is_told_who_signed_in_or_why_nobody_did(http: AsyncClient) -> None:
    refused = await http.post("/sign-in", data={"username": "curator", "password": "no"}, headers=BY_SCRIPT)
    assert_problem(refused, HTTPStatus.UNAUTHORIZED, "Неверное имя для входа или пароль.")
    done = await http.post("/sign-in", data={"username": "curator", "password": PASSWORD}, headers=BY_SCRIPT)
    assert (done.status_code, done.json()["person"]) == (HTTPStatus.OK, "curator")
    assert (await http.get("/session")).json()["person"] == "curator"


async def test_a_script_without_a_sign_in_hears_401_and_a_browser_is_led_to_signing_in(
    http: AsyncClient,
) -> None:
    for path in ("/", "/messages/1", "/session"):
        assert_problem(await http.get(path, headers=BY_SCRIPT), HTTPStatus.UNAUTHORIZED, "Войдите ещё раз")
    stream = await http.get("/events", headers={"Accept": "text/event-stream"})
    assert stream.status_code == HTTPStatus.UNAUTHORIZED
    led = await http.post("/messages/7/note", data={"text": "Набрано."})
    assert (led.status_code, led.headers["location"]) == (HTTPStatus.SEE_OTHER, "/sign-in?next=/messages/7")


async def test_a_page_of_one_person_does_nothing_in_the_name_of_another(http: AsyncClient) -> None:
    assert (await enter(http, PASSWORD))[0] == HTTPStatus.SEE_OTHER
    headers = {**BY_SCRIPT, "Otklik-Person": "executor-roads"}
    refused = await http.post("/messages/new", data={"text": "Яма."}, headers=headers)
    assert_problem(refused, HTTPStatus.CONFLICT, "другой сотрудник")
    headers["Otklik-Person"] = "curator"
    own = await http.post("/messages/new", data={"text": "Яма."}, headers=headers)
    assert own.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


async def test_the_page_says_what_this_is_whose_and_what_of_a_forgotten_password(http: AsyncClient) -> None:
    page = (await http.get("/sign-in")).text
    assert "ответы органов власти на сообщения жителей в социальных сетях" in page
    assert "Забыли пароль?" in page
    # Only a demo lets anybody in without a password.
    assert "Войти:" not in page
    refused = await http.post("/sign-in/demo", data={"username": "curator"})
    assert refused.status_code == 404


async def test_in_a_demo_one_press_signs_in_as_each_role(app: FastAPI, http: AsyncClient) -> None:
    app.state.settings = app.state.settings.model_copy(update={"demo": True, "demo_password": PASSWORD})
    page = (await http.get("/sign-in?next=/board")).text
    for role in ("куратор", "исполнитель", "начальник Департамента", "Губернатор", "администратор"):
        assert f">Войти: {role}<" in page
    entered = await http.post("/sign-in/demo", data={"username": "curator", "next": "/board"})
    assert (entered.status_code, entered.headers["location"]) == (303, "/board")
    whose = await http.get("/session")
    assert whose.json()["person"] == "curator"
    # Nobody else, whatever their password is.
    assert (await http.post("/sign-in/demo", data={"username": "executor-housing"})).status_code == 404
