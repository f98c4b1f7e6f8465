"""``lotsen llm``: how the language model stands, and its kill switch."""

from collections.abc import Iterator

from bot.cli.command import Result, command, group, tree
from bot.cli.session import Session
from models.language import N_, Translator
from models.llm import LlmStatus, llm_for

app = tree()
llm = group(app, "llm")

_SWITCHED = {
    True: N_("Switched on. How it stands now:"),
    False: N_("Switched off for every running Lotsen. How it stands now:"),
}


@command(llm)
def status(session: Session) -> Result:
    """Show whether it is asked, and what it cost this month."""
    return _switch(session, None)


@command(llm)
def on(session: Session) -> Result:
    """Switch it on again; the settings must allow it too."""
    return _switch(session, True)


@command(llm)
def off(session: Session) -> Result:
    """Switch it off for every running Lotsen, from the next call on."""
    return _switch(session, False)


def _switch(session: Session, wanted: bool | None) -> Result:
    model = llm_for(session.settings, session.lotsen.store)
    if wanted is not None:
        model.switch(wanted, session.now)
    found = model.status(session.settings, session.now)
    return Result(found, _lines(session.words, wanted, found))


def _lines(words: Translator, wanted: bool | None, found: LlmStatus) -> Iterator[str]:
    gettext = words.gettext
    if wanted is not None:
        yield gettext(_SWITCHED[wanted])
    if found.missing:
        missing = words.listing([gettext(name) for name in found.missing])
        yield gettext("No language model is asked. Missing: {settings}.", settings=missing)
    elif not found.switched_on:
        yield gettext("The language model is switched off. Switch it on with: lotsen llm on")
    else:
        yield gettext("The language model {model} is on.", model=found.model)
    yield gettext(
        "{month}: {spent} of {cap} spent; {n} calls, {answered} of them answered.",
        month=found.month,
        spent=words.money(found.spent_eur, 2),
        cap=words.money(found.cap_eur, 2),
        n=words.number(sum(found.calls.values())),
        answered=words.number(found.calls.get("answered", 0)),
    )
