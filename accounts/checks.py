"""Asked every night: whose reading was unusual. Alarms are the auditors', so none becomes a finding of the registry."""

from common import clock
from common.checks import Answer, question

from .services import reading


@question("journal.unusual_reading")
def unusual_reading() -> list[Answer]:
    reading.find(today=clock.today())
    return []
