"""Refuse a zip-based file that would grow out of all proportion, before it is opened.

References
----------
Fifield, A better zip bomb, WOOT 2019: entries that overlap count once each here, since
the sizes that the directory states are added up.
"""

import zipfile
from io import BytesIO

from models.errors import InvalidError
from models.knowledge.passages import needs_extra

MAX_ENTRIES = 1_000
MAX_UNPACKED = 100_000_000
"""Bytes."""
MAX_RATIO = 100
_XML = (".xml", ".rels")


def check_archive(content: bytes) -> None:
    """Let pass what holds few, small entries whose XML declares nothing of its own.

    Raises
    ------
    InvalidError
        Saying what is too much, or what is forbidden in it.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _check_sizes(archive.infolist(), len(content))
            _check_xml(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise InvalidError(f"is damaged: {error}") from error


def _check_sizes(entries: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES:
        raise InvalidError(f"holds {len(entries)} files; {MAX_ENTRIES} are allowed")
    if unpacked > MAX_UNPACKED:
        raise InvalidError(f"unpacks to {unpacked // 1_000_000} MB; 100 MB are allowed")
    if unpacked > MAX_RATIO * packed:
        raise InvalidError(f"unpacks to {unpacked // packed} times its size: it looks like a bomb")


def _check_xml(archive: zipfile.ZipFile) -> None:
    """Refuse XML that declares entities: they grow without end, or read other files."""
    try:
        from defusedxml import DefusedXmlException
        from defusedxml.sax import parseString
    except ImportError as error:
        raise needs_extra(error) from error
    from xml.sax import SAXException
    from xml.sax.handler import ContentHandler

    for entry in archive.infolist():
        if not entry.filename.lower().endswith(_XML):
            continue
        try:
            parseString(archive.read(entry), ContentHandler(), forbid_dtd=True)
        except DefusedXmlException as error:
            raise InvalidError(f"{entry.filename} declares entities: that is refused") from error
        except SAXException as error:
            raise InvalidError(f"is damaged: {entry.filename}: {error}") from error
