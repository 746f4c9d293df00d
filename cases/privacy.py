from common.classification import CASE, PUBLIC, SECRET, STAFF, TECHNICAL, TYPED
from common.translated import columns

# Not in a copy for developers: which client is whom in the registry, telephones of the field, keys of organisations.
LEFT_OUT = {"Draft", "FieldEntry", "FieldPhone", "MemberKey", "RegistryLink", "Vault", "VaultShare"}

FIELDS = {
    "Partner": {
        PUBLIC: "id organisation services case_types languages hotline hours coverage is_public takes_requests "
        "confirmed_at " + " ".join(columns("about")),
    },
    "HelpRequest": {
        TECHNICAL: "id receipt key organisation type country language channel state is_urgent received_at answered_at",
        CASE: "text name contact safe_hours",
        STAFF: "answered_by",
    },
    "Client": {
        TECHNICAL: "id key organisation pseudonym language channel created_at",
        CASE: "name contact contact_index safe_hours",
    },
    "Case": {
        TECHNICAL: "id number key organisation client request group type template country status step risk_level "
        "is_sealed opened_at first_contact_at closed_at act_by keep_until erased_at",
    },
    "CaseDocument": {
        TECHNICAL: "id case file consent is_picture is_scanned added_at",
        TYPED: "shows",
        CASE: "title",
        STAFF: "added_by",
    },
    "Draft": {
        TECHNICAL: "id token key organisation case form started_at saved_at ended_at request",
        CASE: "content",
        STAFF: "user",
    },
    "CaseExport": {TECHNICAL: "id case file made_at", CASE: "recipient purpose", STAFF: "made_by"},
    "CaseTemplate": {TECHNICAL: "id organisation type version content made_at", STAFF: "made_by"},
    "FieldPhone": {
        TECHNICAL: "id organisation registered_at seen_at ended_at emptied_at",
        STAFF: "user name ended_by",
    },
    "FieldEntry": {TECHNICAL: "id phone kind case made_at received_at outcome"},
    "Incident": {
        TECHNICAL: "id case key recorded_at",
        CASE: "core_type contexts happened_on account place alleged_perpetrator may_be_counted",
        STAFF: "recorded_by",
    },
    "KindRules": {
        TECHNICAL: "id organisation type approve_assessment approve_plan approve_closure keep_years term_set_at",
    },
    "ApprovalRequest": {TECHNICAL: "id case kind assessment asked_at", STAFF: "asked_by"},
    "ApprovalDecision": {TECHNICAL: "id request accepted decided_at", CASE: "note", STAFF: "decided_by"},
    "CaseRules": {TECHNICAL: "id organisation approve_closure"},
    "ClosureProposal": {
        TECHNICAL: "id case outcome recovered currency proposed_at",
        CASE: "reason",
        STAFF: "proposed_by",
    },
    "ClosureDecision": {TECHNICAL: "id proposal accepted decided_at", CASE: "note", STAFF: "decided_by"},
    "FamilyLink": {TECHNICAL: "id first second relation made_at", STAFF: "made_by"},
    "GroupClaim": {TECHNICAL: "id organisation number made_at", STAFF: "made_by"},
    "CaseClock": {
        TECHNICAL: "id case claim country started_on term_code last_on state suspended_on suspended_days",
    },
    "ClockStep": {TECHNICAL: "id clock key state on last_on at", CASE: "reason", STAFF: "by"},
    "LimitationTerm": {
        PUBLIC: "id state claim starts count unit shift from_on until_on source proposed_at",
        STAFF: "proposed_by",
    },
    "TermCheck": {PUBLIC: "id term accepted reason checked_at", STAFF: "checked_by"},
    "CaseStep": {TECHNICAL: "id case step status at", CASE: "reason", STAFF: "by"},
    "Closure": {
        TECHNICAL: "id case outcome recovered currency closed_at",
        CASE: "reason",
        STAFF: "closed_by",
    },
    "Assessment": {
        TECHNICAL: "id case key template risk_level claimed currency made_at",
        CASE: "answers",
        STAFF: "made_by",
    },
    "PlannedService": {
        TECHNICAL: "id case key kind planned_at due_on state done_at",
        CASE: "goal what result",
        STAFF: "owner",
    },
    "DueChange": {TECHNICAL: "id planned key due_before due_on at", CASE: "reason", STAFF: "by"},
    "Note": {TECHNICAL: "id case key is_sealed written_at", CASE: "text", STAFF: "author"},
    "Respondent": {TECHNICAL: "id case key kind organisation", CASE: "name index"},
    "Consent": {
        TECHNICAL: "id case use recipient fields given_on expires_on recorded_at",
        CASE: "how purpose recipient_name",
        STAFF: "recorded_by",
    },
    "ConsentedDocument": {TECHNICAL: "id consent document before_acceptance"},
    "SharedDocument": {
        TECHNICAL: "id referral document file before_acceptance is_picture is_scanned closed_at",
        CASE: "title",
    },
    "SharedReading": {TECHNICAL: "id shared at", STAFF: "by"},
    "ConsentWithdrawal": {TECHNICAL: "id consent recorded_at", TYPED: "already_shown", STAFF: "recorded_by"},
    "Referral": {
        TECHNICAL: "id case consent key sender recipient type service risk_level state is_transfer after "
        "receipt_due_at received_at answer_due_at sent_at accepted_case",
        CASE: "preview shared",
        STAFF: "sent_by",
    },
    "EmergencyAccess": {TECHNICAL: "id case at until_at", CASE: "reason", STAFF: "user"},
    "EmergencyReview": {TECHNICAL: "id access was_right at", CASE: "note", STAFF: "by"},
    "RegistryLink": {
        TECHNICAL: "id case given_on expires_on recorded_at ended_at",
        CASE: "worker how",
        STAFF: "recorded_by ended_by",
    },
    "EntryBan": {TECHNICAL: "id case country from_on until_on state check_on", CASE: "authority ground"},
    "BanCheck": {TECHNICAL: "id ban on state proof at", CASE: "note", STAFF: "by"},
    "Vault": {
        TECHNICAL: "id organisation public made_at retired_at",
        SECRET: "recovery",
        STAFF: "made_by",
    },
    "MemberKey": {TECHNICAL: "id user public made_at", SECRET: "locked"},
    "VaultShare": {TECHNICAL: "id vault user given_at", SECRET: "sealed", STAFF: "given_by"},
    "ReferralStep": {TECHNICAL: "id referral state at", CASE: "reason", STAFF: "by"},
}
