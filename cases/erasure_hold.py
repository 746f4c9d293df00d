"""A record that a client lets her case worker look at stays while the case is open.

Nobody in the registry learns that somebody went for help: the answer names neither case nor organisation. A case whose
key its organisation has taken into its own hands cannot be asked.
"""

from typing import Any

from django.utils.translation import gettext as _

from common.keys.vault import Locked
from pensions.services.erasure_holds import hold_unsaid

from .enums import CaseStatus
from .models import RegistryLink


@hold_unsaid
def open_cases(records: list[Any]) -> str:
    known = {str(key) for key in records}
    links = RegistryLink.everything.filter(ended_at__isnull=True, case__status=CaseStatus.OPEN)
    for link in links.select_related("case__key").iterator():
        try:
            if link.worker in known:
                return _("Another office needs the record for now. Ask again in three months.")
        except Locked:
            continue
    return ""
