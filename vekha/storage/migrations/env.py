"""Alembic's entry: migrations run on the connection that `vekha.storage.schema` hands over."""

from alembic import context
from sqlmodel import SQLModel

from vekha.storage import tables  # noqa: F401 — fills the metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    compare_type=True,
    user_module_prefix=None,
)
with context.begin_transaction():
    context.run_migrations()
