"""Point-in-time recovery as docs/operations.md has it, on a server of its own: base backup, archived log, a moment."""

import shutil
import sys
import time
from pathlib import Path

import psycopg
import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "tools"))
import servers
from processes import Child, free_port, wait_for

pytestmark = pytest.mark.slow


class Server:
    """A PostgreSQL that archives its log into a folder, as the settings in docs/operations.md say."""

    def __init__(self, programs: Path, folder: Path) -> None:
        folder.mkdir(mode=0o755)
        self.programs, self.folder, self.port = programs, folder, free_port()
        self.owner = servers.server_account(folder)
        self.archive, self.secret = folder / "archive", folder / "password"
        self.secret.write_text("secret")
        self.archive.mkdir()
        if self.owner:
            for path in (self.archive, self.secret):
                shutil.chown(path, self.owner["user"], self.owner["group"])
        self.url = f"postgresql://kozot:secret@127.0.0.1:{self.port}/postgres"
        self.process = None

    def start(self, cluster: str) -> None:
        settings = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self.folder,
            "wal_level": "replica",
            "archive_mode": "on",
            "archive_command": f"test ! -f {self.archive}/%f && cp %p {self.archive}/%f",
        }
        command = [str(self.programs / "postgres"), "-D", str(self.folder / cluster)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        self.process = Child("PostgreSQL", command, self.folder / "log", cwd=self.folder, **self.owner)
        wait_for(lambda: servers.answers(servers.postgresql_version, self.url), "PostgreSQL", self.process)

    def ask(self, sql: str):
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else None

    def base_backup(self, cluster: str) -> None:
        command = [
            str(self.programs / "pg_basebackup"),
            "-D",
            str(self.folder / cluster),
            "-d",
            self.url,
            "-c",
            "fast",
        ]
        done = Child("pg_basebackup", command, self.folder / "basebackup.log", cwd=self.folder, **self.owner)
        assert done.process.wait(120) == 0, done.tail()


@pytest.fixture
def server(tmp_path_factory):
    programs = servers.postgresql_programs()
    if not programs:
        pytest.skip("no PostgreSQL server here")
    top = tmp_path_factory.mktemp("pitr")
    for folder in (top, top.parent, top.parent.parent):
        folder.chmod(0o755)  # the account that PostgreSQL runs as goes through them
    one = Server(programs[0], top / "server")
    servers.initialise(one.programs, one.folder, one.secret, one.owner)
    one.start("cluster")
    yield one
    one.process.stop()


def test_the_state_of_a_moment_comes_back(server):
    server.ask("CREATE TABLE ledger (id int PRIMARY KEY, amount numeric)")
    server.ask("INSERT INTO ledger SELECT n, n FROM generate_series(1, 1000) n")
    server.base_backup("recovered")
    server.ask("INSERT INTO ledger SELECT n, n FROM generate_series(1001, 1500) n")
    wanted = server.ask("SELECT count(*), sum(amount) FROM ledger")
    time.sleep(0.2)
    moment = server.ask("SELECT now()::text")[0][0]
    time.sleep(0.2)
    server.ask("DELETE FROM ledger WHERE id > 10")  # the mistake
    server.ask("SELECT pg_switch_wal()")
    wait_for(
        lambda: server.ask("SELECT archived_count > 0 FROM pg_stat_archiver")[0][0], "Archive", server.process
    )
    server.process.stop()

    recovered = server.folder / "recovered"
    with (recovered / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"restore_command = 'cp {server.archive}/%f %p'\n")
        settings.write(f"recovery_target_time = '{moment}'\nrecovery_target_action = 'promote'\n")
    (recovered / "recovery.signal").touch()
    server.start("recovered")
    wait_for(lambda: not server.ask("SELECT pg_is_in_recovery()")[0][0], "Recovery", server.process)
    assert server.ask("SELECT count(*), sum(amount) FROM ledger") == wanted
