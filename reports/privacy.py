from common.classification import PUBLIC, STAFF, TECHNICAL
from common.translated import columns

FIELDS = {
    "ReportDefinition": {PUBLIC: "id code frequency audience sections " + " ".join(columns("title"))},
    "Edition": {
        TECHNICAL: "id definition period number as_of snapshot digest journal_head register_head state job prepared_at "
        "published_at",
        STAFF: "prepared_by",
    },
    "Approval": {TECHNICAL: "id edition language approved_at", STAFF: "approved_by"},
    "Build": {TECHNICAL: "id edition language format file sha256 numbers_digest built_at"},
}
