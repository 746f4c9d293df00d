from common.classification import (
    IDENTIFIER,
    PERSONAL,
    PUBLIC,
    SECRET,
    STAFF,
    TECHNICAL,
    TYPED,
    WORK,
    WORK_TYPED,
)

_ENTRY = "worker employment version corrects voids effective_on recorded_at import_run"

# Not in a copy for developers: files on their way in, what opens a certificate or a place in the register.
LEFT_OUT = {
    *("CertificateShare", "RegisterOpening", "StagedRow", "StagedSpell", "TouchedWorker", "WorkerProposal"),
}

FIELDS: dict = {
    "Worker": {
        TECHNICAL: "id key state registered_in held_by merged_into created_at compare_since one_name",
        IDENTIFIER: "registry_number",
        PERSONAL: "family_name given_name patronymic latin_family_name latin_given_name birth_on birth_place sex "
        "citizenship search_key sort_key folded_names block_key latin_block_key user",
        STAFF: "created_by",
    },
    "WorkerName": {
        TECHNICAL: "id worker recorded_at",
        PERSONAL: "family_name given_name patronymic from_on until_on folded_names block_key",
    },
    "WorkerCitizenship": {TECHNICAL: "id worker recorded_at", PERSONAL: "country from_on until_on"},
    "WorkerIdentifier": {
        TECHNICAL: "id worker warnings recorded_at ended_at",
        IDENTIFIER: "kind value",
        SECRET: "index",
        STAFF: "recorded_by",
    },
    "WorkerDocument": {
        TECHNICAL: "id worker recorded_at",
        IDENTIFIER: "kind country number",
        SECRET: "index",
        PERSONAL: "latin_family_name latin_given_name issued_on expires_on",
        STAFF: "recorded_by",
    },
    "WorkerReport": {
        TECHNICAL: "id worker recorded_at",
        IDENTIFIER: "reporter contact",
        PERSONAL: "relation where",
        STAFF: "recorded_by",
    },
    "DuplicatePair": {TECHNICAL: "id first second score reasons model_version state found_at"},
    "PairDecision": {TECHNICAL: "id pair state at", STAFF: "reason by"},
    "ErasureRequest": {
        TECHNICAL: "id worker goes state asked_at until_at decided_at",
        STAFF: "reason asked_by decided_by answer",
    },
    "WorkerMerge": {TECHNICAL: "id worker into kind at", STAFF: "reason by"},
    "WorkerStep": {TECHNICAL: "id worker from_state to_state at", STAFF: "by reason"},
    "Employer": {
        TECHNICAL: "id organisation search_key sort_key created_at",
        PUBLIC: "state name region industry national_industry liquidated_on successor",
    },
    "EmployerName": {TECHNICAL: "id employer", PUBLIC: "name from_on until_on"},
    "EmployerIdentifier": {TECHNICAL: "id employer", PUBLIC: "kind value"},
    "EmployerSuccession": {
        TECHNICAL: "id employer recorded_at withdrawn_at",
        PUBLIC: "successor kind on document",
    },
    "ClassificationCode": {
        PUBLIC: "id scheme code level parent maps_to ended_on "
        "title_ky title_ru title_en title_ky_state title_ru_state title_en_state",
    },
    "Employment": {TECHNICAL: "id created_at", WORK: "worker employer"},
    "EmploymentPeriod": {
        TECHNICAL: f"id entry event_id closing_event_id {_ENTRY}",
        WORK: "state start_on end_on legal_basis p5000_type insurance_scheme day_scheme opened_by closed_by position "
        "occupation unit share_of_rate special_conditions not_counted declared_years declared_months declared_days",
        WORK_TYPED: "basis_document closing_document dismissal_ground",
        TYPED: "reason",
        STAFF: "recorded_by",
    },
    "Contribution": {
        TECHNICAL: f"id {_ENTRY}",
        WORK: "month fund currency wage base tax rate accrued paid paid_on",
        TYPED: "reason",
        STAFF: "recorded_by",
    },
    "PeriodEvidence": {
        TECHNICAL: "id worker entry period_id recorded_at",
        WORK: "status document_type file language",
        WORK_TYPED: "issuer archive_reference note",
        STAFF: "recorded_by",
    },
    "StagedSpell": {
        TECHNICAL: "pk run number person kind worker_id employment_id recorded told problem problem_field event_id "
        "closing_event_id",
        PERSONAL: "name_key given_key birth_on",
        SECRET: "identifier_kind identifier_index",
        WORK: "start_on end_on opened_by closed_by position occupation share_of_rate basis_document "
        "closing_document dismissal_ground unit special_conditions not_counted",
    },
    "StagedRow": {
        TECHNICAL: "pk run number spell state problem problem_field fund currency entry_id entry_version",
        WORK: "month wage base tax rate accrued paid paid_on",
    },
    "WorkerProposal": {
        TECHNICAL: "id run key rows first_row state registered_in worker decided_at created_at",
        IDENTIFIER: "identifier_kind data",
        SECRET: "identifier_index",
        STAFF: "decided_by",
    },
    "Finding": {
        TECHNICAL: "id key code severity owner registry_state worker employer digest state first_seen_at last_seen_at",
        WORK_TYPED: "details",
        STAFF: "assigned_to",
    },
    "FindingStep": {TECHNICAL: "id finding from_state to_state at", STAFF: "note by"},
    "ColumnMapping": {TECHNICAL: "id kind organisation header_sha256 mapping used_at"},
    "TotalsRun": {
        TECHNICAL: "id state mode basis treaty as_of known_at rules inputs persons periods contributions doubtful "
        "left_out rows checked differing job created_at finished_at",
        STAFF: "created_by",
    },
    "InsuranceTotal": {
        TECHNICAL: "id worker run",
        WORK: "state days stage counted_days counted_stage by_branch full_months least_months most_months gate "
        "months_worked months_unpaid months_unrecorded disputed doubtful age_unverified",
        PERSONAL: "retires_on",
    },
    "TouchedWorker": {TECHNICAL: "id worker at"},
    "RegisterEntry": {PUBLIC: "index kind at leaf"},
    "RegisterNode": {PUBLIC: "id level index hash"},
    "RegisterCheckpoint": {PUBLIC: "id size root note at"},
    "RegisterOpening": {TECHNICAL: "entry row_type row_id key", SECRET: "opening"},
    "IssuingRight": {TECHNICAL: "id organisation", PUBLIC: "basis valid_from valid_until"},
    "SigningKey": {
        TECHNICAL: "id organisation purpose provider created_at",
        PUBLIC: "kid public_key certificate issuer issuer_name valid_from valid_until compromised_from",
        SECRET: "wrapped",
    },
    "KeyEvent": {TECHNICAL: "id key right kind entry at", PUBLIC: "said", STAFF: "reason by"},
    "Blank": {TECHNICAL: "id state custodian", PUBLIC: "series number"},
    "BlankStock": {
        TECHNICAL: "id custodian series received handed_over used spoiled lost stolen destroyed in_custody"
    },
    "BlankMovement": {
        TECHNICAL: "id kind series first last custodian other answers certificate entry at",
        TYPED: "document",
        STAFF: "reason commission by",
    },
    "BlankSale": {TECHNICAL: "id movement", WORK: "price currency", STAFF: "received_by"},
    "Certificate": {
        TECHNICAL: "id key state batch ledger_digest signing_key status_index digests created_at",
        WORK: "employment worker issuer language start_on end_on supersedes blank issued_at",
        IDENTIFIER: "number payloads",
        STAFF: "created_by",
    },
    "CertificateStep": {
        TECHNICAL: "id certificate entry at",
        WORK: "from_state to_state reason_code superseded_by",
        STAFF: "reason by",
    },
    "CertificateBatch": {TECHNICAL: "id employer issuer language job created_at", STAFF: "created_by"},
    "BatchRefusal": {TECHNICAL: "id batch code at", WORK: "employment", WORK_TYPED: "text"},
    "EmployerClaim": {
        TECHNICAL: "id key stated_at",
        WORK: "employment start_on end_on content file",
        STAFF: "stated_by",
    },
    "DifferenceAnswer": {TECHNICAL: "id claim key place act at", WORK: "figures", STAFF: "reason by"},
    "ParameterProposal": {
        TECHNICAL: "id row_key",
        PUBLIC: "kind parameter value effective_on until_on where known_from source document note proposed_at",
        STAFF: "proposed_by",
    },
    "ParameterDecision": {
        TECHNICAL: "id proposal",
        PUBLIC: "accepted reason decided_at",
        STAFF: "proposed_by decided_by",
    },
    "ArchiveDeposit": {
        TECHNICAL: "id employer archive state created_at",
        TYPED: "reference",
        STAFF: "depositor created_by",
    },
    "DepositItem": {TECHNICAL: "id deposit number from_year until_year sheets sha256", WORK_TYPED: "title"},
    "DepositStep": {TECHNICAL: "id deposit kind inventory entry at", TYPED: "reference", STAFF: "reason by"},
    "ArchiveConfirmation": {
        TECHNICAL: "id deposit item key entry at",
        WORK: "employment start_on end_on file",
        WORK_TYPED: "reference",
        STAFF: "by",
    },
    "CorrectionRequest": {
        TECHNICAL: "id number key worker state sent_at",
        WORK: "employment wrong",
        STAFF: "held_by",
    },
    "CorrectionPaper": {TECHNICAL: "id step", WORK: "file"},
    "CorrectionStep": {
        TECHNICAL: "id request from_state to_state at",
        PERSONAL: "text",
        STAFF: "by",
    },
    "Demand": {
        TECHNICAL: "id key state may_tell due_by_law due_source silent_after created_at",
        IDENTIFIER: "number",
        WORK: "employment worker via asked_on told_on told_how due_on",
        WORK_TYPED: "mandate",
        STAFF: "created_by",
    },
    "DemandStep": {
        TECHNICAL: "id demand kind entry at",
        WORK: "on told_how due_on certificate",
        WORK_TYPED: "reason",
        STAFF: "by",
    },
    "CertificatePrint": {TECHNICAL: "id certificate at", WORK: "variant language file"},
    "PeriodRequest": {
        TECHNICAL: "id message key number sender recipient purpose channel state drafted_at sent_at received_at due_on "
        "due_kind due_source",
        PERSONAL: "worker person",
        WORK_TYPED: "note",
        STAFF: "drafted_by",
    },
    "RequestedPeriod": {
        TECHNICAL: "id request ref entry period_id",
        WORK: "state start_on end_on period_type relevance scheme week employer position",
        WORK_TYPED: "declared",
    },
    "PeriodAnswer": {
        TECHNICAL: "id request message channel answered_at arrived_at sha256 file late held",
        WORK_TYPED: "reference note",
        STAFF: "entered_by",
    },
    "AnsweredPeriod": {
        TECHNICAL: "id answer line evidence",
        WORK: "verdict start_on end_on period_type scheme sums",
        WORK_TYPED: "reason",
    },
    "RequestStep": {TECHNICAL: "id request from_state to_state at", STAFF: "by reason"},
    "AnswerTarget": {TECHNICAL: "id organisation days from_on recorded_at", STAFF: "recorded_by"},
    "PensionClaim": {
        TECHNICAL: "id number key worker institution way state statement_pdf statement_json sha256 filed_at",
        WORK: "residence claimed_on",
        STAFF: "filed_by",
    },
    "ClaimDocument": {TECHNICAL: "id claim file added_at", WORK_TYPED: "title", STAFF: "added_by"},
    "ClaimBranch": {TECHNICAL: "id claim institution state", WORK: "country"},
    "ClaimStep": {TECHNICAL: "id branch from_state to_state at", STAFF: "by reason"},
    "ClaimDecision": {
        TECHNICAL: "id branch number recorded_at",
        WORK: "outcome amount currency from_on decided_on",
        WORK_TYPED: "reason reference",
        STAFF: "recorded_by",
    },
    "Award": {
        TECHNICAL: "id worker institution branch recorded_at",
        WORK: "country basis from_on",
        WORK_TYPED: "reference",
        STAFF: "recorded_by",
    },
    "AwardPayer": {
        TECHNICAL: "id award institution recorded_at",
        WORK: "residence from_on",
        WORK_TYPED: "reason",
        STAFF: "recorded_by",
    },
    "AwardEnd": {TECHNICAL: "award recorded_at", WORK: "last_on", WORK_TYPED: "reason", STAFF: "recorded_by"},
    "AwardNumber": {TECHNICAL: "id award", SECRET: "kind index"},
    "DoubleReceipt": {TECHNICAL: "id first second kind sure found_at"},
    "DoubleReceiptAnswer": {
        TECHNICAL: "id double institution answer at",
        WORK_TYPED: "note",
        STAFF: "by",
    },
    "PrintStamp": {TECHNICAL: "id print number stamped_at authority digest due_on at", WORK: "file"},
    "CertificateShare": {
        TECHNICAL: "id variant expires_at revoked_at opened created_at",
        WORK: "certificate",
        PERSONAL: "note created_by",
        SECRET: "secret_sha256",
    },
    "RegisterWitness": {TECHNICAL: "id at", PUBLIC: "name state verifier ended_on"},
    "RegisterCosignature": {TECHNICAL: "id at", PUBLIC: "checkpoint witness line"},
}
