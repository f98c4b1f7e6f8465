"""``lotsen import knowledge`` and ``lotsen knowledge``: in, listed, shown, and out again."""

from pathlib import Path

import pytest

from tests.bot.cli.conftest import Lotsen


@pytest.fixture
def handbook(tmp_path: Path) -> Path:
    folder = tmp_path / "handbook"
    folder.mkdir()
    text = (
        "---\nowner: HR\naudience: S0123\nexpires_on: 2027-01-01\n---\n# Leave\n## Apply\nIn HR.\n"
    )
    (folder / "leave.md").write_text(text, "utf-8")
    (folder / "it.html").write_text("<h1>Printer</h1><p>Restart it.</p>", "utf-8")
    return folder


@pytest.mark.slow
def test_documents_are_listed_and_shown_with_their_addresses(
    lotsen: Lotsen, handbook: Path
) -> None:
    done = lotsen("import", "knowledge", str(handbook), "--json").json
    assert (done["documents"], done["passages"], done["skipped"]) == (2, 2, [])

    listed = lotsen("knowledge", "list", "--json").json["documents"]
    shown = lotsen("knowledge", "show", "handbook/leave.md", "--json").json["passages"]

    assert [item["document"] for item in listed] == ["handbook/it.html", "handbook/leave.md"]
    assert (listed[1]["owner"], listed[1]["audience"]) == ("HR", ["S0123"])
    assert (shown[0]["address"], shown[0]["answer"]) == ("Leave › Apply", "In HR.")
    assert "everybody" in lotsen("knowledge", "list").out
    assert "Leave › Apply" in lotsen("knowledge", "show", "handbook/leave.md").out


@pytest.mark.slow
def test_a_second_import_says_what_stayed_and_what_is_gone(lotsen: Lotsen, handbook: Path) -> None:
    lotsen("import", "knowledge", str(handbook))
    (handbook / "it.html").unlink()

    again = lotsen("import", "knowledge", str(handbook))
    pruned = lotsen("import", "knowledge", str(handbook), "--prune", "--json").json

    assert "1 document was unchanged." in again.out
    assert "handbook/it.html" in again.err
    assert (pruned["unchanged"], pruned["removed"]) == (1, ["handbook/it.html"])


@pytest.mark.slow
def test_a_removed_document_is_gone_from_list_and_search(lotsen: Lotsen, handbook: Path) -> None:
    lotsen("import", "knowledge", str(handbook))

    done = lotsen("knowledge", "remove", "handbook/it.html", "--vacuum", "--json")

    assert done.json == {
        "document": "handbook/it.html",
        "passages": 1,
        "answers_given": 0,
        "overwritten": True,
    }
    assert "it.html" not in lotsen("knowledge", "list").out
    passages = lotsen("ask", "restart the printer", "--json").json["passages"]
    assert all(item["document"] != "handbook/it.html" for item in passages)


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("knowledge", "remove", "nothing.md"), "lotsen knowledge list"),
        (("knowledge", "show", "nothing.md"), "lotsen knowledge list"),
        (("import", "knowledge", "https://wiki.example/x"), "LOTSEN_IMPORT_URLS"),
        (("import", "knowledge", "handbook", "--audience", "HR"), "no id of Slack"),
        (("import", "knowledge", "handbook", "--expires-on", "soon"), "2026-03-01"),
    ],
)
def test_wrong_input_is_told_in_a_line(
    lotsen: Lotsen, handbook: Path, args: tuple[str, ...], told: str
) -> None:
    done = lotsen(*args, "--json")

    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert len(done.err.splitlines()) == 1


def test_an_empty_shelf_says_how_to_fill_it(lotsen: Lotsen) -> None:
    assert lotsen("knowledge", "list", "--json").json == {"documents": []}
    assert "lotsen import knowledge" in lotsen("knowledge", "list").out
