"""Tests that share a costly fixture are run by one worker."""

from pathlib import Path

from tests.workers import scope_of


def test_a_file_with_a_fixture_of_its_own_is_one_piece_of_work(tmp_path: Path) -> None:
    (tmp_path / "test_shared.py").write_text('@pytest.fixture(scope="module")\n', "utf-8")
    (tmp_path / "test_apart.py").write_text("@pytest.fixture\n", "utf-8")
    ids = ("test_shared.py::test_a[1]", "test_shared.py::test_b", "test_apart.py::test_a[x::y]")

    scopes = [scope_of(one, tmp_path) for one in ids]

    assert scopes == ["test_shared.py", "test_shared.py", "test_apart.py::test_a[x::y]"]
