"""Что добавлено во второй редакции"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dispatcher",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_dispatcher")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_api_token_account"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_token_digest")),
    )
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.create_index("ix_api_token_account", ["account"], unique=False)

    op.create_table(
        "case_forms",
        sa.Column("institution", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("nominative", sa.String(), nullable=False),
        sa.Column("gender", sa.String(), nullable=False),
        sa.Column("forms", sa.JSON(), nullable=False),
        sa.Column("confirmed_by", sa.String(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["institution"], ["institution.code"], name=op.f("fk_case_forms_institution")),
        sa.PrimaryKeyConstraint("institution", "kind", "nominative", "gender", name=op.f("pk_case_forms")),
    )
    op.create_table(
        "form_draft",
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme"], ["programme.key"], name=op.f("fk_form_draft_programme"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "programme", "stage", "activity", "form", "subject", "owner", name=op.f("pk_form_draft")
        ),
    )
    op.create_table(
        "match_link",
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("mentee", sa.String(), nullable=False),
        sa.Column("mentor", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme"], ["programme.key"], name=op.f("fk_match_link_programme"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("programme", "mentee", "mentor", name=op.f("pk_match_link")),
    )
    op.create_table(
        "match_proposal",
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme"], ["programme.key"], name=op.f("fk_match_proposal_programme"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("programme", "version", name=op.f("pk_match_proposal")),
    )
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.add_column(sa.Column("versions", sa.JSON(), nullable=False))

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("erased_on", sa.Date(), nullable=True))

    with op.batch_alter_table("personal_link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("name", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("email", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("submission", sa.Integer(), nullable=True))
        batch_op.create_index("ix_personal_link_place", ["programme", "stage", "activity", "form"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_personal_link_submission"), "submission", ["submission"], ["id"], ondelete="SET NULL"
        )


def downgrade() -> None:
    with op.batch_alter_table("personal_link", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_personal_link_submission"), type_="foreignkey")
        batch_op.drop_index("ix_personal_link_place")
        batch_op.drop_column("submission")
        batch_op.drop_column("mailed_at")
        batch_op.drop_column("opened_at")
        batch_op.drop_column("email")
        batch_op.drop_column("name")

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("erased_on")

    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.drop_column("versions")

    op.drop_table("match_proposal")
    op.drop_table("match_link")
    op.drop_table("form_draft")
    op.drop_table("case_forms")
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.drop_index("ix_api_token_account")

    op.drop_table("api_token")
    op.drop_table("dispatcher")
