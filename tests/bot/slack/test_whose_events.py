"""Only events of our app in our workspace are taken."""

from typing import Any

import pytest
from pydantic import SecretStr

from bot.slack.app import Ours, app_of
from bot.slack.reading import is_foreign

OURS = Ours("T1", "A1")


@pytest.mark.parametrize(
    ("body", "taken"),
    [
        ({"team_id": "T1", "api_app_id": "A1"}, True),
        ({"team_id": "T2", "api_app_id": "A1"}, False),
        ({"team_id": "T1", "api_app_id": "A2"}, False),
        ({"team_id": "T2", "api_app_id": "A1", "authorizations": [{"team_id": "T1"}]}, True),
        ({"team": {"id": "T1"}, "user": {"id": "U1", "team_id": "T2"}}, True),
        ({"team": None, "user": {"id": "U1", "team_id": "T2"}}, False),
        ({"type": "ssl_check"}, True),
    ],
)
def test_events_of_others_are_dropped(body: dict[str, Any], *, taken: bool) -> None:
    assert OURS.has(body) is taken
    assert Ours().has(body)  # as long as we do not know who we are


@pytest.mark.parametrize(
    ("token", "app"), [("xapp-1-A0123-456-abc", "A0123"), ("xapp-1-double-7Q", ""), ("", "")]
)
def test_the_token_names_the_app(token: str, app: str) -> None:
    assert app_of(SecretStr(token)) == app


def test_a_message_from_another_company_is_told_by_its_team() -> None:
    body = {"team_id": "T1", "authorizations": [{"team_id": "T1"}]}
    assert is_foreign({"user": "U2", "user_team": "T2"}, body)
    assert not is_foreign({"user": "U2", "user_team": "T1"}, body)
    assert not is_foreign({"user": "U2"}, body)
