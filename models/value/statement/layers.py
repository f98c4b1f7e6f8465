"""A statement's three layers, kept apart: time changed, time reused, money."""

from collections.abc import Iterator

from models.language import N_, Translator
from models.message import Button, Buttons, Paragraph, Part, Run, Runs
from models.value.effect.comparison import Comparison, EffectVerdict
from models.value.effect.sentences import DESIGN_WORDS
from models.value.freed.recapture import RecaptureBasis
from models.value.freed.words import basis_words, declared_words, reused_parts, share_words
from models.value.issued.confirmation import MoneyStanding, MoneyState
from models.value.statement.quarter_statement import Statement

_UNSURE = N_("judged, cause not shown")
_STATES = {
    MoneyState.COMPUTED: N_("computed, not confirmed by finance"),
    MoneyState.CONFIRMED: N_("confirmed by finance on {day}"),
    MoneyState.REFUSED: N_("refused by finance on {day}: {reason}"),
    MoneyState.OTHER_FIGURES: N_(
        "computed, not confirmed; on {day} finance decided on other figures"
    ),
}


def layer_part(statement: Statement, words: Translator) -> Paragraph:
    """Return what is judged, what is declared or measured, and what finance confirmed."""
    lines = (_changed(statement, words), _reused(statement, words), _money(statement, words))
    runs = [run for line in lines if line for run in (Run("\n"), *line)]
    return Paragraph(tuple(runs[1:]))


def reuse_parts(statement: Statement, words: Translator) -> Iterator[Part]:
    """Yield what was declared and what was seen of it; nothing where nothing was declared."""
    if statement.reused is not None:
        yield from reused_parts(statement.reused, words)


DECLARE, CONFIRM, REFUSE, ISSUE = (
    *("freed_declare", "money_confirmed", "money_refused", "statement_issue"),
)
DIGITS = 16
"""Of a statement's SHA-256 by which a click says which statement it is about."""


def declare_button(quarter: str, words: Translator) -> Button:
    """Return the button that opens the form of what freed time was used for."""
    return Button(DECLARE, words.gettext("What was the freed time used for?"), quarter)


def statement_buttons(quarter: str, sha256: str, words: Translator) -> Buttons:
    """Return what may be done below an issued statement: by the lead, and by the finance team."""
    value = f"{quarter}:{sha256[:DIGITS]}"
    confirm = Button(CONFIRM, words.gettext("Finance: confirm the money"), value, "primary")
    refuse = Button(REFUSE, words.gettext("Finance: refuse"), value)
    return Buttons(f"statement:{quarter}", (declare_button(quarter, words), confirm, refuse))


def money_words(statement: Statement, words: Translator) -> str:
    """Say whether the finance team confirmed the money."""
    return standing_words(statement.standing, words)


def standing_words(standing: MoneyStanding, words: Translator) -> str:
    """Say what the finance team said of a statement's money."""
    day = words.day(standing.at.date()) if standing.at else ""
    return words.gettext(_STATES[standing.state], day=day, reason=standing.reason)


def _changed(statement: Statement, words: Translator) -> Runs:
    effect = statement.effect
    how = _judged(effect, words)
    hours = next((one for one in statement.hard if one.key == "hours_freed"), None)
    if not statement.is_change_shown or hours is None or hours.value is None:
        return words.rich("*Time changed:* none is shown; {how}.", how=how)
    text = N_("*Time changed:* {mid} h less work ({low} to {high}), {how}.")
    if hours.value < 0:
        text = N_("*Time changed:* {mid} h more work ({low} to {high}), {how}.")
    low, high = sorted((abs(hours.low or 0.0), abs(hours.high or 0.0)))
    mid, low_words, high_words = (words.number(one) for one in (abs(hours.value), low, high))
    return words.rich(text, mid=mid, low=low_words, high=high_words, how=how)


def _judged(effect: Comparison, words: Translator) -> str:
    if effect.verdict is EffectVerdict.NOT_JUDGED:
        return words.gettext("not judged yet")
    if effect.design.is_causal and not effect.claims_cause:
        return words.gettext(_UNSURE)
    return words.gettext(DESIGN_WORDS[effect.design].judged)


def _reused(statement: Statement, words: Translator) -> Runs:
    reused = statement.reused
    if reused is None:
        return ()
    middle = next(one for one in statement.assumptions if one.key == "recapture_mid")
    basis = basis_words(reused, words)
    if reused.basis is RecaptureBasis.ASSUMED:
        source = words.gettext(middle.source)
        basis = words.gettext("{basis} ({source})", basis=basis, source=source)
    return words.rich(
        "*Time reused:* {share}, {basis}; {declared}.",
        share=share_words(reused.share, words),
        basis=basis,
        declared=declared_words(reused, words),
    )


def _money(statement: Statement, words: Translator) -> Runs:
    standing = money_words(statement, words)
    if statement.benefit is None or not statement.shows_benefit:
        if statement.standing.state is MoneyState.COMPUTED:
            return words.rich("*Money:* no benefit is shown.")  # nothing that finance could confirm
        return words.rich("*Money:* no benefit is shown; {standing}.", standing=standing)
    benefit = words.money(statement.benefit.mid)
    return words.rich("*Money:* {benefit}, {standing}.", benefit=benefit, standing=standing)
