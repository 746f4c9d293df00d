"""The plain production on this machine, on loopback: what deploy/ says, as processes of its own, and a walk over it.

PostgreSQL and Redis are throw-away servers; gunicorn, a worker for each queue, beat and nginx (where it is installed)
run with the settings of production. `make production` walks and ends; STAY=1 leaves it running until Ctrl-C.
"""

import contextlib
import os
import secrets
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from places import BIN, MANAGE, ROOT, environment
from processes import Child, Failure, child, free_port, leave_on_terminate, wait_for
from servers import Server, postgresql, redis_server, search_path

QUEUES = ("quick", "imports", "bulk")
CELERY = [str(BIN / "celery"), "--app=config"]


class Production:
    """One production under `folder`; `settings` is what its processes find in their environment."""

    def __init__(self, folder: Path, database: Server, queue: Server, **more: str) -> None:
        self.folder, self.ports, self.token = folder, (free_port(), free_port()), secrets.token_urlsafe(24)
        made = subprocess.run(
            [sys.executable, "-m", "config.settings.environment"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        own = dict(line.split("=", 1) for line in made.stdout.split())
        own |= {
            "DATABASE_URL": database.url,
            "REDIS_URL": queue.url,
            "KOZOT_HOSTS": "localhost",
            "KOZOT_ADDRESS": "https://localhost",
            "KOZOT_REGISTER": "localhost/control-register",
            "KOZOT_PROXIES": "1",
            "KOZOT_METRICS_TOKEN": self.token,
            "KOZOT_WEB_PROCESSES": "1",
        }
        self.settings = environment(folder, "production", **own | more)
        self.addresses = [f"http://127.0.0.1:{port}" for port in self.ports]
        self.address = self.addresses[0]

    def run(self, *command: str) -> str:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=self.settings,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Failure(f"{' '.join(command)} failed:\n{(done.stdout + done.stderr)[-3000:]}")
        return done.stdout + done.stderr

    def manage(self, *words: str) -> str:
        return self.run(*MANAGE, *words)

    def release(self) -> str:
        """What deploy/release.sh does, step by step."""
        told = self.manage("check", "--deploy", "--fail-level", "WARNING")
        self.manage("migrate", "--noinput", "--verbosity=0")
        self.manage("collectstatic", "--noinput", "--verbosity=0")
        return told

    def start(self, name: str, command: list[str], **more: str) -> contextlib.AbstractContextManager[Child]:
        log = self.folder / "log" / f"{name}.log"
        return child(name, command, log, cwd=ROOT, env=self.settings | more)

    @contextlib.contextmanager
    def web(self, place: int) -> Iterator[Child]:
        command = [str(BIN / "gunicorn"), "--config", "deploy/gunicorn.conf.py", "config.wsgi:application"]
        with self.start(f"web{place + 1}", command, KOZOT_BIND=f"127.0.0.1:{self.ports[place]}") as process:
            ready = f"{self.addresses[place]}/health/ready"
            wait_for(lambda: self.ask(ready)[0] == 200, "The web server", process)
            yield process

    def worker(self, queue: str) -> contextlib.AbstractContextManager[Child]:
        command = [*CELERY, "worker", f"--queues={queue}", "--concurrency=1", f"--hostname={queue}@localhost"]
        return self.start(f"worker-{queue}", command)

    def beat(self) -> contextlib.AbstractContextManager[Child]:
        return self.start("beat", [*CELERY, "beat"])

    @contextlib.contextmanager
    def workers(self) -> Iterator[None]:
        with contextlib.ExitStack() as stack:
            for queue in QUEUES:
                stack.enter_context(self.worker(queue))
            stack.enter_context(self.beat())
            yield

    @contextlib.contextmanager
    def proxy(self) -> Iterator[str | None]:
        """nginx as the template has it, with a certificate for localhost; None where there is no nginx."""
        program = shutil.which("nginx", path=search_path())
        if not program:
            yield None
            return
        port = free_port()
        configuration = self._nginx(port)
        command = [program, "-c", str(configuration), "-p", str(self.folder), "-g", "daemon off;"]
        with self.start("nginx", command) as process:
            address = f"https://localhost:{port}"
            wait_for(lambda: self.ask(f"{address}/health/live")[0] == 200, "nginx", process)
            yield address

    def _nginx(self, port: int) -> Path:
        place = self.folder / "nginx"
        place.mkdir(exist_ok=True)
        request = [
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
        ]
        self.run("openssl", *request, "-keyout", f"{place}/key.pem", "-out", f"{place}/fullchain.pem")
        text = (ROOT / "deploy" / "nginx.conf.template").read_text()
        for old, new in {
            "${KOZOT_WEB_1}": f"127.0.0.1:{self.ports[0]}",
            "${KOZOT_WEB_2}": f"127.0.0.1:{self.ports[1]}",
            "${KOZOT_HOST}": "localhost",
            "listen 80;": f"listen 127.0.0.1:{free_port()};",
            "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
            "/etc/kozot/tls": str(place),
            "/var/log/nginx": str(place),
        }.items():
            text = text.replace(old, new)
        temporary = "".join(
            f"{one}_temp_path {place}/{one};" for one in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        owner = "user root;" if os.geteuid() == 0 else ""
        whole = f"{owner} pid {place}/pid; error_log {place}/error.log crit; events {{}} http {{ {temporary}\n{text} }}"
        (place / "nginx.conf").write_text(whole)
        return place / "nginx.conf"

    def ask(self, url: str, **headers: str) -> tuple[int, bytes]:
        """Status and body; as the proxy would ask, unless the address is the proxy's."""
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = (
            False,
            ssl.CERT_NONE,
        )  # the certificate is our own, made above
        if url.startswith(tuple(self.addresses)):
            headers = {
                "Host": "localhost",
                "X-Forwarded-Proto": "https",
                "X-Forwarded-For": "127.0.0.1",
            } | headers
        request = urllib.request.Request(url, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=20, context=trusting) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except OSError:
            return 0, b""


@contextlib.contextmanager
def production(**more: str) -> Iterator[Production]:
    with tempfile.TemporaryDirectory(prefix="kozot-production-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with postgresql(folder) as database, redis_server(folder) as queue:
            yield Production(folder, database, queue, **more)


def walk(site: Production, proxy: str | None) -> None:
    """What an operator would look at; raises Failure at the first thing that is not as it should be."""
    front = proxy or site.address
    for path, expected in {"/": 200, "/verify/": 200, "/health/live": 200, "/api/v1/schema/": 200}.items():
        status, body = site.ask(front + path)
        told(f"GET {path}", status == expected, f"{status}, {len(body)} bytes")
    told("metrics closed", site.ask(f"{site.address}/metrics")[0] == 404, "404 without the token")
    status, body = site.ask(f"{site.address}/metrics", Authorization=f"Bearer {site.token}")
    told("metrics", status == 200 and b"kozot_jobs" in body, f"{len(body.splitlines())} lines")
    if proxy:
        told("metrics from outside", site.ask(f"{proxy}/metrics")[0] == 404, "404 at the proxy")
    print(site.manage("verify_journal").strip())


def rolling(site: Production, webs: list[contextlib.ExitStack], front: str) -> None:
    """Exchanges one web service after the other while requests are asked without a pause: none may fail."""
    answers, over = Counter(), threading.Event()

    def asking() -> None:
        while not over.is_set():
            answers[site.ask(f"{front}/verify/")[0]] += 1

    threads = [threading.Thread(target=asking) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for place, stack in enumerate(webs):
            stack.close()
            stack.enter_context(site.web(place))
    finally:
        over.set()
        for thread in threads:
            thread.join()
    told("rolling restart", set(answers) == {200}, f"answers meanwhile: {dict(answers)}")


def told(what: str, well: bool, detail: str) -> None:
    print(f"{'ok' if well else 'FAILED':6}  {what}: {detail}", flush=True)
    if not well:
        raise Failure(f"{what}: {detail}")


def main() -> int:
    leave_on_terminate()
    try:
        with production() as site:
            told("release", "no issues" in site.release(), "check --deploy, migrate, collectstatic")
            with contextlib.ExitStack() as whole:
                webs = [whole.enter_context(contextlib.ExitStack()) for _ in site.ports]
                for place, stack in enumerate(webs):
                    stack.enter_context(site.web(place))
                whole.enter_context(site.workers())
                proxy = whole.enter_context(site.proxy())
                walk(site, proxy)
                if proxy:
                    rolling(site, webs, proxy)
                if os.environ.get("STAY") == "1":
                    print(f"{proxy or site.address} · Ctrl-C ends it", flush=True)
                    signal.pause()
    except Failure as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
