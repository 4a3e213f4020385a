"""Первые таблицы"""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('account',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('login', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('password_hash', sa.String(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('locked_until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('login', name=op.f('uq_account_login'))
    )
    op.create_table('addressee',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=True),
    sa.Column('region', sa.String(), nullable=False),
    sa.Column('institution', sa.String(), nullable=False),
    sa.Column('timezone', sa.String(), nullable=False),
    sa.Column('last_on', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_addressee')),
    sa.UniqueConstraint('key', name=op.f('uq_addressee_key'))
    )
    with op.batch_alter_table('addressee', schema=None) as batch_op:
        batch_op.create_index('ix_addressee_waiting', ['timezone', 'last_on'], unique=False)

    op.create_table('audit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('who', sa.String(), nullable=False),
    sa.Column('programme', sa.String(), nullable=True),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('old', sa.String(), nullable=True),
    sa.Column('new', sa.String(), nullable=False),
    sa.Column('why', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit'))
    )
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.create_index('ix_audit_programme', ['programme'], unique=False)

    op.create_table('form_schema',
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_form_schema'))
    )
    op.create_table('outbox',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('queued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ready_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('owner', sa.String(), nullable=True),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('key', name=op.f('uq_outbox_key'))
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_ready', ['done_at', 'ready_at'], unique=False)

    op.create_table('region',
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('timezone', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_region'))
    )
    op.create_table('roadmap_version',
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('stored_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('code', 'version', name=op.f('pk_roadmap_version'))
    )
    op.create_table('account_grant',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('region', sa.String(), nullable=False),
    sa.Column('municipality', sa.String(), nullable=False),
    sa.Column('institution', sa.String(), nullable=False),
    sa.Column('since', sa.Date(), nullable=True),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('given_by', sa.String(), nullable=False),
    sa.Column('why', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['account'], ['account.id'], name=op.f('fk_account_grant_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_grant'))
    )
    with op.batch_alter_table('account_grant', schema=None) as batch_op:
        batch_op.create_index('ix_account_grant_account', ['account'], unique=False)

    op.create_table('campaign',
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('region', sa.String(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('filter', sa.JSON(), nullable=False),
    sa.Column('overrides', sa.JSON(), nullable=False),
    sa.Column('roll', sa.String(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('launched_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['region'], ['region.code'], name=op.f('fk_campaign_region')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_campaign'))
    )
    op.create_table('contact',
    sa.Column('region', sa.String(), nullable=False),
    sa.Column('municipality', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['region'], ['region.code'], name=op.f('fk_contact_region')),
    sa.PrimaryKeyConstraint('region', 'municipality', 'email', name=op.f('pk_contact'))
    )
    op.create_table('duty',
    sa.Column('addressee', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('region', sa.String(), nullable=False),
    sa.Column('municipality', sa.String(), nullable=False),
    sa.Column('institution', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['addressee'], ['addressee.id'], name=op.f('fk_duty_addressee'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('addressee', 'role', 'region', 'municipality', 'institution', name=op.f('pk_duty'))
    )
    with op.batch_alter_table('duty', schema=None) as batch_op:
        batch_op.create_index('ix_duty_institution', ['institution'], unique=False)

    op.create_table('feed',
    sa.Column('token', sa.String(), nullable=False),
    sa.Column('addressee', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['addressee'], ['addressee.id'], name=op.f('fk_feed_addressee'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token', name=op.f('pk_feed'))
    )
    with op.batch_alter_table('feed', schema=None) as batch_op:
        batch_op.create_index('ix_feed_addressee', ['addressee'], unique=False)

    op.create_table('institution',
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('type', sa.String(), nullable=False),
    sa.Column('region', sa.String(), nullable=False),
    sa.Column('municipality', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('short_title', sa.String(), nullable=False),
    sa.Column('timezone', sa.String(), nullable=False),
    sa.Column('city', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('staff', sa.JSON(), nullable=False),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.Column('days', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['region'], ['region.code'], name=op.f('fk_institution_region')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_institution'))
    )
    with op.batch_alter_table('institution', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_institution_municipality'), ['municipality'], unique=False)
        batch_op.create_index(batch_op.f('ix_institution_region'), ['region'], unique=False)
        batch_op.create_index(batch_op.f('ix_institution_type'), ['type'], unique=False)

    op.create_table('legal_act',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('region', sa.String(), nullable=False),
    sa.Column('municipality', sa.String(), nullable=False),
    sa.Column('institution', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('date', sa.Date(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('issuer', sa.String(), nullable=False),
    sa.Column('topic', sa.String(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['region'], ['region.code'], name=op.f('fk_legal_act_region')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_legal_act')),
    sa.UniqueConstraint('region', 'municipality', 'institution', 'kind', 'number', 'date', name=op.f('uq_legal_act_region_municipality_institution_kind_number_date'))
    )
    with op.batch_alter_table('legal_act', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_legal_act_region'), ['region'], unique=False)

    op.create_table('login_session',
    sa.Column('token', sa.String(), nullable=False),
    sa.Column('account', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('agent', sa.String(), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account'], ['account.id'], name=op.f('fk_login_session_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token', name=op.f('pk_login_session'))
    )
    with op.batch_alter_table('login_session', schema=None) as batch_op:
        batch_op.create_index('ix_login_session_account', ['account'], unique=False)

    op.create_table('notice',
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('addressee', sa.Integer(), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.Column('mail', sa.Text(), nullable=False),
    sa.Column('mail_error', sa.Text(), nullable=True),
    sa.Column('mailed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['addressee'], ['addressee.id'], name=op.f('fk_notice_addressee'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_notice'))
    )
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.create_index('ix_notice_addressee', ['addressee', 'on'], unique=False)
        batch_op.create_index('ix_notice_mail', ['mail'], unique=False)

    op.create_table('one_time_link',
    sa.Column('token', sa.String(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('account', sa.Integer(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account'], ['account.id'], name=op.f('fk_one_time_link_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token', name=op.f('pk_one_time_link'))
    )
    op.create_table('said',
    sa.Column('addressee', sa.Integer(), nullable=False),
    sa.Column('programme', sa.String(), nullable=False),
    sa.Column('stage', sa.String(), nullable=False),
    sa.Column('activity', sa.String(), nullable=False),
    sa.Column('due', sa.Date(), nullable=False),
    sa.Column('mark', sa.SmallInteger(), nullable=False),
    sa.ForeignKeyConstraint(['addressee'], ['addressee.id'], name=op.f('fk_said_addressee'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('addressee', 'programme', 'stage', 'activity', 'due', name=op.f('pk_said'))
    )
    op.create_table('due_batch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('region', sa.String(), nullable=False),
    sa.Column('campaign', sa.String(), nullable=True),
    sa.Column('request', sa.JSON(), nullable=False),
    sa.Column('who', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('order_number', sa.String(), nullable=True),
    sa.Column('programmes', sa.Integer(), nullable=False),
    sa.Column('activities', sa.Integer(), nullable=False),
    sa.Column('undoes', sa.Integer(), nullable=True),
    sa.Column('in_force', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['campaign'], ['campaign.code'], name=op.f('fk_due_batch_campaign')),
    sa.ForeignKeyConstraint(['region'], ['region.code'], name=op.f('fk_due_batch_region')),
    sa.ForeignKeyConstraint(['undoes'], ['due_batch.id'], name=op.f('fk_due_batch_undoes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_due_batch'))
    )
    with op.batch_alter_table('due_batch', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_due_batch_campaign'), ['campaign'], unique=False)
        batch_op.create_index(batch_op.f('ix_due_batch_region'), ['region'], unique=False)

    op.create_table('employer',
    sa.Column('institution', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('inn', sa.String(), nullable=True),
    sa.Column('address', sa.String(), nullable=True),
    sa.Column('contact', sa.String(), nullable=True),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['institution'], ['institution.code'], name=op.f('fk_employer_institution')),
    sa.PrimaryKeyConstraint('institution', 'code', name=op.f('pk_employer'))
    )
    op.create_table('journal',
    sa.Column('institution', sa.String(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('first', sa.Integer(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['institution'], ['institution.code'], name=op.f('fk_journal_institution')),
    sa.PrimaryKeyConstraint('institution', 'year', 'code', name=op.f('pk_journal'))
    )
    op.create_table('journal_rule',
    sa.Column('institution', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('pattern', sa.String(), nullable=False),
    sa.Column('kinds', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['institution'], ['institution.code'], name=op.f('fk_journal_rule_institution')),
    sa.PrimaryKeyConstraint('institution', 'code', name=op.f('pk_journal_rule'))
    )
    op.create_table('person',
    sa.Column('institution', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('gender', sa.String(), nullable=True),
    sa.Column('birth_date', sa.Date(), nullable=True),
    sa.Column('position', sa.String(), nullable=True),
    sa.Column('contact', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['institution'], ['institution.code'], name=op.f('fk_person_institution')),
    sa.PrimaryKeyConstraint('institution', 'code', name=op.f('pk_person'))
    )
    op.create_table('programme',
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('institution', sa.String(), nullable=False),
    sa.Column('campaign', sa.String(), nullable=True),
    sa.Column('roadmap', sa.String(), nullable=False),
    sa.Column('roadmap_version', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('cycle_starts', sa.Date(), nullable=False),
    sa.Column('cycle_ends', sa.Date(), nullable=False),
    sa.Column('own_start', sa.Date(), nullable=True),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['campaign'], ['campaign.code'], name=op.f('fk_programme_campaign')),
    sa.ForeignKeyConstraint(['institution'], ['institution.code'], name=op.f('fk_programme_institution')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_programme'))
    )
    with op.batch_alter_table('programme', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_programme_campaign'), ['campaign'], unique=False)
        batch_op.create_index(batch_op.f('ix_programme_institution'), ['institution'], unique=False)

    op.create_table('activity',
    sa.Column('programme', sa.String(), nullable=False),
    sa.Column('stage', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('opens', sa.Date(), nullable=False),
    sa.Column('due', sa.Date(), nullable=False),
    sa.Column('dues', sa.Text(), nullable=True),
    sa.Column('stated', sa.Text(), nullable=True),
    sa.Column('pinned', sa.Boolean(), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('own', sa.Boolean(), nullable=False),
    sa.Column('title', sa.String(), nullable=True),
    sa.Column('gate', sa.String(), nullable=True),
    sa.Column('responsible', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['programme'], ['programme.key'], name=op.f('fk_activity_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('programme', 'stage', 'code', name=op.f('pk_activity'))
    )
    with op.batch_alter_table('activity', schema=None) as batch_op:
        batch_op.create_index('ix_activity_due', ['state', 'due'], unique=False)

    op.create_table('consent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('institution', sa.String(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('signed', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('guardian', sa.String(), nullable=True),
    sa.Column('categories', sa.JSON(), nullable=False),
    sa.Column('withdrawn_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['institution', 'person'], ['person.institution', 'person.code'], name=op.f('fk_consent_institution_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent'))
    )
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.create_index('ix_consent_person', ['institution', 'person'], unique=False)

    op.create_table('document',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('programme', sa.String(), nullable=False),
    sa.Column('stage', sa.String(), nullable=False),
    sa.Column('activity', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('origin', sa.String(), nullable=False),
    sa.Column('based_on', sa.Integer(), nullable=True),
    sa.Column('number', sa.String(), nullable=True),
    sa.Column('dated', sa.Date(), nullable=True),
    sa.Column('content', sa.String(), nullable=True),
    sa.Column('html', sa.String(), nullable=True),
    sa.Column('file', sa.String(), nullable=True),
    sa.Column('media_type', sa.String(), nullable=False),
    sa.Column('signed_file', sa.String(), nullable=True),
    sa.Column('signature', sa.JSON(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('approved_by', sa.String(), nullable=True),
    sa.Column('void_reason', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['based_on'], ['document.id'], name=op.f('fk_document_based_on')),
    sa.ForeignKeyConstraint(['programme'], ['programme.key'], name=op.f('fk_document_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document')),
    sa.UniqueConstraint('programme', 'stage', 'activity', 'code', 'subject', 'version', name=op.f('uq_document_programme_stage_activity_code_subject_version'))
    )
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_document_file'), ['file'], unique=False)
        batch_op.create_index(batch_op.f('ix_document_signed_file'), ['signed_file'], unique=False)

    op.create_table('due_change',
    sa.Column('batch', sa.Integer(), nullable=False),
    sa.Column('programme', sa.String(), nullable=False),
    sa.Column('stage', sa.String(), nullable=False),
    sa.Column('activity', sa.String(), nullable=False),
    sa.Column('move', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['programme'], ['programme.key'], name=op.f('fk_due_change_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('batch', 'programme', 'stage', 'activity', name=op.f('pk_due_change'))
    )
    with op.batch_alter_table('due_change', schema=None) as batch_op:
        batch_op.create_index('ix_due_change_programme', ['programme'], unique=False)

    op.create_table('due_move',
    sa.Column('batch', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(), nullable=False),
    sa.Column('activity', sa.String(), nullable=False),
    sa.Column('old_opens', sa.Date(), nullable=False),
    sa.Column('old', sa.Date(), nullable=False),
    sa.Column('old_dues', sa.Text(), nullable=True),
    sa.Column('old_stated', sa.Text(), nullable=True),
    sa.Column('old_pinned', sa.Boolean(), nullable=False),
    sa.Column('new_opens', sa.Date(), nullable=False),
    sa.Column('new', sa.Date(), nullable=False),
    sa.Column('new_dues', sa.Text(), nullable=True),
    sa.Column('new_stated', sa.Text(), nullable=True),
    sa.Column('new_pinned', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['batch'], ['due_batch.id'], name=op.f('fk_due_move_batch'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('batch', 'number', name=op.f('pk_due_move'))
    )
    op.create_table('extension',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('programme', sa.String(), nullable=False),
    sa.Column('stage', sa.String(), nullable=False),
    sa.Column('activity', sa.String(), nullable=False),
    sa.Column('wanted', sa.Date(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('asked_by', sa.String(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.String(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('batch', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['batch'], ['due_batch.id'], name=op.f('fk_extension_batch')),
    sa.ForeignKeyConstraint(['programme'], ['programme.key'], name=op.f('fk_extension_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_extension'))
    )
    with op.batch_alter_table('extension', schema=None) as batch_op:
        batch_op.create_index('ix_extension_programme', ['programme'], unique=False)

    op.create_table('guardian',
    sa.Column('institution', sa.String(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('relation', sa.String(), nullable=True),
    sa.Column('authority', sa.String(), nullable=True),
    sa.Column('contact', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['institution', 'person'], ['person.institution', 'person.code'], name=op.f('fk_guardian_institution_person')),
    sa.PrimaryKeyConstraint('institution', 'person', 'name', name=op.f('pk_guardian'))
    )
    op.create_table('meeting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('programme', sa.String(), nullable=False),
    sa.Column('pair', sa.String(), nullable=True),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('topic', sa.Text(), nullable=True),
    sa.Column('minutes', sa.Integer(), nullable=True),
    sa.Column('absent', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['programme'], ['programme.key'], name=op.f('fk_meeting_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting'))
    )
    with op.batch_alter_table('meeting', schema=None) as batch_op:
        batch_op.create_index('ix_meeting_programme', ['programme'], unique=False)

    op.create_table('pair',
    sa.Column('programme', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('format', sa.String(), nullable=False),
    sa.Column('starts', sa.Date(), nullable=False),
    sa.Column('ends', sa.Date(), nullable=False),
    sa.Column('goal', sa.Text(), nullable=True),
    sa.Column('employer', sa.String(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('end_reason', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['programme'], ['programme.key'], name=op.f('fk_pair_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('programme', 'code', name=op.f('pk_pair'))
    )
    op.create_table('participation',
    sa.Column('programme', sa.String(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('standing', sa.Text(), nullable=False),
    sa.Column('registered_on', sa.Date(), nullable=True),
    sa.Column('base', sa.String(), nullable=True),
    sa.Column('employer', sa.String(), nullable=True),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.Column('supported_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['programme'], ['programme.key'], name=op.f('fk_participation_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('programme', 'person', 'role', name=op.f('pk_participation'))
    )
    op.create_table('personal_link',
    sa.Column('token', sa.String(), nullable=False),
    sa.Column('programme', sa.String(), nullable=False),
    sa.Column('stage', sa.String(), nullable=False),
    sa.Column('activity', sa.String(), nullable=False),
    sa.Column('form', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['programme'], ['programme.key'], name=op.f('fk_personal_link_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token', name=op.f('pk_personal_link'))
    )
    with op.batch_alter_table('personal_link', schema=None) as batch_op:
        batch_op.create_index('ix_personal_link_programme', ['programme'], unique=False)

    op.create_table('stage',
    sa.Column('programme', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('opens', sa.Date(), nullable=False),
    sa.Column('due', sa.Date(), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('closing_by', sa.String(), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('pack', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['programme'], ['programme.key'], name=op.f('fk_stage_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('programme', 'code', name=op.f('pk_stage'))
    )
    with op.batch_alter_table('stage', schema=None) as batch_op:
        batch_op.create_index('ix_stage_due', ['state', 'opens'], unique=False)

    op.create_table('submission',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('programme', sa.String(), nullable=False),
    sa.Column('stage', sa.String(), nullable=False),
    sa.Column('activity', sa.String(), nullable=False),
    sa.Column('form', sa.String(), nullable=False),
    sa.Column('form_version', sa.Integer(), nullable=False),
    sa.Column('schema_digest', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('who', sa.String(), nullable=False),
    sa.Column('request_key', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['programme'], ['programme.key'], name=op.f('fk_submission_programme'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['schema_digest'], ['form_schema.digest'], name=op.f('fk_submission_schema_digest')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_submission')),
    sa.UniqueConstraint('request_key', name=op.f('uq_submission_request_key'))
    )
    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.create_index('ix_submission_place', ['programme', 'stage', 'activity', 'form'], unique=False)

    op.create_table('version_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('programme', sa.String(), nullable=False),
    sa.Column('roadmap', sa.String(), nullable=False),
    sa.Column('old', sa.Integer(), nullable=False),
    sa.Column('new', sa.Integer(), nullable=False),
    sa.Column('who', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('after', sa.JSON(), nullable=False),
    sa.Column('moved', sa.JSON(), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['programme'], ['programme.key'], name=op.f('fk_version_change_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_version_change'))
    )
    with op.batch_alter_table('version_change', schema=None) as batch_op:
        batch_op.create_index('ix_version_change_programme', ['programme'], unique=False)

    op.create_table('journal_entry',
    sa.Column('institution', sa.String(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('journal', sa.String(), nullable=False),
    sa.Column('serial', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('document', sa.Integer(), nullable=False),
    sa.Column('dated', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['document'], ['document.id'], name=op.f('fk_journal_entry_document')),
    sa.PrimaryKeyConstraint('institution', 'year', 'journal', 'serial', name=op.f('pk_journal_entry')),
    sa.UniqueConstraint('institution', 'year', 'journal', 'number', name=op.f('uq_journal_entry_institution_year_journal_number'))
    )
    op.create_table('pair_member',
    sa.Column('programme', sa.String(), nullable=False),
    sa.Column('pair', sa.String(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['programme', 'pair'], ['pair.programme', 'pair.code'], name=op.f('fk_pair_member_programme_pair'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('programme', 'pair', 'person', name=op.f('pk_pair_member'))
    )


def downgrade() -> None:
    op.drop_table('pair_member')
    op.drop_table('journal_entry')
    with op.batch_alter_table('version_change', schema=None) as batch_op:
        batch_op.drop_index('ix_version_change_programme')

    op.drop_table('version_change')
    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.drop_index('ix_submission_place')

    op.drop_table('submission')
    with op.batch_alter_table('stage', schema=None) as batch_op:
        batch_op.drop_index('ix_stage_due')

    op.drop_table('stage')
    with op.batch_alter_table('personal_link', schema=None) as batch_op:
        batch_op.drop_index('ix_personal_link_programme')

    op.drop_table('personal_link')
    op.drop_table('participation')
    op.drop_table('pair')
    with op.batch_alter_table('meeting', schema=None) as batch_op:
        batch_op.drop_index('ix_meeting_programme')

    op.drop_table('meeting')
    op.drop_table('guardian')
    with op.batch_alter_table('extension', schema=None) as batch_op:
        batch_op.drop_index('ix_extension_programme')

    op.drop_table('extension')
    op.drop_table('due_move')
    with op.batch_alter_table('due_change', schema=None) as batch_op:
        batch_op.drop_index('ix_due_change_programme')

    op.drop_table('due_change')
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_document_signed_file'))
        batch_op.drop_index(batch_op.f('ix_document_file'))

    op.drop_table('document')
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.drop_index('ix_consent_person')

    op.drop_table('consent')
    with op.batch_alter_table('activity', schema=None) as batch_op:
        batch_op.drop_index('ix_activity_due')

    op.drop_table('activity')
    with op.batch_alter_table('programme', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_programme_institution'))
        batch_op.drop_index(batch_op.f('ix_programme_campaign'))

    op.drop_table('programme')
    op.drop_table('person')
    op.drop_table('journal_rule')
    op.drop_table('journal')
    op.drop_table('employer')
    with op.batch_alter_table('due_batch', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_due_batch_region'))
        batch_op.drop_index(batch_op.f('ix_due_batch_campaign'))

    op.drop_table('due_batch')
    op.drop_table('said')
    op.drop_table('one_time_link')
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.drop_index('ix_notice_mail')
        batch_op.drop_index('ix_notice_addressee')

    op.drop_table('notice')
    with op.batch_alter_table('login_session', schema=None) as batch_op:
        batch_op.drop_index('ix_login_session_account')

    op.drop_table('login_session')
    with op.batch_alter_table('legal_act', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_legal_act_region'))

    op.drop_table('legal_act')
    with op.batch_alter_table('institution', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_institution_type'))
        batch_op.drop_index(batch_op.f('ix_institution_region'))
        batch_op.drop_index(batch_op.f('ix_institution_municipality'))

    op.drop_table('institution')
    with op.batch_alter_table('feed', schema=None) as batch_op:
        batch_op.drop_index('ix_feed_addressee')

    op.drop_table('feed')
    with op.batch_alter_table('duty', schema=None) as batch_op:
        batch_op.drop_index('ix_duty_institution')

    op.drop_table('duty')
    op.drop_table('contact')
    op.drop_table('campaign')
    with op.batch_alter_table('account_grant', schema=None) as batch_op:
        batch_op.drop_index('ix_account_grant_account')

    op.drop_table('account_grant')
    op.drop_table('roadmap_version')
    op.drop_table('region')
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_ready')

    op.drop_table('outbox')
    op.drop_table('form_schema')
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_programme')

    op.drop_table('audit')
    with op.batch_alter_table('addressee', schema=None) as batch_op:
        batch_op.drop_index('ix_addressee_waiting')

    op.drop_table('addressee')
    op.drop_table('account')
