from .classification import SECRET, STAFF, TECHNICAL, TYPED

# Not in a copy for developers: what runs at the moment, and acts that wait for the journal.
LEFT_OUT = {"Job", "JournalOutbox"}

FIELDS = {
    "ImportRun": {
        TECHNICAL: "id kind state file sha256 format mapping params counts language job organisation_id "
        "created_at applied_at",
        TYPED: "refusal",
        STAFF: "created_by",
    },
    "Job": {
        TECHNICAL: "id kind idempotency_key state done total step error_code attempts lease_until lease_token "
        "cancel_requested_at language created_at sent_at started_at finished_at",
        TYPED: "params error_text result",
        STAFF: "requested_by",
    },
    "JournalOutbox": {TECHNICAL: "id", TYPED: "entry"},
    "StoredFile": {TECHNICAL: "id key media_type size sha256 address created_at", STAFF: "created_by name"},
    "SubjectKey": {TECHNICAL: "id created_at destroyed_at", SECRET: "wrapped"},
}
