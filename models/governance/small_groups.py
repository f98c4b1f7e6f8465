"""Groups too small to be shown: below five people a figure would say who is behind it.

One rule for all: lists of tickets (a desk of fewer than five), cuts by team, and the files
that are exported.
"""

from collections.abc import Mapping

from models.store.transaction import UnitOfWork

FEWEST = 5
"""People below which a group is not shown, and a desk shows no list of tickets."""


def may_list(unit: UnitOfWork, staff: frozenset[str]) -> bool:
    """Return whether enough people work at the desk for a list of tickets to say nobody's name.

    Parameters
    ----------
    staff
        Slack ids of the support staff, user groups among them.
    """
    return unit.people.number_of(staff) >= FEWEST


def shown_groups(
    people: Mapping[str, frozenset[str]], put_aside: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Return the groups that may be shown beside the figures of all together. Pure.

    Those with fewer than five people are hidden. The rest must not tell what they hide: where
    one group alone is hidden, or the hidden ones have fewer than five people together, the
    smallest of the others is hidden too, and so on.

    Parameters
    ----------
    people
        Group → who is behind its figures.
    put_aside
        Groups that are not shown for another reason.
    """
    by_size = sorted(people, key=lambda group: (len(people[group]), group))
    hidden = [group for group in by_size if len(people[group]) < FEWEST or group in put_aside]
    rest = [group for group in by_size if group not in hidden]
    while hidden and rest and _betrays(hidden, people):
        hidden.append(rest.pop(0))
    return frozenset(rest)


def _betrays(hidden: list[str], people: Mapping[str, frozenset[str]]) -> bool:
    """Return whether what is left of the whole tells something of a few people."""
    together = frozenset[str]().union(*(people[group] for group in hidden))
    return len(hidden) == 1 or len(together) < FEWEST
