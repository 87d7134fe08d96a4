"""The database itself refuses to change, delete or empty the log of uses."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION certificates_use_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- a test database is emptied between tests that commit; anywhere else this is never right
    IF TG_OP = 'TRUNCATE' AND current_database() LIKE 'test\\_%' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '证照使用记录只能追加, 不得修改或删除' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER certificates_use_append_only_rows BEFORE UPDATE OR DELETE ON certificates_certificateuse
    FOR EACH ROW EXECUTE FUNCTION certificates_use_append_only();
CREATE TRIGGER certificates_use_append_only_table BEFORE TRUNCATE ON certificates_certificateuse
    FOR EACH STATEMENT EXECUTE FUNCTION certificates_use_append_only();
"""
BACKWARD = """
DROP TRIGGER certificates_use_append_only_rows ON certificates_certificateuse;
DROP TRIGGER certificates_use_append_only_table ON certificates_certificateuse;
DROP FUNCTION certificates_use_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("certificates", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
