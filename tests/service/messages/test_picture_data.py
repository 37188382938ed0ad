"""Place and device leave a picture, and nothing that it shows does."""

import struct
from zlib import crc32

import pytest

from service.messages.picture_data import DamagedPictureError, without_data

PLACE, DEVICE = b"57.0001 N 40.9739 E", b"PhoneMaker 15 Pro, No 238238"


def exif(orientation: int = 6, order: str = "<") -> bytes:
    """A block with device, place and orientation, as cameras write it."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    entries = 3
    behind = 8 + 2 + entries * 12 + 4
    block = mark + struct.pack(order + "I", 8) + struct.pack(order + "H", entries)
    block += struct.pack(order + "HHII", 0x0110, 2, len(DEVICE), behind)
    block += struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
    block += struct.pack(order + "HHII", 0x8825, 2, len(PLACE), behind + len(DEVICE))
    return block + struct.pack(order + "I", 0) + DEVICE + PLACE


def segment(marker: int, payload: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(payload) + 2) + payload


JFIF = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
COLOURS = segment(0xE2, b"ICC_PROFILE\0\x01\x01" + bytes(40))
TABLES = segment(0xDB, bytes(65)) + segment(0xC2, bytes(15)) + segment(0xC4, bytes(20))
SCANS = segment(0xDA, bytes(10)) + b"\x12\xff\x00\x34\xff\xd0\x56" + segment(0xC4, bytes(9))
SCANS += segment(0xDA, bytes(10)) + b"\x78\xff\x00"
TELLING = (
    segment(0xE1, b"Exif\0\0" + exif())
    + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + PLACE)
    + segment(0xE2, b"MPF\0" + DEVICE)
    + segment(0xED, b"Photoshop 3.0\0" + PLACE)
    + segment(0xFE, DEVICE)
)


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_jpeg_keeps_its_picture_its_colours_and_how_it_is_turned(order: str) -> None:
    telling = segment(0xE1, b"Exif\0\0" + exif(8, order))
    photo = b"\xff\xd8" + telling + JFIF + COLOURS + TABLES + SCANS + b"\xff\xd9"
    clean = without_data("image/jpeg", photo)
    assert clean.endswith(JFIF + COLOURS + TABLES + SCANS + b"\xff\xd9")
    turned = clean[: -len(JFIF + COLOURS + TABLES + SCANS) - 2]
    assert turned[:2] == b"\xff\xd8"
    assert struct.unpack(">H", turned[-8:-6]) == (8,)
    assert PLACE not in clean and DEVICE not in clean
    assert without_data("image/jpeg", clean) == clean


def test_nothing_a_camera_or_a_program_wrote_beside_a_jpeg_is_left() -> None:
    behind = b"\xff\xd8" + TELLING + b"\xff\xd9"
    photo = b"\xff\xd8" + JFIF + TELLING + TABLES + SCANS + b"\xff\xd9" + behind
    clean = without_data("image/jpeg", photo)
    assert PLACE not in clean and DEVICE not in clean
    assert TABLES + SCANS in clean


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", crc32(name + content))


def test_a_png_loses_texts_and_exif_and_keeps_its_colours() -> None:
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13))
    picture = chunk(b"iCCP", b"p\0\0xx") + chunk(b"IDAT", b"picture") + chunk(b"IEND", b"")
    telling = chunk(b"eXIf", exif(3)) + chunk(b"tEXt", b"Comment\0" + PLACE) + chunk(b"iTXt", DEVICE)
    clean = without_data("image/png", head + telling + picture + PLACE)
    assert clean.startswith(head + struct.pack(">I", 26) + b"eXIf")
    assert clean.endswith(picture)
    assert PLACE not in clean and DEVICE not in clean
    assert without_data("image/png", head + picture) == head + picture


def test_a_webp_loses_exif_and_xmp() -> None:
    def part(name: bytes, content: bytes) -> bytes:
        return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)

    parts = part(b"VP8X", bytes([0x0C]) + bytes(9)) + part(b"VP8 ", b"picture")
    parts += part(b"EXIF", exif(1)) + part(b"XMP ", PLACE)
    clean = without_data("image/webp", b"RIFF" + struct.pack("<I", len(parts) + 4) + b"WEBP" + parts)
    picture = part(b"VP8X", bytes(10)) + part(b"VP8 ", b"picture")
    assert clean == b"RIFF" + struct.pack("<I", len(picture) + 4) + b"WEBP" + picture


def test_a_video_is_wiped_where_it_says_of_place_and_device() -> None:
    def box(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content) + 8) + name + content

    about = box(b"udta", box(b"\xa9xyz", PLACE)) + box(b"meta", DEVICE)
    video = box(b"ftyp", b"mp42") + box(b"moov", box(b"mvhd", b"head") + about) + box(b"mdat", b"pictures")
    clean = without_data("video/mp4", video)
    assert len(clean) == len(video)
    assert clean.startswith(video[: video.index(b"udta") - 4])
    assert clean.endswith(box(b"mdat", b"pictures"))
    assert PLACE not in clean and DEVICE not in clean


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("image/jpeg", b"\xff\xd8" + JFIF + SCANS),
        ("image/jpeg", b"\xff\xd8\xff\xe1\xff\xff" + PLACE),
        ("image/png", b"\x89PNG\r\n\x1a\n\0\0\xff\xff"),
        ("image/webp", b"RIFF\xff\0\0\0WEBPVP8 \xff\xff\0\0"),
        ("video/mp4", b"\0\0\0\x08ftyp\0\0\xff\xffmoov"),
    ],
)
def test_a_file_that_is_not_whole_is_not_taken(kind: str, content: bytes) -> None:
    with pytest.raises(DamagedPictureError):
        without_data(kind, content)
