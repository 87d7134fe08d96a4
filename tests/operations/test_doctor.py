"""Each thing that the doctor looks at, broken on purpose: it is named, with what mends it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from config import doctor, preparation
from config.doctor import Finding
from xiangyun.foundation.calendars.tests.factories import make_calendar
from xiangyun.kit.actors import SYSTEM
from xiangyun.service.seals import api as seals

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


def marks(finding: Finding) -> tuple[str, bool]:
    return finding.mark, bool(finding.mend)


def test_old_python_missing_fonts_and_a_full_disk_are_named(tmp_path: Path):
    assert marks(doctor.check_python((3, 10))) == ("✗", True)
    assert "缺少字体" in doctor.check_fonts(tmp_path).text
    assert marks(doctor.check_space(tmp_path, 7 * 1024 * 1024)) == ("✗", True)
    assert marks(doctor.check_space(tmp_path, 7 * 1024 * 1024 * 1024)) == ("✓", False)


def test_store_of_files_that_cannot_be_written_is_named(tmp_path: Path, settings):
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path
    assert marks(doctor.check_files()) == ("✓", False)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    settings.MEDIA_ROOT = tmp_path / "file"
    assert "附件存储无法写入" in doctor.check_files().text


@pytest.mark.parametrize(
    ("url", "hosts", "tls", "proxies", "is_demo", "mark", "said"),
    [
        ("http://localhost:8000", ["localhost"], "", 0, True, "✓", "对外地址"),
        ("http://localhost:8000", ["localhost"], "", 0, False, "!", "二维码只在本机有效"),
        ("https://zwfw.example.cn", ["localhost"], "1", 1, False, "✗", "域名不被接受"),
        ("https://zwfw.example.cn", [".example.cn"], "1", 0, False, "✗", "XIANGYUN_PROXIES=0"),
        ("https://zwfw.example.cn", ["zwfw.example.cn"], "1", 1, True, "!", "密码是公开的"),
        ("http://zwfw.example.cn", ["zwfw.example.cn"], "", 0, False, "!", "未启用 TLS"),
        ("https://zwfw.example.cn", ["zwfw.example.cn"], "1", 1, False, "✓", "对外地址"),
    ],
)
def test_address_for_visitors(settings, monkeypatch, url, hosts, tls, proxies, is_demo, mark, said):
    settings.XIANGYUN_PUBLIC_URL, settings.ALLOWED_HOSTS, settings.ALLAUTH_TRUSTED_PROXY_COUNT = url, hosts, proxies
    monkeypatch.setenv("XIANGYUN_TLS", tls)
    finding = doctor.check_address(is_demo=is_demo)
    assert (finding.mark, said in finding.text) == (mark, True)


def test_messages_that_reach_nobody_are_named(settings):
    assert marks(doctor.check_messages()) == ("!", True)
    settings.XIANGYUN_SMS, settings.XIANGYUN_EMAIL = {"gateway": "http"}, "django"
    assert marks(doctor.check_messages()) == ("✓", False)


@pytest.mark.django_db
def test_worker_is_known_by_its_heart(settings, tmp_path: Path):
    settings.HOME = tmp_path
    assert marks(doctor.check_worker(NOW)) == ("✗", True)
    with connection.cursor() as cursor:
        cursor.execute("insert into procrastinate_workers (last_heartbeat) values (%s)", [NOW - timedelta(seconds=5)])
    assert marks(doctor.check_worker(NOW)) == ("✓", False)
    assert marks(doctor.check_worker(NOW + timedelta(minutes=2))) == ("✗", True)
    (tmp_path / "postgres").mkdir()
    assert doctor.check_worker(NOW + timedelta(minutes=2)) == Finding(True, "系统未启动，后台作业未运行")


def test_failed_and_late_deliveries_are_named():
    assert marks(doctor.check_deliveries(0, 0)) == ("✓", False)
    assert "有 3 个事件处理失败" in doctor.check_deliveries(3, 0).text
    assert "有 5 个事件积压" in doctor.check_deliveries(3, 5).text


@pytest.mark.django_db
def test_seals_and_certificates_near_their_end_are_named():
    assert doctor.check_seals(NOW) == Finding(True, "印章和证书均在有效期内")
    seals.make_demo_authority(actor=SYSTEM, organization="测试", at=NOW)
    assert marks(doctor.check_seals(NOW)) == ("✓", False)
    ((name, end), *_) = seals.list_expiring(before=datetime.max.replace(tzinfo=UTC))
    soon, past = doctor.check_seals(end - timedelta(days=7)), doctor.check_seals(end + timedelta(days=1))
    assert (soon.mark, past.mark, name in soon.text) == ("!", "✗", True)


@pytest.mark.django_db
def test_calendar_without_this_year_is_bad_and_without_the_next_a_hint():
    assert doctor.check_calendar(NOW).mark == "✗"
    make_calendar()
    assert marks(doctor.check_calendar(NOW)) == ("✓", False)
    assert (marks(doctor.check_calendar(NOW + timedelta(days=30)))) == ("!", True)


@pytest.mark.django_db
def test_master_key_of_another_installation_is_found(django_user_model, settings):
    assert preparation.find_unreadable_column() == ""
    django_user_model.objects.create(username="who", mobile="19900000016")
    assert preparation.find_unreadable_column() == ""
    settings.XIANGYUN_MASTER_KEY = bytes(32)
    assert preparation.find_unreadable_column() == "账号 手机号"
    assert marks(doctor.check_master_key()) == ("✗", True)
