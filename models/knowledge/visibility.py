"""Who may see a stored article. Pure; whatever is in doubt is denied."""

from collections.abc import Collection

from models.tables import Article


def visible_to(article: Article, slack_id: str, groups: Collection[str]) -> bool:
    """Return whether a person may see an article, its title and that it exists.

    Ask it before anything of the article is shown or handed to a model: an answer, a
    hit of a search, a similar text, a snippet.

    Parameters
    ----------
    slack_id
        The person's id in Slack; empty for somebody unknown, who sees only what
        everybody may see.
    groups
        The ids of the Slack user groups that the person is in.
    """
    audience: object = article.audience
    if not isinstance(audience, list):
        return False
    if not audience:
        return True
    own = {one for one in (slack_id, *groups) if one}
    return any(isinstance(one, str) and one in own for one in audience)


def is_private(article: Article) -> bool:
    """Return whether not everybody may see it: then it is answered in private only."""
    audience: object = article.audience
    return not isinstance(audience, list) or bool(audience)
