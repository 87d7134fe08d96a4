"""The database itself refuses to change, delete or empty the log of seal uses."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION seals_use_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- a test database is emptied between tests that commit; anywhere else this is never right
    IF TG_OP = 'TRUNCATE' AND current_database() LIKE 'test\\_%' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '用印记录只能追加, 不得修改或删除' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER seals_use_append_only_rows BEFORE UPDATE OR DELETE ON seals_sealuse
    FOR EACH ROW EXECUTE FUNCTION seals_use_append_only();
CREATE TRIGGER seals_use_append_only_table BEFORE TRUNCATE ON seals_sealuse
    FOR EACH STATEMENT EXECUTE FUNCTION seals_use_append_only();
"""
BACKWARD = """
DROP TRIGGER seals_use_append_only_rows ON seals_sealuse;
DROP TRIGGER seals_use_append_only_table ON seals_sealuse;
DROP FUNCTION seals_use_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("seals", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
