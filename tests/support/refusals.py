"""One way to say that a service refuses, and with which code."""

import pytest
from django.db import transaction

from common.errors import Invalid


def refused(code: str, call, *, error=Invalid, **values) -> None:
    """The call raises this error with this code, and what it had begun is undone."""
    with pytest.raises(error) as raised, transaction.atomic():
        call(**values)
    assert raised.value.code == code
