"""Time zones: by name, as the zone data of an installation have them, or by rules that are written behind the name.

A message takes the rules of its zones along, as it does hours and calendar: `Europe/Moscow MSK-3` says what clocks show
there at any moment since 2019, whatever zone data a process finds, so that new data reach a message by command alone.
Before the last rule, which is POSIX's, stand those that held until a moment, each as seconds from UTC, 1 for summer
time, its abbreviation, and the end in seconds since 1970: `Europe/Volgograd 14400,0,+04,1609020000 MSK-3`.
"""

import zoneinfo
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from struct import calcsize, pack, unpack_from
from typing import NamedTuple
from zoneinfo import ZoneInfo

_SINCE = int(datetime(2019, 1, 1, tzinfo=UTC).timestamp())
"""The first year of the production calendar that comes with the program: no message is of a time before."""
_EVER = int(datetime(1, 1, 2, tzinfo=UTC).timestamp())
_HEADER = ">4sc15x6l"
_PACKAGED = resources.files("tzdata") / "zoneinfo"
_RELEASE = "tzdata.zi"
"""The file beside compiled zones whose first line names their release."""


class ZonesError(ValueError):
    """Zone data that cannot be used; the text says which and why, in Russian."""


class _Kind(NamedTuple):
    """A time that clocks show: seconds from UTC, whether it is summer time, and its abbreviation."""

    offset: int
    summer: int
    name: str


def use(directory: Path | None) -> None:
    """Take zones from a directory of compiled ones (TZif) from now on; None: from the package `tzdata`.

    For the start of a process, before anything reads a zone. Raises ZonesError.
    """
    if directory is not None:
        _release_of(directory)
    zoneinfo.reset_tzpath([] if directory is None else [str(directory)])
    ZoneInfo.clear_cache()


def release() -> str:
    """The release of the zone data in use, such as `2026f`: later ones are greater. Raises ZonesError."""
    for directory in map(Path, zoneinfo.TZPATH):
        if directory.is_dir():
            return _release_of(directory)
    return packaged_release()


def packaged_release() -> str:
    """That of the package `tzdata`."""
    return _release_of(_PACKAGED)


def zone(written: str) -> ZoneInfo:
    """The zone of a name, with rules behind it or without. Raises KeyError, ValueError or OSError for none."""
    name, _, rules = written.partition(" ")
    return _by_rules(name, rules) if rules else ZoneInfo(name)


def name_of(written: str) -> str:
    """The name without the rules."""
    return written.partition(" ")[0]


def rules_of(name: str) -> str:
    """The rules of a zone since 2019, as they may stand behind its name. Raises KeyError, ValueError or OSError."""
    return _rules(_compiled_zone(name))


def rules_of_all(names: Iterable[str]) -> dict[str, str]:
    """The rules of each zone by its name."""
    return {name: rules_of(name) for name in sorted(set(names))}


def packaged_rules_of(name: str) -> str:
    """The same as the package `tzdata` has it, whatever is in use. Raises KeyError for a zone it does not have."""
    return _rules(_packaged(name))


def shifts(zone: ZoneInfo, since: datetime, until: datetime) -> list[datetime]:
    """When clocks of the zone change between two moments, to the second, as moments of the zone."""
    found, at, end = [], int(since.timestamp()), int(until.timestamp())
    while at < end:
        probe = min(at + 86_400, end)
        if _shown(zone, probe) != _shown(zone, at):
            same, changed = at, probe
            while changed - same > 1:
                middle = (same + changed) // 2
                same, changed = (
                    (middle, changed) if _shown(zone, middle) == _shown(zone, at) else (same, middle)
                )
            found.append(datetime.fromtimestamp(changed, zone))
        at = probe
    return found


def _shown(zone: ZoneInfo, at: int) -> tuple[object, object]:
    moment = datetime.fromtimestamp(at, zone)
    return moment.utcoffset(), moment.tzname()


def _release_of(directory: Traversable) -> str:
    try:
        first = (directory / _RELEASE).read_text("utf-8").partition("\n")[0]
    except (OSError, UnicodeDecodeError):
        first = ""
    mark, _, found = first.rpartition("# version ")
    if mark or not found.strip():
        raise ZonesError(
            f"{directory}: это не данные часовых поясов: нет файла {_RELEASE} с номером выпуска в первой строке. "
            "Укажите каталог zoneinfo из пакета tzdata или /usr/share/zoneinfo."
        )
    return found.strip()


def _compiled_zone(name: str) -> bytes:
    ZoneInfo(name)  # refuses what is no name of a zone
    for directory in map(Path, zoneinfo.TZPATH):
        if (file := directory / name).is_file():
            return file.read_bytes()
    return _packaged(name)


def _packaged(name: str) -> bytes:
    try:
        return _PACKAGED.joinpath(*name.split("/")).read_bytes()
    except FileNotFoundError as absent:
        raise KeyError(name) from absent


def _rules(compiled: bytes) -> str:
    """The rules in a compiled zone (RFC 8536)."""
    _, _, *counts = unpack_from(_HEADER, compiled)
    utc, std, leaps, times, types, chars = counts
    at = calcsize(_HEADER) + times * 5 + types * 6 + chars + leaps * 8 + std + utc
    magic, version, utc, std, leaps, times, types, chars = unpack_from(_HEADER, compiled, at)
    if magic != b"TZif" or version < b"2":
        raise ValueError("not a compiled zone of version 2 or later")
    at += calcsize(_HEADER)
    moments = unpack_from(f">{times}q", compiled, at)
    kinds_at = unpack_from(f">{times}B", compiled, at + times * 8)
    at += times * 9
    names = compiled[at + types * 6 : at + types * 6 + chars]
    kinds = [
        _Kind(offset, summer, names[begin:].partition(b"\0")[0].decode())
        for offset, summer, begin in (
            unpack_from(">lBB", compiled, at + number * 6) for number in range(types)
        )
    ]
    at += types * 6 + chars + leaps * 12 + std + utc
    last = compiled[at:].strip(b"\n").decode()
    if not last:
        raise ValueError("a compiled zone without a rule for the time to come")
    # What held from each moment on; the first kind held before them all.
    held = [(_EVER, kinds[0]), *zip(moments, (kinds[number] for number in kinds_at), strict=True)]
    current = [kind for since, kind in held if since <= _SINCE][-1:]
    later = [(since, kind) for since, kind in held if since > _SINCE]
    stretches, kind = list[tuple[_Kind, int]](), current[0]
    for since, following in later:
        stretches.append((kind, since))
        kind = following
    return " ".join([*map(_written, _needed(stretches, last)), last])


def _needed(stretches: list[tuple[_Kind, int]], last: str) -> list[tuple[_Kind, int]]:
    """Those that the last rule does not say itself."""
    ruled = _by_rules("", last)
    while stretches:
        kind, until = stretches[-1]
        since = stretches[-2][1] if len(stretches) > 1 else _SINCE
        of_rule = shifts(ruled, datetime.fromtimestamp(since, UTC), datetime.fromtimestamp(until - 1, UTC))
        if of_rule or _shown(ruled, since) != (timedelta(seconds=kind.offset), kind.name):
            break
        stretches = stretches[:-1]
    return stretches


def _written(stretch: tuple[_Kind, int]) -> str:
    kind, until = stretch
    return f"{kind.offset},{kind.summer},{kind.name},{until}"


@lru_cache(maxsize=512)
def _by_rules(name: str, rules: str) -> ZoneInfo:
    *written, last = rules.split()
    stretches = []
    for one in written:
        offset, summer, abbreviation, until = one.split(",")
        stretches.append((_Kind(int(offset), int(summer == "1"), abbreviation), int(until)))
    return ZoneInfo.from_file(BytesIO(_compiled(stretches, last)), key=name)


def _compiled(stretches: list[tuple[_Kind, int]], last: str) -> bytes:
    held = [kind for kind, _ in stretches]
    # The first holds from ever on: before the first moment a reader takes the first time that is not summer's.
    moments = [_EVER, *(until for _, until in stretches)] if stretches else []
    if stretches:
        # The last moment itself has what is named for it, by some readers, not what the last rule says.
        at = datetime.fromtimestamp(moments[-1], _by_rules("", last))
        offset, summer = ((shift or timedelta()) for shift in (at.utcoffset(), at.dst()))
        held.append(_Kind(int(offset.total_seconds()), int(bool(summer)), at.tzname() or ""))
    kinds = list(dict.fromkeys(held)) or [_Kind(0, 0, "UTC")]
    numbers = [kinds.index(kind) for kind in held]
    names = b"".join(kind.name.encode() + b"\0" for kind in kinds)
    begins = accumulate((len(kind.name.encode()) + 1 for kind in kinds), initial=0)
    block = pack(f">{len(moments)}q{len(numbers)}B", *moments, *numbers) + b"".join(
        pack(">lBB", kind.offset, kind.summer, begin) for kind, begin in zip(kinds, begins, strict=False)
    )
    before = pack(_HEADER, b"TZif", b"2", 0, 0, 0, 0, 1, 1) + pack(">lBB", 0, 0, 0) + b"\0"
    header = pack(_HEADER, b"TZif", b"2", 0, 0, 0, len(moments), len(kinds), len(names))
    return before + header + block + names + b"\n" + last.encode() + b"\n"


def with_rules(written: str, rules: Mapping[str, str]) -> str:
    """A zone's name with the rules of its name behind it, where there are any."""
    name = name_of(written)
    return f"{name} {rules[name]}" if name in rules else written
