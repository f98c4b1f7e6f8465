"""The quarter's statement in Slack: what freed time was used for, and who confirms the money."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from models.commands import DecideMoney, DeclareFreed, IssueStatement
from models.desk.base.context import DeskContext
from models.desk.base.turn import RefusedError, RequestTurn, Turn, answer_request
from models.errors import InvalidError
from models.governance.authorization import Action, Subject
from models.kpis.periods import Period, quarter_of
from models.language import N_, Translator
from models.mailbox import Envelope
from models.message import Button, Buttons, Message, Note, Paragraph, Part, Run, plain
from models.reports.quarter import quarter_files
from models.store.transaction import UnitOfWork
from models.tables import FreedUse, IssuedStatement, MoneyAct
from models.value.freed.declaration import (
    WHOLE,
    Declaration,
    DeclaredUses,
    declaration_row,
    declared_in,
)
from models.value.freed.words import uses_words
from models.value.issued.confirmation import decision_row, money_standing
from models.value.issued.since import figures_of
from models.value.ledger import IssuedPost, Value
from models.value.money.reasons import is_sentence
from models.value.statement.layers import CONFIRM, ISSUE, REFUSE, standing_words
from models.value.statement.statement_report import quarter_words

_STATEMENT = Subject("statement")
JOB = "quarterly_roi"
_ONLY_LEAD = N_("Only the IT lead says what the freed time was used for.")
_NO_SHARES = N_("Give at least one use its share; together 100 % at most.")
_NEWER = N_("A newer statement was issued on {day}, with other figures: decide on that one.")
_REASON = N_("Say in a sentence of at least three words why.")


@dataclass(frozen=True, slots=True)
class FreedForm:
    """What the form of a quarter's freed time needs, and what was declared last."""

    quarter: str
    said: Declaration | None
    words: Translator


class StatementRequests:
    """What the IT lead and the finance team do with a quarter's statement."""

    def __init__(self, desk: DeskContext, value: Value) -> None:
        self._desk, self._value = desk, value

    # What freed time was used for ------------------------------------------------------------

    def freed_form_for(self, slack_id: str, quarter: str) -> FreedForm | None:
        """Return what the form needs where the person may fill it in, else None."""
        with self._desk.store.snapshot() as unit:
            principal = self._desk.principal(unit, slack_id)
            if not principal.may(Action.DECLARE_FREED, _STATEMENT):
                return None
            said = declared_in(unit.freed.declarations(quarter), self._desk.calendar.zone)
        return FreedForm(quarter, said, principal.words)

    def check_declaration(self, command: DeclareFreed) -> Sequence[tuple[str, str]]:
        """Return (field, what is wrong with it) before the form is accepted; reads only."""
        if 0 < sum(command.shares.values()) <= WHOLE:
            return ()
        with self._desk.store.snapshot() as unit:
            words = self._desk.principal(unit, command.user).words
        return ((FreedUse.BACKLOG.value, words.gettext(_NO_SHARES)),)

    def declare(self, command: DeclareFreed, now: datetime) -> None:
        """Write down what the form says; a statement that was issued may be issued anew."""
        answer_request(self._desk, command, now, self._declare)

    def _declare(self, turn: RequestTurn[DeclareFreed]) -> None:
        words, command = turn.words, turn.command
        turn.authorize(Action.DECLARE_FREED, _STATEMENT, words.rich(_ONLY_LEAD))
        try:
            uses = DeclaredUses.of({FreedUse(use): n for use, n in command.shares.items()})
            quarter = Period.parse(command.quarter)
            row = declaration_row(quarter, uses, command.note, turn.now, turn.today, turn.person.id)
        except (InvalidError, ValueError):
            raise RefusedError(words.rich(_NO_SHARES)) from None
        turn.unit.freed.save(row)
        declared = declared_in([row], turn.desk.calendar.zone)
        said = words.rich(
            "Written down for {quarter}: {uses}.",
            quarter=quarter_words(row.quarter),
            uses=uses_words(declared, words) if declared else "",
        )
        turn.reply(Message(plain(said), (Paragraph(said), *_issue_again(turn, row.quarter))))

    # A statement issued anew -----------------------------------------------------------------

    def issue(self, command: IssueStatement, now: datetime) -> None:
        """Issue a quarter's statement anew where its figures are others than those issued."""
        with self._desk.store.snapshot() as unit:
            may = self._desk.principal(unit, command.user).may(Action.ISSUE_STATEMENT, _STATEMENT)
        # Computed and drawn before the transaction that posts it, and for nobody else.
        made = self._made(Period.parse(command.quarter), now) if may else None
        answer_request(self._desk, command, now, partial(self._issue, made=made))

    def _made(self, quarter: Period, now: datetime) -> IssuedPost:
        made = self._value.issue(quarter, now, self._desk.language)
        files = quarter_files(made.statement, self._value.baseline(), self._desk.words)
        message = replace(made.message, files=(*made.message.files, *files))
        return replace(made, message=message)

    def _issue(self, turn: RequestTurn[IssueStatement], made: IssuedPost | None) -> None:
        refusal = turn.words.rich("Only the IT lead issues a statement anew.")
        turn.authorize(Action.ISSUE_STATEMENT, _STATEMENT, refusal)
        if made is None:
            raise RefusedError(refusal)
        try:
            self._post(turn, made)
        except InvalidError as error:
            raise RefusedError((Run(_why_not(error, turn.words)),)) from None
        turn.reply(
            turn.words.rich(
                "The statement of {quarter} is issued anew. Its money is not confirmed yet.",
                quarter=quarter_words(turn.command.quarter),
            )
        )

    def issue_at_terminal(self, quarter: Period, now: datetime) -> IssuedStatement:
        """Issue a quarter's statement anew, and post it where the first one went.

        Raises
        ------
        InvalidError
            When none was issued yet, or its figures are those that were issued.
        """
        made = self._made(quarter, now)
        with self._desk.store.begin() as unit:
            turn = Turn(unit, self._desk, f"statement:terminal:{now.isoformat()}", now)
            return self._post(turn, made)

    def _post(self, turn: Turn, made: IssuedPost) -> IssuedStatement:
        quarter = made.statement.quarter
        turn.unit.lock(f"statement:{quarter}")
        before = turn.unit.issued.each_of(quarter)
        if not before:
            raise InvalidError(_NOT_ISSUED)
        if made.row is None or before[-1].sha256 == made.row.sha256:
            raise InvalidError(_SAME)
        row = turn.unit.issued.save(made.row)
        channel = _channel(turn.desk)
        if channel:
            key = post_key(quarter, channel, len(before))
            turn.post(key, Envelope(channel), made.message)
        return row

    # Money -------------------------------------------------------------------------------------

    def check_decision(self, command: DecideMoney) -> Sequence[tuple[str, str]]:
        """Return (field, what is wrong with it) before the form is accepted; reads only."""
        if command.act == MoneyAct.CONFIRMED.value or is_sentence(command.reason):
            return ()
        with self._desk.store.snapshot() as unit:
            words = self._desk.principal(unit, command.user).words
        return (("reason", words.gettext(_REASON)),)

    def refusal_form_for(self, slack_id: str) -> Translator | None:
        """Return the words of the form of a refusal where the person may refuse, else None."""
        with self._desk.store.snapshot() as unit:
            principal = self._desk.principal(unit, slack_id)
        may = principal.may(Action.CONFIRM_MONEY, _STATEMENT)
        return principal.words if may else None

    def decide(self, command: DecideMoney, now: datetime) -> None:
        """Confirm the money of an issued statement, or refuse to, with a reason."""
        answer_request(self._desk, command, now, self._decide)

    def _decide(self, turn: RequestTurn[DecideMoney]) -> None:
        words, command = turn.words, turn.command
        refusal = words.rich(
            "Only the finance team confirms money; to be the IT lead is not enough."
        )
        turn.authorize(Action.CONFIRM_MONEY, _STATEMENT, refusal)
        turn.unit.lock(f"statement:{command.quarter}")
        number, said = self._newest(turn)
        act, zone = MoneyAct(command.act), turn.desk.calendar.zone
        if act is MoneyAct.REFUSED and not is_sentence(command.reason):
            raise RefusedError(words.rich(_REASON))
        figures = figures_of(said)
        before = turn.unit.freed.decisions(command.quarter)
        row = decision_row(said, figures, act, turn.now, by=turn.person.id, reason=command.reason)
        if before and (before[-1].sha256, before[-1].act) == (row.sha256, act):
            known = standing_words(money_standing(before, figures, zone), words)
            raise RefusedError(words.rich("It is so already: {standing}.", standing=known))
        turn.unit.freed.save(row)
        standing = money_standing([row], figures, zone)
        self._redraw(turn, said, number, standing_words(standing, turn.desk.words), act)
        turn.reply(
            words.rich(
                "The money of {quarter}: {standing}.",
                quarter=quarter_words(command.quarter),
                standing=standing_words(standing, words),
            )
        )

    def _newest(self, turn: RequestTurn[DecideMoney]) -> tuple[int, IssuedStatement]:
        """Return the number of a quarter's last statement, from 0, and that; a click on another ends."""
        issued, words = turn.unit.issued.each_of(turn.command.quarter), turn.words
        if not issued:
            raise RefusedError(words.rich("No statement of this quarter was issued."))
        if not issued[-1].sha256.startswith(turn.command.digest):
            day = words.day(turn.desk.day_of(issued[-1].issued_at))
            raise RefusedError(words.rich(_NEWER, day=day))
        return len(issued) - 1, issued[-1]

    def _redraw(
        self, turn: Turn, said: IssuedStatement, number: int, standing: str, act: MoneyAct
    ) -> None:
        """Say below the post what was decided; what is confirmed is not asked for any more."""
        channel = _channel(turn.desk)
        key = post_key(said.quarter, channel, number)
        if not channel or turn.unit.outbox.find(key) is None:
            return
        message, words = Message.from_json(said.message), turn.desk.words
        told = Note(words.rich("*Money:* {standing}.", standing=standing))
        parts = [_without_money(part, act) for part in message.parts]
        turn.update(key, channel, replace(message, parts=(*parts, told)))


_NOT_ISSUED = "no statement of this quarter was issued yet: the first one is posted by itself"
_SAME = "the figures are those that were issued: there is nothing to issue anew"
_WHY_NOT = {
    _NOT_ISSUED: N_("No statement of this quarter was issued."),
    _SAME: N_("The figures are those that were issued: there is nothing to issue anew."),
}


def _why_not(error: InvalidError, words: Translator) -> str:
    return words.gettext(_WHY_NOT[str(error)])


def _channel(desk: DeskContext) -> str:
    return desk.management_channel or desk.lead_channel


def post_key(quarter: str, channel: str, number: int) -> str:
    """Return the key of the post of a quarter's statement; ``number`` 0 is the job's own."""
    key = f"{JOB}:{quarter}:{channel}"
    return f"{key}:{number}" if number else key


def _without_money(part: Part, act: MoneyAct) -> Part:
    if not isinstance(part, Buttons) or act is not MoneyAct.CONFIRMED:
        return part
    kept = tuple(one for one in part.buttons if one.action not in (CONFIRM, REFUSE))
    return replace(part, buttons=kept)


def _issue_again(turn: RequestTurn[DeclareFreed], quarter: str) -> tuple[Part, ...]:
    """Offer to issue a statement anew where it was issued before this was declared."""
    words = turn.words
    if turn.unit.issued.of(quarter) is None:
        return ()
    button = Button(ISSUE, words.gettext("Issue the statement anew"), quarter, "primary")
    note = words.rich("The statement was issued before this: its figures may be others now.")
    return Note(note), Buttons(f"statement:{quarter}", (button,))


def undeclared_quarter(unit: UnitOfWork, now: datetime, desk: DeskContext) -> str:
    """Return the last quarter whose statement was issued and whose freed time nobody declared."""
    this = quarter_of(desk.day_of(now))
    newest = max((row.quarter for row in unit.issued.all() if row.quarter < this.key), default="")
    return "" if not newest or unit.freed.declarations(newest) else newest
