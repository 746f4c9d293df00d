"""PAdES seals: made, stamped, left alone by XMP rewriting, and broken by any change."""

from datetime import UTC, date, datetime

import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pyhanko.sign.timestamps import DummyTimeStamper, TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from pensions.certificates.cose import EDDSA, ES256
from pensions.certificates.document import render_certificate
from pensions.certificates.errors import KeyStoreError
from pensions.certificates.keys import LocalSigner, certificate_bytes, generate_key, make_certificate
from pensions.certificates.model import Variant
from pensions.certificates.seal import SealError, read_seals, seal_pdf
from pensions.certificates.stamps import FailoverTimeStamper, StampError, add_time_stamp, timestamper_for
from tests.pensions.certificates.support import SEAL_CERTIFICATE, SEAL_KEY, issued
from tests.pensions.certificates.test_document import form


@pytest.fixture(scope="module")
def plain():
    return render_certificate(form())


@pytest.fixture(scope="module")
def sealed(plain):
    return seal_pdf(plain, signer=LocalSigner(SEAL_KEY), certificate=SEAL_CERTIFICATE)


def stamper():
    """A time-stamp authority inside the test; pyHanko's own knows RSA only."""
    key = rsa.generate_private_key(65537, 2048)
    certificate = make_certificate(
        key.public_key(),
        organisation="Test TSA",
        country="KG",
        valid_from=date(2020, 1, 1),
        valid_until=date(2040, 1, 1),
        issuer_key=key,
    )
    der = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return DummyTimeStamper(
        asn1_x509.Certificate.load(certificate_bytes(certificate)),
        asn1_keys.PrivateKeyInfo.load(der),
        certs_to_embed=SimpleCertificateStore(),
        fixed_dt=datetime(2026, 2, 3, 5, 0, tzinfo=UTC),
    )


def test_a_seal_is_intact_and_names_its_certificate(plain, sealed):
    assert read_seals(plain) == []
    [seal] = read_seals(sealed)
    assert seal.intact and seal.reason == ""
    assert seal.certificate == SEAL_CERTIFICATE
    assert seal.stamps == ()
    assert len(sealed) - len(plain) < 8_000


def test_the_metadata_stays_as_the_typesetter_wrote_it(plain, sealed):
    assert sealed.startswith(plain)
    assert b"ns3:" not in sealed and b"<?xpacket" not in sealed[len(plain) :]


def test_an_ed25519_key_can_seal(plain):
    key = generate_key(EDDSA)
    certificate = make_certificate(
        key.public_key(),
        organisation="Ed",
        country="KG",
        valid_from=date(2026, 1, 1),
        valid_until=date(2027, 1, 1),
        issuer_key=key,
    )
    data = seal_pdf(plain, signer=LocalSigner(key), certificate=certificate_bytes(certificate))
    assert read_seals(data)[0].intact


def test_a_time_stamp_is_embedded_and_read(plain):
    data = seal_pdf(plain, signer=LocalSigner(SEAL_KEY), certificate=SEAL_CERTIFICATE, timestamper=stamper())
    [seal] = read_seals(data)
    assert seal.intact
    [stamp] = seal.stamps
    assert (stamp.at, stamp.document) == (datetime(2026, 2, 3, 5, 0, tzinfo=UTC), False)


def test_a_later_document_time_stamp_keeps_the_seal_and_other_additions_break_it(sealed):
    stamped = add_time_stamp(add_time_stamp(sealed, stamper()), stamper())
    assert stamped.startswith(sealed)
    [seal] = read_seals(stamped)
    assert seal.intact and [stamp.document for stamp in seal.stamps] == [True, True]
    for tail in (b"\n% more", b"\n1 0 obj\n<<>>\nendobj\n"):
        assert not read_seals(sealed + tail)[0].intact
        assert not read_seals(stamped + tail)[0].intact
    with pytest.raises(StampError):
        add_time_stamp(sealed, Broken())


class Broken(TimeStamper):
    async def async_request_tsa_response(self, req):
        raise TimestampRequestError("down")


def test_the_next_authority_is_asked_when_one_is_down(plain):
    both = FailoverTimeStamper([Broken(), stamper()])
    data = seal_pdf(plain, signer=LocalSigner(SEAL_KEY), certificate=SEAL_CERTIFICATE, timestamper=both)
    assert read_seals(data)[0].stamps
    with pytest.raises(SealError):
        seal_pdf(
            plain,
            signer=LocalSigner(SEAL_KEY),
            certificate=SEAL_CERTIFICATE,
            timestamper=FailoverTimeStamper([Broken()]),
        )
    assert timestamper_for([]) is None
    data = seal_pdf(
        plain,
        signer=LocalSigner(SEAL_KEY),
        certificate=SEAL_CERTIFICATE,
        timestamper=FailoverTimeStamper([Broken()]),
        stamp_required=False,
    )
    assert read_seals(data)[0].intact and read_seals(data)[0].stamps == (), (
        "an outage leaves a seal without a stamp"
    )


def test_a_changed_byte_anywhere_breaks_the_seal(sealed):
    """Every region of the file: each 211th byte, and every byte around the byte range and the end."""
    start = sealed.index(b"/ByteRange")
    places = {*range(0, len(sealed), 211), *range(start, start + 60), *range(len(sealed) - 60, len(sealed))}
    unbroken = []
    for place in sorted(places):
        changed = bytearray(sealed)
        changed[place] ^= 0x01
        if any(seal.intact for seal in read_seals(bytes(changed))):
            unbroken.append(place)
    contents = sealed.index(b"/Contents <") if b"/Contents <" in sealed else sealed.index(b"/Contents<")
    end = sealed.index(b">", contents)
    # Only the padding and the unsigned wrapping of the signature container itself lie outside of what it signs.
    assert all(contents < place < end for place in unbroken), unbroken


def test_a_cut_or_swapped_file_bears_no_intact_seal(sealed):
    assert not any(seal.intact for seal in read_seals(sealed[:-100]))
    other = issued(1).pdf(Variant.PERIOD)
    assert not any(seal.intact for seal in read_seals(sealed[:2000] + other[2000:]))


def test_what_cannot_be_sealed():
    with pytest.raises(SealError):
        seal_pdf(b"no pdf", signer=LocalSigner(SEAL_KEY), certificate=SEAL_CERTIFICATE)

    class National:
        algorithm = -65000
        public_key = SEAL_KEY.public_key()

        def sign(self, message):
            return b""

    with pytest.raises(KeyStoreError):
        seal_pdf(render_certificate(form()), signer=National(), certificate=SEAL_CERTIFICATE)
    assert LocalSigner(SEAL_KEY).algorithm == ES256
