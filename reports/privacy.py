from common.classification import PUBLIC, SECRET, STAFF, TECHNICAL, TYPED, FieldClass
from common.translated import columns

# Kept as long as the person wants letters; unsubscribing deletes the row.
SUBSCRIBER = FieldClass("personal", keep="subscription", scrub="destroy", given=True)

# Not in a copy for developers: who gets letters.
LEFT_OUT = {"Subscription", "Delivery"}

FIELDS = {
    "ReportDefinition": {
        PUBLIC: "id code frequency audience sections due_days from_on " + " ".join(columns("title"))
    },
    "Edition": {
        TECHNICAL: "id definition period number as_of snapshot digest journal_head register_head state job prepared_at "
        "corrects embargo_until published_at",
        STAFF: "prepared_by published_by",
    },
    "EditionNotice": {PUBLIC: "id edition kind text_ky text_ru text_en made_at", STAFF: "made_by"},
    "EditionText": {PUBLIC: "id edition section language number text written_at", STAFF: "written_by"},
    "EditionComment": {TECHNICAL: "id edition section language made_at", TYPED: "text", STAFF: "author"},
    "CommentAnswer": {TECHNICAL: "id comment accepted made_at", TYPED: "text", STAFF: "author"},
    "Approval": {TECHNICAL: "id edition language content_digest approved_at", STAFF: "approved_by"},
    "Build": {TECHNICAL: "id edition language format file sha256 content_digest numbers_digest built_at"},
    "Subscription": {
        TECHNICAL: "id definition language asked_at confirmed_at",
        SUBSCRIBER: "email",
        SECRET: "secret",
    },
    "Delivery": {TECHNICAL: "id subscription edition sent_at"},
}
