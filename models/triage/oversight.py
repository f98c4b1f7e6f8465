"""What becomes of a decision: it stands, it is kept hidden as a blind sample, or it is a hint.

Pure. Whether a ticket is a blind sample follows from a keyed hash of its number: no
chance at run time, and the same answer after a restart or in another replica.
"""

from models.tables import DecidedBy, DecisionMode
from models.triage.cascade import Verdict
from models.triage.held_out import keyed_share

_KEY = b"lotsen: blind sample, 1"


def is_drawn(ticket_id: int, share: float) -> bool:
    """Say whether the ticket is drawn as a blind sample; ``share`` of all tickets are."""
    return keyed_share(_KEY, str(ticket_id)) < share


def mode_of(
    verdict: Verdict, ticket_id: int, *, share: float, unseen: bool, suggest_only: bool
) -> DecisionMode:
    """Return what becomes of a verdict.

    Parameters
    ----------
    share
        Of the tickets that the classifier would decide, how many are drawn.
    unseen
        Whether nobody has seen an earlier suggestion for this ticket; else it is too late
        for a blind sample.
    suggest_only
        Whether the classifier was demoted. Blind samples go on: they show when it is
        right again.
    """
    if verdict.decided_by is not DecidedBy.CLASSIFIER or not verdict.category:
        return DecisionMode.ACTED
    if unseen and is_drawn(ticket_id, share):
        return DecisionMode.BLIND
    return DecisionMode.SUGGESTED if suggest_only else DecisionMode.ACTED
