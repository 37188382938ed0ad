"""Photos and videos to an answer (cl. 17): what is taken, by whom, and how it is given back."""

from typing import Any
from urllib.parse import quote

import pytest
from httpx import Response

from service.messages import quotas
from tests.api.messages.case import Case
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Office, refused, taken
from tests.api.messages.pictures import JPEG, MP4, PNG, WEBP, png_holding

MB = 1024 * 1024
LARGEST = 20 * MB


async def download(case: Case, attachment: str) -> Response:
    return await case.get("curator", f"/attachments/{attachment}")


@pytest.fixture(scope="module")
async def case(office: Office) -> Case:
    """`housing` has contributed, `roads` drafts."""
    case = await Case.begin(office, to=["housing", "roads"])
    await case.contribute()
    return case


@pytest.mark.parametrize(
    ("content", "kind", "end"),
    [
        (PNG, "image/png", "png"),
        (JPEG, "image/jpeg", "jpg"),
        (WEBP, "image/webp", "webp"),
        (MP4, "video/mp4", "mp4"),
    ],
    ids=["png", "jpeg", "webp", "mp4"],
)
async def test_pictures_and_videos_are_taken_and_given_back(
    case: Case, content: bytes, kind: str, end: str
) -> None:
    """The kind is that of the content, whatever the name and the header say, and the name ends as the kind does."""
    uploaded = taken(await case.upload("executor-roads", content, "отчёт.txt", "text/plain"))
    assert uploaded == {"id": uploaded["id"], "name": f"отчёт.txt.{end}", "type": kind, "size": len(content)}
    answer = await download(case, uploaded["id"])
    assert answer.status_code == 200
    assert answer.content == content
    assert answer.headers["content-type"] == kind
    assert answer.headers["content-disposition"] == f"inline; filename*=UTF-8''{quote(f'отчёт.txt.{end}')}"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "content",
    [b"", b"<html><script>alert(1)</script></html>", b"%PDF-1.7\n", b"\x89PN", JPEG[:-2]],
    ids=["empty", "page", "pdf", "cut off", "half a photo"],
)
async def test_anything_else_is_refused(case: Case, content: bytes) -> None:
    refused(await case.upload("executor-roads", content, "яма.png"), 422, "file")


@pytest.mark.parametrize(
    "sent",
    [
        {"body": {"file": "яма.png"}},
        {"files": {"photo": ("яма.png", PNG)}},
        {"headers": {"Content-Type": "multipart/form-data"}, "content": b"--x"},
    ],
    ids=["json", "another field", "broken"],
)
async def test_without_a_file_the_field_is_named(case: Case, sent: dict[str, Any]) -> None:
    path = f"/messages/{case.id}/attachments"
    refused(await case.office.call("curator", "POST", path, **sent), 422, "file")


async def test_a_file_of_20_mb_is_taken_and_a_byte_more_is_not(case: Case) -> None:
    whole = png_holding(b"\x00" * (LARGEST - len(png_holding(b""))))
    uploaded = taken(await case.upload("executor-roads", whole))
    assert uploaded["size"] == LARGEST
    assert len((await download(case, uploaded["id"])).content) == LARGEST
    refused(await case.upload("executor-roads", whole + b"\x00"), 422, "file", "20 МБ")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("фото/../яма.png", "яма.png"),
        ("..", "file.png"),
        ("яма.PNG", "яма.PNG"),
        ("gnp.\u202elmth.exe", "gnp.lmth.exe.png"),
        ("я" * 300 + ".png", "я" * 196 + ".png"),
        ("%22; filename=a.html", "%22; filename=a.html.png"),
    ],
)
async def test_the_name_is_only_a_name(case: Case, given: str, kept: str) -> None:
    answer = await case.office.call(
        "executor-roads",
        "POST",
        f"/messages/{case.id}/attachments",
        headers={"Content-Type": "multipart/form-data; boundary=b"},
        # By hand: a client would tidy the name up.
        content=f'--b\r\nContent-Disposition: form-data; name="file"; filename="{given}"\r\n\r\n'.encode()
        + PNG
        + b"\r\n--b--\r\n",
    )
    uploaded = taken(answer)
    assert uploaded["name"] == kept
    header = (await download(case, uploaded["id"])).headers["content-disposition"]
    assert header == f"inline; filename*=UTF-8''{quote(kept, safe='')}"


async def test_a_file_is_found_only_at_its_own_message(case: Case, begin: Begin) -> None:
    other = await begin()
    attachment = await case.attach()
    refused(await download(other, attachment), 404)
    for unknown in ("none", "0", "a%00b", "..%2f..%2fetc%2fpasswd"):
        refused(await download(case, unknown), 404)


async def test_contributions_and_drafts_carry_their_files(begin: Begin) -> None:
    case = await begin(to=["housing", "roads"])
    photo = await case.attach("executor-housing", PNG, "до.png")
    await case.contribute(attachments=[photo])
    assert case.view["contributions"][0]["attachments"] == [
        {"id": photo, "name": "до.png", "type": "image/png", "size": len(PNG)}
    ]
    video = await case.attach("executor-roads", MP4, "после.mp4")
    await case.submit(attachments=[video, photo])
    assert [item["name"] for item in case.draft["attachments"]] == ["после.mp4", "до.png"]
    rows = {row["kind"]: row["data"].get("attachments") for row in await case.journal()}
    assert rows["contribute"] == [photo]
    assert rows["submit_draft"] == [video, photo]


@pytest.mark.parametrize(
    ("person", "path", "body", "said"),
    [
        ("curator", "/close", {"reason": "deleted"}, "завершена"),
        ("admin", "/erasure", {"basis": "subject_request"}, "стёрты"),
    ],
)
async def test_nothing_is_uploaded_to_a_message_that_is_closed_or_erased(
    begin: Begin, person: str, path: str, body: dict[str, str], said: str
) -> None:
    case = await begin()
    taken(await case.post(person, path, body))
    refused(await case.upload("curator", PNG), 409, said)


@pytest.mark.parametrize(
    ("bound", "value", "said"),
    [
        ("FILES", 1, "не более 1 файл"),
        ("BYTES", len(PNG) + 1, "МБ"),
        ("BYTES_A_DAY", len(PNG) - 1, "За сутки"),
    ],
)
async def test_so_much_is_uploaded_to_a_message_and_by_a_person_a_day(
    begin: Begin, monkeypatch: pytest.MonkeyPatch, bound: str, value: int, said: str
) -> None:
    case = await begin()
    await case.attach("curator")
    monkeypatch.setattr(quotas, bound, value)
    refused(await case.upload("curator", PNG), 409, said)


async def test_a_message_takes_so_many_drafts_and_notes(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await begin(to=["roads"])
    await case.submit()
    await case.note()
    monkeypatch.setattr(quotas, "DRAFTS", 1)
    monkeypatch.setattr(quotas, "NOTES", 1)
    refused(await case.post("executor-roads", "/drafts", {"kind": "answer", "text": "Ещё."}), 409, "предел")
    refused(await case.post("curator", "/notes", {"text": "Ещё снимок."}), 409, "предел")


async def test_place_and_device_leave_a_photo_before_it_is_kept(case: Case) -> None:
    telling = b"\xff\xe1\x00\x1aExif\x00\x00GPS 57.0001 40.9739"[:28]
    photo = JPEG[:2] + telling + JPEG[2:]
    uploaded = taken(await case.upload("executor-roads", photo, "яма.jpg", "image/jpeg"))
    assert uploaded["size"] == len(JPEG)
    assert (await download(case, uploaded["id"])).content == JPEG
