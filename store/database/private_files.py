"""Files and directories that are their owner's alone: made so under any umask, and tightened where they are not.

Modes are those of POSIX: 0700 for a directory, 0600 for a file.
"""

import os
import pwd
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_FOR_OTHERS = 0o077
_ROOT = 0


class NotPrivateError(Exception):
    """Something cannot be kept from others; the text is Russian, and says what and what to do."""


def forbid_others() -> None:
    """From now on whatever this process and its children make is their owner's alone."""
    os.umask(_FOR_OTHERS)


def make_directory(path: Path) -> None:
    """Make the directory and those above it that are missing. Raises OSError."""
    for part in reversed([path, *path.parents]):
        # A place where nothing can be made is not a fault where the directory is there.
        if not part.is_dir():
            part.mkdir(mode=0o700, exist_ok=True)


# ---- writing


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """An empty file beside `path`, which takes its place at the end of the block: whole, or not at all.

    Raises OSError; also where something other than a file stands at `path`. What a link at `path` leads to stays.
    """
    with suppress(FileNotFoundError):
        mode = path.lstat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
            raise OSError(0, "это не файл", str(path))
    unfinished = path.with_name(f".{secrets.token_hex(8)}{path.suffix}")
    # Exclusively: in a directory that others may write to, nothing of theirs is written through.
    os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield unfinished
        _flush(unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def replace(path: Path, text: str) -> None:
    """Write the text in place of what is there, whole or not at all. Raises OSError."""
    with replacing(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")


def write_first(path: Path, text: str) -> bool:
    """Write a file that is not there yet, whole or not at all; False where somebody was first. Raises OSError."""
    make_directory(path.parent)
    unfinished = path.with_name(f".{secrets.token_hex(8)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
        _flush(unfinished)
        path.hardlink_to(unfinished)
    except FileExistsError:
        return False
    finally:
        unfinished.unlink()
    return True


def _flush(file: Path) -> None:
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# ---- tightening


def tighten(path: Path) -> bool:
    """Take from others what they may do with one file or directory; whether they might. A link is followed.

    A file that root hands to the program's group alone is left as it is: so secrets come to a container. Raises
    NotPrivateError where it cannot be, OSError where it is not there or cannot be looked at.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        found = os.fstat(descriptor)
        mode = stat.S_IMODE(found.st_mode)
        if not mode & _FOR_OTHERS:
            return False
        if found.st_uid == _ROOT != os.geteuid() and not mode & 0o027:
            return False
        _check_owner(path, found)
        try:
            os.fchmod(descriptor, mode & ~_FOR_OTHERS)
        except OSError as error:
            raise _cannot(path, error.strerror) from None
        if os.fstat(descriptor).st_mode & _FOR_OTHERS:
            raise _cannot(path, "файловая система не хранит прав")
    finally:
        os.close(descriptor)
    return True


def tighten_all(directory: Path) -> list[Path]:
    """Close a directory to others with everything under it; gives what was open to them.

    A directory is closed before it is looked through, so nobody exchanges what was looked at for something else.
    Raises NotPrivateError, naming it, where something belongs to another account, leads out of the directory or cannot
    be closed.
    """
    root = directory.resolve()
    return list(_tighten_all(directory, root))


def _tighten_all(directory: Path, root: Path) -> Iterator[Path]:
    try:
        _check_owner(directory, directory.stat())
        if tighten(directory):
            yield directory
        entries = sorted(directory.iterdir())
    except FileNotFoundError:
        return
    except OSError as error:
        raise _cannot(directory, error.strerror) from None
    for entry in entries:
        with suppress(FileNotFoundError):  # of a program that runs
            found = entry.lstat()
            _check_owner(entry, found)
            if stat.S_ISLNK(found.st_mode):
                if not entry.resolve().is_relative_to(root):
                    raise NotPrivateError(
                        f"{entry} — ссылка, которая ведёт из каталога данных ({entry.resolve()}): что там лежит, "
                        "от других не закрыть. Замените ссылку самими файлами."
                    )
            elif stat.S_ISDIR(found.st_mode):
                yield from _tighten_all(entry, root)
            elif found.st_mode & _FOR_OTHERS:
                try:
                    entry.chmod(stat.S_IMODE(found.st_mode) & ~_FOR_OTHERS)
                except FileNotFoundError:
                    raise
                except OSError as error:
                    raise _cannot(entry, error.strerror) from None
                yield entry


def check_place(directory: Path) -> None:
    """That nobody else can put another directory in the place of this one, which need not be there yet.

    Raises NotPrivateError: it is a link that somebody else has made, or stands where everybody may rename it.
    """
    if directory.is_symlink() and (owner := directory.lstat().st_uid) not in (_ROOT, os.geteuid()):
        raise NotPrivateError(
            f"{directory} — ссылка, которую создал другой пользователь ({_name(owner)}). Укажите сам каталог."
        )
    for above in directory.resolve().parents:
        with suppress(OSError):
            mode = above.stat().st_mode
            if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
                raise NotPrivateError(
                    f"Каталог {above} открыт на запись всем пользователям машины: каталог {directory} в нём могут "
                    f"подменить. Закройте его (chmod o-w {above}) или выберите другое место."
                )


def _check_owner(path: Path, found: os.stat_result) -> None:
    if found.st_uid != os.geteuid():
        owner, own = _name(found.st_uid), _name(os.geteuid())
        raise NotPrivateError(
            f"{path} принадлежит пользователю {owner}, а команда запущена от имени {own}. Запустите её от имени "
            f"{owner} или передайте файлы пользователю {own} (chown)."
        )


def _cannot(path: Path, why: str | None) -> NotPrivateError:
    return NotPrivateError(
        f"{path}: не удалось закрыть от других пользователей машины ({why}). Исправьте права (chmod go= {path}) "
        "или выберите другое место."
    )


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"с номером {user}"
