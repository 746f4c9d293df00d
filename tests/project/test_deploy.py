"""What deploy/ says holds: production settings name what is missing, limits agree, queues have their workers."""

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import fresh_secrets

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
GOOD = {
    "KOZOT_SECRET_KEY": "".join(chr(65 + n % 58) for n in range(60)),
    "KOZOT_KEYRING": "k1:dGVzdGtleXRlc3RrZXl0ZXN0a2V5dGVzdGtleTEyMzQ=",
    "KOZOT_INDEX_KEY": "aW5kZXhrZXktbm90LWZvci1yZWFsLXVzZS0xMjM0NTY=",
    "KOZOT_HOSTS": "kozot.example",
    "DATABASE_URL": "postgresql://kozot:secret@127.0.0.1:9/kozot",
    "REDIS_URL": "redis://127.0.0.1:9/0",
}


def production(*command: str, **changed: str) -> subprocess.CompletedProcess:
    bare = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KOZOT_", "DATABASE", "REDIS"))
    }
    settings = bare | GOOD | {"DJANGO_SETTINGS_MODULE": "config.settings.production"} | changed
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=settings, capture_output=True, text=True, check=False
    )


def test_check_deploy_is_clean(tmp_path):
    done = production("manage.py", "check", "--deploy", "--fail-level", "WARNING", KOZOT_VAR=str(tmp_path))
    assert done.returncode == 0, done.stderr[-2000:]
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    ("name", "value", "way_out"),
    [
        ("KOZOT_SECRET_KEY", None, "signs sessions"),
        ("KOZOT_SECRET_KEY", "a" * 60, "prints a fresh one"),
        ("KOZOT_SECRET_KEY", "short", "at least 50"),
        ("KOZOT_KEYRING", None, "wraps persons' keys"),
        ("KOZOT_KEYRING", "dGVzdA==", "id:base64key"),
        ("KOZOT_KEYRING", "k1:dGVzdA==", "32 bytes"),
        ("KOZOT_INDEX_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "its bytes repeat"),
        ("KOZOT_HOSTS", None, "host names"),
        ("KOZOT_HOSTS", "*", "Name the hosts"),
        ("DATABASE_URL", None, "postgresql://user:password"),
        ("DATABASE_URL", "mysql://x", "postgresql://"),
        ("REDIS_URL", None, "redis://"),
        ("KOZOT_DEMO", "1", "unset it in production"),
        ("KOZOT_ERROR_HOOK", "http://elsewhere.example", "https://"),
        ("KOZOT_SMS_GATEWAY", '{"address": "http://elsewhere.example", "fields": {}}', "https://"),
        (
            "KOZOT_SMS_GATEWAY",
            '{"address": "https://gateway.example", "fields": {}}',
            "where {to} and {text} stand",
        ),
        ("KOZOT_SMS_GATEWAY", '{"url": "https://gateway.example"}', "address and fields"),
        ("KOZOT_INDEX_KEY_FILE", "/no/such/file", "cannot be read"),
    ],
)
def test_what_is_missing_or_weak_is_named_with_the_way_out(name, value, way_out, monkeypatch):
    gone = {"KOZOT_INDEX_KEY": None} if name.endswith("_FILE") else {}
    with pytest.raises(ImproperlyConfigured) as refusal:
        loaded(monkeypatch, **{name: value} | gone)
    assert name.removesuffix("_FILE").removeprefix("KOZOT_") in str(refusal.value) and way_out in str(
        refusal.value
    )


def test_fresh_secrets_are_good_enough_and_a_file_is_as_good_as_a_variable(tmp_path, monkeypatch):
    fresh = dict(line.split("=", 1) for line in fresh_secrets())
    index = tmp_path / "index_key"
    index.write_text(fresh["KOZOT_INDEX_KEY"] + "\n")
    named = {"KOZOT_INDEX_KEY": None, "KOZOT_INDEX_KEY_FILE": str(index)}
    assert fresh["KOZOT_INDEX_KEY"] == loaded(monkeypatch, **fresh | named).INDEX_KEY


def loaded(monkeypatch, **changed: str | None):
    """The settings of production, read anew from an environment of GOOD and what is changed."""
    for name in [name for name in os.environ if name.startswith(("KOZOT_", "DATABASE", "REDIS"))]:
        monkeypatch.delenv(name)
    for name, value in (GOOD | changed).items():
        if value is not None:
            monkeypatch.setenv(name, value)
    for name in [name for name in sys.modules if name.startswith("config.settings.")]:
        monkeypatch.delitem(sys.modules, name)
    return importlib.import_module("config.settings.production")


def test_cookies_of_a_production_go_by_https_alone(monkeypatch, tmp_path):
    settings = loaded(monkeypatch, KOZOT_VAR=str(tmp_path))
    for name in ("SESSION", "CSRF", "LANGUAGE"):
        assert getattr(settings, f"{name}_COOKIE_SECURE") is True
        assert getattr(settings, f"{name}_COOKIE_SAMESITE") == "Lax"


def mebibytes(text: str) -> list[int]:
    return [int(found) for found in re.findall(r"client_max_body_size (\d+)m;", text)]


def test_limits_of_proxy_and_site_agree(settings):
    text = (DEPLOY / "nginx.conf.template").read_text()
    unit = 1024 * 1024
    assert [size * unit for size in mebibytes(text)] == [
        settings.UPLOAD_MAX_BYTES + settings.FORM_MAX_BYTES,
        settings.IMPORT_MAX_BYTES + settings.FORM_MAX_BYTES,
    ]
    prefixes = re.search(r"location ~ \^/\((.*)\) \{", text)[1].split("|")
    assert [f"/{prefix}" for prefix in prefixes] == list(settings.IMPORT_PATHS)


def test_import_paths_are_addresses_that_take_a_file(settings):
    from django.urls import Resolver404, resolve, reverse

    for path in settings.IMPORT_PATHS:
        try:
            resolve(path)
        except Resolver404:
            pytest.fail(f"{path} is no address any more")
    assert reverse("pensions:employer_upload").startswith(tuple(settings.IMPORT_PATHS))


def test_each_queue_has_a_worker_in_both_variants(settings):
    queues = {queue.name for queue in settings.CELERY_TASK_QUEUES}
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    commands = " ".join(" ".join(one.get("command", [])) for one in services.values())
    assert set(re.findall(r"--queues=(\w+)", commands)) == queues
    target = (DEPLOY / "systemd" / "kozot.target").read_text()
    assert set(re.findall(r"kozot-worker@(\w+)", target)) == queues


def test_the_compose_file_refers_to_what_there_is():
    """Every service is started after services that exist, with secrets, volumes and networks that are declared."""
    whole = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    for name, one in whole["services"].items():
        assert "image" in one, name
        assert set(one.get("depends_on", {})) <= set(whole["services"]), name
        for after, how in one.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "test" in whole["services"][after].get("healthcheck", {}) or after.startswith("web"), (
                    after
                )
        assert set(one.get("secrets", [])) <= set(whole["secrets"]), name
        assert set(one.get("networks", [])) <= set(whole["networks"]), name
        named = {volume.partition(":")[0] for volume in one.get("volumes", [])}
        assert {volume for volume in named if not volume.startswith(".")} <= set(whole["volumes"]), name
        wanted = {key.removesuffix("_FILE") for key in one.get("environment", {}) if key.endswith("_FILE")}
        if one["image"] == "kozot":
            assert wanted >= {
                "KOZOT_SECRET_KEY",
                "KOZOT_KEYRING",
                "KOZOT_INDEX_KEY",
                "DATABASE_URL",
                "REDIS_URL",
            }
    assert "ports" not in whole["services"]["postgres"] and "ports" not in whole["services"]["redis"]


def test_containers_do_not_get_into_each_others_way():
    """What goes out has a way out, each web a folder of metrics, health is asked where podman looks, dumps fit."""
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    ports = {
        name: services[name]["environment"]["KOZOT_BIND"].rpartition(":")[2] for name in ("web1", "web2")
    }
    proxy = services["proxy"]["environment"]
    assert len(set(ports.values())) == 2
    assert [proxy[f"KOZOT_WEB_{n}"] for n in (1, 2)] == [f"{name}:{port}" for name, port in ports.items()]
    for name, one in services.items():
        assert one["image"] != "kozot" or "outside" in one["networks"], name
        if name in ports:
            assert "healthcheck" in one and "backups:/backups:ro" in one["volumes"]
    release = re.search(r"python:\S+-(\w+)$", (DEPLOY / "Containerfile").read_text(), re.M)[1]
    server = re.search(r"postgres:(\d+)", services["postgres"]["image"])[1]
    assert {"bookworm": "15", "trixie": "17"}[release] == server, (
        "pg_dump of our image refuses a newer server"
    )


def test_secrets_of_the_containers_are_made_once_and_are_good_enough(tmp_path, monkeypatch):
    script = tmp_path / "secrets.sh"
    script.write_text((DEPLOY / "secrets.sh").read_text())
    for _again in range(2):
        subprocess.run(["sh", str(script)], check=True)
    made = {file.name: file.read_text() for file in (tmp_path / "secrets").iterdir()}
    whole = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    assert set(made) == set(whole["secrets"])
    assert f":{made['postgres_password']}@postgres/" in made["database_url"]
    named = {
        name: str(tmp_path / "secrets" / path.removeprefix("/run/secrets/"))
        for name, path in whole["services"]["web1"]["environment"].items()
        if name.endswith("_FILE")
    }
    from_files = {name: None for name in GOOD if f"{name}_FILE" in named}
    settings = loaded(monkeypatch, **named | from_files)
    assert (made["secret_key"], made["metrics_token"]) == (settings.SECRET_KEY, settings.METRICS_TOKEN)
    assert settings.DATABASES["default"]["PASSWORD"] == made["postgres_password"]


def test_every_setting_of_a_production_is_told_somewhere():
    """Each variable that the code reads stands in a page of docs or in env.example."""
    told = " ".join(file.read_text() for file in [*(ROOT / "docs").rglob("*.md"), DEPLOY / "env.example"])
    read = set()
    for folder in ("config", "common", "accounts", "pensions", "cases", "monitoring", "reports"):
        for path in (ROOT / folder).rglob("*.py"):
            read |= set(re.findall(r"\b(?:KOZOT_[A-Z0-9_]+|DATABASE_URL|REDIS_URL)\b", path.read_text()))
    assert {name for name in read if not re.search(rf"\b{name}\b", told)} == set()


CLIENTS = re.compile(
    r"^\s*(?:import|from) (urllib\.request|http\.client|requests|httpx|aiohttp|socket|ftplib)\b", re.M
)
# Each goes to addresses that the operator has written into the settings, and to no other.
FETCHERS = {
    "common/watch/logs.py",
    "common/virus_scan.py",
    "common/fetching.py",
    "common/sms_gateway.py",
    "accounts/oidc.py",
}


def test_nothing_fetches_an_address_that_somebody_typed():
    """No app opens connections by itself; one that does is written down here, with the wall before it."""
    apps = ("common", "accounts", "pensions", "cases", "monitoring", "reports")
    found = {
        str(path.relative_to(ROOT))
        for app in apps
        for path in (ROOT / app).rglob("*.py")
        if CLIENTS.search(path.read_text())
    }
    assert found <= FETCHERS, "see docs/operations.md, Fetchers"
