"""Short messages to an HTTP gateway: a real server on this machine takes them, refuses them, is busy, or is silent."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest
from django.core.exceptions import ImproperlyConfigured

from common import sms, sms_gateway, tasks
from common.sms_gateway import Gateway, NotSent

MESSAGE = {"to": "+996555123456", "text": "Код 12345 67890 {to}", "key": "k1"}
FIELDS = {"to": "{to}", "text": "{text}", "id": "no. {key}", "options": [{"sender": "Kozot", "flash": False}]}


@pytest.fixture
def gateway(settings):
    """Answers with the statuses of `answers`, then with 200; keeps what it was sent."""
    state = {"answers": [], "sent": [], "headers": {}, "silent": 0.0}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            state["sent"].append((self.path, body))
            state["headers"] = dict(self.headers)
            time.sleep(state["silent"])
            self.send_response(state["answers"].pop(0) if state["answers"] else 200)
            self.send_header("Location", "/elsewhere")
            self.send_header("Retry-After", "20")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST

        def log_message(self, *_args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SMS_GATEWAY = {
        "address": f"http://127.0.0.1:{server.server_port}/send",
        "fields": FIELDS,
        "headers": {"Authorization": "Bearer secret"},
    }
    settings.SMS_BACKEND = "common.sms.to_gateway"
    yield state
    server.shutdown()
    server.server_close()


@pytest.fixture
def queue(monkeypatch):
    """What was put into the queue; `run` does it as a worker would, without the waits."""
    sent: list[str] = []
    monkeypatch.setattr(tasks.post_sms, "delay", sent.append)

    def run() -> None:
        tasks.post_sms.apply(args=[sent.pop(0)])

    return sent, run


def test_a_message_goes_out_as_the_setting_says(gateway, queue):
    sms.send(MESSAGE["to"], MESSAGE["text"], key=MESSAGE["key"])
    assert gateway["sent"] == []
    queue[1]()
    ((path, body),) = gateway["sent"]
    assert path == "/send"
    assert json.loads(body) == {
        "to": MESSAGE["to"],
        "text": MESSAGE["text"],
        "id": "no. k1",
        "options": [{"sender": "Kozot", "flash": False}],
    }
    assert gateway["headers"]["Authorization"] == "Bearer secret"
    assert gateway["headers"]["Idempotency-Key"] == "k1"


def test_the_queue_holds_nothing_that_can_be_read(gateway, queue):
    sms.send(MESSAGE["to"], MESSAGE["text"], key=MESSAGE["key"])
    (sealed,) = queue[0]
    assert "555123456" not in sealed and "12345" not in sealed
    assert sms.opened(sealed) == MESSAGE


def test_a_form_is_as_good_as_json(gateway, settings):
    settings.SMS_GATEWAY |= {"format": "form", "fields": {"phone": "{to}", "message": "{text}"}}
    sms_gateway.post(**MESSAGE)
    assert parse_qs(gateway["sent"][0][1]) == {"phone": [MESSAGE["to"]], "message": [MESSAGE["text"]]}


@pytest.mark.parametrize(
    ("answers", "attempts"),
    [([503, 429, 200], 3), ([400], 1), ([401], 1), ([302], 1), ([500] * 20, 1 + len(tasks.SMS_WAITS))],
)
def test_a_busy_gateway_is_asked_again_and_a_refusal_is_not(answers, attempts, gateway, queue, caplog):
    gateway["answers"] = list(answers)
    sms.send(MESSAGE["to"], MESSAGE["text"], key=MESSAGE["key"])
    queue[1]()
    assert [path for path, _body in gateway["sent"]] == ["/send"] * attempts
    told = caplog.text
    assert "k1" in told and "555123456" not in told and "12345 67890" not in told and "secret" not in told
    assert ("not sent after" in told) == (200 not in answers)


def test_a_silent_gateway_is_left_in_time(gateway, monkeypatch):
    monkeypatch.setattr(sms_gateway, "SECONDS", 0.2)
    gateway["silent"] = 1.0
    with pytest.raises(NotSent) as problem:
        sms_gateway.post(**MESSAGE)
    assert problem.value.may_repeat


def test_a_gateway_that_is_away_may_come_back(gateway, settings):
    settings.SMS_GATEWAY |= {"address": "http://127.0.0.1:9/"}
    with pytest.raises(NotSent) as problem:
        sms_gateway.post(**MESSAGE)
    assert problem.value.may_repeat and str(problem.value) == "no answer: ConnectionRefusedError"


def test_the_gateway_says_how_long_to_wait(gateway):
    gateway["answers"] = [429]
    with pytest.raises(NotSent) as problem:
        sms_gateway.post(**MESSAGE)
    assert problem.value.wait == 20


@pytest.mark.parametrize(
    "changed",
    [
        {"address": "http://gateway.example/"},
        {"address": "file:///etc/passwd"},
        {"address": "https://name:word@gateway.example/"},
        {"address": "https:///send"},
        {"format": "xml"},
        {"fields": {"to": "{to}"}},
        {"another": 1},
    ],
)
def test_a_setting_that_leads_elsewhere_is_refused(changed):
    with pytest.raises(ImproperlyConfigured, match="SMS_GATEWAY"):
        Gateway.of({"address": "https://gateway.example/", "fields": FIELDS} | changed)
