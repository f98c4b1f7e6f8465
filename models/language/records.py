"""What Lotsen knows of each language: one folder a language, read here and nowhere else.

A folder is named by the language's code, such as ``sv``, and holds

- ``language.toml``: the record, whose keys are those of `LanguageRecord`;
- ``messages.po``: the catalogue (none for English, the language of the message ids);
- ``sensitive.toml``: what only a few should read (`models.redaction.sensitivity`);
- ``categories.toml``, ``articles.toml``, ``examples.csv``: the content of day one.

All but the record may be missing: messages are English then, and the rest stays away.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import cached_property
from gettext import c2py
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO

from babel import Locale
from babel.lists import format_list
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

Language = str
"""The code of a language, such as ``sv``: a key of `LANGUAGES`."""

WORDS = {
    "function": "words without a topic",
    "typical": "words of a help desk that betray the language",
    "distinct": "words that its neighbours have not",
    "dotted": "words that mean something else in another language without their dots",
    "thanks": "words of thanks",
    "acknowledgements": "those of them that only say that something was read",
    "places": "departments, floors and sites: where something fails, not what",
    "with_thanks": "words that come with thanks",
    "conjunctions": "what joins a sentence to the one before and tells nothing of it",
    "ordinary": "words that are names of people as well",
    "never_names": "titles, teams, tools and places: never the name of a person",
    "password_states": "what is said of a password and is none: *wrong*, *expired*",
    "never_streets": "how words begin that end like a street and are none",
}
PATTERNS = {
    "greetings": "what only says hello",
    "greeted": "who is greeted: *all*, *team*",
    "sign_offs": "how a letter ends, before its writer's name",
    "objections": "what somebody writes who gives thanks and still wants something",
    "urgent": "urgency and outages",
    "pressing": "what brings whoever is on duty at once",
    "danger": "that somebody may come to harm: fire, gas, a stuck lift",
    "not_pressing": "the same words where nothing presses: *not urgent*",
    "symptoms": "that something does not work",
    "urgent_priorities": "priorities that are urgent",
    "password_labels": "what stands before a password that somebody tells",
    "password_links": "what joins a password to what it opens: *for*, *to*",
    "login_labels": "what stands before a user name, a slash and a password",
    "code_labels": "what stands before a code that opens something: *one-time code*",
    "code_words": "the same where other words may follow: *the code I got is*",
    "card_code_labels": "what stands before the three digits on the back of a card",
    "key_labels": "what stands before a key or a token of a system",
    "account_labels": "what stands before the number of a bank account",
    "plain_account_labels": "the same where nothing but the number may follow, such as a bank's name",
    "id_labels": "what stands before a number that the state gave to one person",
    "last_digits_labels": "what stands before the last four digits of such a number",
    "streets": "an address: street and number, with post code and town; a box; a town with its code",
    "phone_labels": "what stands before a phone number: *tel*, *mobile*",
    "phone_words": "the same, also at the end of a longer word: *extension*",
    "phone_nouns": "the first part of *phone number*",
    "phone_number_nouns": "its second part",
    "is_verbs": "*is*, as in *my number is*",
}
PHRASES = {
    "closing": "that it is solved, or not needed any more",
    "small_talk": "who or what Lotsen is, and how it is",
    "not_for_desk": "lunch, weather, jokes",
    "wishes": "what is wished to everybody: a nice weekend",
    "trouble": "that something does not work",
    "same_thing": "names of one thing that several people may call differently, a line a thing",
    "complaint": "that what was shown does not help",
    "how": "how to do what was shown",
    "cannot_find": "that something that was named is not there",
    "meant": "that something else was meant",
    "nudge": "whether anybody is there",
    "opening": "how a sentence goes on that began in the message before",
    "pronouns": "*it*, *there*: may begin a sentence about anything",
    "began": "since when something is wrong, or until when it worked",
    "question": "how a question of its own begins",
}
"""Phrases are read by `models.language.phrases`: small letters, misspelt ones are found too."""

_SHIPPED = files("models.language") / "languages"
_LAST = 1_000


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A language that nobody wrote messages in, and whose readers follow the record's one.

    Attributes
    ----------
    also
        Other codes that the recogniser gives it.
    distinct
        Words that it has and the others of the family have not.
    """

    code: str
    also: frozenset[str]
    distinct: frozenset[str]


@dataclass(frozen=True, eq=False)
class LanguageRecord:
    """One language: how it is written, and the words by which its writers are understood.

    Attributes
    ----------
    locale
        Babel's: numbers, dates, plural forms, names of languages and months.
    order
        Place in lists of languages; the lowest stands first.
    name
        What its speakers call it; Babel's name unless given.
    recognised_as
        Codes that the recogniser (py3langid) gives it; its own code unless given.
    neighbours
        Languages that are mistaken for it, and answered in it.
    letters
        Letters that betray it, unless another language claims them too.
    phone_region
        Whose numbering plan its writers use (ISO 3166).
    month_names
        How months begin that Babel does not know, and their numbers.
    word_headings, word_titles
        What Microsoft Word calls the styles of headings and of titles.
    words
        Lists of words, by their names in `WORDS`.
    patterns
        Regular expressions without a group, by their names in `PATTERNS`.
    phrases
        Lists of phrases, by their names in `PHRASES`.
    subcommands
        What its speakers write after ``/lotsen`` instead of the English word → that word.
    """

    code: str
    folder: Traversable
    locale: Locale
    order: int
    name: str
    recognised_as: tuple[str, ...]
    neighbours: tuple[Neighbour, ...]
    letters: str
    phone_region: str
    month_names: Mapping[str, int]
    word_headings: tuple[str, ...]
    word_titles: tuple[str, ...]
    words: Mapping[str, frozenset[str]]
    patterns: Mapping[str, tuple[str, ...]]
    phrases: Mapping[str, tuple[str, ...]]
    subcommands: Mapping[str, str]

    def text(self, name: str) -> str:
        """Return a file of the folder; empty where there is none."""
        file = self.folder / name
        return file.read_text(encoding="utf-8") if file.is_file() else ""

    def message(self, text: str) -> str:
        """Return the translation of an English text; the text itself where there is none."""
        return self._catalogue[0].get(text, text)

    def plural(self, one: str, many: str, n: int) -> str:
        """Return the form that goes with ``n`` of an English text's translation."""
        forms = self._catalogue[1].get(one)
        if forms is None:
            return one if n == 1 else many
        return forms[int(self._plural_rule(n))]

    @cached_property
    def _plural_rule(self) -> Callable[[int], int]:
        return c2py(get_plural(self.locale.language).plural_expr)

    @cached_property
    def _catalogue(self) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
        singles: dict[str, str] = {}
        plurals: dict[str, tuple[str, ...]] = {}
        for message in read_po(BytesIO(self.text("messages.po").encode())):
            if isinstance(message.id, str):
                if message.id and isinstance(message.string, str) and message.string:
                    singles[message.id] = message.string
            elif isinstance(message.string, tuple) and all(message.string):
                plurals[message.id[0]] = message.string
        return singles, plurals

    @cached_property
    def month_starts(self) -> tuple[tuple[str, int], ...]:
        """How the names of months begin, and the months' numbers (1–12)."""
        names = {at: name.casefold() for at, name in self.locale.months["format"]["wide"].items()}
        return (*((_shortest(names, at), at) for at in names), *self.month_names.items())


def _shortest(names: Mapping[int, str], at: int) -> str:
    """Return the three letters a month begins with; more where another begins so too."""
    others = [name for month, name in names.items() if month != at]
    for length in range(3, len(names[at])):
        start = names[at][:length]
        if not any(name.startswith(start) for name in others):
            return start
    return names[at]


class Languages(Mapping[Language, LanguageRecord]):
    """The languages that there is a folder for, by their codes, in the order of lists."""

    def __init__(self, folder: Traversable) -> None:
        self._use(_records_in(folder))

    def __getitem__(self, code: Language) -> LanguageRecord:
        return self._records[code]

    def __iter__(self) -> Iterator[Language]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)

    @contextmanager
    def with_folder(self, folder: Traversable) -> Iterator[None]:
        """Know the languages of another folder as well, until the block ends."""
        before = self._records
        self._use({**before, **_records_in(folder)})
        try:
            yield
        finally:
            self._use(before)

    def words(self, name: str) -> frozenset[str]:
        """Return the words of all languages in the list ``name``."""
        return self._words[name]

    def pattern(self, name: str) -> str:
        """Return a pattern that is met where one of those of ``name`` is, in any language."""
        return self._patterns[name]

    def phrases(self, name: str) -> tuple[str, ...]:
        """Return the phrases of all languages in the list ``name``."""
        return self._phrases[name]

    @property
    def subcommands(self) -> Mapping[str, str]:
        """Return the words after ``/lotsen`` of all languages, and the English ones they mean."""
        return {
            name: word
            for record in self._records.values()
            for name, word in record.subcommands.items()
        }

    def _use(self, records: Mapping[Language, LanguageRecord]) -> None:
        ordered = sorted(records.values(), key=lambda record: (record.order, record.code))
        self._records = {record.code: record for record in ordered}
        self._words = {
            name: frozenset[str]().union(*(record.words[name] for record in ordered))
            for name in WORDS
        }
        self._patterns = {
            name: _any_of(one for record in ordered for one in record.patterns[name])
            for name in PATTERNS
        }
        self._phrases = {
            name: tuple(dict.fromkeys(one for record in ordered for one in record.phrases[name]))
            for name in PHRASES
        }


def _any_of(patterns: Iterable[str]) -> str:
    return f"(?:{'|'.join(dict.fromkeys(patterns)) or '(?!)'})"


def language_name(code: str, locale: Locale) -> str:
    """Return what a language is called in a locale; its code where Babel does not know."""
    return str(locale.languages.get(code, code))


def slack_locale(code: Language) -> str:
    """Return Slack's name of a language's locale: ``sv-SE``."""
    return str(LANGUAGES[code].locale).replace("_", "-")


def names_in_english() -> str:
    """Return all languages' names: ``Swedish, English or German``."""
    english = Locale("en", "GB")
    names = [language_name(code, english) for code in LANGUAGES]
    return str(format_list(names, style="or", locale=english))


def in_language(texts: Mapping[str, str], language: Language, otherwise: str = "") -> str:
    """Return the text of ``language``, else the English one, else any, else ``otherwise``."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), otherwise)


def _records_in(folder: Traversable) -> dict[Language, LanguageRecord]:
    return {one.name: _record(one) for one in folder.iterdir() if (one / "language.toml").is_file()}


def _record(folder: Traversable) -> LanguageRecord:
    given = tomllib.loads((folder / "language.toml").read_text(encoding="utf-8"))
    words, patterns = given.get("words", {}), given.get("patterns", {})
    phrases = given.get("phrases", {})
    unknown = (
        (given.keys() - {one.name for one in fields(LanguageRecord)})
        | (words.keys() - WORDS.keys())
        | (patterns.keys() - PATTERNS.keys())
        | (phrases.keys() - PHRASES.keys())
    )
    if unknown:
        raise ValueError(f"{folder.name}/language.toml: unknown {', '.join(sorted(unknown))}")
    locale = Locale.parse(given["locale"])
    return LanguageRecord(
        code=folder.name,
        folder=folder,
        locale=locale,
        order=given.get("order", _LAST),
        name=given.get("name") or str(locale.get_language_name() or folder.name).capitalize(),
        recognised_as=tuple(given.get("recognised_as", [folder.name])),
        neighbours=tuple(_neighbour(row) for row in given.get("neighbours", [])),
        letters=given.get("letters", ""),
        phone_region=given.get("phone_region", ""),
        month_names=given.get("month_names", {}),
        word_headings=tuple(given.get("word_headings", [])),
        word_titles=tuple(given.get("word_titles", [])),
        words={name: _words(words.get(name, "")) for name in WORDS},
        patterns={name: tuple(patterns.get(name, [])) for name in PATTERNS},
        phrases={name: _lines(phrases.get(name, "")) for name in PHRASES},
        subcommands={
            name: word for word, names in given.get("subcommands", {}).items() for name in names
        },
    )


def _neighbour(row: Mapping[str, str]) -> Neighbour:
    return Neighbour(row["code"], _words(row.get("also", "")), _words(row.get("distinct", "")))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in map(str.strip, text.splitlines()) if line)


LANGUAGES = Languages(_SHIPPED)
