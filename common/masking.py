"""What must not stand in a log, whatever wrote it: secrets, numbers of persons, addresses, what a database quotes."""

import logging
import re

# Each is replaced by its name. Names of people cannot be told from other words: no code of ours logs them.
PATTERNS = {
    "link": re.compile(
        r"(?<=/account/link/)[^/\s\"'?]+|(?<=/messages/stop/)[^/\s\"'?]+|(?<=/shared/)[^/\s\"'?]+"
    ),
    "token": re.compile(r"kozot_[\w-]{20,}|(?<=Bearer )\S+", re.IGNORECASE),
    "values": re.compile(r"(?<=\)=\().*?(?=\) (?:already exists|is not present|is still referenced))"),
    "row": re.compile(r"(?<=Failing row contains \().*(?=\))"),
    "mail": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "number": re.compile(r"(?<![\w-])(?:\d{3}-\d{3}-\d{3}[ -]\d{2}|\d{10,14})(?![\w-])"),
    "phone": re.compile(r"(?<!\w)\+\d[\d ()-]{7,17}\d"),
}


def masked(text: str) -> str:
    for name, pattern in PATTERNS.items():
        text = pattern.sub(f"[{name}]", text)
    return text


class Formatter(logging.Formatter):
    """Masks the whole line and what follows it: message, arguments, traceback.

    `inner` is a formatter of somebody else that is to be masked too.
    """

    def __init__(self, *args, inner: logging.Formatter | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.inner = inner

    def format(self, record: logging.LogRecord) -> str:
        return masked(self.inner.format(record) if self.inner else super().format(record))


def mask_handlers(logger: logging.Logger, **kwargs) -> None:
    """Receiver of Celery's signals: its worker sets up handlers of its own."""
    for handler in logger.handlers:
        if not isinstance(handler.formatter, Formatter):
            handler.setFormatter(Formatter(inner=handler.formatter or logging.Formatter()))
