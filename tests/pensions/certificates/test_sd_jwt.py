"""SD-JWT: the published strings, our own issue, and what must be refused."""

import base64
import json
from dataclasses import replace

import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric import ec

from pensions.certificates.cose import EDDSA, ES256
from pensions.certificates.keys import LocalSigner, generate_key
from pensions.certificates.sd_jwt import (
    Hidden,
    SdJwtError,
    bind_key,
    issue_sd_jwt,
    present,
    verify_sd_jwt,
    wallet_claims,
)
from tests.pensions.certificates.support import record
from tests.pensions.vectors import vector_dir

PUBLISHED = vector_dir("sd-jwt-rfc9901")


def jwk(fields):
    x, y = (int.from_bytes(base64.urlsafe_b64decode(fields[n] + "=="), "big") for n in "xy")
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()


def test_every_published_string():
    settings = yaml.safe_load((PUBLISHED() / "examples" / "settings.yml").read_text())["key_settings"]
    issuers = settings.get("issuer_keys") or [settings["issuer_key"]]
    issuer, holder = jwk(issuers[0]), jwk(settings["holder_key"])
    examples = json.loads((PUBLISHED() / "compact_examples.json").read_text())
    bound = checked = 0
    for example in examples:
        compact = example["compact"]
        if "~" not in compact:
            compact += "~"
        key = holder if example["key_binding_jwt"] else None
        verified = verify_sd_jwt(compact, issuer, holder_key=key)
        assert "_sd" not in json.dumps(verified.claims)
        assert compact.count("~") - 1 == example["disclosures"]
        bound += verified.key_binding is not None
        checked += 1
    assert (checked, bound) == (9, 3)


def test_a_published_string_with_a_changed_disclosure_is_refused():
    settings = yaml.safe_load((PUBLISHED() / "examples" / "settings.yml").read_text())["key_settings"]
    issuer = jwk((settings.get("issuer_keys") or [settings["issuer_key"]])[0])
    examples = json.loads((PUBLISHED() / "compact_examples.json").read_text())
    compact = next(e["compact"] for e in examples if e["disclosures"] > 2 and not e["key_binding_jwt"])
    parts = compact.split("~")
    entry = json.loads(base64.urlsafe_b64decode(parts[1] + "=="))
    entry[-1] = "forged"
    parts[1] = base64.urlsafe_b64encode(json.dumps(entry).encode()).rstrip(b"=").decode()
    with pytest.raises(SdJwtError):
        verify_sd_jwt("~".join(parts), issuer)


@pytest.fixture(params=[EDDSA, ES256])
def signer(request):
    return LocalSigner(generate_key(request.param))


def wallet(signer):
    full = record(root=bytes(32))
    return issue_sd_jwt(
        wallet_claims(full, issuer_url="https://kozot.example", status_uri="https://kozot.example/status/1"),
        signer,
    )


def test_the_wallet_copy_opens_completely(signer):
    claims = verify_sd_jwt(wallet(signer), signer.public_key).claims
    assert claims["name"] == "Жумабаева Айгүл Төлөнбековна"
    assert claims["months"][0] == {
        "month": "2025-01",
        "days": 28,
        "contribution": "8912.20",
        "wage": "40510.00",
        "tax": "5266.30",
    }
    assert len(claims["months"]) == 12
    assert claims["status"] == {"status_list": {"idx": 5, "uri": "https://kozot.example/status/1"}}


def test_the_worker_shows_only_what_is_needed(signer):
    compact = wallet(signer)
    shown = present(compact, lambda name, value: name == "name")
    claims = verify_sd_jwt(shown, signer.public_key).claims
    assert claims["name"].startswith("Жумабаева")
    assert claims["months"] == []
    assert not {"birthdate", "position", "employer"} & set(claims)
    assert "40510" not in base64.urlsafe_b64decode(shown.split(".")[1] + "==").decode()


def test_contributions_without_wages(signer):
    def keep(name, value):
        return name == "contribution" or name is None

    claims = verify_sd_jwt(present(wallet(signer), keep), signer.public_key).claims
    assert claims["months"][3] == {"month": "2025-04", "days": 31, "contribution": "8915.20"}


def test_a_key_binding_is_for_one_presentation_audience_and_nonce(signer):
    holder = LocalSigner(generate_key(ES256))
    shown = present(wallet(signer), lambda name, value: name == "name")
    bound = bind_key(shown, holder, audience="https://pension.example", nonce="n1", issued_at=1_770_000_000)
    demand = {"holder_key": holder.public_key, "audience": "https://pension.example", "nonce": "n1"}
    assert verify_sd_jwt(bound, signer.public_key, **demand).key_binding["nonce"] == "n1"
    for change in ({"nonce": "n2"}, {"audience": "x"}, {"holder_key": generate_key(ES256).public_key()}):
        with pytest.raises(SdJwtError):
            verify_sd_jwt(bound, signer.public_key, **{**demand, **change})
    with pytest.raises(SdJwtError):
        verify_sd_jwt(shown, signer.public_key, **demand)
    wider = wallet(signer) + bound.rpartition("~")[2]
    with pytest.raises(SdJwtError):
        verify_sd_jwt(wider, signer.public_key, **demand)


def test_what_must_be_refused(signer):
    compact = issue_sd_jwt({"a": Hidden(1), "b": [Hidden(2)]}, signer)
    jwt, first, second, _ = compact.split("~")
    assert verify_sd_jwt(compact, signer.public_key).claims == {"a": 1, "b": [2]}
    for broken in (
        f"{jwt}~{first}~{first}~",
        f"{jwt}~{first}~{base64.urlsafe_b64encode(b'[1,2]').decode().rstrip('=')}~",
        f"{jwt}x~{first}~",
        f"{jwt}~not json~",
        jwt,
        "",
    ):
        with pytest.raises(SdJwtError):
            verify_sd_jwt(broken, signer.public_key)
    with pytest.raises(SdJwtError):
        verify_sd_jwt(compact, generate_key(ES256).public_key())
    with pytest.raises(SdJwtError):
        issue_sd_jwt({"_sd": Hidden(1)}, signer)
    assert second


def test_a_header_cannot_choose_its_algorithm(signer):
    compact = issue_sd_jwt({"a": 1}, signer, header={"alg": "none"})
    with pytest.raises(SdJwtError):
        verify_sd_jwt(compact, signer.public_key)
    assert replace(record(), root=None).root is None
