"""Stand-ins refuse what the networks would: a test that passes against one that takes everything proves nothing."""

from collections.abc import Mapping
from typing import Any

import httpx2
import pytest

from service.networks.platforms.odnoklassniki.client import signature
from tests.networks.odnoklassniki.stand_in import odnoklassniki
from tests.networks.vkontakte.stand_in import vkontakte
from tests.networks.youtube.stand_in import youtube


async def _sent(method: str, url: str, **given: Any) -> httpx2.Response:
    async with httpx2.AsyncClient() as http:
        return await http.request(method, url, **given)


@pytest.mark.parametrize(
    ("method", "key", "changed", "code"),
    [
        ("wall.get", "service_key", {}, None),
        ("wall.get", "service_key", {"v": ""}, 8),
        ("wall.get", "service_key", {"v": "5.131"}, 8),
        ("wall.get", "nobody", {}, 5),
        ("wall.get", "community_key", {}, 27),
        ("wall.getNothing", "service_key", {}, 3),
        ("wall.get", "service_key", {"count": "101"}, 100),
        ("wall.getComments", "community_key", {}, 27),
        ("wall.getComments", "service_key", {"post_id": ""}, 100),
        ("wall.getComments", "service_key", {"post_id": "1"}, 212),
        ("wall.createComment", "community_key", {}, None),
        ("wall.createComment", "service_key", {}, 28),
        ("wall.createComment", "community_key", {"owner_id": "-1"}, 15),
        ("wall.createComment", "community_key", {"from_group": "1"}, 15),
        ("wall.createComment", "community_key", {"message": ""}, 100),
        ("wall.createComment", "community_key", {"reply_to_comment": "1"}, 100),
        ("wall.createComment", "community_key", {"post_id": "1"}, 213),
        ("wall.createComment", "community_key", {"message": "https://otklik.test"}, 222),
    ],
)
async def test_vkontakte_judges_a_call(
    method: str, key: str, changed: Mapping[str, str], code: int | None
) -> None:
    async with vkontakte() as vk:
        post = vk.write_post("Яма")
        post.links_forbidden = True
        form = {
            "v": "5.199",
            "owner_id": str(post.owner),
            "post_id": str(post.id),
            "from_group": str(vk.group),
            "message": "Заделаем",
        }
        taken = ("v", "owner_id") if method == "wall.get" else tuple(form)
        form = {name: form[name] for name in taken} | dict(changed)
        token = vk.credentials.get(key, key)
        said = await _sent(
            "POST", f"{vk.base}/method/{method}", data=form, headers={"Authorization": f"Bearer {token}"}
        )
        assert said.status_code == 200
        assert said.json().get("error", {}).get("error_code") == code
        assert len(vk.answers()) == (method == "wall.createComment" and code is None)


async def test_vkontakte_counts_the_calls_of_each_key() -> None:
    async with vkontakte() as vk:
        form, headers = {"v": "5.199", "owner_id": "-1"}, {"Authorization": f"Bearer {vk.service_key}"}
        said = [
            (await _sent("POST", f"{vk.base}/method/wall.get", data=form, headers=headers)).json()
            for _ in range(6)
        ]
        assert [it.get("error", {}).get("error_code") for it in said] == [None] * 5 + [6]


@pytest.mark.parametrize(
    ("resource", "query", "headers", "reason"),
    [
        ("commentThreads", {"videoId": "V"}, {"X-Goog-Api-Key": "AIza-key"}, None),
        ("commentThreads", {"videoId": "V"}, {}, "API_KEY_INVALID"),
        ("commentThreads", {"videoId": "V"}, {"Authorization": "Bearer other"}, "authError"),
        ("commentThreads", {}, {"X-Goog-Api-Key": "AIza-key"}, "missingRequiredParameter"),
        (
            "commentThreads",
            {"videoId": "V", "id": "x"},
            {"X-Goog-Api-Key": "AIza-key"},
            "incompatibleParameters",
        ),
        ("commentThreads", {"videoId": "other"}, {"X-Goog-Api-Key": "AIza-key"}, "videoNotFound"),
        (
            "commentThreads",
            {"videoId": "V", "maxResults": "101"},
            {"X-Goog-Api-Key": "AIza-key"},
            "invalidParameter",
        ),
        ("comments", {"parentId": "none"}, {"X-Goog-Api-Key": "AIza-key"}, "commentNotFound"),
    ],
)
async def test_youtube_judges_a_call(
    resource: str, query: Mapping[str, str], headers: Mapping[str, str], reason: str | None
) -> None:
    async with youtube() as yt:
        video = yt.write_video()
        given = {"part": "snippet", **query}
        if given.get("videoId") == "V":
            given["videoId"] = video
        said = await _sent("GET", f"{yt.base}/{resource}", params=given, headers=dict(headers))
        error = said.json().get("error", {})
        reasons = [it["reason"] for it in (*error.get("errors", ()), *error.get("details", ()))]
        assert (reason in reasons) if reason else said.status_code == 200


async def test_youtube_counts_units_and_calls_and_lets_nobody_write_by_a_key() -> None:
    async with youtube() as yt:
        headers = {"X-Goog-Api-Key": yt.api_key}
        written = await _sent(
            "POST", f"{yt.base}/comments", params={"part": "snippet"}, json={"snippet": {}}, headers=headers
        )
        assert (written.status_code, yt.units) == (401, 9_950)
        yt.units, yt.a_second = 0, 2
        said = [
            await _sent("GET", f"{yt.base}/videos", params={"part": "id", "id": "1"}, headers=headers)
            for _ in range(2)
        ]
        reasons = [it.json()["error"]["errors"][0]["reason"] for it in said]
        assert reasons == ["quotaExceeded", "rateLimitExceeded"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, None),
        ({"application_key": "other"}, 101),
        ({"access_token": "other"}, 102),
        ({"sig": "0" * 32}, 104),
        ({"count": "5"}, 104),
        ({"format": "xml"}, 4),
    ],
)
async def test_odnoklassniki_judge_a_call(changed: Mapping[str, str], code: int | None) -> None:
    async with odnoklassniki() as ok:
        form = {"method": "discussions.getList", "category": "GROUP", "gid": ok.group, "format": "json"}
        form["application_key"] = ok.application_key
        form["sig"] = signature(form, ok.access_token, ok.application_secret_key)
        form |= {"access_token": ok.access_token, **changed}
        assert (await _sent("POST", f"{ok.base}/fb.do", data=form)).json().get("error_code") == code
        if code is None:
            said = [(await _sent("POST", f"{ok.base}/fb.do", data=form)).json() for _ in range(3)]
            assert [it.get("error_code") for it in said] == [None, None, 8]
