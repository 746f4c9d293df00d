"""Asks a virus scanner about a file before it is kept: clamd of ClamAV, by its INSTREAM command.

Off unless `settings.VIRUS_SCANNER` names one; then nothing is looked at, and `is_on()` lets pages say so. A scanner
that is named and does not answer refuses the file: nobody is told that it was looked at when it was not.
"""

import socket
import struct
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, Invalid

CHUNK, SECONDS = 64 * 1024, 60


def is_on() -> bool:
    return bool(settings.VIRUS_SCANNER)


def scan(stream: BinaryIO) -> bool:
    """True: looked at and clean. False: no scanner is set up. Invalid when something was found."""
    if not is_on():
        return False
    stream.seek(0)
    try:
        answer = _ask(stream)
    except OSError as error:
        raise _silent() from error
    finally:
        stream.seek(0)
    if answer.endswith("FOUND"):
        raise Invalid(
            "file_infected", _("The virus scanner found something harmful in this file."), field="file"
        )
    if answer != "stream: OK":
        raise _silent()
    return True


def _ask(stream: BinaryIO) -> str:
    """What clamd answers: `stream: OK`, `stream: NAME FOUND`, or an error."""
    with _connect(settings.VIRUS_SCANNER) as line:
        line.sendall(b"zINSTREAM\0")
        while chunk := stream.read(CHUNK):
            line.sendall(struct.pack("!I", len(chunk)) + chunk)
        line.sendall(struct.pack("!I", 0))
        answer = b""
        while part := line.recv(CHUNK):
            answer += part
    return answer.rstrip(b"\0\n").decode(errors="replace")


def _connect(address: str) -> socket.socket:
    kind, _colon, place = address.partition(":")
    if kind == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS)
        line.connect(place)
        return line
    host, _colon, port = place.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)


def _silent() -> Conflict:
    return Conflict(
        "scanner_silent",
        _("The virus scanner does not answer, so the file was not kept."),
        way_out=_("Try again later, or tell the administrator."),
        field="file",
    )
