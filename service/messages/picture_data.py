"""Data of a picture besides what it shows: place, device, owner and the like are taken out, and nothing else changes.

Pictures are not decoded: parts of the file that say nothing of the picture itself are left out, so that it stays as
sharp as it was, and a small file cannot unpack to a large one. How it is to be turned is kept.

Formats: JPEG (ITU-T T.81, annex B; Exif 2.32), PNG (third edition), WebP (RFC 9649), and boxes of MP4 and QuickTime
(ISO 14496-12).
"""

import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Final
from zlib import crc32

_ORIENTATION = 0x0112
_SHORT = 3
_UPRIGHT = 1


class DamagedPictureError(ValueError):
    """The file is not whole, so that nobody can say what is in it."""


def without_data(kind: str, content: bytes) -> bytes:
    """The file without what it says of place, device and people. `kind` is its media type.

    Of kinds that are not known here it is returned as it is. Raises DamagedPictureError.
    """
    clean = _CLEANERS.get(kind)
    if clean is None:
        return content
    try:
        return clean(content)
    except (struct.error, IndexError) as error:
        raise DamagedPictureError(str(error)) from error


# ---- JPEG

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
_APPLICATIONS = range(0xE0, 0xF0)
_COMMENT = 0xFE
_KEPT_APPLICATIONS: Final = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
"""What is needed to show the right colours."""
_EXIF = b"Exif\0\0"


def _jpeg(content: bytes) -> bytes:
    kept, orientation = bytearray(), _UPRIGHT
    for marker, part in _segments(content):
        payload = part[4:]
        if marker in _APPLICATIONS:
            if marker == 0xE1 and payload.startswith(_EXIF):  # noqa: PLR2004
                orientation = _orientation(payload[len(_EXIF) :])
            if not payload.startswith(_KEPT_APPLICATIONS.get(marker, b"\0none")):
                continue
        elif marker == _COMMENT:
            continue
        kept += part
    turned = b""
    if orientation != _UPRIGHT:
        payload = _EXIF + _oriented(orientation)
        turned = b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload
    return b"\xff\xd8" + turned + bytes(kept) + b"\xff\xd9"


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Markers between the first and the end of the image, each with its bytes; what is behind the end is nothing."""
    place = 2
    while True:
        if content[place] != 0xFF:  # noqa: PLR2004
            raise DamagedPictureError("a marker is missing")
        while content[place + 1] == 0xFF:  # noqa: PLR2004
            place += 1  # markers may be filled up
        marker = content[place + 1]
        if marker == _EOI:
            return
        if marker in _WITHOUT_LENGTH:
            yield marker, content[place : place + 2]
            place += 2
            continue
        (length,) = struct.unpack_from(">H", content, place + 2)
        end = place + 2 + length
        if length < 2 or end > len(content):  # noqa: PLR2004
            raise DamagedPictureError("a segment is cut off")
        if marker == _SOS:
            end = _end_of_scan(content, end)
        yield marker, content[place:end]
        place = end


def _end_of_scan(content: bytes, place: int) -> int:
    """Where the next marker stands: in a scan 0xFF is followed by zero, or by a restart."""
    while True:
        place = content.find(b"\xff", place)
        if place < 0 or place + 1 >= len(content):
            raise DamagedPictureError("the image is cut off")
        following = content[place + 1]
        if following == 0xFF:  # noqa: PLR2004
            place += 1
        elif following == 0 or following in _WITHOUT_LENGTH:
            place += 2
        else:
            return place


# ---- Exif: only how the picture is to be turned


def _orientation(tiff: bytes) -> int:
    """1 to 8; upright where it is not said, or not to be read."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return _UPRIGHT
    try:
        (first,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, first)
        for number in range(count):
            tag, kind, _, value = struct.unpack_from(order + "HHIH", tiff, first + 2 + number * 12)
            if tag == _ORIENTATION and kind == _SHORT and value in range(1, 9):
                return int(value)
    except struct.error:
        return _UPRIGHT
    return _UPRIGHT


def _oriented(orientation: int) -> bytes:
    """An Exif block that says nothing but this."""
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, _SHORT, 1, orientation, 0, 0)


# ---- PNG

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEPT_CHUNKS: Final = frozenset(
    {
        *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD"),
        *(b"pHYs", b"acTL", b"fcTL", b"fdAT", b"cICP", b"mDCV", b"cLLI"),
    }
)
"""The image, its colours, its size and its frames."""


def _png(content: bytes) -> bytes:
    kept, orientation, place, seen = bytearray(_SIGNATURE), _UPRIGHT, len(_SIGNATURE), b""
    header = 0
    while seen != b"IEND":
        (length,) = struct.unpack_from(">I", content, place)
        seen, end = content[place + 4 : place + 8], place + 12 + length
        if end > len(content):
            raise DamagedPictureError("a chunk is cut off")
        if seen in _KEPT_CHUNKS:
            kept += content[place:end]
        elif seen == b"eXIf":
            orientation = _orientation(content[place + 8 : end - 4])
        if seen == b"IHDR":
            header = len(kept)
        place = end
    if orientation != _UPRIGHT:
        block = b"eXIf" + _oriented(orientation)
        chunk = struct.pack(">I", len(block) - 4) + block + struct.pack(">I", crc32(block))
        kept[header:header] = chunk
    return bytes(kept)


# ---- WebP

_ICC, _ALPHA, _EXIF_FLAG, _XMP_FLAG = 0x20, 0x10, 0x08, 0x04
_OF_PICTURE: Final = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})


def _webp(content: bytes) -> bytes:
    (size,) = struct.unpack_from("<I", content, 4)
    kept, place, end = bytearray(b"WEBP"), 12, min(8 + size, len(content))
    orientation = _UPRIGHT
    extended: int | None = None
    while place + 8 <= end:
        name = content[place : place + 4]
        (length,) = struct.unpack_from("<I", content, place + 4)
        following = place + 8 + length + length % 2
        if place + 8 + length > len(content):
            raise DamagedPictureError("a chunk is cut off")
        if name in _OF_PICTURE:
            if name == b"VP8X":
                extended = len(kept) + 8
            kept += content[place:following]
        elif name == b"EXIF":
            block = content[place + 8 : place + 8 + length]
            orientation = _orientation(block.removeprefix(_EXIF))
        place = following
    if extended is not None:
        kept[extended] &= ~(_EXIF_FLAG | _XMP_FLAG) & 0xFF
        if orientation != _UPRIGHT:
            kept[extended] |= _EXIF_FLAG
            block = _oriented(orientation)
            kept += b"EXIF" + struct.pack("<I", len(block)) + block
    return b"RIFF" + struct.pack("<I", len(kept)) + bytes(kept)


# ---- videos

_HOLDING: Final = frozenset({b"moov", b"trak"})
_TELLING: Final = frozenset({b"udta", b"meta", b"uuid"})
"""Where cameras write place, device and owner."""


def _video(content: bytes) -> bytes:
    """Boxes stay where they are, since others name bytes of the file by their places: what is in them is wiped."""
    wiped = bytearray(content)
    _wipe(wiped, 0, len(wiped))
    return bytes(wiped)


def _wipe(content: bytearray, place: int, end: int) -> None:
    while place + 8 <= end:
        (size,) = struct.unpack_from(">I", content, place)
        name, head = bytes(content[place + 4 : place + 8]), 8
        if size == 1:
            (size,), head = struct.unpack_from(">Q", content, place + 8), 16
        if size == 0:
            size = end - place
        following = place + size
        if size < head or following > end:
            raise DamagedPictureError("a box is cut off")
        if name in _TELLING:
            content[place + 4 : place + 8] = b"free"
            content[place + head : following] = bytes(size - head)
        elif name in _HOLDING:
            _wipe(content, place + head, following)
        place = following


_CLEANERS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/webp": _webp,
    "video/mp4": _video,
    "video/quicktime": _video,
    "video/x-m4v": _video,
    "video/3gpp": _video,
}
