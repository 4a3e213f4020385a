"""Writes a new migration from the difference between the tables and the migrations so far; for developers.

`python -m vekha.storage.revise "What changes" 0002`. Read the file before it is committed: a renamed column looks to
Alembic like one dropped and one added.
"""

import re
import sys
import tempfile
from pathlib import Path

from alembic import command

from vekha.storage import schema
from vekha.storage.engine import open_engine


def main(message: str, revision: str) -> Path:
    """The path of the new file in `migrations/versions`."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/empty.db")
        schema.upgrade(engine)
        with engine.execution_options(vekha_writes=True).begin() as connection:
            config = schema.configuration(connection)
            config.set_main_option("file_template", "%%(rev)s")
            command.revision(config, message=message, autogenerate=True, rev_id=revision)
        engine.dispose()
    path = schema.FOLDER / "versions" / f"{revision}.py"
    path.write_text(_plain(path.read_text(encoding="utf-8")), encoding="utf-8")
    return path


def _plain(text: str) -> str:
    """Types of the database's own instead of ours: an old migration must not lean on today's code."""
    text = re.sub(r"vekha\.storage\.tables\.\w+\.UtcDateTime\(timezone=True\)", "sa.DateTime(timezone=True)", text)
    text = re.sub(r"vekha\.storage\.tables\.\w+\.StateText\([^)]*\)", "sa.Text()", text)
    text = text.replace("sqlmodel.sql.sqltypes.AutoString()", "sa.String()")
    return re.sub(r" +# ### .*\n", "", text)


if __name__ == "__main__":
    main(*sys.argv[1:])
