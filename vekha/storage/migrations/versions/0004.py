"""Stages and activities of a programme lie together

On SQLite a text key is an index beside the table: every row is written twice and found in two steps. Without the
hidden row number the table is that index, in the order of programmes, in which both are read. PostgreSQL has no such
choice, nothing changes there.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("stage", "activity")


def upgrade() -> None:
    _rebuilt(sqlite_with_rowid=False)


def downgrade() -> None:
    _rebuilt(sqlite_with_rowid=True)


def _rebuilt(**kind: bool) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            with op.batch_alter_table(table, recreate="always", table_kwargs=kind):
                pass
