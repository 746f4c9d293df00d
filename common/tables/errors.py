"""Why a file cannot be read as a table. Each refusal has a stable code and a sentence for its sender."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from common.errors import KozotError


class TableError(KozotError):
    """Base of all refusals of a whole file."""

    code = "table_error"
    message: Any = _("The file cannot be read.")

    def __init__(self, **params: Any):
        super().__init__(**params)


class Unreadable(TableError):
    code = "unreadable"
    message = _("The file is damaged or is not a table. Save it once more as XLSX or CSV and send it again.")


class UnreadableAt(Unreadable):
    message = _(
        "The file cannot be read beyond line %(line)s. Save it once more as XLSX or CSV and send it again."
    )


class DamagedWorkbook(Unreadable):
    message = _(
        "The workbook is damaged: it no longer holds what was saved. Open it in the program that made it, save it "
        "again and send it, or send the table as CSV."
    )


class DamagedXml(Unreadable):
    message = _(
        "The XML breaks off or is damaged at line %(line)s. Save it once more in the program that made it and send it "
        "again."
    )


class WrongFormat(TableError):
    code = "wrong_format"
    message = _("Only XLSX and CSV files are accepted. This one is: %(found)s.")


class WrongForm(WrongFormat):
    message = _("The XML is none of the forms that are read here: %(forms)s.")


class OldWorkbook(WrongFormat):
    message = _(
        "This workbook is in another format (%(found)s). Open it and save it as XLSX, then send it again."
    )


class Empty(TableError):
    code = "empty"
    message = _("The file has no rows of data.")


class TooLarge(TableError):
    code = "too_large"
    message = _("The file is larger than %(limit)s. Split it and send the parts one by one.")


class TooManyRows(TableError):
    code = "too_many_rows"
    message = _("The file has more than %(limit)s rows. Split it and send the parts one by one.")


class SheetTooLarge(TooManyRows):
    message = _(
        "The sheet reaches down to row %(last)s; %(limit)s rows of this width can be read. Delete what stands far "
        "below the table, or save the table as CSV, and send it again."
    )


class TooManyColumns(TableError):
    code = "too_many_columns"
    message = _("The file has more than %(limit)s columns. It does not follow the template.")


class ArchiveBomb(TableError):
    code = "archive_bomb"
    message = _(
        "The file unpacks to far more than it should. It was refused for safety. If it is an ordinary workbook, it may "
        "be damaged: open it, save it again and send it, or send the table as CSV."
    )


class UnsafeXml(TableError):
    code = "unsafe_xml"
    message = _(
        "The XML declares a document type, entities or outside files. It was refused for safety: send it as the "
        "fund's program saves it."
    )


class MacroWorkbook(TableError):
    code = "macro_workbook"
    message = _("The workbook contains macros. Save it as XLSX without macros and send it again.")


class EncryptedWorkbook(TableError):
    code = "encrypted_workbook"
    message = _("The workbook is protected by a password. Remove the password and send it again.")


class WrongTemplate(TableError):
    code = "wrong_template"
    message = _("The file does not follow the template. Missing columns: %(missing)s.")


class AmbiguousTemplate(WrongTemplate):
    message = _("The file does not follow the template. Columns that stand twice: %(twice)s.")
