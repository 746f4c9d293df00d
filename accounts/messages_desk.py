"""Messages and what became of them, for whoever caused them: so that a failure is seen by somebody who can act."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from . import access
from .desk import DeskAdmin
from .enums import MessageState
from .message_words import sentence
from .models import Message, Notice
from .notices import kinds
from .object_actions import ObjectAction
from .services import messages
from .site import desk

STUCK = (MessageState.FAILED, MessageState.IN_DOUBT)


@admin.register(Message, site=desk)
class MessageDesk(DeskAdmin):
    personal = True
    list_display = ["user", "channel", "state", "attempts", "error", "created_at", "sent_at"]
    list_filter = ["state", "channel"]
    list_select_related = ["user"]
    ordering = ["-created_at"]
    fields = ["user", "what", "channel", "state", "attempts", "error", "created_at", "next_at", "sent_at"]
    readonly_fields = ["what"]
    object_actions = [
        ObjectAction(
            "resend",
            _("Send it again"),
            action=messages.RESEND,
            run=lambda by, obj: messages.resend(by=by, message=obj),
            when=lambda message: message.state in STUCK,
            explain=_(
                "If nobody knows whether it arrived, the person may get it twice. "
                "Where the address is wrong, ask the person to mend it under “How I am told”."
            ),
            done=_("It is tried again within a minute."),
        )
    ]

    @admin.display(description=_("what it tells"))
    def what(self, message: Message) -> str:
        """Of a message that tells several things, only what this person caused."""
        who = access.acting_user()
        rows = Notice.everything.filter(message=message).order_by("at")
        if access.Scope.ALL not in access.grants(who, Message.VIEW):
            rows = rows.filter(by=who)
        codes = dict.fromkeys(rows.values_list("kind", flat=True))
        return " ".join(sentence(code, 1) for code in codes if code in kinds())
