"""Colleagues are answered; guests and people of other companies read nothing of the company's."""

import pytest

from models.governance.reception import Reception, reception
from models.tables import Membership


@pytest.mark.parametrize(
    ("membership", "at_desk", "welcome", "gets"),
    [
        (Membership.MEMBER, False, False, Reception.ANSWERED),
        (Membership.GUEST, True, False, Reception.TICKET),
        (Membership.GUEST, False, False, Reception.TICKET),
        (Membership.GUEST, True, True, Reception.ANSWERED),
        (Membership.OUTSIDER, True, False, Reception.TICKET),
        (Membership.OUTSIDER, False, False, Reception.TURNED_AWAY),
        (Membership.OUTSIDER, True, True, Reception.ANSWERED),
        (Membership.BOT, True, True, Reception.IGNORED),
        (Membership.GONE, True, True, Reception.IGNORED),
    ],
)
def test_what_somebody_gets(
    membership: Membership, *, at_desk: bool, welcome: bool, gets: Reception
) -> None:
    assert reception(membership, at_desk=at_desk, welcome=welcome) is gets
