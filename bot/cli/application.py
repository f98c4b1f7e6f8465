"""The tree of commands, and the one place where their errors are caught."""

import sys
import traceback
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any, NoReturn

import typer
from typer import Option
from typer.core import TyperGroup

from bot.cli.catalogue import COMMANDS
from models.errors import LotsenError, UnavailableError

FAILURE, BAD_INPUT = 1, 2


class ErrorHandlingGroup(TyperGroup):
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
            text = f"unexpected {type(error).__name__}: {error}"
            more = "" if debug else "; run it again with --debug and report what it prints"
            _fail(text + more, FAILURE, debug=debug)


class LazyGroup(ErrorHandlingGroup):
    """Lists the catalogue's lines, and imports a command when it is called."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, listed, rest = super().resolve_command(ctx, args)
        return name, load(name) if name in COMMANDS else listed, rest


def load(name: str) -> Any:
    """Return a command of the catalogue with all below it, imported."""
    module = import_module(f"bot.cli.{COMMANDS[name].module}")
    return typer.main.get_group(module.app).commands[name]


def _fail(text: str, code: int, *, debug: bool) -> NoReturn:
    if debug:
        traceback.print_exc()
    print("lotsen:", " ".join(text.split()), file=sys.stderr)
    raise typer.Exit(code)


app = typer.Typer(
    cls=LazyGroup,
    help="Lotsen runs your company's first AI pilot on the help desk and proves its worth.",
    epilog="Settings come from the environment or from lotsen.env; begin with: lotsen doctor",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        print(version("lotsen"))
        raise typer.Exit


@app.callback()
def _options(
    _show_version: Annotated[
        bool, Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
    debug: Annotated[bool, Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    return None


for _name, _entry in COMMANDS.items():
    app.command(_name, help=_entry.help)(lambda: None)
