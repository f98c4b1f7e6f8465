"""Every error that Lotsen raises on purpose.

::

    LotsenError            catch this to catch all of them
    ├── NotAllowedError    a rule says no (rights, or a move the ticket cannot make)
    ├── UnknownError       there is no such thing
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


class UnknownError(LotsenError):
    """There is no such thing."""


class InvalidError(LotsenError):
    """The input is wrong; the message says what to do."""


class UnavailableError(LotsenError):
    """Something outside is silent; trying again may help."""
