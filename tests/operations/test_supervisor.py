"""The system survives what happens to machines: any process killed, a port taken, a full disk, root or not, odd paths."""

import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from config import keys, supervisor
from config.postgres import database_url, running_port, running_server
from tests.operations.system import CHECKOUT, System, free_port, is_gone, run, settings

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("supervisor")]
is_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become somebody else")


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    # pytest's folders may be entered by their owner only: for root this is the root-only folder of the issue
    folder = tmp_path_factory.mktemp("数 据")
    folder.chmod(0o700)
    machine = System(folder / "祥 云")
    yield machine
    if machine.is_running():
        machine.stop()


@pytest.fixture
def system(machine: System) -> System:
    """The system, running."""
    if not machine.is_running():
        machine.start()
    return machine


@pytest.fixture
def stopped(system: System) -> System:
    """The system after a run."""
    assert system.stop(signal.SIGINT) == 0
    return system


def marker(system: System) -> str:
    port = running_port(system.home / "postgres")
    assert port is not None
    with psycopg.connect(
        database_url(port, keys.read_secret(system.home, keys.DATABASE_PASSWORD)), autocommit=True
    ) as connection:
        connection.execute("create table if not exists survived as select 'yes' as answer")
        row = connection.execute("select answer from survived").fetchone()
    assert row is not None
    return str(row[0])


def test_start_keeps_its_secrets_private_and_says_where_to_go(system: System):
    said = system.output.read_text(encoding="utf-8")
    assert f"http://localhost:{system.port}/" in said
    assert "停止 stop: Ctrl-C" in said
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (system.home / "secrets").iterdir()}
    assert modes == dict.fromkeys(keys.ALL, 0o600)
    assert marker(system) == "yes"


def test_database_wants_its_password(system: System):
    port = running_port(system.home / "postgres")
    assert port is not None
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(database_url(port, "wrong"))


def test_second_start_on_the_same_data_is_refused(system: System):
    done = run("serve", env=settings(system.home, XIANGYUN_PORT=str(free_port())))
    assert done.returncode == 1
    assert f"祥云已在运行（进程 {system.process and system.process.pid}" in done.stderr
    assert "already running" in done.stderr


def test_killed_database_comes_back_with_its_data(system: System):
    old = system.database()
    os.kill(old, signal.SIGKILL)
    system.await_text("数据库已退出，正在重启")
    system.await_health()
    assert system.database() != old
    assert marker(system) == "yes"


def test_killed_web_server_comes_back_and_leaves_no_process_on_the_port(system: System):
    old = system.child("granian")
    workers = old.children()
    old.kill()
    system.child("granian", but=old.pid)
    system.await_health()
    assert [worker for worker in workers if worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE] == []


def test_killed_web_process_below_the_server_is_replaced(system: System):
    server = system.child("granian")
    (old,) = server.children()
    old.kill()
    system.await_health()
    assert old.pid not in {child.pid for child in system.child("granian").children()}


def test_killed_worker_comes_back(system: System):
    old = system.child("worker")
    old.kill()
    assert system.child("worker", but=old.pid).is_running()


def test_killed_supervisor_the_next_start_cleans_up_and_goes_on(system: System):
    assert system.process is not None
    web, database = system.child("granian"), system.database()
    system.process.kill()
    system.process.wait()
    assert web.is_running()
    system.start()
    assert "已清理上次未正常退出的进程" in system.output.read_text(encoding="utf-8")
    assert not web.is_running()
    assert system.database() != database
    assert marker(system) == "yes"


def test_everything_killed_at_once_the_next_start_goes_on(system: System):
    assert system.process is not None
    for process in [*psutil.Process(system.process.pid).children(recursive=True), psutil.Process(system.process.pid)]:
        process.kill()
    system.process.wait()
    # by the next start another process may have the number that the killed server left in its lock file
    lock = system.home / "postgres" / "postmaster.pid"
    lock.write_text("\n".join([str(os.getpid()), *lock.read_text().splitlines()[1:]]) + "\n")
    system.start()
    assert marker(system) == "yes"


def test_doctor_sees_the_worker_at_work(system: System):
    done = run("doctor", env=system.env)
    assert "✓ 系统正在运行" in done.stdout
    assert "✓ 后台作业正在运行" in done.stdout


def test_backup_of_the_running_system_is_restored_elsewhere(system: System, tmp_path: Path):
    assert marker(system) == "yes"
    (system.home / "files").mkdir(exist_ok=True)
    (system.home / "files" / "照片.png").write_bytes(b"x")
    kept = tmp_path / "备 份"
    done = run("backup", str(kept), env=system.env)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(path.name for path in kept.iterdir()) == ["database.dump", "files", "pack.loaded", "secrets"]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    again = run("backup", str(kept), env=system.env)
    assert (again.returncode, "已存在" in again.stderr) == (1, True)

    other = System(tmp_path / "别 处" / "home")
    assert run("restore", str(kept), env=other.env).returncode == 0
    assert (other.home / "files" / "照片.png").read_bytes() == b"x"
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (other.home / "secrets").iterdir()}
    assert modes == dict.fromkeys(keys.ALL, 0o600)
    refused = run("restore", str(kept), env=other.env)
    assert (refused.returncode, "已有数据，未作任何改动" in refused.stderr) == (1, True)
    other.start()
    try:
        assert marker(other) == "yes"
    finally:
        assert other.stop() == 0


def test_restore_of_a_broken_backup_leaves_nothing(tmp_path: Path):
    kept = tmp_path / "kept"
    keys.read_secret(kept, keys.DATABASE_PASSWORD)
    env = settings(tmp_path / "home")
    incomplete = run("restore", str(kept), env=env)
    assert (incomplete.returncode, "不是完整的备份" in incomplete.stderr) == (1, True)
    (kept / "database.dump").write_bytes(b"PGDMP broken")
    broken = run("restore", str(kept), env=env)
    assert (broken.returncode, "pg_restore" in broken.stderr, "Traceback" in broken.stderr) == (1, True, False)
    assert not {"postgres", "secrets", "files"} & {path.name for path in (tmp_path / "home").iterdir()}


def test_stop_ends_everything_in_order_and_ctrl_c_is_no_error(stopped: System):
    assert running_server(stopped.home / "postgres") is None
    assert stopped.remains() == []
    assert "database system is shut down" in (stopped.home / "logs" / "postgres.log").read_text()


def test_doctor_starts_the_database_for_itself_and_names_open_keys(stopped: System):
    good = run("doctor", env=stopped.env)
    assert (good.returncode, good.stdout.splitlines()[-1].split("，")[0]) == (0, "发现 0 个问题"), good.stdout
    key = stopped.home / "secrets" / keys.MASTER_KEY
    key.chmod(0o644)
    bad = run("doctor", env=stopped.env)
    assert bad.returncode == 1
    assert f"✗ 密钥可被其他用户读取：{key}" in bad.stdout
    assert f'    → chmod go-rwx "{key}"' in bad.stdout
    assert "发现 1 个问题" in bad.stdout
    key.chmod(0o600)


def test_lost_key_is_not_replaced_in_silence(stopped: System):
    key = stopped.home / "secrets" / keys.MASTER_KEY
    kept = key.read_text()
    key.unlink()
    done = run("migrate", env=stopped.env)
    assert done.returncode == 1
    assert f"密钥文件 {key} 丢失" in done.stderr
    key.write_text(kept)
    key.chmod(0o600)


def test_demonstration_people_do_not_enter_a_system_without_them(stopped: System):
    done = run("serve", "--demo", env=stopped.env)
    assert done.returncode == 1
    assert "本系统的数据不含演示部分" in done.stderr
    assert run("prepare", env=stopped.env | {"XIANGYUN_DEMO": "0"}).returncode == 0


def test_web_server_alone_needs_a_database(stopped: System):
    done = run("web", env=stopped.env)
    assert (done.returncode, "内置数据库未运行" in done.stderr) == (1, True)


def test_reset_ends_what_a_killed_supervisor_left_at_work(system: System):
    assert system.process is not None
    web, database = system.child("granian"), psutil.Process(system.database())
    system.process.kill()
    system.process.wait()
    assert run("reset", "--yes", env=system.env).returncode == 0
    assert is_gone(web)
    assert is_gone(database)
    assert system.remains() == []


def test_reset_removes_what_is_ours_and_nothing_else(stopped: System):
    (stopped.home / "mine.txt").write_text("stays")
    refused = run("reset", env=stopped.env, input="no\n")
    assert (refused.returncode, (stopped.home / "postgres").exists()) == (1, True)
    assert run("reset", "--yes", env=stopped.env).returncode == 0
    assert [path.name for path in stopped.home.iterdir()] == ["mine.txt"]


def test_port_taken_is_said_before_anything_starts(tmp_path: Path):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        done = run("serve", env=settings(tmp_path / "home", XIANGYUN_PORT=str(port)))
    assert done.returncode == 1
    assert f"端口 {port} 不可用" in done.stderr
    assert f"Port {port} of 127.0.0.1 cannot be used" in done.stderr
    assert not (tmp_path / "home" / "postgres").exists()


def test_port_of_localhost_held_by_another_program_at_ipv6_is_not_ours():
    with socket.socket(socket.AF_INET6) as holder:
        try:
            holder.bind(("::1", 0))
        except OSError:
            pytest.skip("no IPv6 here")
        holder.listen()
        port = holder.getsockname()[1]
        assert "已被其他程序占用" in supervisor.port_problem("127.0.0.1", port)
        assert "已被其他程序占用" in supervisor.port_problem("::1", port)
    assert supervisor.port_problem("127.0.0.1", port) == ""
    assert "XIANGYUN_BIND 不是本机地址" in supervisor.port_problem("192.0.2.1", port)


def test_full_disk_is_said_before_anything_starts(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        runner = supervisor.Supervisor(
            tmp_path, host="127.0.0.1", port=free_port(), free_space=lambda folder: 7 * 1024 * 1024
        )
        assert runner.run(lambda: None) == 1
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
    said = capsys.readouterr().err
    assert "磁盘空间不足" in said
    assert "The disk is full: 7 MB left" in said


@is_root
def test_disk_that_fills_up_during_the_start_is_said(tmp_path: Path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if (
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(disk)], capture_output=True).returncode
        != 0
    ):
        pytest.skip("mounting is not allowed here")
    program = (
        "from pathlib import Path; import sys; from config.supervisor import Supervisor as S; import config.supervisor as m; "
        "m.NEEDED_SPACE = 0; sys.exit(S(Path(sys.argv[1]), host='127.0.0.1', port=int(sys.argv[2])).run(lambda: None))"
    )
    try:
        command = [sys.executable, "-P", "-c", program, str(disk / "home"), str(free_port())]
        done = subprocess.run(command, env=settings(disk / "home"), capture_output=True, text=True, timeout=60, cwd="/")
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
    assert done.returncode == 1
    assert "磁盘空间不足" in done.stderr
    assert "The disk is full" in done.stderr


def interpreter_for(account: pwd.struct_passwd, env: dict[str, str]) -> str:
    """A Python that the account may run with our packages: ours may lie in a folder of root's."""
    for program in (sys.executable, shutil.which("python3", path="/usr/bin") or ""):
        try:
            who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
            command = [program, "-P", "-c", "import config.cli, psycopg_binary, django"]
            if subprocess.run(command, env=env, cwd="/", capture_output=True, **who).returncode == 0:
                return program
        except PermissionError:
            continue
    return pytest.skip("Python or the checkout lies in a folder that only root may enter")


@is_root
def test_ordinary_user_runs_it_too():
    user = pwd.getpwnam("nobody")
    # pytest's own folders belong to root
    folder = Path(tempfile.mkdtemp(prefix="xiangyun-", dir="/var/tmp"))
    packages = sysconfig.get_paths()["purelib"]
    try:
        running = System(folder / "home", user=user.pw_uid, group=user.pw_gid, extra_groups=[])
        running.env["PYTHONPATH"] = f"{CHECKOUT / 'src'}:{packages}"
        running.python = interpreter_for(user, running.env)
        os.chown(folder, user.pw_uid, user.pw_gid)
        running.start()
        assert psutil.Process(running.database()).uids().real == user.pw_uid
        assert running.stop(signal.SIGTERM) == 0
        assert running.remains() == []
    finally:
        shutil.rmtree(folder)


@is_root
@pytest.mark.parametrize("mode", [0o700, 0o711])
def test_root_without_user_namespaces_runs_the_database_as_another_user(tmp_path: Path, mode: int):
    tmp_path.chmod(mode)
    program = (
        "import sys; from pathlib import Path; from config.postgres import EmbeddedPostgres as P; d = Path(sys.argv[1]);"
        "p = P(d / 'postgres', log=d / 'log', password='x'); p.start(); print(Path(f'/proc/{p.process.pid}/status').read_text());"
        "p.stop()"
    )
    inside = 'read line; exec sh -c "$0" "$@"'
    forbid = 'echo 0 > /proc/sys/user/max_user_namespaces && unshare --user true 2>/dev/null || exec "$@"'
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    # a namespace that maps all users but forbids further ones: what a hardened kernel or a container looks like
    process = subprocess.Popen(
        ["unshare", "--user", "sh", "-c", inside, forbid, "sh", sys.executable, "-P", "-c", program, str(folder)],
        env=settings(folder), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd="/",
    )  # fmt: skip
    own, theirs = Path("/proc/self/ns/user"), Path(f"/proc/{process.pid}/ns/user")
    deadline = time.monotonic() + 5
    while theirs.readlink() == own.readlink() and time.monotonic() < deadline:
        time.sleep(0.05)
    try:
        for kind in ("uid_map", "gid_map"):
            Path(f"/proc/{process.pid}/{kind}").write_text("0 0 65536\n")
    except OSError:
        process.kill()
        pytest.skip("user namespaces cannot be mapped here")
    said, errors = process.communicate("go\n", timeout=60)
    assert process.returncode == 0, errors
    assert "Uid:\t0" not in said
    assert (folder / "postgres").stat().st_uid != 0
