"""The audit log: what was noted and waits to be chained, the chain, which the database keeps as it is, and its ends.

Of operations' ids, which clients chose, only digests are kept from now on; there is no way back from these.
"""

import hashlib

import sqlalchemy as sa
from alembic import op

from palvelurinki.adapters.sql.types import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
ORIGIN = "0" * 64

ON_POSTGRESQL = (
    """
    CREATE FUNCTION audit_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.seq <= (SELECT seq FROM audit_mark WHERE name = 'start') THEN
                RETURN OLD;
            END IF;
        END IF;
        RAISE EXCEPTION 'rows of the audit log are kept as they are' USING ERRCODE = 'insufficient_privilege';
    END
    $$
    """,
    "CREATE TRIGGER audit_kept BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_kept()",
    "CREATE TRIGGER audit_not_emptied BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_kept()",
)
ON_SQLITE = (
    """
    CREATE TRIGGER audit_kept BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'rows of the audit log are kept as they are'); END
    """,
    """
    CREATE TRIGGER audit_not_emptied BEFORE DELETE ON audit
    WHEN OLD.seq > (SELECT seq FROM audit_mark WHERE name = 'start')
    BEGIN SELECT RAISE(ABORT, 'rows of the audit log are kept as they are'); END
    """,
)


def upgrade() -> None:
    op.create_table(
        "audit_pending",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("organisation", sa.Text),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("act", "about", "why")),
        sa.Column("details", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="audit_pending_pkey"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit",
        sa.Column("seq", NUMBER, autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("at", "actor")),
        sa.Column("organisation", sa.Text),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("act", "about", "why", "details")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("key", "previous", "hash")),
        sa.PrimaryKeyConstraint("seq", name="audit_pkey"),
    )
    marks = op.create_table(
        "audit_mark",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("hash", "key", "seal")),
        sa.PrimaryKeyConstraint("name", name="audit_mark_pkey"),
        sa.CheckConstraint("name IN ('start', 'head')", name=op.f("audit_mark_name")),
    )
    op.bulk_insert(marks, [{"name": n, "seq": 0, "hash": ORIGIN, "key": "", "seal": ""} for n in ("start", "head")])
    op.create_table(
        "purge_turn",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("begun_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("name", name="purge_turn_pkey"),
    )
    for statement in ON_POSTGRESQL if op.get_bind().dialect.name == "postgresql" else ON_SQLITE:
        op.execute(statement)
    _digest_operations()


def _digest_operations() -> None:
    connection = op.get_bind()
    for principal, name in connection.execute(sa.text("SELECT principal, operation FROM operation")).all():
        connection.execute(
            sa.text("UPDATE operation SET operation = :digest WHERE principal = :principal AND operation = :name"),
            {"digest": hashlib.sha256(name.encode()).hexdigest()[:32], "principal": principal, "name": name},
        )


def downgrade() -> None:
    for table in ("purge_turn", "audit_mark", "audit", "audit_pending"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_kept()")
