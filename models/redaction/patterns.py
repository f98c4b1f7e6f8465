"""What a pattern finds by itself: web and e-mail addresses, tokens, mentions, IBANs."""

import re
from collections.abc import Iterator

import re2  # type: ignore[import-untyped]  # google-re2 ships no types
from stdnum.iso7064 import mod_97_10

from models.redaction.spans import PersonalDataKind, Span

_LOCAL = r"[\pL\pN_%+\-][\pL\pN\pM._%+'\-]*"
_LABEL = r"[\pL\pN][\pL\pN\pM\-]*"
_AT = r"(?: ?[\[({](?:at|ät|snabel-?a|klammeraffe)[\])}] ?| (?:snabel-?a|klammeraffe) )"
_DOT = r"(?: ?[\[({](?:dot|punkt|prick)[\])}] ?| (?:dot|punkt|prick) |\.)"
# Alternatives in this order: what holds others inside comes first.
_ADDRESS = re2.compile(
    "(?i)"
    # scheme://user:password@host, and addresses whose query carries a key.
    r"(?P<url>[a-z][a-z0-9+.\-]{1,15}://[^\s<>|\"]*:[^\s<>|\"]*@[^\s<>|\"]*"
    r"|https?://[^\s<>|\"]*[?&#](?:access_?token|token|api_?key|key|secret|password|passwd|pwd"
    r"|sig|signature|auth|code)=[^\s<>|\"]+"
    r"|https?://hooks\.slack\.com/[^\s<>|\"]+)"
    r"|(?P<private>(?s:-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----.*?"
    r"(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\z)|PuTTY-User-Key-File-.*\z))"
    r"|(?:^|[^\pL])(?P<token>xox[a-z]-[\w\-]{8,}|xapp-[\w\-]{8,}|sk-[\w\-]{16,}"
    r"|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w\-]{16,}|a[ks]ia[0-9a-z]{16}|aiza[\w\-]{30,}"
    r"|[rsp]k_(?:live|test)_\w{16,}|npm_\w{30,}|hf_\w{20,}|sg\.[\w\-]{16,}\.[\w\-]{16,}|bearer [\w.~+/=\-]{16,}|eyj[\w\-]{10,}\.[\w\-]{10,}\.[\w\-]*)"
    r"|(?P<user><@[uw][a-z0-9]+(?:\|[^>\n]*)?>)"
    rf"|(?P<email>{_LOCAL}(?:[@＠]|{_AT})(?:{_LABEL}{_DOT})+\pL[\pL\pN\-]+)"
)
_KINDS = (
    PersonalDataKind.URL,
    PersonalDataKind.TOKEN,
    PersonalDataKind.TOKEN,
    PersonalDataKind.USER,
    PersonalDataKind.EMAIL,
)
_TRAILING = ".,;:!?)]}'"

_COUNTRY = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2} ?[0-9]{2}")
_GAP = r"[ .-]{0,2}"
_NO_GAPS = str.maketrans("", "", " .-")
# Length by country (the SWIFT registry): Europe, and where its people bank.
_LENGTHS = {
    "NO": 15, "BE": 16, "DK": 18, "FI": 18, "NL": 18, "FO": 18, "GL": 18, "MK": 19, "SI": 19,
    "AT": 20, "BA": 20, "EE": 20, "LT": 20, "LU": 20, "XK": 20, "CH": 21, "HR": 21, "LI": 21,
    "LV": 21, "BG": 22, "DE": 22, "GB": 22, "GE": 22, "IE": 22, "ME": 22, "RS": 22, "GI": 23,
    "IL": 23, "AD": 24, "CZ": 24, "ES": 24, "MD": 24, "RO": 24, "SE": 24, "SK": 24, "PT": 25,
    "IS": 26, "TR": 26, "FR": 27, "GR": 27, "IT": 27, "MC": 27, "SM": 27, "AL": 28, "CY": 28,
    "HU": 28, "PL": 28, "UA": 29, "MT": 31,
}  # fmt: skip
_ACCOUNT = {
    length: re.compile(rf"(?:{_GAP}[A-Za-z0-9]){{{length - 4}}}(?![A-Za-z0-9])")
    for length in set(_LENGTHS.values())
}
_IN_FOURS = re.compile(r"[A-Za-z0-9]{4}(?:[ -][A-Za-z0-9]{4}){2,}(?:[ -][A-Za-z0-9]+)?")
_SAYS_IBAN = re.compile(r"(?i)(?<![^\W\d_])iban[^\]\n]{0,16}$")


def addresses_in(text: str) -> Iterator[Span]:
    """Find web addresses with credentials, tokens, mentions and e-mail addresses."""
    for match in _ADDRESS.finditer(text):
        kind = _KINDS[match.lastindex - 1]
        start, end = match.span(match.lastindex)
        if kind is PersonalDataKind.URL:
            end = start + len(match.group(kind.value).rstrip(_TRAILING))
        yield start, end, kind


def ibans_in(text: str) -> Iterator[Span]:
    """Find IBANs; with a wrong check digit when they are written as one, or called so."""
    for match in _COUNTRY.finditer(text):
        length = _LENGTHS.get(match.group()[:2].upper())
        rest = _ACCOUNT[length].match(text, match.end()) if length else None
        if rest and _is_iban(text, match.start(), rest.end()):
            yield match.start(), rest.end(), PersonalDataKind.IBAN


def _is_iban(text: str, start: int, end: int) -> bool:
    written = text[start:end]
    number = written.translate(_NO_GAPS).upper()
    if mod_97_10.is_valid(number[4:] + number[:4]):
        return True
    return bool(_IN_FOURS.fullmatch(written) or _SAYS_IBAN.search(text, max(0, start - 24), start))
