"""A time-stamp authority for tests: by call, and over HTTP as a real one is asked."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from pensions.certificates.keys import certificate_bytes, make_certificate


class Stamper(DummyTimeStamper):
    """pyHanko's own writes its signing time in a form that ends in 2049; the time of the stamp itself does not."""

    def _sign_tst_info(self, tst_info_data, md_algorithm, dt):
        return super()._sign_tst_info(
            tst_info_data, md_algorithm, min(dt, datetime(2049, 12, 31, tzinfo=UTC))
        )


class Authority:
    """Key and certificate of one authority in its years; `stamper()` stamps with the clock of the moment."""

    def __init__(
        self, name: str = "Test TSA", valid_from=date(2020, 1, 1), valid_until=date(2040, 1, 1), bits=2048
    ):
        self.key = rsa.generate_private_key(65537, bits)
        self.certificate = certificate_bytes(
            make_certificate(
                self.key.public_key(),
                organisation=name,
                country="KG",
                valid_from=valid_from,
                valid_until=valid_until,
                issuer_key=self.key,
            )
        )

    def stamper(self, at: datetime | None = None) -> Stamper:
        der = self.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return Stamper(
            asn1_x509.Certificate.load(self.certificate),
            asn1_keys.PrivateKeyInfo.load(der),
            certs_to_embed=SimpleCertificateStore(),
            fixed_dt=at or datetime.now(UTC),
        )


@contextmanager
def served(authority: Authority) -> Iterator[str]:
    """The address of the authority on this machine, while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            answer = authority.stamper().request_tsa_response(asked).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
