"""``lotsen llm``: how the language model stands, and its kill switch."""

from typing import TYPE_CHECKING

import typer

from bot.cli.arguments import Json
from bot.cli.output import emit, say
from models.language import noted

if TYPE_CHECKING:
    from models.language import Words
    from models.llm import LlmStatus

llm = typer.Typer(help="The language model and its kill switch.", no_args_is_help=True)

_SWITCHED = {
    True: noted("Switched on. How it stands now:"),
    False: noted("Switched off for every running Lotsen. How it stands now:"),
}


def register(app: typer.Typer) -> None:
    """Put these commands into the tree."""
    app.add_typer(llm, name="llm")


@llm.command()
def status(as_json: Json = False) -> None:
    """Show whether it is asked, and what it cost this month."""
    _switch(None, as_json)


@llm.command()
def on(as_json: Json = False) -> None:
    """Switch it on again; the settings must allow it too."""
    _switch(True, as_json)


@llm.command()
def off(as_json: Json = False) -> None:
    """Switch it off for every running Lotsen, from the next call on."""
    _switch(False, as_json)


def _switch(wanted: bool | None, as_json: bool) -> None:
    from bot.cli.session import opened
    from models.llm import llm_for

    with opened() as session:
        settings = session.lotsen.settings
        model = llm_for(settings, session.lotsen.store)
        if wanted is not None:
            model.switch(wanted, session.now)
        found = model.status(settings, session.now)
        if as_json:
            emit(found)
        else:
            if wanted is not None:
                say(session.words.say(_SWITCHED[wanted]))
            _show(session.words, found)


def _show(words: "Words", found: "LlmStatus") -> None:
    if found.missing:
        missing = words.listing([words.say(name) for name in found.missing])
        say(words.say("No language model is asked. Missing: {settings}.", settings=missing))
    elif not found.switched_on:
        say(words.say("The language model is switched off. Switch it on with: lotsen llm on"))
    else:
        say(words.say("The language model {model} is on.", model=found.model))
    say(
        words.say(
            "{month}: {spent} of {cap} spent; {n} calls, {answered} of them answered.",
            month=found.month,
            spent=words.euros(found.spent_eur, 2),
            cap=words.euros(found.cap_eur, 2),
            n=words.number(sum(found.calls.values())),
            answered=words.number(found.calls.get("answered", 0)),
        )
    )
