"""What an erasure clears away beside the rows, once it is written: nothing here could be taken back.

Files that no row names any more, tables of people that wait to be imported, and what SQLite's log still holds of the
rows as they were.
"""

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import col, select

from vekha.services.work import Work
from vekha.storage.tables import (
    Document,
    FormDraft,
    FormSchema,
    PracticeFile,
    Stage,
    Submission,
    Survey,
    SurveyAnswer,
)

GRACE = dt.timedelta(hours=1)  # whoever stores a file names it in a row within minutes, or never
DIGEST = re.compile(r"[0-9a-f]{64}")


def unneeded(work: Work, dropped: Iterable[str]) -> frozenset[str]:
    """The stored files that nothing leads to: `dropped` by answers just erased, and those of transactions that were
    taken back."""
    oldest = (work.now - GRACE).timestamp()
    lying = {*dropped, *(digest for digest, stored_at in work.tools.files.every() if stored_at < oldest)}
    return frozenset(lying - {*_needed(work)}) if lying else frozenset()


def _needed(work: Work) -> Iterator[str]:
    session = work.session
    papers = select(col(Document.content), col(Document.html), col(Document.file), col(Document.signed_file))
    for row in session.exec(papers):
        yield from filter(None, row)
    yield from filter(None, session.exec(select(Stage.pack)))
    yield from session.exec(select(PracticeFile.digest))
    yield from _answered(work)
    for data in session.exec(select(FormDraft.data)):
        yield from DIGEST.findall(str(data))


def _answered(work: Work) -> Iterator[str]:
    """Files of answers, by the schemas that ask for one; in a row of a list as well as in a field."""
    schemas = work.session.exec(select(FormSchema))
    asking = [schema.digest for schema in schemas if '"widget": "file"' in json.dumps(schema.content)]
    for data in work.session.exec(select(Submission.data).where(col(Submission.schema_digest).in_(asking))):
        yield from DIGEST.findall(str(data))
    of_surveys = select(SurveyAnswer.data).join(Survey, col(Survey.id) == col(SurveyAnswer.survey))
    for data in work.session.exec(of_surveys.where(col(Survey.schema_digest).in_(asking))):
        yield from DIGEST.findall(str(data))


def clear(engine: Engine, files: Iterable[Path], uploads: Path) -> None:
    """Removes the files, the tables that wait (whoever sent one sends it again), and SQLite's log."""
    waiting = uploads.iterdir() if uploads.is_dir() else ()
    for each in (*files, *waiting):
        each.unlink(missing_ok=True)
    if engine.dialect.name == "sqlite":
        with closing(engine.raw_connection()) as connection:  # outside of any transaction
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
