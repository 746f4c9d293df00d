"""Files on their way in. A kind of import says which columns it expects and who sees its runs; receiving a file,
refusing it, reading it again and handing rejected rows back are the same for all kinds.

    register(Kind("registry.work_record", title=…, columns=COLUMNS, required=REQUIRED, visible=…))
    run = receive(by=user, kind="registry.work_record", content=bytes, name="2025.xlsx", params={…})
    with open_run(run) as table: …
    rejects(run, {row number: reason})
"""

from .kinds import Kind, kinds, register
from .receiving import Rejects, content, look, open_run, receive, refuse, rejects

__all__ = [
    "Kind",
    "Rejects",
    "content",
    "kinds",
    "look",
    "open_run",
    "receive",
    "refuse",
    "register",
    "rejects",
]
