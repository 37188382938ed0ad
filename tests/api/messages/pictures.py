"""Small files as people attach them: enough of each format for it to be recognised."""

import struct
from zlib import compress, crc32

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
    b"\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82"
)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom\x00\x00\x00\x08mdat"


def png_holding(content: bytes) -> bytes:
    """A PNG that has these bytes in it, where its picture is."""
    return PNG[:-12] + _chunk(b"IDAT", content) + PNG[-12:]


def png_of(width: int, height: int) -> bytes:
    """A grey PNG of this many pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = compress((b"\0" + b"\x80" * width) * height)
    return PNG[:8] + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + PNG[-12:]


def _chunk(kind: bytes, content: bytes) -> bytes:
    part = kind + content
    return struct.pack(">I", len(content)) + part + struct.pack(">I", crc32(part))
