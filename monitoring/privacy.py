from common.classification import PERSONAL, PUBLIC, SECRET, STAFF, TECHNICAL, TYPED
from common.translated import columns

FIELDS = {
    "Measure": {PUBLIC: "id code horizon area state created_at"},
    "MeasureVersion": {
        PUBLIC: "id measure number basis_ky basis_ru basis_en horizon start_horizon source legal_basis suited_design "
        "design_reason depends_on reason recorded_at " + " ".join(columns("title")),
        STAFF: "recorded_by",
    },
    "Actor": {PUBLIC: "id version name basis"},
    "ChainTemplate": {PUBLIC: "number content reason recorded_at", STAFF: "recorded_by"},
    "ChainRun": {PUBLIC: "id measure iteration template track sunset_on started_at"},
    "StageEntry": {PUBLIC: "id run position stage decision entered_at"},
    "EvidenceItem": {
        TECHNICAL: "id entry type title body url file languages data disclosure supersedes filed_at",
        STAFF: "author",
    },
    "GateReview": {TECHNICAL: "id entry statement findings submitted_at", STAFF: "submitted_by"},
    "GateSignature": {TECHNICAL: "id review outcome target reason conditions signed_at", STAFF: "signer"},
    "GateDecision": {PUBLIC: "id review outcome target reason decided_at"},
    "Condition": {TECHNICAL: "id decision text due_on met_at", STAFF: "owner met_by"},
    "Waiver": {TECHNICAL: "id entry criterion reason expires_on signed_at", STAFF: "signer"},
    "CarryOver": {PUBLIC: "id measure from_version to_version reason decided_at", STAFF: "decided_by"},
    "Lesson": {PUBLIC: "id measure entry text language recorded_at", STAFF: "author"},
    "Consultation": {
        PUBLIC: "id entry kind opens_on closes_on offline_channel created_at "
        + " ".join(columns("title") + columns("question")),
        STAFF: "created_by",
    },
    "PanelMember": {
        TECHNICAL: "id consultation declared_at attended dissents",
        STAFF: "user interests opinion",
    },
    "Comment": {
        TECHNICAL: "id consultation language channel topic moderation received_at responses",
        TYPED: "text",
        PERSONAL: "author_name author_email",
        STAFF: "entered_by",
    },
    "Response": {PUBLIC: "id consultation text language accepted answered_at", STAFF: "author"},
    "Comment_responses": {TECHNICAL: "id comment response"},
    "Study": {PUBLIC: "id measure title method limits started_on", STAFF: "lead"},
    "StudyFile": {PUBLIC: "id study title file sha256 is_data disclosure recorded_at", STAFF: "recorded_by"},
    "StudyReview": {TECHNICAL: "id study is_sound opinion reviewed_at", STAFF: "reviewer"},
    "InterviewGuide": {
        PUBLIC: "id study number questions language reason recorded_at",
        STAFF: "recorded_by",
    },
    "Interview": {
        TECHNICAL: "id study guide key mode held_on consent language recorded_at",
        PERSONAL: "name transcript country role",
        STAFF: "recorded_by",
    },
    "Theme": {PUBLIC: "id study recorded_at " + " ".join(columns("title")), STAFF: "recorded_by"},
    "Passage": {TECHNICAL: "id interview theme coded_at", PERSONAL: "text", STAFF: "coded_by"},
    "Quotation": {PUBLIC: "id passage country released_at", STAFF: "released_by"},
    "LegalReview": {
        PUBLIC: "id measure law law_as_of standard verdict text next_on reviewed_at",
        STAFF: "reviewer",
    },
    "Milestone": {
        PUBLIC: "id measure kind title goal unit due_on replaces reason set_at",
        STAFF: "set_by",
    },
    "MilestoneReport": {PUBLIC: "id milestone reached as_of document reported_at", STAFF: "reported_by"},
    "PerformanceReview": {PUBLIC: "id entry period advice text reviewed_at", STAFF: "reviewer"},
    "Fund": {PUBLIC: "id code currency is_example " + " ".join(columns("title"))},
    "FundKey": {PUBLIC: "id fund kind shares valid_from source recorded_at", STAFF: "recorded_by"},
    "FundProject": {PUBLIC: "id fund measure title purpose state asked applied_at", STAFF: "applied_by"},
    "ProjectDecision": {PUBLIC: "id project state reason decided_at", STAFF: "decided_by"},
    "FundEntry": {
        PUBLIC: "id fund project kind amount state effective_on document reverses recorded_at",
        STAFF: "recorded_by",
    },
    "BudgetLine": {
        PUBLIC: "id measure source fund year amount currency document replaces recorded_at",
        STAFF: "recorded_by",
    },
    "PilotDesign": {
        TECHNICAL: "id run content digest units treated_units primary_outcomes stop_rules planned_periods feasibility "
        "registered_at",
        STAFF: "registered_by",
    },
    "PilotRecord": {TECHNICAL: "id design unit period values number recorded_at", STAFF: "recorded_by"},
    "DataFreeze": {TECHNICAL: "id design file sha256 rows frozen_at", STAFF: "frozen_by"},
    "AnalysisRun": {TECHNICAL: "id freeze design result deviations made_at", STAFF: "analyst"},
    "DataItem": {
        PUBLIC: "id code unit frequency kind basis dimensions origin source licence about_persons part_of "
        + " ".join(columns("title")),
    },
    "Submission": {
        TECHNICAL: "id title organisation source file sha256 mapping state rows submitted_at",
        STAFF: "submitted_by approved_by",
    },
    "SubmissionStep": {TECHNICAL: "id submission from_state to_state reason at", STAFF: "by"},
    "SubmissionFinding": {TECHNICAL: "id submission round kind weight line column item key period words"},
    "DataDuty": {TECHNICAL: "id organisation item due_days from_on until_on"},
    "ValidationRule": {
        TECHNICAL: "id item kind params weight reason recorded_at ended_at",
        STAFF: "recorded_by",
    },
    "DatasetMapping": {TECHNICAL: "id name number text recorded_at", STAFF: "recorded_by"},
    "TargetSet": {
        PUBLIC: "id indicator number baseline milestones tolerance trajectory reason reason_code recorded_at",
        STAFF: "recorded_by",
    },
    "TargetApproval": {PUBLIC: "id target_set approved_at", STAFF: "approved_by"},
    "AlertRule": {
        TECHNICAL: "id indicator kind threshold periods cool_down_days severity role is_active",
    },
    "Alert": {TECHNICAL: "id rule figure measured raised_at"},
    "AlertAnswer": {TECHNICAL: "id alert reason answered_at", STAFF: "answered_by"},
    "Observation": {
        TECHNICAL: "id item key period value state version known_from submission revision_reason",
    },
    "Indicator": {PUBLIC: "id code measures is_active"},
    "Indicator_measures": {TECHNICAL: "id indicator measure"},
    "IndicatorVersion": {
        PUBLIC: "id indicator number formula unit frequency direction tier dimensions decimals examples reason "
        "recorded_at " + " ".join(columns("title") + columns("definition")),
        STAFF: "recorded_by",
    },
    "Calculation": {TECHNICAL: "id version operands made_at"},
    "DisclosureRun": {
        TECHNICAL: "id table period config cells primary secondary observations refusal seconds made_at",
        STAFF: "made_by",
        SECRET: "pattern intervals",
    },
    "Release": {TECHNICAL: "id channel reference made_at", STAFF: "made_by"},
    "ReleasedFigure": {TECHNICAL: "id release figure shown digits"},
    "Figure": {
        TECHNICAL: "id short_id indicator calculation key period value state version known_from disclosure "
        "revision_reason",
        SECRET: "restricted",
    },
}
