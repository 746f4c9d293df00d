from common.classification import PUBLIC, SECRET, STAFF, TECHNICAL, TYPED
from common.translated import columns

# Not in a copy for developers: what opens a door, what was sent, what somebody looked for.
LEFT_OUT = {
    *("AccountLink", "ApiToken", "EntryCode", "Identity", "UserSession"),
    *("Message", "MessageSettings", "Notice", "ReadingAlarm", "SavedFilter"),
}

FIELDS = {
    "User": {
        TECHNICAL: "id last_login is_active created_at language",
        STAFF: "email full_name",
        SECRET: "password",
    },
    "Organisation": {
        TECHNICAL: "id kind state is_active created_at",
        PUBLIC: " ".join(columns("name")),
    },
    "Membership": {TECHNICAL: "id organisation role from_on until_on created_at", STAFF: "user granted_by"},
    "Duty": {TECHNICAL: "id duty object_type object_id given_at ended_at", STAFF: "user given_by"},
    "AccountLink": {
        TECHNICAL: "id purpose created_at expires_at used_at",
        STAFF: "user created_by",
        SECRET: "digest",
    },
    "Identity": {TECHNICAL: "id provider created_at used_at", STAFF: "user", SECRET: "digest"},
    "EntryCode": {
        TECHNICAL: "id channel created_at expires_at used_at",
        STAFF: "user given_by",
        SECRET: "digest",
    },
    "Deputy": {TECHNICAL: "id membership from_on until_on created_at ended_at", STAFF: "deputy reason"},
    "ReadingAlarm": {
        TECHNICAL: "id day people usual found_at explained_at",
        STAFF: "user explained_by explanation",
    },
    "RoleProposal": {
        TECHNICAL: "id organisation role until_on state proposed_at decided_at",
        STAFF: "user reason proposed_by decided_by",
    },
    "MessageSettings": {
        TECHNICAL: "user channel asked_until time_zone quiet_from quiet_until daily_at choices",
        STAFF: "address asked_address",
        SECRET: "asked_digest",
    },
    "Message": {
        TECHNICAL: "id channel state attempts error created_at next_at taken_at sent_at",
        STAFF: "user",
    },
    "Notice": {
        TECHNICAL: "id kind key path object_type object_id at due_at message",
        TYPED: "label",
        STAFF: "user by",
    },
    "BulkAct": {TECHNICAL: "id desk name done refused left at until_at undone_at", STAFF: "user"},
    "SavedFilter": {TECHNICAL: "id desk is_default created_at", TYPED: "query", STAFF: "user name"},
    "UserSession": {
        TECHNICAL: "id factor must_confirm started_at seen_at confirmed_at ended_at",
        STAFF: "user device address",
        SECRET: "session_key",
    },
    "ApiToken": {
        TECHNICAL: "id actions created_at expires_at revoked_at",
        STAFF: "user name",
        SECRET: "digest",
    },
}
