"""The tables of what people click and send: nothing stands twice, and every row can be told."""

import pytest

from bot.slack.actions import ACTIONS
from bot.slack.submissions import SUBMISSIONS

CONTRACT = (
    "answer_solved", "answer_not_solved", "answer_human", "answer_incident", "ticket_category",
    "ticket_suggestion_0", "ticket_priority", "ticket_team", "ticket_claim", "ticket_pause",
    "ticket_resume", "ticket_wait_requester", "ticket_wait_third", "ticket_resolve", "ticket_why",
    "search_source", "search_language", "search_age", "search_found", "candidate_approve",
    "candidate_reject", "draft_publish", "draft_discard", "draft_edit", "article_still_true",
    "article_needs_change", "article_retired", "incident_release", "incident_keep_out", "csat_1",
    "pulse_5", "notice_read", "baseline_observe", "baseline_freeze", "baseline_override",
    "figure_behind", "statement_challenge", "ticket_reveal", "outage_confirm", "outage_update", "outage_me_too",
    "private_take", "private_done", "private_ordinary", "register_show", "register_open_risks",
    "register_add", "register_amend",
    "plan_done", "plan_gate", "plan_blocked", "plan_move", "category_add",
    "category_change", "duty_week", "duty_order", "suggestion_take", "suggestion_none",
    "ticket_add", "ticket_cancel", "ticket_send", "gap_write", "ticket_join", "ticket_part", "onboarding_start",
    "clarify_system_1", "freed_declare", "statement_issue", "money_confirmed", "money_refused",
)  # fmt: skip


@pytest.mark.parametrize("action_id", CONTRACT)
def test_each_button_is_one_row(action_id: str) -> None:
    assert sum(bool(row.pattern.match(action_id)) for row in ACTIONS) == 1


@pytest.mark.parametrize("action_id", CONTRACT)
@pytest.mark.parametrize("other", ["x_{}", "{}0", "{}_x", "{}\n"])
def test_a_longer_name_is_no_button(action_id: str, other: str) -> None:
    name = other.format(action_id)
    rows = [row for row in ACTIONS if row.pattern.search(name)]
    assert rows == [row for row in ACTIONS if "register_open" in name and row.pattern.match(name)]


def test_every_row_is_for_a_button_that_there_is() -> None:
    assert all(any(row.pattern.match(one) for one in CONTRACT) for row in ACTIONS)


def test_each_form_is_one_row() -> None:
    names = [row.callback_id for row in SUBMISSIONS]

    assert len(names) == len(set(names))
    assert "ticket_resolve_form" in names
