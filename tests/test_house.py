"""The rules of the house that no linter knows."""

import ast
import itertools
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from sqlalchemy import JSON, Enum, String
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

import models.tables  # noqa: F401  # fills the metadata
from models.language import LANGUAGES
from tests.slow_tests import slow_tests

ROOT = Path(__file__).resolve().parents[1]
# English is the language of the message ids.
TRANSLATED = [code for code in LANGUAGES if code != "en"]
SAID = {
    **dict.fromkeys(("gettext", "rich", "N_")),
    "ngettext": (1, 2),
    **dict.fromkeys(("section", "item", "paragraph")),  # of a document
}
PACKAGES = ("models", "bot", "jobs")
PYTHON = (*PACKAGES, "migrations", "tests", "benchmarks", "deploy")
# The double is Slack, and says nothing of ours; there `say` is what people do.
NOT_OURS = ("bot/demo/double/",)


def python_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@cache
def said() -> dict[str, list[str]]:
    """Everything that is said to people, by its (first) English text, with its places."""
    found = defaultdict[str, list[str]](list)
    for file in python_files(*PACKAGES):
        if name_of(file).startswith(NOT_OURS):
            continue
        with file.open("rb") as source:
            for line, message, _, _ in extract("python", source, SAID):
                forms = (message,) if isinstance(message, str) else message
                found["\0".join(forms)].append(f"{name_of(file)}:{line}")
    return dict(found)


@cache
def translated(language: str) -> dict[str, tuple[str, ...]]:
    """Every entry of a language's catalogue, with its translations."""
    found = dict[str, tuple[str, ...]]()
    for entry in read_po(BytesIO(LANGUAGES[language].text("messages.po").encode())):
        if entry.id:
            ids = (entry.id,) if isinstance(entry.id, str) else tuple(entry.id)
            forms = entry.string if isinstance(entry.string, tuple) else (entry.string,)
            found["\0".join(ids)] = tuple(str(form or "") for form in forms)
    return found


def shown(keys: set[str], places: dict[str, list[str]] | None = None) -> str:
    lines = (f"{(places or {}).get(key, [''])[0]} {key!r}" for key in keys)
    return "\n" + "\n".join(sorted(lines))


@pytest.mark.parametrize("language", TRANSLATED)
def test_everything_said_is_translated(language: str) -> None:
    missing = {key for key in said() if not all(translated(language).get(key, ("",)))}
    assert not missing, shown(missing, said())


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_left_over_or_given_twice(language: str) -> None:
    unused = set(translated(language)) - set(said())
    assert not unused, shown(unused)
    listed = re.findall(r'^msgid (".*"(?:\n".*")*)', LANGUAGES[language].text("messages.po"), re.M)
    twice = {key for key, n in Counter(listed).items() if n > 1}
    assert not twice, shown(twice)


def marks(text: str) -> Counter[str]:
    """The holes of a text, and how often each style mark stands in it."""
    holes = re.findall(r"\{\w+\}", text)
    return Counter([*holes, *re.findall(r"[*`]", text)])


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_holes_and_marks_of_its_text(language: str) -> None:
    wrong = {
        key
        for key, forms in translated(language).items()
        for own, other in itertools.zip_longest(key.split("\0"), forms, fillvalue=forms[-1])
        if other and marks(own) != marks(other)
    }
    assert not wrong, shown(wrong)


# Text that is no personal data, by table and column, with the reason.
NUMBER = "a number or name that this program gives"
WORD = "one of a few words that the code knows"
COMPANY = "the company's own words about its desk or programme, not about a person"
HASH = "a hash"
PSEUDONYM = "a pseudonym: who it is stands in person, and can be erased there"
SLACK_TS = "Slack's time stamp of a message"
NOT_PERSONAL: dict[str, dict[str, str]] = {
    "answer_verdict": {"answer_sha256": HASH},
    "article": {
        "document": COMPANY,
        "external_id": COMPANY,
        "language": WORD,
        "category": NUMBER,
        "title": COMPANY,
        "questions": COMPANY,
        "answer": COMPANY,
        "url": COMPANY,
        "sha256": HASH,
        "address": COMPANY,
        "audience": "who may read a document, as the company set it; no trace of what anybody did",
    },
    "article_draft": {"language": WORD, "decided_by": PSEUDONYM},
    "article_review": {"owner": PSEUDONYM, "decided_by": PSEUDONYM},
    "assumption": {"key": NUMBER, "unit": WORD, "source": COMPANY},
    "audit_entry": {"kind": "a table", "key": NUMBER, "sha256": HASH, "chain": HASH},
    "baseline": {"sha256": HASH, "content": "figures of the whole desk"},
    "change_notice": {"document": WORD, "language": WORD},
    "name_hashes": {"key_hash": "a hash of a key that stands outside the database"},
    "notice_receipt": {"token": "a hash whose key is thrown away after a year"},
    "baseline_choice": {"reason": COMPANY, "by": PSEUDONYM},
    "budget_entry": {"period": NUMBER, "reason": COMPANY},
    "case_message": {"ts": SLACK_TS, "person_id": PSEUDONYM, "thread_ts": SLACK_TS},
    "category": {"key": NUMBER, "titles": COMPANY, "source": WORD, "merged_into": NUMBER},
    "category_change": {"key": NUMBER, "into": NUMBER, "titles": COMPANY, "by": PSEUDONYM},
    "company_kpi": {
        "key": NUMBER,
        "title": COMPANY,
        "unit": WORD,
        "better": WORD,
        "measure": NUMBER,
        "categories": NUMBER,
    },
    "cost_entry": {"description": COMPANY},
    "decision": {
        "model": NUMBER,
        "category": NUMBER,
        "alternatives": "category keys, shares",
        "nearest": "ticket numbers, cosines",
        "hints": "a priority, a team, shares",
        "embedder": NUMBER,
    },
    "document": {"name": COMPANY, "sha256": HASH, "folder": COMPANY},
    "duty_entry": {"by": PSEUDONYM},
    "freed_declaration": {"quarter": NUMBER, "uses": WORD, "note": COMPANY, "by": PSEUDONYM},
    "group_member": {"group_id": "Slack's id of a user group"},
    "help_case": {
        "nearest": "numbers of articles",
        "person_id": PSEUDONYM,
        "thread_ts": SLACK_TS,
        "entrance": WORD,
        "language": WORD,
    },
    "history_watch": {"channel": "a help channel", "error": "a word of Slack's"},
    "inbox": {
        "id": "an event's id, without who caused it",
        "message_key": "a hash of a message's place",
        "kind": WORD,
    },
    "issued_statement": {
        "quarter": NUMBER,
        "sha256": HASH,
        "content": "figures of the whole desk",
        "message": "the same in words, as everybody in the channel reads it",
    },
    "job_run": {"job": NUMBER, "period": NUMBER, "error": "an exception of a job over figures"},
    "kpi_reading": {"kpi_key": NUMBER},
    "label": {
        "category": NUMBER,
        "suggested": NUMBER,
        "model_version": NUMBER,
        "by": PSEUDONYM,
    },
    "llm_call": {
        "month": NUMBER,
        "person": PSEUDONYM,
        "purpose": WORD,
        "subject": NUMBER,
        "model": NUMBER,
        "prompt_version": NUMBER,
        "policy": NUMBER,
        "redacted": "kinds of what was masked, and how many",
        "answer": "a key out of the choices that were offered",
        "detail": "the class of an exception",
    },
    "llm_month": {"month": NUMBER},
    "money_decision": {"quarter": NUMBER, "sha256": HASH, "reason": COMPANY, "by": PSEUDONYM},
    "model_rollback": {"reason": COMPANY},
    "model_version": {
        "recipe": WORD,
        "reason": "what the gate found, in figures",
        "sha256": HASH,
        "figures": "keys and numbers",
        "card": "figures of the model, no example",
    },
    "office_calendar": {"version": HASH, "content": "office hours and days off"},
    "number_given": {"name": "a table"},
    "outbox": {
        "key": "built of numbers, of the id of a command, and of a pseudonym",
        "thread_ts": SLACK_TS,
        "target_key": "built of numbers and of the id of a command",
        "ts": SLACK_TS,
    },
    "outbox_file": {
        "post_key": "the key of its post",
        "name": "a file name that this program gives",
        "slack_id": "Slack's id of the file",
        "address": "Slack's address for the bytes, while they are sent",
    },
    "person": {"id": PSEUDONYM},
    "outage": {
        "topic": "the beginnings of words that three people share: what fails",
        "title": "the words that three people share: what fails",
        "told": COMPANY,
        "decided_by": PSEUDONYM,
    },
    "outage_report": {"person_id": PSEUDONYM},
    "private_matter": {"person_id": PSEUDONYM, "language": WORD, "taken_by": PSEUDONYM},
    "private_message": {"ts": SLACK_TS, "thread_ts": SLACK_TS},
    "question_candidate": {"decided_by": PSEUDONYM},
    "plan_change": {"key": NUMBER, "told": COMPANY, "owner": PSEUDONYM, "by": PSEUDONYM},
    "pulse_ballot": {"token": "a hash whose key is thrown away after the month", "month": NUMBER},
    "pulse_tally": {"month": NUMBER},
    "register_line": {
        "kind": WORD,
        "content": "the company's own words about its programme; people in it are pseudonyms",
        "about": PSEUDONYM,
        "origin": NUMBER,
        "by": PSEUDONYM,
    },
    "draw_key": {"secret": "a random key"},
    "schema_support": {"oldest": "a step"},
    "survey_key": {"name": NUMBER, "secret": "a random key, thrown away after weeks"},
    "switch": {"name": WORD},
    "ticket": {
        "external_id": "another system's number",
        "language": WORD,
        "category": NUMBER,
        "priority": WORD,
        "team": "a group, shown from five people on",
        "requester_id": PSEUDONYM,
        "assignee_id": PSEUDONYM,
        "alike": "ticket numbers, likeness",
    },
    "incident": {
        "subject": "what it is about, a word and a number",
        "title": "a title of a stored answer or of a category, which are for everybody",
        "post": "a post's key, made of words and numbers",
        "owner": PSEUDONYM,
        "closed_by": PSEUDONYM,
    },
    "judgement": {"ranker": NUMBER},
    "incident_report": {
        "reporter": PSEUDONYM,
        "subject": "what it is about, a word and a number",
        "said_sha256": "a hash of a stored answer or a category",
    },
    "quarantine": {
        "document": "the name of an imported file",
        "external_id": "the name of an answer in its file",
        "language": WORD,
        "answer_sha256": "a hash of a stored answer",
    },
    "ticket_event": {
        "actor": PSEUDONYM,
        "detail": "keys and numbers, see below",
        "command_id": "an event's id, without who caused it",
    },
    "ticket_rating": {"token": "a hash of a ticket's number; its key is thrown away after weeks"},
    "text_vector": {"sha256": HASH, "embedder": NUMBER, "use": WORD},
    "ticket_vector": {"embedder": NUMBER, "sha256": HASH},
    "ticket_times": {
        "category": NUMBER,
        "final_category": NUMBER,
        "evidence": WORD,
        "calendar": HASH,
    },
    "triage_mode": {"reason": "what the floor found, in figures"},
    "triage_rule": {
        "pattern": "a word, a place, or a pseudonym",
        "category": NUMBER,
    },
    "value_choice": {"key": WORD, "value": "a word, or keys of categories", "reason": COMPANY},
    "vendor_change": {"purpose": COMPANY, "before": COMPANY, "after": COMPANY, "reason": COMPANY},
}  # fmt: skip


def text_columns() -> Iterator[tuple[str, str, bool]]:
    """Give table, column and whether it is marked personal, for all that can hold text."""
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            kind = column.type
            kind = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
            if isinstance(kind, String | JSON) and not isinstance(kind, Enum):
                yield table.name, column.name, bool(column.info.get("personal"))


def test_every_column_that_can_hold_text_is_personal_or_says_why_not() -> None:
    undecided = {
        f"{table}.{column}"
        for table, column, personal in text_columns()
        if not personal and column not in NOT_PERSONAL.get(table, {})
    }
    assert not undecided, shown(undecided)


def test_no_reason_is_left_over() -> None:
    there = {(table, column) for table, column, personal in text_columns() if not personal}
    reasons = {(table, column) for table, names in NOT_PERSONAL.items() for column in names}
    assert reasons <= there, reasons - there


# What an event's detail may hold; each is a key or a number.
DETAIL = {
    "article",
    "by",
    "category",
    "confidence",
    "entrance",
    "main",
    "minutes",
    "key",
    "mode",
    "share",
    "via",
    "waiting",
}
OF_EVENT = {"case", "ticket", "actor", "kind", "at", "command_id", "case_id", "ticket_id"}


def calls_of(*names: str) -> Iterator[tuple[str, ast.Call]]:
    for file in python_files(*PACKAGES):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(node, ast.Call) and isinstance(called, ast.Name) and called.id in names:
                yield f"{name_of(file)}:{node.lineno}", node


def test_an_event_keeps_keys_and_numbers_only() -> None:
    strange = []
    for place, call in calls_of("event"):
        names = {word.arg for word in call.keywords} - OF_EVENT - DETAIL
        strange += [f"{place} {name}" for name in names]
    for place, call in calls_of("TicketEvent"):
        for word in call.keywords:
            if word.arg == "detail" and isinstance(word.value, ast.Dict):
                keys = {getattr(key, "value", None) for key in word.value.keys} - DETAIL
                strange += [f"{place} {key}" for key in keys]
    assert not strange, "\n".join(strange)


def test_only_the_settings_read_the_environment() -> None:
    readers = set()
    for file in python_files(*PACKAGES, "migrations"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            name = getattr(node, "attr", getattr(node, "name", ""))
            if isinstance(node, ast.Attribute | ast.alias) and name in ("environ", "getenv"):
                readers.add(name_of(file))
    assert readers <= {"models/settings.py"}


def test_every_file_says_what_it_is_for() -> None:
    silent = {
        name_of(file)
        for file in python_files(*PYTHON)
        if not ast.get_docstring(ast.parse(file.read_text("utf-8")))
    }
    assert not silent, shown(silent)


def repository() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


# Written apart, so that this file does not name what it looks for.
FOREIGN = re.compile(
    "|".join(
        [
            r"(?<![\w.:/])/" + "(?:home|root|Users|work)/" + r"\w",
            "py" + r"pi\.org/simple",
            "files." + "pythonhosted",
            "registry." + "npmjs",
            r"(?<!emit-)index" + "-url[ =]",
        ]
    )
)


def test_nothing_names_a_folder_of_a_machine_or_a_registry() -> None:
    found = []
    for file in repository():
        try:
            text = file.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name_of(file)}: {hit[0]}" for hit in FOREIGN.finditer(text)]
    assert not found, "\n".join(found)


def test_no_merge_left_its_marks() -> None:
    marks = ("<" * 7 + " ", ">" * 7 + " ")
    for file in repository():
        with suppress(UnicodeDecodeError):
            lines = file.read_text("utf-8").splitlines()
            assert not [line for line in lines if line.startswith(marks)], file


def test_the_arrows_between_the_rooms_point_down() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    run = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout[-3000:]


# Rooms and names ---------------------------------------------------------------------------

MOST_FILES = 12
"""A room that is larger is not remembered."""
MOST_BESIDE_A_TURN = 4
# The composition root hands the desk its tools, once.
ASSEMBLED = {"models/desk/base/context.py: of"}


def test_a_public_class_has_its_name_to_itself() -> None:
    places = defaultdict[str, list[str]](list)
    for file in python_files(*PACKAGES):
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(name_of(file))
    twice = {name: files for name, files in places.items() if len(files) > 1}
    assert not twice


def test_a_room_of_desk_and_value_can_be_remembered() -> None:
    rooms = [
        folder
        for name in ("models/desk", "models/value")
        for folder in (ROOT / name).iterdir()
        if folder.is_dir() and folder.name != "__pycache__"
    ]
    sizes = {name_of(room): len([*room.glob("[!_]*.py")]) for room in rooms}
    assert len(sizes) > 10
    assert not {room: n for room, n in sizes.items() if n > MOST_FILES}


def test_no_function_of_the_desk_carries_more_than_four_values_beside_its_turn() -> None:
    crowded = set()
    for file in python_files("models/desk"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                of = node.args
                names = [one.arg for one in (*of.posonlyargs, *of.args, *of.kwonlyargs)]
                beside = [name for name in names if name not in ("self", "cls", "turn", "desk")]
                if len(beside) > MOST_BESIDE_A_TURN:
                    crowded.add(f"{name_of(file)}: {node.name}")
    assert crowded == ASSEMBLED


def test_the_terminal_opens_no_transaction() -> None:
    opened = {
        name_of(file)
        for file in python_files("bot/cli")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in ("begin", "snapshot")
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "store"
    }
    assert not opened


def test_each_test_that_is_listed_as_slow_is_there() -> None:
    for listed in slow_tests():
        file, *_, name = listed.split("::")
        assert f"def {name}(" in (ROOT / file).read_text("utf-8"), f"{listed} is gone"
