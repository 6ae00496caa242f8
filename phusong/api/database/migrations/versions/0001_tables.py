"""Migration 0001: tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from phusong.api.database import types

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("user_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("username", sa.String(length=64), server_default="", nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("subject_kind", sa.String(length=64), server_default="", nullable=False),
        sa.Column("subject_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("province_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("request_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("before", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
        sa.UniqueConstraint("seal", name=op.f("uq_audit_seal")),
    )
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_blobs")),
    )
    op.create_table(
        "oidc_logins",
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("told", types.Json, nullable=False),
        sa.Column("expires_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_oidc_logins")),
    )
    op.create_table(
        "provinces",
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_provinces")),
    )
    op.create_table(
        "set_up_codes",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("expires_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_set_up_codes")),
    )
    op.create_table(
        "throttles",
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("window", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "window", name=op.f("pk_throttles")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("email", sa.String(length=64), server_default="", nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("oidc_subject", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("password_until", types.Moment(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", types.Moment(), nullable=True),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("oidc_subject", name=op.f("uq_users_oidc_subject")),
        sa.UniqueConstraint("username", name=op.f("uq_users_username")),
    )
    op.create_table(
        "workers",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("beats", sa.Integer(), nullable=False),
        sa.Column("started_at", types.Moment(), nullable=False),
        sa.Column("seen_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
    )
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("scopes", types.Json, nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.Column("expires_at", types.Moment(), nullable=False),
        sa.Column("used_at", types.Moment(), nullable=True),
        sa.Column("revoked_at", types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_api_tokens_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_tokens_prefix")),
    )
    op.create_index(op.f("ix_api_tokens_user_id"), "api_tokens", ["user_id"], unique=False)
    op.create_table(
        "comments",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("subject_kind", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=16), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("commune_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("operator", sa.String(length=64), server_default="", nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=16), nullable=False),
        sa.Column("made_at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_comments_made_by")),
        sa.ForeignKeyConstraint(["province_code"], ["provinces.code"], name=op.f("fk_comments_province_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    op.create_index(op.f("ix_comments_province_code"), "comments", ["province_code"], unique=False)
    op.create_index("ix_comments_subject", "comments", ["subject_kind", "subject_id"], unique=False)
    op.create_table(
        "datasets",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("operator", sa.String(length=64), server_default="", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=16), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_datasets_created_by")),
        sa.ForeignKeyConstraint(["province_code"], ["provinces.code"], name=op.f("fk_datasets_province_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_datasets")),
    )
    op.create_index(op.f("ix_datasets_province_code"), "datasets", ["province_code"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("province_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("subject_id", sa.String(length=16), nullable=False),
        sa.Column("arguments", types.Json, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("progress", types.Json, nullable=False),
        sa.Column("cancel_asked_at", types.Moment(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=64), nullable=False),
        sa.Column("error", types.Json, nullable=True),
        sa.Column("created_by", sa.String(length=16), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.Column("started_at", types.Moment(), nullable=True),
        sa.Column("finished_at", types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_jobs_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    op.create_index(op.f("ix_jobs_province_code"), "jobs", ["province_code"], unique=False)
    op.create_index(op.f("ix_jobs_state"), "jobs", ["state"], unique=False)
    op.create_index(op.f("ix_jobs_subject_id"), "jobs", ["subject_id"], unique=False)
    op.create_table(
        "reports",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("province_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("xlsx_sha256", sa.String(length=64), nullable=True),
        sa.Column("docx_sha256", sa.String(length=64), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=16), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.Column("finished_at", types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_reports_created_by")),
        sa.ForeignKeyConstraint(["docx_sha256"], ["blobs.sha256"], name=op.f("fk_reports_docx_sha256")),
        sa.ForeignKeyConstraint(["xlsx_sha256"], ["blobs.sha256"], name=op.f("fk_reports_xlsx_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
    )
    op.create_index(op.f("ix_reports_province_code"), "reports", ["province_code"], unique=False)
    op.create_index(op.f("ix_reports_state"), "reports", ["state"], unique=False)
    op.create_table(
        "rounds",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("batch", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", types.Moment(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("answers_due_on", sa.Date(), nullable=True),
        sa.Column("list_upload_id", sa.String(length=16), nullable=True),
        sa.Column("study_id", sa.String(length=16), nullable=True),
        sa.Column("created_by", sa.String(length=16), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_rounds_created_by")),
        sa.ForeignKeyConstraint(
            ["list_upload_id"], ["uploads.id"], name=op.f("fk_rounds_list_upload_id"), use_alter=True
        ),
        sa.ForeignKeyConstraint(["province_code"], ["provinces.code"], name=op.f("fk_rounds_province_code")),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_rounds_study_id"), use_alter=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
        sa.UniqueConstraint("province_code", "batch", name=op.f("uq_rounds_province_code_batch")),
    )
    op.create_index(op.f("ix_rounds_province_code"), "rounds", ["province_code"], unique=False)
    op.create_index(op.f("ix_rounds_state"), "rounds", ["state"], unique=False)
    op.create_table(
        "step_records",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("subject_kind", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=16), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("from_state", sa.String(length=32), nullable=False),
        sa.Column("to_state", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=16), nullable=False),
        sa.Column("made_at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_step_records_made_by")),
        sa.ForeignKeyConstraint(["province_code"], ["provinces.code"], name=op.f("fk_step_records_province_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_records")),
    )
    op.create_index(op.f("ix_step_records_province_code"), "step_records", ["province_code"], unique=False)
    op.create_index("ix_step_records_subject", "step_records", ["subject_kind", "subject_id"], unique=False)
    op.create_table(
        "user_grants",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.String(length=16), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("province_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("commune_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("operator", sa.String(length=64), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_grants_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_grants")),
        sa.UniqueConstraint(
            "user_id",
            "role",
            "province_code",
            "commune_code",
            "operator",
            name=op.f("uq_user_grants_user_id_role_province_code_commune_code_operator"),
        ),
    )
    op.create_index(op.f("ix_user_grants_user_id"), "user_grants", ["user_id"], unique=False)
    op.create_table(
        "user_sessions",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=16), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.Column("seen_at", types.Moment(), nullable=False),
        sa.Column("expires_at", types.Moment(), nullable=False),
        sa.Column("address", sa.String(length=64), server_default="", nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_sessions_user_id")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_user_sessions")),
    )
    op.create_index(op.f("ix_user_sessions_user_id"), "user_sessions", ["user_id"], unique=False)
    op.create_table(
        "gap_rows",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("round_id", sa.String(length=16), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("commune_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("gap_id", sa.String(length=64), nullable=False),
        sa.Column("village", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=True),
        sa.Column("geom", types.Geom(), nullable=True),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["province_code"], ["provinces.code"], name=op.f("fk_gap_rows_province_code")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_gap_rows_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_rows")),
        sa.UniqueConstraint("round_id", "gap_id", name=op.f("uq_gap_rows_round_id_gap_id")),
    )
    op.create_index(op.f("ix_gap_rows_commune_code"), "gap_rows", ["commune_code"], unique=False)
    op.create_index(op.f("ix_gap_rows_folded"), "gap_rows", ["folded"], unique=False)
    op.create_index(op.f("ix_gap_rows_province_code"), "gap_rows", ["province_code"], unique=False)
    op.create_index(op.f("ix_gap_rows_round_id"), "gap_rows", ["round_id"], unique=False)
    op.create_table(
        "reminders",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("round_id", sa.String(length=16), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("commune_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("operator", sa.String(length=64), server_default="", nullable=False),
        sa.Column("open_requests", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=16), nullable=False),
        sa.Column("made_at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_reminders_made_by")),
        sa.ForeignKeyConstraint(["province_code"], ["provinces.code"], name=op.f("fk_reminders_province_code")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_reminders_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
    )
    op.create_index(op.f("ix_reminders_province_code"), "reminders", ["province_code"], unique=False)
    op.create_index(op.f("ix_reminders_round_id"), "reminders", ["round_id"], unique=False)
    op.create_table(
        "studies",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("profile", sa.String(length=64), nullable=False),
        sa.Column("settings", types.Json, nullable=False),
        sa.Column("round_id", sa.String(length=16), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("manifest", types.Json, nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=16), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.Column("finished_at", types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_studies_created_by")),
        sa.ForeignKeyConstraint(["province_code"], ["provinces.code"], name=op.f("fk_studies_province_code")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_studies_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studies")),
    )
    op.create_index(op.f("ix_studies_province_code"), "studies", ["province_code"], unique=False)
    op.create_index(op.f("ix_studies_round_id"), "studies", ["round_id"], unique=False)
    op.create_index(op.f("ix_studies_state"), "studies", ["state"], unique=False)
    op.create_table(
        "uploads",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("commune_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("operator", sa.String(length=64), server_default="", nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.String(length=16), nullable=True),
        sa.Column("dataset_id", sa.String(length=16), nullable=True),
        sa.Column("replaces_id", sa.String(length=16), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("announced_sha256", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("report", types.Json, nullable=True),
        sa.Column("rows_sha256", sa.String(length=64), nullable=True),
        sa.Column("annotated_sha256", sa.String(length=64), nullable=True),
        sa.Column("written_sha256", sa.String(length=64), nullable=True),
        sa.Column("fixes", types.Json, nullable=False),
        sa.Column("acknowledged", types.Json, nullable=False),
        sa.Column("good_rows", sa.Integer(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("sent_by", sa.String(length=16), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.Column("stored_at", types.Moment(), nullable=True),
        sa.Column("checked_at", types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["annotated_sha256"], ["blobs.sha256"], name=op.f("fk_uploads_annotated_sha256")),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name=op.f("fk_uploads_dataset_id")),
        sa.ForeignKeyConstraint(["province_code"], ["provinces.code"], name=op.f("fk_uploads_province_code")),
        sa.ForeignKeyConstraint(["replaces_id"], ["uploads.id"], name=op.f("fk_uploads_replaces_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_uploads_round_id")),
        sa.ForeignKeyConstraint(["rows_sha256"], ["blobs.sha256"], name=op.f("fk_uploads_rows_sha256")),
        sa.ForeignKeyConstraint(["sent_by"], ["users.id"], name=op.f("fk_uploads_sent_by")),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name=op.f("fk_uploads_sha256")),
        sa.ForeignKeyConstraint(["written_sha256"], ["blobs.sha256"], name=op.f("fk_uploads_written_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    op.create_index(op.f("ix_uploads_dataset_id"), "uploads", ["dataset_id"], unique=False)
    op.create_index(op.f("ix_uploads_province_code"), "uploads", ["province_code"], unique=False)
    op.create_index(op.f("ix_uploads_round_id"), "uploads", ["round_id"], unique=False)
    op.create_index(op.f("ix_uploads_state"), "uploads", ["state"], unique=False)
    op.create_table(
        "dataset_versions",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("dataset_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.String(length=16), nullable=True),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("files", types.Json, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("vintage", sa.Date(), nullable=True),
        sa.Column("completeness", sa.String(length=16), nullable=False),
        sa.Column("details", types.Json, nullable=False),
        sa.Column("usable", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.String(length=16), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.Column("withdrawn_at", types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_dataset_versions_created_by")),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name=op.f("fk_dataset_versions_dataset_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], name=op.f("fk_dataset_versions_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataset_versions")),
        sa.UniqueConstraint("dataset_id", "version", name=op.f("uq_dataset_versions_dataset_id_version")),
    )
    op.create_index(op.f("ix_dataset_versions_dataset_id"), "dataset_versions", ["dataset_id"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("commune_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("round_id", sa.String(length=16), nullable=True),
        sa.Column("study_id", sa.String(length=16), nullable=True),
        sa.Column("subject_kind", sa.String(length=32), nullable=False),
        sa.Column("subject_code", sa.String(length=64), nullable=False),
        sa.Column("village_name", sa.Text(), nullable=False),
        sa.Column("service", sa.String(length=64), server_default="", nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("supersedes_id", sa.String(length=16), nullable=True),
        sa.Column("made_by", sa.String(length=16), nullable=False),
        sa.Column("made_at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_decisions_made_by")),
        sa.ForeignKeyConstraint(["province_code"], ["provinces.code"], name=op.f("fk_decisions_province_code")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_decisions_round_id")),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_decisions_study_id")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["decisions.id"], name=op.f("fk_decisions_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index(op.f("ix_decisions_province_code"), "decisions", ["province_code"], unique=False)
    op.create_index(op.f("ix_decisions_round_id"), "decisions", ["round_id"], unique=False)
    op.create_index(op.f("ix_decisions_study_id"), "decisions", ["study_id"], unique=False)
    op.create_index(
        "ix_decisions_subject", "decisions", ["province_code", "subject_kind", "subject_code"], unique=False
    )
    op.create_table(
        "gap_row_versions",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("row_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.String(length=16), nullable=True),
        sa.Column("file_row", sa.Integer(), nullable=True),
        sa.Column("cells", types.Json, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=16), nullable=False),
        sa.Column("made_at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_gap_row_versions_made_by")),
        sa.ForeignKeyConstraint(["row_id"], ["gap_rows.id"], name=op.f("fk_gap_row_versions_row_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], name=op.f("fk_gap_row_versions_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_row_versions")),
        sa.UniqueConstraint("row_id", "version", name=op.f("uq_gap_row_versions_row_id_version")),
    )
    op.create_index(op.f("ix_gap_row_versions_row_id"), "gap_row_versions", ["row_id"], unique=False)
    op.create_table(
        "plans",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("study_id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("goal", types.Json, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("manifest", types.Json, nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=16), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.Column("finished_at", types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_plans_created_by")),
        sa.ForeignKeyConstraint(["province_code"], ["provinces.code"], name=op.f("fk_plans_province_code")),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_plans_study_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
    )
    op.create_index(op.f("ix_plans_province_code"), "plans", ["province_code"], unique=False)
    op.create_index(op.f("ix_plans_state"), "plans", ["state"], unique=False)
    op.create_index(op.f("ix_plans_study_id"), "plans", ["study_id"], unique=False)
    op.create_table(
        "requests",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("round_id", sa.String(length=16), nullable=False),
        sa.Column("row_id", sa.String(length=16), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("commune_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("operator", sa.String(length=64), server_default="", nullable=False),
        sa.Column("fields", types.Json, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_at", types.Moment(), nullable=False),
        sa.Column("answered_at", types.Moment(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["province_code"], ["provinces.code"], name=op.f("fk_requests_province_code")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_requests_round_id")),
        sa.ForeignKeyConstraint(["row_id"], ["gap_rows.id"], name=op.f("fk_requests_row_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
        sa.UniqueConstraint(
            "row_id", "commune_code", "operator", name=op.f("uq_requests_row_id_commune_code_operator")
        ),
    )
    op.create_index(op.f("ix_requests_commune_code"), "requests", ["commune_code"], unique=False)
    op.create_index(op.f("ix_requests_operator"), "requests", ["operator"], unique=False)
    op.create_index(op.f("ix_requests_province_code"), "requests", ["province_code"], unique=False)
    op.create_index(op.f("ix_requests_round_id"), "requests", ["round_id"], unique=False)
    op.create_index(op.f("ix_requests_row_id"), "requests", ["row_id"], unique=False)
    op.create_index(op.f("ix_requests_state"), "requests", ["state"], unique=False)
    op.create_table(
        "row_findings",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("round_id", sa.String(length=16), nullable=False),
        sa.Column("row_id", sa.String(length=16), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.String(length=16), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=False),
        sa.Column("details", types.Json, nullable=False),
        sa.Column("made_at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["province_code"], ["provinces.code"], name=op.f("fk_row_findings_province_code")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_row_findings_round_id")),
        sa.ForeignKeyConstraint(["row_id"], ["gap_rows.id"], name=op.f("fk_row_findings_row_id")),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_row_findings_study_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_row_findings")),
        sa.UniqueConstraint(
            "row_id", "row_version", "study_id", name=op.f("uq_row_findings_row_id_row_version_study_id")
        ),
    )
    op.create_index(op.f("ix_row_findings_province_code"), "row_findings", ["province_code"], unique=False)
    op.create_index(op.f("ix_row_findings_round_id"), "row_findings", ["round_id"], unique=False)
    op.create_index(op.f("ix_row_findings_row_id"), "row_findings", ["row_id"], unique=False)
    op.create_index(op.f("ix_row_findings_study_id"), "row_findings", ["study_id"], unique=False)
    op.create_table(
        "answers",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("request_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("cells", types.Json, nullable=False),
        sa.Column("upload_id", sa.String(length=16), nullable=True),
        sa.Column("made_by", sa.String(length=16), nullable=False),
        sa.Column("made_at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_answers_made_by")),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_answers_request_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], name=op.f("fk_answers_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint("request_id", "version", name=op.f("uq_answers_request_id_version")),
    )
    op.create_index(op.f("ix_answers_request_id"), "answers", ["request_id"], unique=False)
    op.create_table(
        "packages",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("plan_id", sa.String(length=16), nullable=False),
        sa.Column("round_id", sa.String(length=16), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("award", sa.String(length=64), server_default="", nullable=False),
        sa.Column("route", sa.String(length=64), server_default="", nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", types.Moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("winner", sa.String(length=300), nullable=False),
        sa.Column("decision_number", sa.String(length=64), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("awarded_vnd", sa.BigInteger(), nullable=True),
        sa.Column("created_by", sa.String(length=16), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_packages_created_by")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_packages_plan_id")),
        sa.ForeignKeyConstraint(["province_code"], ["provinces.code"], name=op.f("fk_packages_province_code")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_packages_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packages")),
        sa.UniqueConstraint("plan_id", "code", name=op.f("uq_packages_plan_id_code")),
    )
    op.create_index(op.f("ix_packages_plan_id"), "packages", ["plan_id"], unique=False)
    op.create_index(op.f("ix_packages_province_code"), "packages", ["province_code"], unique=False)
    op.create_index(op.f("ix_packages_round_id"), "packages", ["round_id"], unique=False)
    op.create_index(op.f("ix_packages_state"), "packages", ["state"], unique=False)
    op.create_table(
        "study_inputs",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("study_id", sa.String(length=16), nullable=False),
        sa.Column("version_id", sa.String(length=16), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("outside", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_study_inputs_study_id")),
        sa.ForeignKeyConstraint(["version_id"], ["dataset_versions.id"], name=op.f("fk_study_inputs_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_inputs")),
        sa.UniqueConstraint("study_id", "version_id", name=op.f("uq_study_inputs_study_id_version_id")),
    )
    op.create_index(op.f("ix_study_inputs_study_id"), "study_inputs", ["study_id"], unique=False)
    op.create_table(
        "package_versions",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("package_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("sites", sa.Integer(), nullable=False),
        sa.Column("price_vnd", sa.BigInteger(), nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("frozen_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(length=16), nullable=False),
        sa.Column("made_at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_package_versions_made_by")),
        sa.ForeignKeyConstraint(["package_id"], ["packages.id"], name=op.f("fk_package_versions_package_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_versions")),
        sa.UniqueConstraint("package_id", "version", name=op.f("uq_package_versions_package_id_version")),
    )
    op.create_index(op.f("ix_package_versions_package_id"), "package_versions", ["package_id"], unique=False)
    op.create_table(
        "document_sets",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("package_version_id", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("zip_sha256", sa.String(length=64), nullable=True),
        sa.Column("files", types.Json, nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=16), nullable=False),
        sa.Column("made_at", types.Moment(), nullable=False),
        sa.Column("finished_at", types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_document_sets_made_by")),
        sa.ForeignKeyConstraint(
            ["package_version_id"], ["package_versions.id"], name=op.f("fk_document_sets_package_version_id")
        ),
        sa.ForeignKeyConstraint(["province_code"], ["provinces.code"], name=op.f("fk_document_sets_province_code")),
        sa.ForeignKeyConstraint(["zip_sha256"], ["blobs.sha256"], name=op.f("fk_document_sets_zip_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_sets")),
    )
    op.create_index(op.f("ix_document_sets_package_version_id"), "document_sets", ["package_version_id"], unique=False)
    op.create_index(op.f("ix_document_sets_province_code"), "document_sets", ["province_code"], unique=False)
    op.create_index(op.f("ix_document_sets_state"), "document_sets", ["state"], unique=False)


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_index(op.f("ix_document_sets_state"), table_name="document_sets")
    op.drop_index(op.f("ix_document_sets_province_code"), table_name="document_sets")
    op.drop_index(op.f("ix_document_sets_package_version_id"), table_name="document_sets")
    op.drop_table("document_sets")
    op.drop_index(op.f("ix_package_versions_package_id"), table_name="package_versions")
    op.drop_table("package_versions")
    op.drop_index(op.f("ix_study_inputs_study_id"), table_name="study_inputs")
    op.drop_table("study_inputs")
    op.drop_index(op.f("ix_packages_state"), table_name="packages")
    op.drop_index(op.f("ix_packages_round_id"), table_name="packages")
    op.drop_index(op.f("ix_packages_province_code"), table_name="packages")
    op.drop_index(op.f("ix_packages_plan_id"), table_name="packages")
    op.drop_table("packages")
    op.drop_index(op.f("ix_answers_request_id"), table_name="answers")
    op.drop_table("answers")
    op.drop_index(op.f("ix_row_findings_study_id"), table_name="row_findings")
    op.drop_index(op.f("ix_row_findings_row_id"), table_name="row_findings")
    op.drop_index(op.f("ix_row_findings_round_id"), table_name="row_findings")
    op.drop_index(op.f("ix_row_findings_province_code"), table_name="row_findings")
    op.drop_table("row_findings")
    op.drop_index(op.f("ix_requests_state"), table_name="requests")
    op.drop_index(op.f("ix_requests_row_id"), table_name="requests")
    op.drop_index(op.f("ix_requests_round_id"), table_name="requests")
    op.drop_index(op.f("ix_requests_province_code"), table_name="requests")
    op.drop_index(op.f("ix_requests_operator"), table_name="requests")
    op.drop_index(op.f("ix_requests_commune_code"), table_name="requests")
    op.drop_table("requests")
    op.drop_index(op.f("ix_plans_study_id"), table_name="plans")
    op.drop_index(op.f("ix_plans_state"), table_name="plans")
    op.drop_index(op.f("ix_plans_province_code"), table_name="plans")
    op.drop_table("plans")
    op.drop_index(op.f("ix_gap_row_versions_row_id"), table_name="gap_row_versions")
    op.drop_table("gap_row_versions")
    op.drop_index("ix_decisions_subject", table_name="decisions")
    op.drop_index(op.f("ix_decisions_study_id"), table_name="decisions")
    op.drop_index(op.f("ix_decisions_round_id"), table_name="decisions")
    op.drop_index(op.f("ix_decisions_province_code"), table_name="decisions")
    op.drop_table("decisions")
    op.drop_index(op.f("ix_dataset_versions_dataset_id"), table_name="dataset_versions")
    op.drop_table("dataset_versions")
    op.drop_index(op.f("ix_uploads_state"), table_name="uploads")
    op.drop_index(op.f("ix_uploads_round_id"), table_name="uploads")
    op.drop_index(op.f("ix_uploads_province_code"), table_name="uploads")
    op.drop_index(op.f("ix_uploads_dataset_id"), table_name="uploads")
    op.drop_table("uploads")
    op.drop_index(op.f("ix_studies_state"), table_name="studies")
    op.drop_index(op.f("ix_studies_round_id"), table_name="studies")
    op.drop_index(op.f("ix_studies_province_code"), table_name="studies")
    op.drop_table("studies")
    op.drop_index(op.f("ix_reminders_round_id"), table_name="reminders")
    op.drop_index(op.f("ix_reminders_province_code"), table_name="reminders")
    op.drop_table("reminders")
    op.drop_index(op.f("ix_gap_rows_round_id"), table_name="gap_rows")
    op.drop_index(op.f("ix_gap_rows_province_code"), table_name="gap_rows")
    op.drop_index(op.f("ix_gap_rows_folded"), table_name="gap_rows")
    op.drop_index(op.f("ix_gap_rows_commune_code"), table_name="gap_rows")
    op.drop_table("gap_rows")
    op.drop_index(op.f("ix_user_sessions_user_id"), table_name="user_sessions")
    op.drop_table("user_sessions")
    op.drop_index(op.f("ix_user_grants_user_id"), table_name="user_grants")
    op.drop_table("user_grants")
    op.drop_index("ix_step_records_subject", table_name="step_records")
    op.drop_index(op.f("ix_step_records_province_code"), table_name="step_records")
    op.drop_table("step_records")
    op.drop_index(op.f("ix_rounds_state"), table_name="rounds")
    op.drop_index(op.f("ix_rounds_province_code"), table_name="rounds")
    op.drop_table("rounds")
    op.drop_index(op.f("ix_reports_state"), table_name="reports")
    op.drop_index(op.f("ix_reports_province_code"), table_name="reports")
    op.drop_table("reports")
    op.drop_index(op.f("ix_jobs_subject_id"), table_name="jobs")
    op.drop_index(op.f("ix_jobs_state"), table_name="jobs")
    op.drop_index(op.f("ix_jobs_province_code"), table_name="jobs")
    op.drop_table("jobs")
    op.drop_index(op.f("ix_datasets_province_code"), table_name="datasets")
    op.drop_table("datasets")
    op.drop_index("ix_comments_subject", table_name="comments")
    op.drop_index(op.f("ix_comments_province_code"), table_name="comments")
    op.drop_table("comments")
    op.drop_index(op.f("ix_api_tokens_user_id"), table_name="api_tokens")
    op.drop_table("api_tokens")
    op.drop_table("workers")
    op.drop_table("users")
    op.drop_table("throttles")
    op.drop_table("set_up_codes")
    op.drop_table("provinces")
    op.drop_table("oidc_logins")
    op.drop_table("blobs")
    op.drop_table("audit")
