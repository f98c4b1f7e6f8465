"""What ``lotsen doctor`` looks at of the people and groups that the settings name."""

from collections.abc import Iterator, Mapping

from bot.cli.examination import Check, Examination
from bot.slack.account import has_user, user_groups
from models.desk.private.readers import MOST
from models.errors import LotsenError
from models.language import N_

_SENT_TO = ("private_group", "duty_group")
_PERSON, _GROUP = ("U", "W"), "S"


class GroupChecks(Examination):
    """Whether those groups are there, and whether everybody in them is reached."""

    def checks(self) -> Iterator[Check]:
        settings = self._settings
        named: tuple[tuple[str, tuple[str, ...]], ...] = (
            ("agents", settings.lotsen_agents),
            ("leads", settings.lotsen_leads),
            ("private_group", settings.lotsen_private_group),
            ("duty_group", settings.lotsen_duty_group),
            ("finance", settings.lotsen_finance),
        )
        if not any(ids for _, ids in named):  # it is no fault to have none
            return
        try:
            groups = self._groups()
        except LotsenError as error:
            fix = N_("Add the scope usergroups:read (OAuth & Permissions) and reinstall the app.")
            for name, ids in named:
                if any(one.startswith(_GROUP) for one in ids):
                    yield self._failed(name, error, fix)
            named = tuple(
                pair for pair in named if not any(one.startswith(_GROUP) for one in pair[1])
            )
            groups = {}
        for name, ids in named:
            if ids:
                yield self._group(name, ids, groups)

    def _groups(self) -> Mapping[str, tuple[str, ...]]:
        """Return the workspace's user groups; nothing is asked where only people are named."""
        settings = self._settings
        ids = (
            *settings.staff,
            *settings.lotsen_private_group,
            *settings.lotsen_duty_group,
            *settings.lotsen_finance,
        )
        return user_groups(self._settings) if any(one.startswith(_GROUP) for one in ids) else {}

    def _group(
        self, name: str, ids: tuple[str, ...], groups: Mapping[str, tuple[str, ...]]
    ) -> Check:
        """Look at one of the settings, each id of it first."""
        values = {"variable": f"LOTSEN_{name.upper()}"}
        people: set[str] = set()
        for one in ids:
            found = self._trouble(name, one, groups)
            if found is not None:
                return found
            people.update(groups.get(one, (one,)))
        if len(people) <= MOST or name not in _SENT_TO:
            return self._fine(name, N_("{n} named"), n=len(people))
        detail = N_("{n} people; only {most} of them get what is sent to it.")
        fix = N_("Name {most} people at most in {variable}.")
        return self._wrong(name, detail, fix, n=len(people), most=MOST, **values)

    def _trouble(self, name: str, one: str, groups: Mapping[str, tuple[str, ...]]) -> Check | None:
        """Return what is wrong with an id; None where somebody stands behind it."""
        values = {"id": one, "variable": f"LOTSEN_{name.upper()}"}
        again = N_("Copy the id again: in Slack, People, User groups, ⋮, Copy group ID.")
        if one.startswith(_GROUP):
            if one not in groups:
                detail = N_("There is no user group {id} in the workspace, or it is disabled.")
                return self._wrong(name, detail, again, **values)
            if not groups[one]:
                detail = N_("Nobody is in the user group {id}.")
                return self._wrong(name, detail, N_("Add people to it in Slack."), **values)
            return None
        if not one.startswith(_PERSON):
            detail = N_("{id} is neither a user group (S…) nor a person (U…).")
            return self._wrong(name, detail, again, **values)
        try:
            there = has_user(self._settings, one)
        except LotsenError as error:
            return self._failed(name, error, N_("Check the id in {variable}."), **values)
        if there:
            return None
        detail = N_("There is nobody {id} in the workspace, or the account is deactivated.")
        return self._wrong(name, detail, N_("Take the id out of {variable}."), **values)
