"""What a company writes itself: facts that no setting knows, and its own wording.

::

    LOTSEN_HOME/documents/facts.toml              company = "Example AB"
    LOTSEN_HOME/documents/employee_notice.sv.md   used instead of Lotsen's own text
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from models.errors import InvalidError
from models.language import N_, Language
from models.reports.documents.declaration import DocumentTemplate
from models.reports.documents.screening import CRITERIA, Answer

FOLDER, FACTS = "documents", "facts.toml"
MOST_BYTES = 200_000
_ANSWERS = ("yes", "no", "ask")

GIVEN: Mapping[str, str] = {
    "company": N_("name of the company"),
    "contact": N_("whom to write to"),
    "data_protection_officer": N_("data protection officer, or that there is none"),
    "authority": N_("supervisory authority"),
    "union": N_("trade unions at the workplace"),
    "go_live": N_("day of the start"),
    "sources_checked_on": N_("day on which somebody last looked the laws up"),
}
"""Name of a fact → what it is."""


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """What the company wrote: facts, and (answer, reason) for criteria of the screening."""

    facts: Mapping[str, str] = field(default_factory=dict)
    screening: Mapping[str, tuple[Answer, str]] = field(default_factory=dict)


def read_company(home: Path) -> CompanyFacts:
    """Read the company's facts; without a file there are none.

    Raises
    ------
    InvalidError
        Naming what is wrong in the file and which names there are.
    """
    file = home / FOLDER / FACTS
    text = _text_of(file)
    if text is None:
        return CompanyFacts()
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidError(f"{file}: {error}") from error
    screening = raw.pop("screening", {})
    if not isinstance(screening, dict):
        raise InvalidError(f"{file}: write [screening] on a line of its own, answers below it")
    _refuse_strange(file, raw, GIVEN)
    _refuse_strange(file, screening, CRITERIA)
    facts = {name: str(value).strip() for name, value in raw.items() if str(value).strip()}
    return CompanyFacts(
        facts, {name: _answer(file, name, said) for name, said in screening.items()}
    )


def own_wording(home: Path, document: DocumentTemplate, language: Language) -> str | None:
    """Return the company's own text of a document; None where it wrote none.

    Raises
    ------
    InvalidError
        When the file cannot be read as text.
    """
    return _text_of(home / wording_file(document, language))


def wording_file(document: DocumentTemplate, language: Language) -> Path:
    """Return where a company's own text stands, within the data folder."""
    return Path(FOLDER) / f"{document.kind}.{language}.md"


def _refuse_strange(file: Path, given: Mapping[str, Any], known: Mapping[str, str]) -> None:
    strange = [name for name in given if name not in known]
    if strange:
        raise InvalidError(f"{file}: no {strange[0]!r}; there are: {', '.join(known)}")


def _answer(file: Path, name: str, said: object) -> tuple[Answer, str]:
    """Read ``no: only the desk as a whole``; without a reason nobody could check it."""
    answer, _, reason = str(said).partition(":")
    answer, reason = answer.strip().lower(), reason.strip()
    if answer not in _ANSWERS or not reason:
        raise InvalidError(f'{file}: write {name} = "no: why", with yes, no or ask and a reason')
    return cast("Answer", answer), reason


def _text_of(file: Path) -> str | None:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InvalidError(f"{file}: cannot be read ({error.strerror})") from error
    if len(content) > MOST_BYTES:
        raise InvalidError(f"{file}: larger than {MOST_BYTES} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidError(f"{file}: save it as UTF-8") from error
