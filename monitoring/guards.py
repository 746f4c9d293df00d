"""What must never happen in the chain, whoever writes: by a service, in bulk, or with SQL in hand.

The services say the same in words; here the database refuses. Numbers are those of the invariants in the
domain description: 1 stages open by decisions, 3 nobody decides on an own submission, 4 and 5 designs and
freezes have their time, 6 decisions rest on signatures, 7 passages count up, 10 no comment is lost,
11 nothing is closed without decision and lesson.
"""

from common.guards import guard

# where the measure of a pilot design stands: the newest stage of its newest passage
_STANDS_IN = """(SELECT e.stage FROM monitoring_stageentry e JOIN monitoring_chainrun r ON r.id = e.run_id
    WHERE r.measure_id = {measure} ORDER BY r.iteration DESC, e.position DESC LIMIT 1)"""
_OF_RUN = "(SELECT x.measure_id FROM monitoring_chainrun x WHERE x.id = {run})"

# 1 and 7
guard(
    "stage_opened_by_its_decision",
    "monitoring_stageentry",
    "INSERT",
    """(NEW.decision_id IS NULL AND (NEW.stage <> 'intake' OR NOT EXISTS (
          SELECT 1 FROM monitoring_chainrun n WHERE n.id = NEW.run_id AND n.iteration = 1)))
    OR (NEW.decision_id IS NOT NULL AND NOT EXISTS (
          SELECT 1 FROM monitoring_gatedecision d
          JOIN monitoring_gatereview v ON v.id = d.review_id
          JOIN monitoring_stageentry e ON e.id = v.entry_id
          JOIN monitoring_chainrun r ON r.id = e.run_id
          JOIN monitoring_chainrun n ON n.id = NEW.run_id
          WHERE d.id = NEW.decision_id AND r.measure_id = n.measure_id AND (
            (d.outcome IN ('go', 'go_with_conditions') AND n.id = r.id AND NEW.position = e.position + 1)
            OR (n.iteration = r.iteration + 1 AND NEW.position = 1 AND (
                (d.outcome = 'loop' AND d.target = NEW.stage)
                OR (d.outcome = 'go' AND n.track = 'emergency' AND NEW.stage = 'full_implementation'))))))""",
)
guard(
    "passages_count_up",
    "monitoring_chainrun",
    "INSERT",
    """NEW.iteration <> 1 + COALESCE(
        (SELECT MAX(o.iteration) FROM monitoring_chainrun o WHERE o.measure_id = NEW.measure_id), 0)""",
)
# 3 and 6
guard(
    "no_signature_on_an_own_submission",
    "monitoring_gatesignature",
    "INSERT",
    """EXISTS (SELECT 1 FROM monitoring_gatereview v
        WHERE v.id = NEW.review_id AND v.submitted_by_id = NEW.signer_id)""",
)
guard(
    "decision_is_signed",
    "monitoring_gatedecision",
    "INSERT",
    """NOT EXISTS (SELECT 1 FROM monitoring_gatesignature s
        WHERE s.review_id = NEW.review_id AND s.outcome = NEW.outcome AND s.target = NEW.target)""",
)
# 4 and 5
guard(
    "design_registered_in_discussion",
    "monitoring_pilotdesign",
    "INSERT",
    f"COALESCE({_STANDS_IN.format(measure=_OF_RUN.format(run='NEW.run_id'))}, '') <> 'public_discussion'",
)
_OF_DESIGN = "(SELECT p.run_id FROM monitoring_pilotdesign p WHERE p.id = NEW.design_id)"
for _table in ("datafreeze", "pilotrecord"):
    guard(
        f"{_table}_while_the_pilot_runs",
        f"monitoring_{_table}",
        "INSERT",
        f"COALESCE({_STANDS_IN.format(measure=_OF_RUN.format(run=_OF_DESIGN))}, '') <> 'pilot'",
    )
# 10
guard("comment_kept", "monitoring_comment", "DELETE", "1 = 1")
guard(
    "comment_as_it_was_said",
    "monitoring_comment",
    "UPDATE",
    """NEW.text <> OLD.text OR NEW.language <> OLD.language OR NEW.channel <> OLD.channel
    OR NEW.consultation_id <> OLD.consultation_id OR NEW.received_at <> OLD.received_at""",
)
guard("answer_kept", "monitoring_comment_responses", "DELETE", "1 = 1")
guard("answer_stays_with_its_comment", "monitoring_comment_responses", "UPDATE", "1 = 1")
guard("discussion_kept", "monitoring_consultation", "DELETE", "1 = 1")
guard(
    "discussion_is_not_shortened",
    "monitoring_consultation",
    "UPDATE",
    """NEW.opens_on <> OLD.opens_on OR NEW.closes_on < OLD.closes_on OR NEW.kind <> OLD.kind
    OR NEW.entry_id <> OLD.entry_id""",
)
# conditions are met, never made easier
guard("condition_kept", "monitoring_condition", "DELETE", "1 = 1")
guard(
    "condition_as_it_was_set",
    "monitoring_condition",
    "UPDATE",
    """OLD.met_at IS NOT NULL OR NEW.text <> OLD.text OR NEW.due_on <> OLD.due_on
    OR NEW.owner_id <> OLD.owner_id OR NEW.decision_id <> OLD.decision_id""",
)
# figures of providers: three persons, and only steps that the way of a submission knows
_SENDERS = "SELECT s.by_id FROM monitoring_submissionstep s WHERE s.submission_id = NEW.submission_id"
guard(
    "submission_is_checked_by_another",
    "monitoring_submissionstep",
    "INSERT",
    f"""(NEW.to_state = 'validated' AND NEW.by_id IN ({_SENDERS} AND s.to_state IN ('open', 'submitted')
            AND s.from_state IN ('', 'open')))
    OR (NEW.to_state = 'approved' AND NEW.by_id IN ({_SENDERS} AND s.to_state IN ('open', 'submitted', 'validated')))
    """,
)
# 11
_CLOSED = "CASE NEW.state WHEN 'achieved' THEN 'achieve' WHEN 'stopped' THEN 'stop' ELSE 'overtake' END"
for _event in ("INSERT", "UPDATE"):
    guard(
        f"closed_by_decision_and_lesson_{_event.lower()}",
        "monitoring_measure",
        _event,
        f"""NEW.state IN ('achieved', 'stopped', 'overtaken') AND (
            NOT EXISTS (SELECT 1 FROM monitoring_lesson l WHERE l.measure_id = NEW.id AND TRIM(l.text) <> '')
            OR NOT EXISTS (SELECT 1 FROM monitoring_gatedecision d
                JOIN monitoring_gatereview v ON v.id = d.review_id
                JOIN monitoring_stageentry e ON e.id = v.entry_id
                JOIN monitoring_chainrun r ON r.id = e.run_id
                WHERE r.measure_id = NEW.id AND d.outcome = {_CLOSED}))""",
    )
guard(
    "closed_stays_closed",
    "monitoring_measure",
    "UPDATE",
    "OLD.state IN ('achieved', 'stopped', 'overtaken') AND NEW.state <> OLD.state",
)
guard("measure_kept", "monitoring_measure", "DELETE", "1 = 1")
