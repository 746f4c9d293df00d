"""Health, metrics, logs and errors of a running house; nothing personal stands in any of them."""

import gzip
import json
import logging
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import DatabaseError, IntegrityError
from django.http import HttpResponse, StreamingHttpResponse

from common import jobs
from common.models import Job
from common.watch import cache, health, logs
from common.watch.packing import PackingMiddleware

SECRET = "21203199012345"


@pytest.mark.django_db
def test_health_needs_no_host_and_no_person(client):
    assert client.get("/health/live", headers={"host": "10.0.0.7"}).content == b"alive\n"
    answer = client.get("/health/ready", headers={"host": "10.0.0.7"})
    assert answer.status_code == 200 and answer.json()["ready"]
    assert set(answer.json()["parts"].values()) == {"ok"}


@pytest.mark.django_db
def test_without_its_database_the_site_is_not_ready_and_says_only_which_part(client, monkeypatch):
    def gone(alias):
        raise DatabaseError(f"could not connect to {SECRET}")

    monkeypatch.setattr(health, "_database", gone)
    answer = client.get("/health/ready")
    assert answer.status_code == 503 and answer.json()["parts"]["database default"] == "DatabaseError"
    assert SECRET not in answer.content.decode()


@pytest.mark.django_db
def test_a_full_disk_or_a_lost_cache_is_told_but_the_site_serves_on(client, monkeypatch):
    monkeypatch.setattr(health, "LEAST_FREE", 2**60)
    answer = client.get("/health/ready")
    assert answer.status_code == 200 and answer.json()["parts"]["disk"] == "RuntimeError"


@pytest.mark.django_db
def test_metrics_are_there_for_the_operator_alone(client, settings):
    assert client.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "a token"
    assert client.get("/metrics", headers={"authorization": "Bearer another"}).status_code == 404
    Job.everything.create(kind="registry.totalise")
    client.get("/verify/")
    text = client.get("/metrics", headers={"authorization": "Bearer a token"}).content.decode()
    assert 'kozot_jobs{kind="registry.totalise",state="queued"} 1.0' in text
    assert 'kozot_request_seconds_count{answer="2xx",method="GET",route="verify/"}' in text
    assert "kozot_backup_age_seconds" not in text, "absent is not zero"


@pytest.mark.django_db
def test_a_request_is_logged_by_its_route_without_what_was_typed(client, caplog):
    with caplog.at_level(logging.INFO, "kozot.request"):
        answer = client.get(f"/verify/{SECRET}/?q={SECRET}", headers={"x-request-id": "abcdef1234"})
    lines = [
        logs.JsonFormatter().format(record) for record in caplog.records if record.name == "kozot.request"
    ]
    told = json.loads(lines[-1])
    assert told["route"] == "verify/<str:number>/" and told["request_id"] == "abcdef1234"
    assert answer["X-Request-ID"] == "abcdef1234"
    assert SECRET not in "".join(lines)


def test_a_forged_number_of_a_request_is_not_taken(client, db):
    assert client.get("/health/live").status_code == 200
    made = client.get("/verify/", headers={"x-request-id": 'x"} {"level": "forged'})["X-Request-ID"]
    assert made.isalnum()


def record_of(error: BaseException) -> logging.LogRecord:
    try:
        raise error
    except type(error):
        return logging.LogRecord("kozot", logging.ERROR, __file__, 1, "it failed", (), sys.exc_info())


def test_of_an_exception_its_kind_and_places_are_logged_and_no_words():
    line = logs.JsonFormatter().format(record_of(IntegrityError(f"Key (number)=({SECRET}) already exists")))
    told = json.loads(line)
    assert told["error"] == "IntegrityError" and any("record_of" in place for place in told["places"])
    assert SECRET not in line


def test_lines_of_django_keep_their_template_not_the_path():
    record = logging.LogRecord(
        "django.request", 30, "x", 1, "%s: %s", ("Not Found", f"/verify/{SECRET}/"), None
    )
    assert SECRET not in logs.JsonFormatter().format(record)


def test_the_error_hook_posts_an_error_once_a_minute():
    got, arrived = [], threading.Event()

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()
            arrived.set()

        def log_message(self, *words):
            pass

    server = HTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hook = logs.ErrorHook(f"http://127.0.0.1:{server.server_port}/")
    for _ in range(3):
        hook.handle(record_of(ValueError(SECRET)))
    assert arrived.wait(5)
    server.shutdown()
    server.server_close()
    assert len(got) == 1 and got[0]["error"] == "ValueError" and SECRET not in str(got)


def test_a_lost_redis_leaves_each_process_its_own_counts(monkeypatch):
    monkeypatch.setattr(cache.SteadyRedisCache, "again_at", 0.0)
    lost = cache.SteadyRedisCache("redis://127.0.0.1:9/0", {"OPTIONS": {"socket_connect_timeout": 0.2}})
    lost.clear()
    assert lost.add("a", 0, 60) and lost.incr("a") == 1 and lost.get("a") == 1
    with pytest.raises(cache.AWAY):
        lost.ping()


@pytest.mark.django_db(transaction=True)
def test_a_job_that_cannot_be_sent_waits_and_the_sweeper_sends_it(monkeypatch):
    from kombu.exceptions import OperationalError

    from common.tasks import run_job

    def away(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr(run_job, "apply_async", away)
    job = jobs.enqueue("registry.stage_import", by=None)
    job.refresh_from_db()
    assert job.state == "queued" and job.sent_at is None
    Job.everything.filter(pk=job.pk).update(created_at=job.created_at.replace(year=2020))
    sent = []
    monkeypatch.setattr(run_job, "apply_async", lambda args, queue: sent.append((args, queue)))
    assert jobs.sweep() == 1 and sent == [([str(job.pk)], "imports")]


@pytest.mark.django_db
def test_too_large_a_body_is_refused_before_it_is_read(client, settings):
    settings.UPLOAD_MAX_BYTES = settings.FORM_MAX_BYTES = 100
    answer = client.post("/verify/", {"text": "x" * 500}, headers={"accept-language": "en"})
    assert answer.status_code == 413 and "200" in answer.content.decode()
    answer = client.post("/api/v1/verify/", {"text": "x" * 500})
    assert answer.status_code == 413 and answer.json()["code"] == "too_large"


@pytest.mark.django_db
def test_a_page_goes_packed_to_who_takes_it_so(client):
    plain, packed = client.get("/help/"), client.get("/help/", headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in plain and packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 2 and b"</html>" in gzip.decompress(packed.content)
    assert "Accept-Encoding" in packed["Vary"]


def test_documents_and_streams_go_as_they_are(rf):
    taken = rf.get("/", headers={"accept-encoding": "gzip"})
    text = "ң" * 500
    for answer in (HttpResponse(text, content_type="application/pdf"), StreamingHttpResponse([text])):
        assert "Content-Encoding" not in PackingMiddleware(lambda request, a=answer: a)(taken)
    assert "Content-Encoding" in PackingMiddleware(lambda request: HttpResponse(text))(taken)


def test_every_kind_of_job_has_a_queue_that_somebody_works_off(settings):
    known = {queue.name for queue in settings.CELERY_TASK_QUEUES}
    assert {kind.queue for kind in jobs.kinds().values()} <= known
    assert known == {"quick", "imports", "bulk"}
