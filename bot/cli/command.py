"""A command of the terminal: a function that takes a session and returns a `Result`.

`command` puts it into the tree. Its runner adds ``--json``, opens and closes the session,
prints what the function returns as text or JSON, and ends with the result's exit code.
"""

import inspect
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import wraps
from typing import Annotated, Any, TypeVar

import typer
from typer import Option

from bot.cli.catalogue import COMMANDS
from bot.cli.output import Text, emit, hint, show
from bot.cli.session import Session
from bot.log import configure_for_terminal

Function = TypeVar("Function", bound=Callable[..., Any])
_JSON = inspect.Parameter(
    "as_json",
    inspect.Parameter.KEYWORD_ONLY,
    default=False,
    annotation=Annotated[bool, Option("--json", help="Print one JSON object and nothing else.")],
)
_CONTEXT = inspect.Parameter(
    "ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
)


@dataclass(frozen=True, slots=True)
class Result:
    """What a command has to say.

    Attributes
    ----------
    json
        What ``--json`` prints, or a function that returns it; None prints nothing.
    text
        What is printed otherwise; None prints the JSON.
    hints
        Lines on standard error, in both cases.
    code
        The exit code.
    """

    json: Any
    text: Text | None = None
    hints: tuple[str, ...] = ()
    code: int = 0


def tree() -> typer.Typer:
    """Return the part of the tree that a module adds, still empty."""
    return typer.Typer(rich_markup_mode=None)


def group(app: typer.Typer, name: str) -> typer.Typer:
    """Add a group of commands that the catalogue names."""
    made = typer.Typer(help=COMMANDS[name].help, no_args_is_help=True)
    app.add_typer(made, name=name)
    return made


def command(
    app: typer.Typer,
    name: str | None = None,
    *,
    with_json: bool = True,
    log_level: str = "WARNING",
    **options: Any,
) -> Callable[[Function], Function]:
    """Add the function below to the tree, under its own name unless named.

    Parameters
    ----------
    with_json
        Whether there is an option ``--json``.
    log_level
        The lowest level that is logged.
    options
        For `typer.Typer.command`.
    """

    def add(function: Function) -> Function:
        app.command(name, **options)(_runner(function, with_json, log_level))
        return function

    return add


def when_alone(app: typer.Typer) -> Callable[[Function], Function]:
    """Let a group do what the function below does when no command of it is named."""

    def add(function: Function) -> Function:
        app.callback(invoke_without_command=True)(_runner(function, True, "WARNING", _CONTEXT))
        return function

    return add


def _runner(
    function: Callable[..., Any], with_json: bool, log_level: str, *before: inspect.Parameter
) -> Callable[..., None]:
    """Return the function as typer calls it: its own options without the session."""
    signature = inspect.signature(function)
    _session, *own = signature.parameters.values()
    shown = [*before, *own, *([_JSON] if with_json else [])]

    @wraps(function)
    def run(*, ctx: typer.Context | None = None, as_json: bool = False, **arguments: Any) -> None:
        if ctx is not None and ctx.invoked_subcommand:
            return
        configure_for_terminal(log_level)
        with closing(Session(as_json)) as session:
            code = _print(function(session, **arguments), as_json)
        if code:
            raise typer.Exit(code)

    # What typer reads instead of the runner's own signature.
    vars(run)["__signature__"] = signature.replace(parameters=shown, return_annotation=None)
    run.__annotations__ = {one.name: one.annotation for one in shown}
    return run


def _print(returned: Result | Iterator[Result], as_json: bool) -> int:
    """Print a result, or several as they come; return the highest exit code."""
    code = 0
    for result in returned if isinstance(returned, Iterator) else (returned,):
        if not as_json and result.text is not None:
            show(result.text)
        elif result.json is not None:
            emit(result.json() if callable(result.json) else result.json)
        for line in result.hints:
            hint(line)
        code = max(code, result.code)
    return code
