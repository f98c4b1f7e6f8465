"""Files that go with posts: their bytes until Slack shows them, and where Slack keeps them."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, delete, select, update

from models.message import File
from models.store.repository import Repository
from models.tables import FileStep, OutboxFile, OutboxRow, PostState

_OVER = (PostState.SENT, PostState.DROPPED)


class PostFileRepository(Repository):
    """The table outbox_file."""

    def put(self, key: str, files: Sequence[File]) -> None:
        """Let these be the files of a post, whatever it had before."""
        self._session.execute(delete(OutboxFile).where(col(OutboxFile.post_key) == key))
        for file in files:
            self._session.add(
                OutboxFile(
                    post_key=key,
                    name=file.name,
                    title=file.title,
                    alt=file.alt,
                    content=file.content,
                )
            )
        self._session.flush()

    def of(self, key: str) -> Sequence[OutboxFile]:
        query = select(OutboxFile).where(OutboxFile.post_key == key)
        return self._session.exec(query.order_by(col(OutboxFile.id))).all()

    def get(self, file_id: int) -> OutboxFile | None:
        return self._session.get(OutboxFile, file_id)

    def begin_anew(self, key: str) -> None:
        """Let what is not in Slack yet be uploaded from the first step on."""
        unfinished = (col(OutboxFile.post_key) == key) & (col(OutboxFile.step) != FileStep.KEPT)
        begun = update(OutboxFile).where(unfinished)
        self._session.execute(begun.values(step=FileStep.HERE, slack_id="", address=""))

    def hand_over(self, key: str, to: str) -> None:
        """Give the files of a post to another one, instead of its own."""
        self._session.execute(delete(OutboxFile).where(col(OutboxFile.post_key) == to))
        moved = update(OutboxFile).where(col(OutboxFile.post_key) == key).values(post_key=to)
        self._session.execute(moved)

    def shown(self, key: str) -> None:
        """Empty the bytes of a post that Slack shows; where Slack keeps them stays known."""
        done = update(OutboxFile).where(col(OutboxFile.post_key) == key)
        self._session.execute(done.values(content=b"", address=""))

    def sweep(self) -> int:
        """Empty the bytes of posts that are over: shown, or never to be sent; return how many."""
        over = select(OutboxRow.key).where(col(OutboxRow.state).in_(_OVER))
        wanted = col(OutboxFile.post_key).in_(over), col(OutboxFile.content) != b""
        number = len(self._session.exec(select(OutboxFile.id).where(*wanted)).all())
        self._session.execute(update(OutboxFile).where(*wanted).values(content=b"", address=""))
        return number

    def seen_by(self, slack_user: str, name: str) -> tuple[OutboxFile, datetime | None] | None:
        """Return the newest file of that name in a direct message to the person, and since when."""
        query = (
            select(OutboxFile, OutboxRow.sent_at)
            .join(OutboxRow, col(OutboxRow.key) == col(OutboxFile.post_key))
            .where(OutboxRow.channel == slack_user, OutboxRow.state == PostState.SENT)
            .where(OutboxFile.name == name, OutboxFile.step == FileStep.KEPT)
            .order_by(col(OutboxRow.sent_at).desc(), col(OutboxFile.id).desc())
        )
        found = self._session.exec(query.limit(1)).first()
        return (found[0], found[1]) if found else None
