"""``auth``, ``users``, ``usergroups``, ``bots``, ``team`` and ``apps``: who is who."""

from bot.demo.double.arguments import Arguments
from bot.demo.double.method import UNLIMITED, method
from bot.demo.double.methods_conversations import paged
from bot.demo.double.people import Json
from bot.demo.double.refusal import Refusal
from bot.demo.double.slack_platform import Platform


@method("api.test", tier=UNLIMITED)
def api_test(_slack: Platform, given: Arguments) -> Json:
    """Give the arguments back."""
    return {"args": given.given}


@method("auth.test", tier=UNLIMITED)
def auth_test(slack: Platform, _given: Arguments) -> Json:
    """Say whose token it is."""
    me = slack.identity
    return {
        "url": f"https://{me.team_domain}.slack.com/",
        "team": me.team_name,
        "team_id": me.team_id,
        "user": me.bot_name,
        "user_id": me.bot_user_id,
        "bot_id": me.bot_id,
        "is_enterprise_install": False,
    }


@method("apps.connections.open", tier=1, app_level=True)
def connections_open(slack: Platform, _given: Arguments) -> Json:
    """Give the address of a new socket."""
    return {"url": slack.open_socket()}


@method("bots.info", "users:read", tier=3)
def bots_info(slack: Platform, given: Arguments) -> Json:
    """Describe the app's bot."""
    me = slack.identity
    if given.text("bot") and given.text("bot") != me.bot_id:
        raise Refusal("bot_not_found")
    bot = {
        "id": me.bot_id,
        "app_id": me.app_id,
        "user_id": me.bot_user_id,
        "name": me.bot_name,
        "deleted": False,
    }
    return {"bot": bot}


@method("team.info", "team:read", tier=3)
def team_info(slack: Platform, _given: Arguments) -> Json:
    """Describe the workspace."""
    me = slack.identity
    return {"team": {"id": me.team_id, "name": me.team_name, "domain": me.team_domain}}


def _shown(slack: Platform, user: str, given: Arguments) -> Json:
    person = slack.workspace.people[user]
    shown = person.as_slack(slack.identity.team_id, with_locale=given.flag("include_locale"))
    if "users:read.email" not in slack.identity.scopes:
        del shown["profile"]["email"]
    return shown


@method("users.info", "users:read", tier=4)
def users_info(slack: Platform, given: Arguments) -> Json:
    """Describe a person, with the language where it is asked for."""
    user = given.required("user")
    if user not in slack.workspace.people:
        raise Refusal("user_not_found")
    return {"user": _shown(slack, user, given)}


@method("users.list", "users:read", tier=2)
def users_list(slack: Platform, given: Arguments) -> Json:
    """List everybody."""
    page, metadata = paged(list(slack.workspace.people), given)
    members = [_shown(slack, user, given) for user in page]
    return {"members": members, "cache_ts": slack.seconds(), "response_metadata": metadata}


def _group(slack: Platform, group: str, *, with_users: bool) -> Json:
    users = list(slack.workspace.user_groups[group])
    shown: Json = {
        "id": group,
        "team_id": slack.identity.team_id,
        "is_usergroup": True,
        "name": group,
        "handle": group.lower(),
        "date_delete": 0,
        "user_count": len(users),
    }
    return shown | ({"users": users} if with_users else {})


@method("usergroups.list", "usergroups:read", tier=2)
def usergroups_list(slack: Platform, given: Arguments) -> Json:
    """List the user groups."""
    with_users = given.flag("include_users")
    groups = [_group(slack, group, with_users=with_users) for group in slack.workspace.user_groups]
    return {"usergroups": groups}


@method("usergroups.users.list", "usergroups:read", tier=2)
def usergroup_users(slack: Platform, given: Arguments) -> Json:
    """List who is in a user group."""
    group = given.required("usergroup")
    if group not in slack.workspace.user_groups:
        raise Refusal("no_such_subteam")
    return {"users": list(slack.workspace.user_groups[group])}
