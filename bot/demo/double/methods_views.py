"""``views.*`` and ``assistant.threads.*``: forms, App Home, and the assistant's small signs."""

from collections.abc import Callable

from bot.demo.double.arguments import Arguments, invalid
from bot.demo.double.limits import check_view
from bot.demo.double.method import UNLIMITED, method
from bot.demo.double.people import Json, WorkspaceChange
from bot.demo.double.pictures import check_pictures
from bot.demo.double.refusal import Refusal
from bot.demo.double.slack_platform import AssistantStatus, Platform
from bot.demo.double.views import OpenView

MOST_PROMPTS = 4
MOST_LOADING_MESSAGES = 10
VIEW_BYTES = 250_000


def _view(slack: Platform, given: Arguments, *types: str) -> Json:
    if "view" not in given:
        raise invalid("missing required field: view")
    view = check_view(given.raw("view"), types)
    check_pictures(slack, view["blocks"], "invalid_arguments")
    if len(str(view)) > VIEW_BYTES:
        raise Refusal("view_too_large")
    return view


def _shown(slack: Platform, view: OpenView, kind: str) -> Json:
    slack.notify(WorkspaceChange(kind, user=view.user))
    return {"view": view.as_slack()}


def _by_trigger(slack: Platform, given: Arguments, show: Callable[..., OpenView]) -> Json:
    """Show a form to whoever clicked less than three seconds ago."""
    trigger_id = given.required("trigger_id")
    view = _view(slack, given, "modal")
    trigger = slack.triggers.exchange(trigger_id)
    with slack.workspace.lock:
        shown = show(trigger.user, view, slack.clock())
    return _shown(slack, shown, "view")


@method("views.open", tier=4, writes=True)
def open_view(slack: Platform, given: Arguments) -> Json:
    """Open a form."""
    return _by_trigger(slack, given, slack.views.open)


@method("views.push", tier=4, writes=True)
def push_view(slack: Platform, given: Arguments) -> Json:
    """Put a form on top of the one that was clicked in."""
    return _by_trigger(slack, given, slack.views.push)


@method("views.update", tier=4, writes=True)
def update_view(slack: Platform, given: Arguments) -> Json:
    """Change a form that stands open."""
    view_id, external_id = given.text("view_id"), given.text("external_id")
    if not (view_id or external_id):
        raise invalid("missing required field: view_id")
    view = _view(slack, given, "modal", "home")
    with slack.workspace.lock:
        slack.views.check_hash(slack.views.find(view_id, external_id), given.text("hash"))
        changed = slack.views.update(view_id, external_id, view, slack.clock())
    return _shown(slack, changed, "view")


@method("views.publish", tier=4, writes=True)
def publish_view(slack: Platform, given: Arguments) -> Json:
    """Show a person their App Home."""
    user = given.required("user_id")
    view = _view(slack, given, "home")
    if user not in slack.workspace.people:
        raise Refusal("user_not_found")
    with slack.workspace.lock:
        slack.views.check_hash(slack.views.home(user), given.text("hash"))
        published = slack.views.publish(user, view, slack.clock())
    return _shown(slack, published, "home")


@method("assistant.threads.setStatus", "assistant:write", "chat:write", tier=UNLIMITED)
def set_status(slack: Platform, given: Arguments) -> Json:
    """Say what the app is doing; an empty status takes the sign away."""
    where = slack.workspace.writable(given.required("channel_id"))
    thread_ts = given.ts("thread_ts")
    messages = given.items("loading_messages")
    if len(messages) > MOST_LOADING_MESSAGES:
        raise invalid(f"no more than {MOST_LOADING_MESSAGES} items allowed")
    slack.statuses.pop((where.id, thread_ts), None)
    if given.text("status"):
        status = AssistantStatus(given.text("status"), slack.monotonic(), tuple(messages))
        slack.statuses[where.id, thread_ts] = status
    slack.notify(WorkspaceChange("status", where.id, ts=thread_ts))
    return {}


@method("assistant.threads.setTitle", "assistant:write", tier=UNLIMITED)
def set_title(slack: Platform, given: Arguments) -> Json:
    """Name a thread in the app's messages."""
    slack.workspace.writable(given.required("channel_id"))
    given.ts("thread_ts")
    given.required("title")
    return {}


@method("assistant.threads.setSuggestedPrompts", "assistant:write", tier=4)
def set_suggested_prompts(slack: Platform, given: Arguments) -> Json:
    """Offer up to four prompts to click.

    Slack's apps of 2026 offer them for the whole tab: with ``thread_ts`` the call succeeds and
    nothing is shown.
    """
    where = slack.workspace.writable(given.required("channel_id"))
    prompts = given.json("prompts")
    if not isinstance(prompts, list) or not prompts:
        raise invalid("missing required field: prompts")
    if len(prompts) > MOST_PROMPTS:
        raise invalid(f"no more than {MOST_PROMPTS} items allowed [json-pointer:/prompts]")
    for place, prompt in enumerate(prompts):
        if not (isinstance(prompt, dict) and prompt.get("title") and prompt.get("message")):
            raise invalid(f"missing required field: title [json-pointer:/prompts/{place}]")
    if not given.text("thread_ts"):
        slack.prompts[where.id] = {"title": given.text("title"), "prompts": prompts}
        slack.notify(WorkspaceChange("prompts", where.id))
    return {}
