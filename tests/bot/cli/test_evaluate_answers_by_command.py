"""``lotsen evaluate answers``: the contract's keys, and no database."""

from pathlib import Path

from tests.bot.cli.conftest import Lotsen


def files(folder: Path) -> list[str]:
    knowledge, questions = folder / "knowledge.csv", folder / "questions.csv"
    knowledge.write_text("id,question,answer\n1,Reset a password,In the portal.\n", "utf-8")
    questions.write_text("question,id\nreset a password,1\nxyzzy,\n", "utf-8")
    return ["--knowledge", str(knowledge), "--questions", str(questions)]


def test_the_figures_have_the_names_of_the_contract(lotsen: Lotsen, tmp_path: Path) -> None:
    found = lotsen("evaluate", "answers", *files(tmp_path), "--seed", "3", "--json").json

    assert list(found) == [
        "n_knowledge",
        "n_questions",
        "recall_at_1",
        "recall_at_5",
        "mrr_at_10",
        "answered",
        "tiers",
        "abstain_auroc",
        "answer_ms",
        "by",
    ]
    assert found["answered"] == {"coverage": 0.5, "precision": 1.0}
    assert found["tiers"] == {
        "answered": {"coverage": 0.5, "precision": 1.0},
        "suggested": {"coverage": 0.0, "right_in_three": None},
        "helped": 1.0,
        "bothered": 0.0,
        "wrong": 0.0,
    }
    assert set(found["answer_ms"]) == {"p50", "p95"}
    assert found["abstain_auroc"] == 1.0


def test_it_tells_languages_and_kinds_apart(lotsen: Lotsen, tmp_path: Path) -> None:
    knowledge, questions = tmp_path / "knowledge.csv", tmp_path / "questions.csv"
    knowledge.write_text(
        "id,language,question,answer\n"
        "1,en,Reset a password,In the portal.\n"
        "1,sv,Byta lösenord,I portalen.\n",
        "utf-8",
    )
    questions.write_text(
        "question,id,language,kind\n"
        "reset a password,1,en,short\n"
        "byta lösenord,1,sv,short\n"
        "xyzzy,,sv,outside\n",
        "utf-8",
    )
    files = ["--knowledge", str(knowledge), "--questions", str(questions)]

    kinds = lotsen("evaluate", "answers", *files, "--by", "kind", "--json").json
    languages = lotsen("evaluate", "answers", *files, "--by", "language", "--json").json["by"]

    assert kinds["n_knowledge"] == 2
    assert [(kind, one["helped"]) for kind, one in kinds["by"].items()] == [
        ("outside", None),
        ("short", 1.0),
    ]
    assert [(code, one["bothered"]) for code, one in languages.items()] == [
        ("en", None),
        ("sv", 0.0),
    ]


def test_it_can_be_read_and_touches_no_database(lotsen: Lotsen, tmp_path: Path) -> None:
    done = lotsen("evaluate", "answers", *files(tmp_path))

    assert done.code == 0
    assert "2 questions, 1 answers stored" in done.out
    assert "Of those with a right article 100% were helped" in done.out
    assert not list(tmp_path.rglob("*.db"))


def test_a_missing_file_is_bad_input(lotsen: Lotsen, tmp_path: Path) -> None:
    done = lotsen("evaluate", "answers", *files(tmp_path)[:3], str(tmp_path / "nothing.csv"))

    assert done.code == 2
    assert "cannot be read" in done.err
