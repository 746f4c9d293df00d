"""Why a disclosure run refuses: stable codes, and their words in English, translated by whoever shows them."""


def gettext_noop(text: str) -> str:
    """Mark `text` for the catalogues without translating it."""
    return text


REFUSALS = {
    "time_limit": gettext_noop(
        "No safe pattern was found within the time limit. Nothing may be published; "
        "merge categories, publish fewer margins or allow more time."
    ),
    "cannot_protect": gettext_noop(
        "These figures cannot be protected by hiding other cells. Merge categories or round the table."
    ),
    "published_before": gettext_noop(
        "What was published before already tells these figures too exactly; no pattern in this table can undo that."
    ),
    "cannot_round": gettext_noop("The table cannot be rounded so that its sums still add up."),
    "rounding_not_safe": gettext_noop("Rounding would leave these figures too exactly known."),
}
