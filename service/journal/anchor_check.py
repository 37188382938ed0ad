"""Check of anchor files: whole, bound to one another, and what they anchor."""

from collections.abc import Iterator
from pathlib import Path

from service.journal import anchor_files
from service.journal.anchor_files import AnchorFileError
from service.journal.anchored_ends import AnchoredEnds


class AnchorsUnreadableError(Exception):
    """There is nothing to check by where somebody named it; the text is Russian."""


def files_of(place: Path, *, named: bool) -> list[Path]:
    """The files of a directory, or the one file that was named.

    Raises AnchorsUnreadableError where somebody named the place (`named`) and there are none.
    """
    found = [place] if place.is_file() else anchor_files.files(place)
    if named and not found:
        raise AnchorsUnreadableError(f"Файлов закрепления журналов нет: {place}. Укажите каталог или файл.")
    return found


def gather(files: list[Path], into: AnchoredEnds) -> Iterator[str]:
    """Take in what files anchor, in the order of their days; yields what is wrong with them, in Russian.

    The first may name one before it that somebody keeps elsewhere.
    """
    last: Path | None = None
    for file in files:
        try:
            named = anchor_files.before(file)
            if last is not None and (named is None or named.file != last.name):
                follows = f"следует за файлом {named.file}" if named else "начинает новый ряд"
                yield f"{file.name}: он {follows}, а перед ним здесь {last.name}"
            elif last is not None and named is not None and named.sha256 != anchor_files.digest(last):
                yield f"{last.name}: изменён после того, как следующий файл {file.name} его закрепил"
            into.add(anchor_files.ends(file), file.name)
        except AnchorFileError as error:
            yield str(error)
        except OSError as error:
            yield f"{file.name}: не читается ({error.strerror})"
        last = file
