"""Step 5: the 48 measures of the study, and one of them led through the chain to the end of its pilot."""

import datetime as dt
import random

from common import clock
from monitoring.enums import CommentChannel, ConsultationKind, DisclosureClass, Outcome
from monitoring.enums import Stage as ChainStage
from monitoring.evaluation import PilotPlan, feasibility
from monitoring.models import GateDecision, Measure
from monitoring.periods import Frequency, Period
from monitoring.services import chain, consultations, fund, measures, pilots

from .stage import Stage

LED, DISCUSSED = "M03", "S03"
REGIONS = ["KG-B", "KG-C", "KG-GB", "KG-GO", "KG-J", "KG-N", "KG-O", "KG-T", "KG-Y"]
TREATED = ["KG-B", "KG-J", "KG-O"]
COMMENTS = [
    ("Маалымкат болсо, стажды далилдөө оңой болот.", "ky", CommentChannel.MEETING),
    ("Поддерживаю: после увольнения справку не добиться.", "ru", CommentChannel.TELEPHONE),
    ("Ким текшерет? Бланкты ким берет?", "ky", CommentChannel.PAPER),
]


def lead(stage: Stage) -> str:
    """Evidence and a recorded decision at each gate; nothing moves by itself."""
    analyst = stage.cast["analyst"]
    loaded = measures.load_study(by=analyst)
    fund.load_funds(by=analyst)
    measure = Measure.everything.get(code=LED)
    chain.start(by=analyst, measure=measure)
    for walk in (_intake, _research, _panel, _public, _pilot):
        walk(stage, measure)
    _open_discussion(stage)
    stage.found["measure"] = measure
    here = chain.where(measure)
    return f"{loaded} measures; {measure.code} passed {GateDecision.objects.count()} gates and stands at {here.stage}"


def _file(stage: Stage, measure: Measure, *types: str, by: str = "analyst", **values) -> None:
    for type in types:
        chain.file_evidence(
            by=stage.cast[by],
            measure=measure,
            type=type,
            title=values.get("title") or type.replace("_", " "),
            body=values.get("body") or "Даярдалган документ ведомстводо сакталат.",
            languages=values.get("languages"),
            disclosure=values.get("disclosure", DisclosureClass.PUBLIC),
        )


def _go(stage: Stage, measure: Measure) -> None:
    review = chain.submit(by=stage.cast["analyst"], measure=measure)
    decision = chain.decide(
        by=stage.cast["decision"],
        review=review,
        outcome=Outcome.GO,
        reason="Далилдер толук, кийинки баскычка өтөбүз",
    )
    if decision is None:
        raise RuntimeError("the gate asked for another signature")


def _intake(stage: Stage, measure: Measure) -> None:
    _file(stage, measure, "problem_statement", "source", "outcome_indicator")
    _go(stage, measure)


def _research(stage: Stage, measure: Measure) -> None:
    _file(stage, measure, "research_report", "baseline", "method_and_limits", "cost_range", "groups_affected")
    _file(stage, measure, "peer_review", by="expert", disclosure=DisclosureClass.INTERNAL)
    _file(stage, measure, "summary", languages=["ky", "ru", "en"])
    _go(stage, measure)


def _panel(stage: Stage, measure: Measure) -> None:
    today = clock.today()
    panel = consultations.open_discussion(
        by=stage.cast["analyst"],
        measure=measure,
        kind=ConsultationKind.EXPERT,
        opens_on=today - dt.timedelta(days=60),
        closes_on=today - dt.timedelta(days=50),
        title_ky="Эксперттик кеңеш",
        title_ru="Экспертный совет",
        title_en="Expert panel",
    )
    for login, dissents in (("expert", False), ("expert2", True), ("legal", False)):
        user = stage.cast[login]
        consultations.seat(by=stage.cast["analyst"], consultation=panel, user=user)
        consultations.take_part(
            by=user,
            consultation=panel,
            interests="Кызыкчылыктардын кагылышы жок",
            opinion="Пилот керек",
            dissents=dissents,
        )
    _file(stage, measure, "panel_minutes")
    _go(stage, measure)


def _public(stage: Stage, measure: Measure) -> None:
    """Held before it was entered here: what was said at meetings, on paper and by telephone."""
    analyst, today = stage.cast["analyst"], clock.today()
    public = consultations.open_discussion(
        by=analyst,
        measure=measure,
        kind=ConsultationKind.PUBLIC,
        opens_on=today - dt.timedelta(days=45),
        closes_on=today - dt.timedelta(days=5),
        offline_channel="Эмгек бөлүмдөрү, 1544",
        **_question(),
    )
    for text, language, channel in COMMENTS:
        comment = consultations.comment(
            by=analyst, consultation=public, text=text, language=language, channel=channel
        )
        consultations.moderate(by=analyst, comment=comment, shown=True)
        consultations.answer(
            by=analyst,
            comments=[comment],
            topic="support" if "?" not in text else "question",
            texts={
                language: "Рахмат, пилоттун долбоорунда эске алынды."
                if language == "ky"
                else "Спасибо, учтено в проекте пилота."
            },
        )
    _register(stage, measure)
    _file(stage, measure, "response_report", "legal_basis", "complaint_channel", "budget")
    _go(stage, measure)


def _question() -> dict[str, str]:
    return {
        "title_ky": "Бирдиктүү эмгек маалымкаты",
        "title_ru": "Единая справка о работе",
        "title_en": "A harmonised employment certificate",
        "question_ky": "Бирдиктүү эмгек маалымкатын жана көзөмөл реестрин киргизүү керекпи?",
        "question_ru": "Нужно ли ввести единую справку о работе и контрольный реестр?",
        "question_en": "Should a harmonised employment certificate and a control register be introduced?",
    }


def _quarters() -> list[str]:
    last = Period.containing(clock.today(), Frequency.QUARTERLY).offset(-1)
    return [str(last.offset(-step)) for step in range(7, -1, -1)]


def _register(stage: Stage, measure: Measure) -> None:
    quarters = _quarters()
    plan = PilotPlan(units=len(REGIONS), treated=len(TREATED), before=4, after=4, sd_periods=2.5, target=8.0)
    pilots.register(
        by=stage.cast["analyst"],
        measure=measure,
        content={
            "design": "did",
            "outcome": "recognised_share",
            "unit": "unit",
            "time": "period",
            "treated_units": TREATED,
            "start": quarters[4],
        },
        units=REGIONS,
        treated_units=TREATED,
        primary_outcomes=["recognised_share"],
        planned_periods=quarters,
        stop_rules="Маалымкаттан баш тартуу эки эсе көбөйсө, пилот токтотулат",
        feasibility=feasibility(plan).as_dict(),
    )


def _pilot(stage: Stage, measure: Measure) -> None:
    """Records by region and quarter, frozen, then analysed by somebody who did not run the pilot."""
    analyst = stage.cast["analyst"]
    design = chain.where(measure).run.pilot_design
    chance = random.Random(2014)
    rows = []
    for place, region in enumerate(REGIONS):
        for step, quarter in enumerate(design.planned_periods):
            effect = 9.0 if region in TREATED and step >= 4 else 0.0
            share = 52 + place + 0.4 * step + chance.gauss(0, 1.5) + effect
            rows.append({"unit": region, "period": quarter, "recognised_share": round(share, 1)})
    pilots.report(by=analyst, design=design, rows=rows)
    freeze = pilots.freeze(by=analyst, design=design)
    _file(stage, measure, "fidelity_log", "incidents_and_complaints", "deviations")
    _go(stage, measure)
    analysis = pilots.analyse(by=stage.cast["expert"], freeze=freeze)
    stage.found["finding"] = analysis.result["finding"]["en"]


def _open_discussion(stage: Stage) -> None:
    """Another measure is under public discussion today, open to every visitor."""
    analyst, today = stage.cast["analyst"], clock.today()
    measure = Measure.everything.get(code=DISCUSSED)
    chain.start(by=analyst, measure=measure)
    for walk in (_intake, _research, _panel):
        walk(stage, measure)
    if chain.where(measure).stage != ChainStage.PUBLIC_DISCUSSION:
        raise RuntimeError("the measure did not reach its discussion")
    consultations.open_discussion(
        by=analyst,
        measure=measure,
        kind=ConsultationKind.PUBLIC,
        opens_on=today,
        closes_on=today + dt.timedelta(days=40),
        offline_channel="Эмгек бөлүмдөрү, 1544",
        title_ky="Маалымат каражаттары жана мигранттар",
        title_ru="СМИ и мигранты",
        title_en="Media and migrants",
        question_ky="Журналисттерди окутуу мигранттарга мамилени жакшыртабы?",
        question_ru="Улучшит ли обучение журналистов отношение к мигрантам?",
        question_en="Will training journalists improve attitudes towards migrants?",
    )
