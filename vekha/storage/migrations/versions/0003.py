"""People, surveys, monitoring"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "collection",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("opens", sa.Date(), nullable=False),
        sa.Column("closes", sa.Date(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("compared_with", sa.String(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["compared_with"], ["collection.code"], name=op.f("fk_collection_compared_with")),
        sa.ForeignKeyConstraint(["region"], ["region.code"], name=op.f("fk_collection_region")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_collection")),
    )
    with op.batch_alter_table("collection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_collection_region"), ["region"], unique=False)

    op.create_table(
        "collected",
        sa.Column("collection", sa.String(), nullable=False),
        sa.Column("institution", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("mid_cycle", sa.Integer(), nullable=False),
        sa.Column("ages_unknown", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["collection"], ["collection.code"], name=op.f("fk_collected_collection"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["institution"], ["institution.code"], name=op.f("fk_collected_institution")),
        sa.PrimaryKeyConstraint("collection", "institution", "version", name=op.f("pk_collected")),
    )
    with op.batch_alter_table("collected", schema=None) as batch_op:
        batch_op.create_index("ix_collected_institution", ["institution"], unique=False)

    op.create_table(
        "person_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution", sa.String(), nullable=False),
        sa.Column("kept", sa.String(), nullable=False),
        sa.Column("merged", sa.String(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.String(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["institution"], ["institution.code"], name=op.f("fk_person_merge_institution")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_merge")),
    )
    with op.batch_alter_table("person_merge", schema=None) as batch_op:
        batch_op.create_index("ix_person_merge_institution", ["institution"], unique=False)

    op.create_table(
        "told_apart",
        sa.Column("institution", sa.String(), nullable=False),
        sa.Column("one", sa.String(), nullable=False),
        sa.Column("other", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["institution"], ["institution.code"], name=op.f("fk_told_apart_institution")),
        sa.PrimaryKeyConstraint("institution", "one", "other", name=op.f("pk_told_apart")),
    )
    op.create_table(
        "award",
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("grounds", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("chosen_by", sa.String(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["programme"], ["programme.key"], name=op.f("fk_award_programme"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("programme", "person", "kind", name=op.f("pk_award")),
    )
    op.create_table(
        "duty_consent",
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("signed", sa.Date(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("pay", sa.Text(), nullable=False),
        sa.Column("addendum", sa.String(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("noticed_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme"], ["programme.key"], name=op.f("fk_duty_consent_programme"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("programme", "person", name=op.f("pk_duty_consent")),
    )
    op.create_table(
        "pair_feed",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("pair", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme"], ["programme.key"], name=op.f("fk_pair_feed_programme"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_pair_feed")),
    )
    with op.batch_alter_table("pair_feed", schema=None) as batch_op:
        batch_op.create_index("ix_pair_feed_programme", ["programme"], unique=False)

    op.create_table(
        "practice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution", sa.String(), nullable=False),
        sa.Column("programme", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.String(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["institution"], ["institution.code"], name=op.f("fk_practice_institution")),
        sa.ForeignKeyConstraint(
            ["programme"], ["programme.key"], name=op.f("fk_practice_programme"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice")),
    )
    with op.batch_alter_table("practice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_practice_institution"), ["institution"], unique=False)
        batch_op.create_index("ix_practice_state", ["state"], unique=False)

    op.create_table(
        "survey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("schema_digest", sa.String(), nullable=False),
        sa.Column("moment", sa.String(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("audiences", sa.JSON(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("opens", sa.Date(), nullable=False),
        sa.Column("closes", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["programme"], ["programme.key"], name=op.f("fk_survey_programme"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["schema_digest"], ["form_schema.digest"], name=op.f("fk_survey_schema_digest")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey")),
    )
    with op.batch_alter_table("survey", schema=None) as batch_op:
        batch_op.create_index("ix_survey_programme", ["programme"], unique=False)

    op.create_table(
        "swot_analysis",
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("strengths", sa.Text(), nullable=False),
        sa.Column("weaknesses", sa.Text(), nullable=False),
        sa.Column("opportunities", sa.Text(), nullable=False),
        sa.Column("threats", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme"], ["programme.key"], name=op.f("fk_swot_analysis_programme"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("programme", name=op.f("pk_swot_analysis")),
    )
    op.create_table(
        "attendance",
        sa.Column("meeting", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name=op.f("fk_attendance_meeting"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("meeting", "person", name=op.f("pk_attendance")),
    )
    op.create_table(
        "pair_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("pair", sa.String(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme", "pair"],
            ["pair.programme", "pair.code"],
            name=op.f("fk_pair_change_programme_pair"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair_change")),
    )
    with op.batch_alter_table("pair_change", schema=None) as batch_op:
        batch_op.create_index("ix_pair_change_pair", ["programme", "pair"], unique=False)

    op.create_table(
        "plan_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("pair", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("old", sa.Date(), nullable=False),
        sa.Column("new", sa.Date(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme", "pair"],
            ["pair.programme", "pair.code"],
            name=op.f("fk_plan_move_programme_pair"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_move")),
    )
    with op.batch_alter_table("plan_move", schema=None) as batch_op:
        batch_op.create_index("ix_plan_move_pair", ["programme", "pair"], unique=False)

    op.create_table(
        "plan_step",
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("pair", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("expected", sa.Text(), nullable=True),
        sa.Column("actual", sa.Text(), nullable=True),
        sa.Column("mark", sa.SmallInteger(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("dropped_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("handed", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme", "pair"],
            ["pair.programme", "pair.code"],
            name=op.f("fk_plan_step_programme_pair"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("programme", "pair", "number", name=op.f("pk_plan_step")),
    )
    with op.batch_alter_table("plan_step", schema=None) as batch_op:
        batch_op.create_index("ix_plan_step_due", ["programme", "due"], unique=False)

    op.create_table(
        "planned_meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("pair", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.String(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("series", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("moves", sa.JSON(), nullable=False),
        sa.Column("meeting", sa.Integer(), nullable=True),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting"], ["meeting.id"], name=op.f("fk_planned_meeting_meeting"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["programme", "pair"],
            ["pair.programme", "pair.code"],
            name=op.f("fk_planned_meeting_programme_pair"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_meeting")),
    )
    with op.batch_alter_table("planned_meeting", schema=None) as batch_op:
        batch_op.create_index("ix_planned_meeting_pair", ["programme", "pair"], unique=False)

    op.create_table(
        "practice_file",
        sa.Column("practice", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice"], ["practice.id"], name=op.f("fk_practice_file_practice"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("practice", "digest", name=op.f("pk_practice_file")),
    )
    op.create_table(
        "practice_word",
        sa.Column("practice", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice"], ["practice.id"], name=op.f("fk_practice_word_practice"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("practice", "word", name=op.f("pk_practice_word")),
    )
    with op.batch_alter_table("practice_word", schema=None) as batch_op:
        batch_op.create_index("ix_practice_word_word", ["word"], unique=False)

    op.create_table(
        "reflection",
        sa.Column("meeting", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("pair", sa.String(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("useful", sa.SmallInteger(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("ahead", sa.Text(), nullable=True),
        sa.Column("wants_curator", sa.Boolean(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("settled_note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name=op.f("fk_reflection_meeting"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["programme", "pair"],
            ["pair.programme", "pair.code"],
            name=op.f("fk_reflection_programme_pair"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("meeting", "person", name=op.f("pk_reflection")),
    )
    with op.batch_alter_table("reflection", schema=None) as batch_op:
        batch_op.create_index("ix_reflection_pair", ["programme", "pair"], unique=False)

    op.create_table(
        "survey_answer",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("survey", sa.Integer(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme"], ["programme.key"], name=op.f("fk_survey_answer_programme"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["survey"], ["survey.id"], name=op.f("fk_survey_answer_survey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answer")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("survey_answer", schema=None) as batch_op:
        batch_op.create_index("ix_survey_answer_survey", ["survey"], unique=False)

    op.create_table(
        "survey_asked",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey", sa.Integer(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("mailed_on", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("opened", sa.Boolean(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.Column("submission", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme"], ["programme.key"], name=op.f("fk_survey_asked_programme"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["submission"], ["submission.id"], name=op.f("fk_survey_asked_submission"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["survey"], ["survey.id"], name=op.f("fk_survey_asked_survey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_asked")),
    )
    with op.batch_alter_table("survey_asked", schema=None) as batch_op:
        batch_op.create_index("ix_survey_asked_survey", ["survey", "subject"], unique=False)

    op.create_table(
        "reflection_link",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("meeting", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["meeting", "person"],
            ["reflection.meeting", "reflection.person"],
            name=op.f("fk_reflection_link_meeting_person"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["programme"], ["programme.key"], name=op.f("fk_reflection_link_programme"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_reflection_link")),
    )
    with op.batch_alter_table("reflection_link", schema=None) as batch_op:
        batch_op.create_index("ix_reflection_link_of", ["meeting", "person"], unique=False)

    op.create_table(
        "survey_token",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["asked"], ["survey_asked.id"], name=op.f("fk_survey_token_asked"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_survey_token")),
    )
    with op.batch_alter_table("survey_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_token_asked"), ["asked"], unique=False)

    with op.batch_alter_table("pair", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ending", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("replaces", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("extended_on", sa.Date(), nullable=True))

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("graduated", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("merged_into", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("merged_into")
        batch_op.drop_column("graduated")

    with op.batch_alter_table("pair", schema=None) as batch_op:
        batch_op.drop_column("extended_on")
        batch_op.drop_column("replaces")
        batch_op.drop_column("ending")

    with op.batch_alter_table("survey_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_token_asked"))

    op.drop_table("survey_token")
    with op.batch_alter_table("reflection_link", schema=None) as batch_op:
        batch_op.drop_index("ix_reflection_link_of")

    op.drop_table("reflection_link")
    with op.batch_alter_table("survey_asked", schema=None) as batch_op:
        batch_op.drop_index("ix_survey_asked_survey")

    op.drop_table("survey_asked")
    with op.batch_alter_table("survey_answer", schema=None) as batch_op:
        batch_op.drop_index("ix_survey_answer_survey")

    op.drop_table("survey_answer")
    with op.batch_alter_table("reflection", schema=None) as batch_op:
        batch_op.drop_index("ix_reflection_pair")

    op.drop_table("reflection")
    with op.batch_alter_table("practice_word", schema=None) as batch_op:
        batch_op.drop_index("ix_practice_word_word")

    op.drop_table("practice_word")
    op.drop_table("practice_file")
    with op.batch_alter_table("planned_meeting", schema=None) as batch_op:
        batch_op.drop_index("ix_planned_meeting_pair")

    op.drop_table("planned_meeting")
    with op.batch_alter_table("plan_step", schema=None) as batch_op:
        batch_op.drop_index("ix_plan_step_due")

    op.drop_table("plan_step")
    with op.batch_alter_table("plan_move", schema=None) as batch_op:
        batch_op.drop_index("ix_plan_move_pair")

    op.drop_table("plan_move")
    with op.batch_alter_table("pair_change", schema=None) as batch_op:
        batch_op.drop_index("ix_pair_change_pair")

    op.drop_table("pair_change")
    op.drop_table("attendance")
    op.drop_table("swot_analysis")
    with op.batch_alter_table("survey", schema=None) as batch_op:
        batch_op.drop_index("ix_survey_programme")

    op.drop_table("survey")
    with op.batch_alter_table("practice", schema=None) as batch_op:
        batch_op.drop_index("ix_practice_state")
        batch_op.drop_index(batch_op.f("ix_practice_institution"))

    op.drop_table("practice")
    with op.batch_alter_table("pair_feed", schema=None) as batch_op:
        batch_op.drop_index("ix_pair_feed_programme")

    op.drop_table("pair_feed")
    op.drop_table("duty_consent")
    op.drop_table("award")
    op.drop_table("told_apart")
    with op.batch_alter_table("person_merge", schema=None) as batch_op:
        batch_op.drop_index("ix_person_merge_institution")

    op.drop_table("person_merge")
    with op.batch_alter_table("collected", schema=None) as batch_op:
        batch_op.drop_index("ix_collected_institution")

    op.drop_table("collected")
    with op.batch_alter_table("collection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_collection_region"))

    op.drop_table("collection")
