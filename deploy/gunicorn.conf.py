"""The web process: `gunicorn --config deploy/gunicorn.conf.py config.wsgi`. What differs comes from the environment."""

import os
import shutil
from pathlib import Path

bind = os.environ.get("KOZOT_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("KOZOT_WEB_PROCESSES", 2 * (os.cpu_count() or 1) + 1))
threads = int(os.environ.get("KOZOT_WEB_THREADS", "2"))
timeout = 60  # seconds of one request; what takes longer is a job
graceful_timeout = 30  # a stop waits so long for requests under way
max_requests, max_requests_jitter = 5_000, 500  # what leaks, leaks for an hour
preload_app = True  # started when it is loaded; memory that nobody writes to is shared
accesslog = None  # common.watch writes a line for each request, with the route and without the path
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - the heartbeat file of gunicorn
limit_request_line = 4094
limit_request_field_size = 8190
forwarded_allow_ips = os.environ.get("KOZOT_PROXY_ADDRESSES", "127.0.0.1")
control_socket_disable = True

# The processes write their counts into one folder, whichever of them answers /metrics.
_metrics = Path(os.environ.get("KOZOT_VAR", "var")) / "metrics" / bind.rpartition(":")[2]
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_metrics)


def on_starting(server) -> None:
    shutil.rmtree(_metrics, ignore_errors=True)
    _metrics.mkdir(parents=True, exist_ok=True)


def post_fork(server, worker) -> None:
    """What was opened while loading belongs to the parent."""
    from django.db import connections

    connections.close_all()


def child_exit(server, worker) -> None:
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)
