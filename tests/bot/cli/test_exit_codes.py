"""A command that prints several results ends with the highest of their exit codes."""

from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from bot.cli.command import Result, command, tree
from bot.cli.session import Session


@pytest.mark.parametrize("codes", [(2, 0), (0, 2), (1, 2, 0)])
def test_the_highest_exit_code_counts_whichever_result_comes_last(codes: tuple[int, ...]) -> None:
    app = tree()

    @command(app)
    def several(_session: Session) -> Iterator[Result]:
        for code in codes:
            yield Result(json={}, code=code)

    assert CliRunner().invoke(app, []).exit_code == 2
