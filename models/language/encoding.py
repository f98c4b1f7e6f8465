"""Which encoding the bytes of a file are in."""

import codecs
from pathlib import Path
from typing import BinaryIO

from models.errors import InvalidError

_CHUNK = 1 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(file: Path) -> str:
    """Return the name of the encoding: UTF-8, UTF-16 or cp1252, what help desks export.

    Open the file with ``errors="replace"``: a file cut in the middle of a letter is
    still UTF-8.

    Raises
    ------
    InvalidError
        When the file is not there, is a folder, or cannot be read.
    """
    try:
        with file.open("rb") as stream:
            return encoding_in(stream)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InvalidError(f"{file}: cannot be read ({reason}); check the path") from error


def encoding_in(stream: BinaryIO) -> str:
    """Return the name of the encoding of the bytes in a stream; it is read to its end."""
    head = stream.read(_CHUNK)
    return _by_bom(head) or _by_zeros(head) or _by_letters(head, stream)


def _by_letters(head: bytes, stream: BinaryIO) -> str:
    """Tell UTF-8 from cp1252, whose letters hardly ever make a valid UTF-8 sequence."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    letters = broken = 0
    while head:
        text = decoder.decode(head)
        letters += 0 if text.isascii() else sum(1 for sign in text if sign > "\x7f")
        broken += text.count("\N{REPLACEMENT CHARACTER}")
        head = stream.read(_CHUNK)
    # One bad byte in a UTF-8 file must not garble all its other letters.
    return "utf-8" if broken * 2 <= letters - broken else "cp1252"


def _by_bom(head: bytes) -> str:
    return next((name for bom, name in _BOMS if head.startswith(bom)), "")


def _by_zeros(head: bytes) -> str:
    """Tell UTF-16 without a mark by its zero bytes: Latin letters have one each."""
    sample = head[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    enough = len(sample) // 8
    if odd > enough and odd > 10 * even:
        return "utf-16-le"
    return "utf-16-be" if even > enough and even > 10 * odd else ""
