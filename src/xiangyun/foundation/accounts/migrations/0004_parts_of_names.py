"""Firms are found by a part of the name: an index of trigrams, where the server has pg_trgm (without it they are read through)."""

from django.db import migrations

_INDEX = """
DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX accounts_firm_name_parts ON accounts_firm USING gin (name gin_trgm_ops);
EXCEPTION WHEN feature_not_supported OR undefined_file OR insufficient_privilege THEN
    RAISE NOTICE 'pg_trgm is not installed: %', SQLERRM;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_chinese_punctuation"),
    ]

    operations = [
        migrations.RunSQL(_INDEX, "DROP INDEX IF EXISTS accounts_firm_name_parts"),
    ]
