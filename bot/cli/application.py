"""The tree of commands, and the one door at which their errors are caught."""

import sys
import traceback
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from bot.cli import (
    documents,
    evaluate_answers,
    evaluate_tickets,
    exports,
    figures,
    importing,
    incidents,
    knowledge,
    learning,
    llm,
    mail,
    model,
    person,
    programme,
    registers,
    rules,
    serving,
    upkeep,
)
from models.errors import LotsenError, UnavailableError

FAILURE, BAD_INPUT = 1, 2


class Door(TyperGroup):
    """Turns errors into one line on standard error and an exit code."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        # People add it at the end of the line that failed.
        if "--debug" in args:
            args = ["--debug", *(arg for arg in args if arg != "--debug")]
        return list(super().parse_args(ctx, args))

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except LotsenError as error:
            code = FAILURE if isinstance(error, UnavailableError) else BAD_INPUT
            _fail(str(error), code, debug=ctx.params["debug"])
        except Exception as error:
            # The terminal library speaks through exceptions too: usage, exit, a closed pipe.
            if hasattr(error, "exit_code") or isinstance(error, (typer.Abort, BrokenPipeError)):
                raise
            debug = ctx.params["debug"]
            told = f"unexpected {type(error).__name__}: {error}"
            more = "" if debug else "; run it again with --debug and report what it prints"
            _fail(told + more, FAILURE, debug=debug)


def _fail(told: str, code: int, *, debug: bool) -> NoReturn:
    if debug:
        traceback.print_exc()
    print("lotsen:", " ".join(told.split()), file=sys.stderr)
    raise typer.Exit(code)


app = typer.Typer(
    cls=Door,
    help="Lotsen runs your company's first AI pilot on the help desk and proves its worth.",
    epilog="Settings come from the environment or from lotsen.env; begin with: lotsen doctor",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(version("lotsen"))
        raise typer.Exit


@app.callback()
def _options(
    _show_version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    return None


for group in (
    serving,
    importing,
    knowledge,
    learning,
    llm,
    model,
    rules,
    figures,
    programme,
    registers,
    mail,
    incidents,
    upkeep,
    person,
    documents,
    evaluate_answers,
    evaluate_tickets,
    exports,
):
    group.register(app)
