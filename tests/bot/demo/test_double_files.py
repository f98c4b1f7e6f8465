"""The double refuses of files and pictures what Slack refuses, with Slack's codes."""

from typing import Any

import pytest
from slack_sdk import WebClient

from bot.demo.double import Channel, Conditions, Member, SlackDouble

PNG = b"\x89PNG\r\n\x1a\n"


def uploaded(web: WebClient, name: str = "risks.png", channel: str | None = None) -> str:
    """Take a file up by the three calls; give its id."""
    answer = web.files_upload_v2(content=PNG, filename=name, title="Risks", channel=channel)
    return str(answer["file"]["id"])


def image(**source: Any) -> list[dict[str, Any]]:
    return [{"type": "image", "alt_text": "Risks", **source}]


def test_a_picture_of_an_uploaded_file_is_shown(double: SlackDouble, web: WebClient) -> None:
    blocks = image(slack_file={"id": uploaded(web)})
    web.chat_postMessage(channel="C1", text="x", blocks=blocks)
    assert double.messages("C1")[-1].blocks[0]["slack_file"] == blocks[0]["slack_file"]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ({"slack_file": {"id": "F0UNKNOWN1"}}, "invalid slack file [json-pointer:/blocks/0/slack_file]"),
        ({"slack_file": {"id": "risks.png"}}, "must match regex"),
        ({"slack_file": {"id": "F0UNKNOWN1", "url": "https://x"}}, "either id or url"),
        ({}, "either image_url or slack_file"),
    ],
)  # fmt: skip
def test_a_picture_without_a_file_is_refused(
    double: SlackDouble, web: WebClient, refused: Any, source: dict[str, Any], told: str
) -> None:
    answer = refused(lambda: web.chat_postMessage(channel="C1", text="x", blocks=image(**source)))
    assert answer["error"] == "invalid_blocks"
    assert told in str(answer["response_metadata"])


def test_a_picture_needs_words_and_a_file_that_is_one(
    double: SlackDouble, web: WebClient, refused: Any
) -> None:
    blocks = [{"type": "image", "slack_file": {"id": uploaded(web)}, "alt_text": ""}]
    assert refused(lambda: web.chat_postMessage(channel="C1", text="x", blocks=blocks))[
        "error"
    ] == ("invalid_blocks")
    pdf = image(slack_file={"id": uploaded(web, "q.pdf")})
    assert refused(lambda: web.chat_postMessage(channel="C1", text="x", blocks=pdf))["error"] == (
        "invalid_blocks"
    )


def test_a_file_is_a_picture_only_after_slack_has_worked_on_it(
    double: SlackDouble, web: WebClient, clock: Any, refused: Any
) -> None:
    double.faults.file_seconds = 2
    blocks = image(slack_file={"id": uploaded(web)})

    def post() -> Any:
        return web.chat_postMessage(channel="C1", text="x", blocks=blocks)

    assert "invalid slack file" in str(refused(post)["response_metadata"])
    clock.move(seconds=2)
    assert post()["ok"]


def test_one_person_in_a_channel_sees_shared_files_only(
    double: SlackDouble, web: WebClient, refused: Any
) -> None:
    private = image(slack_file={"id": uploaded(web)})
    shared = image(slack_file={"id": uploaded(web, channel="C1")})

    def whisper(blocks: list[dict[str, Any]]) -> Any:
        return web.chat_postEphemeral(channel="C1", user="U1", text="x", blocks=blocks)

    assert refused(lambda: whisper(private))["error"] == ("invalid_blocks")
    assert whisper(shared)["ok"]


def test_app_home_refuses_a_picture_that_is_gone(
    double: SlackDouble, web: WebClient, refused: Any
) -> None:
    view = {"type": "home", "blocks": image(slack_file={"id": "F0UNKNOWN1"})}
    answer = refused(lambda: web.views_publish(user_id="U1", view=view))
    assert answer["error"] == "invalid_arguments"
    assert "slack_file" in str(answer["response_metadata"])


@pytest.mark.parametrize(
    ("method", "arguments", "code"),
    [
        ("files.getUploadURLExternal", {"filename": "a.png", "length": 0}, "missing_argument"),
        (
            "files.getUploadURLExternal",
            {"filename": "a.png", "length": 3, "alt_txt": "x" * 1001},
            "alt_txt_too_large",
        ),
        (
            "files.completeUploadExternal",
            {"files": [{"id": "F1"}], "channel_id": "U1"},
            "invalid_arguments",
        ),
        (
            "files.completeUploadExternal",
            {"files": [{"id": "F1"}], "channel_id": "C1", "thread_ts": "1.000001"},
            "thread_not_found",
        ),
        ("files.info", {"file": "F1"}, "missing_scope"),
    ],
)
def test_what_is_wrong_with_an_upload_has_slacks_code(
    double: SlackDouble,
    web: WebClient,
    refused: Any,
    method: str,
    arguments: dict[str, Any],
    code: str,
) -> None:
    assert refused(lambda: web.api_call(method, json=arguments))["error"] == code


def test_without_the_scope_nothing_is_uploaded(clock: Any, refused: Any) -> None:
    people, channels = [Member(id="U1", name="Åsa")], [Channel(id="C1", name="help")]
    with SlackDouble(
        clock=clock, people=people, channels=channels, conditions=Conditions(scopes={"chat:write"})
    ) as double:
        web = WebClient(double.bot_token, base_url=double.api_url, retry_handlers=[])
        answer = refused(lambda: web.files_getUploadURLExternal(filename="a.png", length=3))
        assert (answer["error"], answer["needed"]) == ("missing_scope", "files:write")


def test_a_workspace_may_refuse_a_kind_of_block(
    double: SlackDouble, web: WebClient, refused: Any
) -> None:
    double.faults.refused_blocks = frozenset({"divider"})
    answer = refused(
        lambda: web.chat_postMessage(channel="C1", text="x", blocks=[{"type": "divider"}])
    )
    assert answer["error"] == "invalid_blocks"
    double.faults.clear()
    assert web.chat_postMessage(channel="C1", text="x", blocks=[{"type": "divider"}])["ok"]
