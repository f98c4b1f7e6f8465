"""The files of a folder, each with the name of its document."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from models.errors import InvalidError
from models.knowledge.documents import MAX_BYTES


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was left out, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to import.

    Attributes
    ----------
    document : str
        Its name: the path from the folder given, beginning with that folder's own name.
    folder : str
        The folder it was found in; empty for a file that was given itself.
    """

    file: Path
    document: str
    folder: str = ""


def sources(paths: Iterable[Path], skipped: list[Skipped]) -> list[SourceFile]:
    """Return the files at ``paths``, each once; what cannot be taken goes to ``skipped``."""
    named: dict[str, SourceFile] = {}
    for path in paths:
        try:
            for found in _at(path, skipped):
                taken = named.get(found.document)
                if taken is not None and taken.file.resolve() != found.file.resolve():
                    found = SourceFile(found.file, found.file.resolve().as_posix(), found.folder)
                named[found.document] = found
        except (InvalidError, OSError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            skipped.append(Skipped(str(path), reason))
    return list(named.values())


def content_of(file: Path) -> bytes:
    """Return the bytes of a file.

    Raises
    ------
    InvalidError
        When it is too large to be a document, or cannot be read.
    """
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise InvalidError(f"cannot be read ({error.strerror or type(error).__name__})") from error
    if len(content) > MAX_BYTES:
        raise InvalidError("is larger than 20 MB: split it")
    return content


def _at(path: Path, skipped: list[Skipped]) -> Iterator[SourceFile]:
    if not path.exists():
        raise InvalidError("there is no such file or folder")
    if path.is_file():
        yield SourceFile(path, path.name)
        return
    if not path.is_dir():
        raise InvalidError("is neither a file nor a folder")
    root = path.resolve()
    for inner in sorted(root.rglob("*")):
        short = inner.relative_to(root)
        if any(part.startswith(".") for part in short.parts):
            continue
        if inner.is_symlink() and not inner.resolve().is_relative_to(root):
            skipped.append(Skipped(str(path / short), "is a link that leads out of the folder"))
        elif inner.is_file():
            yield SourceFile(inner, f"{root.name}/{short.as_posix()}", str(root))
