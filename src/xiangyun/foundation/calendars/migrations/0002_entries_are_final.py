"""Entries of clocks are written once: the database refuses to change or remove them."""

from django.db import migrations

CREATE = """
create function calendars_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '计时记录不可修改或删除' using errcode = 'restrict_violation';
end $$;
create trigger calendars_entries_final before update or delete on calendars_clockentry
    for each row execute function calendars_refuse_change();
"""
DROP = """
drop trigger calendars_entries_final on calendars_clockentry;
drop function calendars_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("calendars", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
