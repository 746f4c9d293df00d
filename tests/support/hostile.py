"""Files made to do harm, and names made to mislead. Each is built when it is asked for.

`FILES` are refused wherever a file is opened. `ODD` may be taken where a file is only kept, and is then harmless:
it goes out as a download of a kind that we have named.
"""

import gzip
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

import pikepdf
import xlsxwriter

MIB = 1024**2
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><x>&l9;</x>'.encode()
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PAGE = b"<!DOCTYPE html><html><script>alert(1)</script></html>"


def packed(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def document(**parts: bytes) -> bytes:
    return packed(**{"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}, **parts)


def workbook(change: Callable[[str, bytes], bytes] = lambda name, data: data, **more: bytes) -> bytes:
    """A true workbook with its parts changed or others added."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Имя", "Сумма"])
        sheet.write_row(1, 0, ["Асан", 5])
    with zipfile.ZipFile(io.BytesIO(target.getvalue())) as old:
        return packed(**{name: change(name, old.read(name)) for name in old.namelist()}, **more)


def with_strings(xml: bytes) -> bytes:
    return workbook(lambda name, data: xml if name == "xl/sharedStrings.xml" else data)


def locked_pdf() -> bytes:
    target = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(target, encryption=pikepdf.Encryption(owner="a", user="b"))
    return target.getvalue()


def huge_picture() -> bytes:
    """A PNG that says it is fifty thousand by fifty thousand, in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * MIB)) + chunk(b"IEND", b"")


def locked_workbook() -> bytes:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096
    return ole + "EncryptedPackage".encode("utf-16-le")


ODS = b"application/vnd.oasis.opendocument.spreadsheet"
FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "bomb.xlsx": ("bomb.xlsx", lambda: workbook(**{"xl/media/a.bin": b"\0" * (80 * MIB)})),
    "bomb.ods": ("bomb.ods", lambda: packed(mimetype=ODS, **{"content.xml": b" " * (80 * MIB)})),
    "bomb.docx": ("bomb.docx", lambda: document(**{"word/media/a.bin": b"\0" * (80 * MIB)})),
    "a packed stream": ("table.csv", lambda: gzip.compress(b"\0" * (20 * MIB))),
    "entities": ("table.xml", lambda: BOMB),
    "an outside entity": ("table.xml", lambda: OUTSIDE),
    "nulls": ("table.csv", lambda: b"\0" * 10_000),
    "a null in a cell": ("table.csv", lambda: b"a;b\r\n1;2\0\r\n3;4\r\n"),
    "a page": ("table.xlsx", lambda: PAGE),
    "a page before a PDF": ("paper.pdf", lambda: PAGE + b"\n%PDF-1.7\n"),
    "a program": ("paper.pdf", lambda: b"MZ\x90\0" + bytes(range(256)) * 20),
    "a picture that runs": ("photo.svg", lambda: SVG),
    "a picture that runs, under another name": ("photo.png", lambda: SVG),
    "a huge picture": ("photo.png", huge_picture),
    "a locked PDF": ("paper.pdf", locked_pdf),
    "a locked workbook": ("table.xlsx", locked_workbook),
    "macros": ("table.xlsx", lambda: workbook(**{"xl/vbaProject.bin": b"x"})),
    "an archive of something": ("table.zip", lambda: packed(**{"evil.exe": b"MZ"})),
    "nothing": ("table.csv", lambda: b""),
}
ODD: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a page behind a PDF": ("paper.pdf", lambda: b"%PDF-1.7\n" + PAGE),
    "one field of ten megabytes": ("table.csv", lambda: b'a;b\r\n"' + b"x" * (10 * MIB)),
    "one line of ten megabytes": ("table.csv", lambda: b"a;b;c\r\n" + b"1;" * (5 * MIB)),
    "entities in a workbook": ("table.xlsx", lambda: with_strings(BOMB)),
    "an outside entity in a workbook": ("table.xlsx", lambda: with_strings(OUTSIDE)),
    "formulas": ("table.csv", lambda: b"a;b\r\n=cmd|'/C calc'!A0;+1+1\r\n@SUM(1);-2\r\n"),
    "deep brackets": ("message.json", lambda: b"[" * 200_000),
    "deep objects": ("message.json", lambda: b'{"a":' * 200_000),
    "text": ("note.txt", "Эч кандай таблица жок".encode),
    "figures": ("figures.json", lambda: json.dumps(list(range(10))).encode()),
}
NAMES = [
    "../../etc/passwd",
    "..\\..\\windows\\system.ini",
    "paper\u202efdp.exe",
    "paper\r\nSet-Cookie: a=b\r\n.pdf",
    'paper"; filename="other.exe',
    "paper\0.pdf",
    "<script>alert(1)</script>.pdf",
    "." * 300,
    "\u0430" * 300 + ".pdf",
    "",
]


@cache
def content(what: str) -> bytes:
    return {**FILES, **ODD}[what][1]()


def name(what: str) -> str:
    return {**FILES, **ODD}[what][0]
