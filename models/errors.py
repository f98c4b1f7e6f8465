"""Every error that Lotsen raises on purpose.

::

    LotsenError            catch this to catch all of them
    ├── NotAllowedError    a rule says no (rights, or a move the ticket cannot make)
    ├── NotFoundError      there is no such thing
    ├── InvalidError       the input is wrong; the message says what to do
    └── UnavailableError   something outside is silent; trying again may help

Messages are English and for logs and terminals; what a person in Slack reads comes
from the catalogues. Errors are caught at four doors only: the inbox worker, the job
runner, the delivery and the command line.
"""


class LotsenError(Exception):
    """Base of all errors that Lotsen raises on purpose."""


class NotAllowedError(LotsenError):
    """A rule says no."""


class NotFoundError(LotsenError):
    """There is no such thing."""


class InvalidError(LotsenError):
    """The input is wrong; the message says what to do."""


class UnavailableError(LotsenError):
    """Something outside is silent; trying again may help."""


def describe_error(error: BaseException) -> str:
    """Return what of an error may be stored and logged: nobody's words, nobody's id.

    What Lotsen raises says what it means to say. Others quote what they choked on, such as a
    message's text: of those the kind alone, and which constraint a database held against it.
    """
    kind = type(error).__name__
    if isinstance(error, LotsenError):
        return f"{kind}: {error}"
    cause = getattr(error, "orig", None)
    constraint = getattr(getattr(cause, "diag", None), "constraint_name", None)
    said = str(cause)
    if constraint is None and said.split(": ")[0].endswith("constraint failed"):
        constraint = said  # SQLite names columns, and never what stands in them
    return f"{kind}: {constraint}" if constraint else kind
