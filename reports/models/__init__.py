from .edition import Approval, Build, Edition, EditionNotice
from .report_definition import ReportDefinition
from .review import CommentAnswer, EditionComment, EditionText
from .subscription import Delivery, Subscription

__all__ = [
    "Approval",
    "Build",
    "CommentAnswer",
    "Delivery",
    "Edition",
    "EditionComment",
    "EditionNotice",
    "EditionText",
    "ReportDefinition",
    "Subscription",
]
