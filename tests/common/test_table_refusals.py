"""Every file that must not be read, and the code and sentence its sender gets."""

import datetime as dt
import io
import random
import struct
import zipfile
import zlib

import pytest
import xlsxwriter
from django.utils import translation

from common.tables import errors
from common.tables.guard import Limits
from common.tables.reader import open_table


def workbook(rows=(("Имя", "Сумма"), ("Асан", 5))):
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row)
    return target.getvalue()


def repacked(change=None, add=(), compression=zipfile.ZIP_DEFLATED):
    """A small true workbook with its parts changed or others added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(target, "w", compression) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(name, data) if change else data)
        for name, data in add:
            new.writestr(name, data)
    return target.getvalue()


def sheet_of(xml):
    return repacked(lambda name, data: xml if name == "xl/worksheets/sheet1.xml" else data)


def refused(data, kind, **kwargs):
    with pytest.raises(errors.TableError) as caught, open_table(data, **kwargs) as table:
        list(table.rows())
    assert type(caught.value) is kind, repr(caught.value)
    return caught.value


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02\x03" * 500,
        bytes(range(1, 32)) * 50 + b"\xff\xfe\xfd",
    ],
)
def test_unreadable(data):
    assert refused(data, errors.Unreadable).code == "unreadable"


def test_a_damaged_workbook_says_so_and_the_way_out():
    for data in (b"PK\x03\x04" + b"garbage" * 50, workbook()[:-200]):
        assert refused(data, errors.DamagedWorkbook).code == "unreadable"
    with translation.override("ru"):
        assert "CSV" in str(errors.DamagedWorkbook()) and "повреждена" in str(errors.DamagedWorkbook())


@pytest.mark.parametrize("seed", range(4))
def test_one_flipped_bit_of_a_workbook_gives_the_same_rows_or_a_clear_refusal(seed):
    """Of 200, a third of them among what the archive tells of its parts. Dates are there, for their parts say what a
    number is: a damaged one would make other cells of them without a word."""
    chance, data = random.Random(seed), dated_workbook()
    directory = data.index(b"PK\x01\x02")
    expected = list(open_table(data).rows())
    for place in (chance.randrange(directory if count % 3 else len(data)) for count in range(200)):
        spoiled = bytearray(data)
        spoiled[place] ^= 1 << chance.randrange(8)
        try:
            with open_table(bytes(spoiled)) as table:
                assert list(table.rows()) == expected
        except errors.Unreadable as error:
            assert error.code == "unreadable"


def dated_workbook():
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row("A1", ["Имя", "Сумма", "Күнү"])
        for line in range(1, 30):
            sheet.write_row(line, 0, ["Асан", line * 7.25])
            sheet.write_datetime(line, 2, dt.datetime(2025, 1, line), day)
    return target.getvalue()


def test_sizes_that_are_told_behind_a_part_or_in_its_longer_field_are_no_damage():
    class Pipe(io.BytesIO):
        def seekable(self):
            return False

        def tell(self):
            raise OSError

    for target in (Pipe(), io.BytesIO()):
        with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(target, "w") as new:
            for name in old.namelist():
                with new.open(zipfile.ZipInfo(name), "w", force_zip64=True) as part:
                    part.write(old.read(name))
        assert len(list(open_table(target.getvalue() + b"\r\n").rows())) == 1


def in_zip64(data, more=0):
    """The same archive, its directory told of in the longer record alone."""
    end = data.rindex(b"PK\5\6")
    count, size, start = struct.unpack("<HII", data[end + 10 : end + 20])
    record = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, count + more, count + more, size, start)
    pointer = struct.pack("<4sIQI", b"PK\6\7", 0, end, 1)
    short = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return data[:end] + record + pointer + short


def test_a_directory_that_is_told_of_in_the_longer_record_is_no_damage():
    for tail in (b"", b"\r\n"):
        (row,) = open_table(in_zip64(workbook()) + tail).rows()
        assert row.values == ["Асан", 5]


def test_a_longer_record_that_is_not_there_or_tells_of_other_parts_is_damage():
    data = in_zip64(workbook())
    pointer = data.rindex(b"PK\6\7")
    for one in (in_zip64(workbook(), more=1), data[:pointer] + b"XX" + data[pointer + 2 :]):
        refused(one, errors.DamagedWorkbook)


def test_text_that_breaks_off_in_its_encoding():
    data = "Аты;Суммасы\r\nАсан;5\r\n".encode("utf-32")[:-1]
    assert refused(data, errors.UnreadableAt).code == "unreadable"


def test_a_cell_that_never_ends_is_a_damaged_line():
    with open_table(b'a;b\r\n"' + b"x" * 200_000) as table:
        (row,) = table.rows()
    assert (row.number, row.damage, len(row.values[0])) == (2, "damaged_line", 200)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n", "PNG"),
        (b"<html><table><tr><td>1</td></tr></table>", "HTML"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "XML"),
        (b"Rar!\x1a\x07", "RAR"),
    ],
)
def test_wrong_format_is_named(data, found):
    error = refused(data, errors.WrongFormat)
    assert (error.code, error.params) == ("wrong_format", {"found": found})


@pytest.mark.parametrize(("part", "found"), [("word/document.xml", "DOCX"), ("readme.txt", "ZIP")])
def test_other_archives_are_named(part, found):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(part, "x")
    assert refused(target.getvalue(), errors.WrongFormat).params == {"found": found}


def test_old_and_open_document_workbooks_are_refused_with_the_way_out():
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096
    assert refused(ole + "Workbook".encode("utf-16-le"), errors.OldWorkbook).code == "wrong_format"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<x/>")
    assert refused(target.getvalue(), errors.OldWorkbook).params == {"found": "ODF"}
    assert refused(ole + "EncryptedPackage".encode("utf-16-le"), errors.EncryptedWorkbook)


@pytest.mark.parametrize(
    "data", [b"", b"\r\n\r\n", b";;;\r\n;;\r\n", b"a;b\r\n", workbook(()), workbook([["a", "b"]])]
)
def test_empty(data):
    assert refused(data, errors.Empty).code == "empty"


def test_limits():
    rows = [["Имя", "Сумма"], *[["Асан", n] for n in range(20)]]
    text = "\r\n".join(";".join(map(str, row)) for row in rows).encode()
    for data in (text, workbook(rows)):
        refused(data, errors.TooLarge, limits=Limits(max_bytes=10))
        refused(data, errors.TooManyRows, limits=Limits(max_rows=19))
        refused(data, errors.TooManyColumns, limits=Limits(max_columns=1))
        with open_table(data, limits=Limits(max_rows=20)) as table:
            assert len(list(table.rows())) == 20


def test_macros():
    refused(repacked(add=[("xl/vbaProject.bin", b"x")]), errors.MacroWorkbook)
    kind = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    types = repacked(lambda name, data: data + b"<!--" + kind + b"-->" if "Content_Types" in name else data)
    refused(types, errors.MacroWorkbook)


# --- bombs ------------------------------------------------------------------------------------------


def test_a_bomb_that_tells_its_size():
    data = repacked(add=[("xl/media/a.bin", b"\0" * 80_000_000)])
    assert len(data) < 200_000
    assert refused(data, errors.ArchiveBomb).code == "archive_bomb"


def test_a_bomb_over_the_whole_size_with_a_small_ratio():
    refused(
        repacked(add=[("a.bin", b"\0" * 3_000_000)]),
        errors.ArchiveBomb,
        limits=Limits(max_unpacked=2_000_000),
    )


def lying(data, name, claimed, checksum):
    """The archive with another size for one part in its table of contents and its local header."""
    archive = bytearray(data)
    for signature, offset in ((b"PK\x01\x02", 16), (b"PK\x03\x04", 14)):
        place = -1
        while (place := archive.find(signature, place + 1)) >= 0:
            header = 46 if signature == b"PK\x01\x02" else 30
            if archive[place + header : place + header + len(name)] == name.encode():
                packed = struct.unpack_from("<I", archive, place + offset + 4)[0]
                struct.pack_into("<III", archive, place + offset, checksum, packed, claimed)
    return bytes(archive)


def test_a_bomb_that_lies_about_its_size():
    bomb = b"\0" * 40_000_000
    data = lying(repacked(add=[("xl/media/a.bin", bomb)]), "xl/media/a.bin", 1000, zlib.crc32(bomb[:1000]))
    refused(data, errors.ArchiveBomb)


def test_parts_that_share_their_bytes():
    """One packed block named by many entries of the table of contents."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "x" * 1000)
        first = archive.infolist()[0]
        for number in range(50):
            twin = zipfile.ZipInfo(f"xl/twin{number}.xml")
            for field in ("header_offset", "CRC", "compress_size", "file_size", "compress_type"):
                setattr(twin, field, getattr(first, field))
            archive.filelist.append(twin)
    with pytest.raises(errors.TableError) as caught:
        open_table(target.getvalue()[:])
    assert caught.value.code in ("archive_bomb", "unreadable")


def test_two_cells_far_apart_do_not_reserve_the_space_between():
    cells = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        b"</sheetData></worksheet>"
    )
    refused(sheet_of(cells), errors.TooManyColumns)
    error = refused(sheet_of(cells.replace(b"XFD", b"BA")), errors.SheetTooLarge)
    assert error.params == {"last": 1_048_576, "limit": 12_000_000 // 53}
    refused(sheet_of(cells.replace(b'"', b"'")), errors.TooManyColumns)


def test_one_long_string_named_by_many_cells():
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(1, 30_001))
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + cells
        + b"</sheetData></worksheet>"
    )
    strings = b'<sst xmlns="x"><si><t>' + bytes(range(33, 59)) * 1000 + b"</t></si></sst>"
    parts = {"xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": strings}
    data = repacked(parts.get)
    refused(data, errors.ArchiveBomb)
    with open_table(workbook([["a"], *[["x" * 300]] * 2000])) as table:
        assert len(list(table.rows())) == 2000


def test_every_refusal_speaks_every_language():
    kinds = [errors.TableError, *errors.TableError.__subclasses__(), errors.OldWorkbook, errors.UnreadableAt]
    kinds += [errors.SheetTooLarge, errors.DamagedWorkbook]
    for kind in kinds:
        with translation.override("en"):
            english = str(kind.message)
        for language in ("ky", "ru"):
            with translation.override(language):
                assert str(kind.message) != english, (kind, language)
