"""Colleagues are answered; guests and people of other companies read nothing of the company's."""

import pytest

from models.governance.reception import Reception, reception
from models.tables import Standing


@pytest.mark.parametrize(
    ("standing", "at_desk", "welcome", "gets"),
    [
        (Standing.MEMBER, False, False, Reception.ANSWERED),
        (Standing.GUEST, True, False, Reception.TICKET),
        (Standing.GUEST, False, False, Reception.TICKET),
        (Standing.GUEST, True, True, Reception.ANSWERED),
        (Standing.OUTSIDER, True, False, Reception.TICKET),
        (Standing.OUTSIDER, False, False, Reception.TURNED_AWAY),
        (Standing.OUTSIDER, True, True, Reception.ANSWERED),
        (Standing.BOT, True, True, Reception.IGNORED),
        (Standing.GONE, True, True, Reception.IGNORED),
    ],
)
def test_what_somebody_gets(
    standing: Standing, *, at_desk: bool, welcome: bool, gets: Reception
) -> None:
    assert reception(standing, at_desk=at_desk, welcome=welcome) is gets
