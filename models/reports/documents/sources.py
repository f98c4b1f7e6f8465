"""The laws that documents rest on, by their official names, and where each can be read."""

from dataclasses import dataclass

from models.language import N_


@dataclass(frozen=True, slots=True)
class LegalSource:
    """A law or guidance.

    Attributes
    ----------
    name : its official name, to be said in the reader's language
    part : how its parts are counted, with ``{numbers}``
    """

    name: str
    part: str
    url: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A source, and which articles of it a document rests on."""

    source: LegalSource
    numbers: str


_ARTICLES = N_("art. {numbers}")
AI_ACT = LegalSource(
    N_(
        "Regulation (EU) 2024/1689 of the European Parliament and of the Council of 13 June 2024 laying down harmonised rules on artificial intelligence (AI Act)"
    ),
    _ARTICLES,
    "https://eur-lex.europa.eu/eli/reg/2024/1689/oj",
)
GDPR = LegalSource(
    N_(
        "Regulation (EU) 2016/679 of the European Parliament and of the Council of 27 April 2016 on the protection of natural persons with regard to the processing of personal data (GDPR)"
    ),
    _ARTICLES,
    "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
)
WP_248 = LegalSource(
    N_(
        "Article 29 Working Party, Guidelines on Data Protection Impact Assessment, WP 248 rev.01, endorsed by the European Data Protection Board"
    ),
    N_("part {numbers}"),
    "https://ec.europa.eu/newsroom/article29/items/611236",
)
MBL = LegalSource(
    N_("Swedish Co-Determination in the Workplace Act (1976:580), MBL"),
    N_("sections {numbers}"),
    "https://www.riksdagen.se/sv/dokument-och-lagar/dokument/svensk-forfattningssamling/lag-1976580-om-medbestammande-i-arbetslivet_sfs-1976-580/",
)
