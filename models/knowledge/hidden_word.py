"""What a Word document holds but shows to nobody: text that is marked as hidden."""

import zipfile
from io import BytesIO
from xml.etree.ElementTree import Element, tostring

from models.knowledge.passages import needs_extra

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MARKS = ("vanish", "webHidden", "specVanish")
_OFF = ("0", "false", "off")
_STYLES = "word/styles.xml"


def without_hidden(content: bytes) -> bytes:
    """Return a Word document without the text that its author, or a style, hides.

    Call it after `models.knowledge.archives.check_archive`.
    """
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    texts = [name for name in parts if name.startswith("word/") and name.endswith(".xml")]
    if not any(mark.encode() in parts[name] for mark in _MARKS for name in texts):
        return content
    hidden = _hidden_styles(_parsed(parts[_STYLES])) if _STYLES in parts else frozenset()
    for name in texts:
        root = _parsed(parts[name])
        _take_out(root, hidden)
        parts[name] = tostring(root, encoding="utf-8", xml_declaration=True)
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def _parsed(part: bytes) -> Element:
    try:
        from defusedxml.ElementTree import fromstring
    except ImportError as error:
        raise needs_extra(error) from error
    root: Element = fromstring(part, forbid_dtd=True)
    return root


def _take_out(root: Element, hidden: frozenset[str]) -> None:
    for paragraph in root.iter(f"{_W}p"):
        by_style = _style_of(paragraph, "pPr", "pStyle") in hidden
        for parent in list(paragraph.iter()):
            for run in parent.findall(f"{_W}r"):
                if _is_hidden(run, hidden, by_style=by_style):
                    parent.remove(run)


def _is_hidden(run: Element, hidden: frozenset[str], *, by_style: bool) -> bool:
    own = _vanishes(run.find(f"{_W}rPr"))
    return own if own is not None else by_style or _style_of(run, "rPr", "rStyle") in hidden


def _vanishes(properties: Element | None) -> bool | None:
    """Return what the properties of a run say of hiding; None where they say nothing."""
    marks = (properties.find(f"{_W}{name}") for name in _MARKS) if properties is not None else ()
    shown = [mark.get(f"{_W}val", "1").lower() not in _OFF for mark in marks if mark is not None]
    return any(shown) if shown else None


def _hidden_styles(styles: Element) -> frozenset[str]:
    """Return the ids of styles that hide, by themselves or by what they are based on."""
    rows = list(styles.iter(f"{_W}style"))
    own = {row.get(f"{_W}styleId", ""): _vanishes(row.find(f"{_W}rPr")) for row in rows}
    found = {name for name, hides in own.items() if hides}
    for _ in rows:  # a chain of styles is no longer than this
        found |= {
            row.get(f"{_W}styleId", "")
            for row in rows
            if own[row.get(f"{_W}styleId", "")] is None and _based_on(row) in found
        }
    return frozenset(found)


def _based_on(style: Element) -> str:
    based = style.find(f"{_W}basedOn")
    return based.get(f"{_W}val", "") if based is not None else ""


def _style_of(element: Element, properties: str, name: str) -> str:
    found = element.find(f"{_W}{properties}/{_W}{name}")
    return found.get(f"{_W}val", "") if found is not None else ""
