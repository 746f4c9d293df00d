from .classification import SECRET, STAFF, TECHNICAL

FIELDS = {
    "ImportRun": {
        TECHNICAL: "id kind state file sha256 format mapping params counts refusal language job organisation_id "
        "created_at applied_at",
        STAFF: "created_by",
    },
    "Job": {
        TECHNICAL: "id kind params idempotency_key state done total step error_code error_text result attempts "
        "lease_until lease_token cancel_requested_at language created_at sent_at started_at finished_at",
        STAFF: "requested_by",
    },
    "JournalOutbox": {TECHNICAL: "id entry"},
    "StoredFile": {TECHNICAL: "id key media_type size sha256 address created_at", STAFF: "created_by name"},
    "SubjectKey": {TECHNICAL: "id created_at destroyed_at", SECRET: "wrapped"},
}
