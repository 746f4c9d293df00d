"""Addresses of files that end by themselves and serve only the person for whom they were made.

A link that was copied, mailed or left in a browser's history opens nothing for anybody else, and nothing later on.
The permission is asked again when it is followed.
"""

from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.urls import reverse

SECONDS = 10 * 60
SALT = "cases.file"


def link(address: str, user: Any, pk: Any) -> str:
    return f"{reverse(address, args=[pk])}?{urlencode({'link': signing.dumps([str(user.pk), str(pk)], salt=SALT)})}"


def stands(request: Any, pk: Any) -> bool:
    """Was the address made for this person and this file, and not too long ago?"""
    try:
        made_for = signing.loads(request.GET.get("link", ""), salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        return False
    return made_for == [str(request.user.pk), str(pk)]
