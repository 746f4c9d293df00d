"""The columns of a work-record file, and the titles under which offices of the union write them."""

from django.utils.translation import gettext_lazy as _

KIND = "registry.work_record"

# The first title is the one of our own template.
COLUMNS: dict[str, tuple[str, ...]] = {
    "kind": ("Тип сведений", "Тип формы", "Маалыматтын түрү", "Kind of entry"),
    "family_name": ("Фамилия", "Фамилиясы", "Family name", "Surname"),
    "given_name": ("Имя", "Аты", "Given name", "First name"),
    "patronymic": ("Отчество", "Отчество (при наличии)", "Атасынын аты", "Patronymic"),
    "sex": ("Пол", "Жынысы", "Sex"),
    "birth_on": ("Дата рождения", "Туулган күнү", "Туулган датасы", "Date of birth"),
    "citizenship": ("Гражданство", "Жарандыгы", "Citizenship"),
    "birth_place": ("Место рождения", "Туулган жери", "Place of birth"),
    "KG-PIN": ("ПИН", "ПИН (Кыргызстан)", "ПИН КР", "Жеке номери", "Жеке номери (ПИН)", "PIN"),
    "RU-SNILS": ("СНИЛС", "Страховой номер", "SNILS"),
    "RU-INN": ("ИНН", "ИНН работника", "ИНН (Россия)"),
    "KZ-IIN": ("ИИН", "ИИН (Казахстан)", "ЖСН"),
    "BY-PERSONAL": ("Личный номер (Беларусь)", "Личный номер"),
    "AM-PSN": ("НЗОУ", "НЗОУ (Армения)"),
    "position": ("Должность", "Профессия, должность", "Кызмат орду", "Кызматы", "Position"),
    "occupation": ("Код по ОКЗ", "Код ОКЗ", "Код профессии", "Кесип коду", "ISCO-08"),
    "unit": ("Структурное подразделение", "Подразделение", "Отдел", "Бөлүм", "Department"),
    "share_of_rate": ("Доля ставки", "Ставканын үлүшү", "Share of rate"),
    "start_on": ("Дата приёма", "Дата приема на работу", "Жумушка алынган күнү", "Date of hire"),
    "end_on": ("Дата увольнения", "Жумуштан бошотулган күнү", "Date of dismissal"),
    "dismissal_ground": ("Основание увольнения", "Бошотуунун негизи", "Ground of dismissal"),
    "month": ("Месяц", "Отчётный месяц", "Период", "Ай", "Отчеттук ай", "Month"),
    "wage": ("Начислено, руб.", "Сумма выплат", "Начисленная заработная плата", "Эмгек акы", "Earned"),
    "base": ("База для взносов, руб.", "База для начисления взносов", "Төгүм базасы", "Contribution base"),
    "tax": ("НДФЛ, руб.", "НДФЛ", "Подоходный налог", "Киреше салыгы", "Income tax"),
    "rate": (
        "Тариф взносов, %",
        "Тариф, %",
        "Тариф страховых взносов, %",
        "Ставка взносов, %",
        "Төгүмдүн тарифи, %",
        "Төгүм тарифи, %",
        "Contribution rate, %",
    ),
    "accrued": (
        "Взносы начислено, руб.",
        "Начислено взносов",
        "Страховые взносы начислено",
        "Эсептелген төгүмдөр",
        "Contributions accrued",
    ),
    "paid": ("Взносы уплачено, руб.", "Уплачено взносов", "Төлөнгөн төгүмдөр", "Contributions paid"),
    "paid_on": ("Дата уплаты", "Төлөнгөн күнү", "Paid on"),
    "currency": ("Валюта", "Currency"),
    "fund": ("Фонд", "Вид взносов", "Fund"),
    "employer": ("ИНН работодателя", "БИН работодателя", "Иш берүүчүнүн ИНН", "Employer number"),
}
REQUIRED = ("family_name", "given_name", "birth_on", "month", "accrued")
IDENTIFIERS = ("KG-PIN", "RU-SNILS", "RU-INN", "KZ-IIN", "BY-PERSONAL", "AM-PSN")

# How the fields are called on our own screens.
TITLES = {
    "kind": _("kind of entry"),
    "family_name": _("family name"),
    "given_name": _("given name"),
    "patronymic": _("patronymic"),
    "sex": _("sex"),
    "birth_on": _("birth date"),
    "citizenship": _("citizenship"),
    "birth_place": _("place of birth"),
    "KG-PIN": _("Kyrgyz personal number (PIN)"),
    "RU-SNILS": _("Russian insurance number (SNILS)"),
    "RU-INN": _("Russian taxpayer number (INN)"),
    "KZ-IIN": _("Kazakh individual number (IIN)"),
    "BY-PERSONAL": _("Belarusian personal number"),
    "AM-PSN": _("Armenian public services number"),
    "position": _("position"),
    "occupation": _("occupation code"),
    "unit": _("unit"),
    "share_of_rate": _("share of rate"),
    "start_on": _("date of hire"),
    "end_on": _("date of dismissal"),
    "dismissal_ground": _("ground of dismissal"),
    "month": _("month"),
    "wage": _("earned"),
    "base": _("contribution base"),
    "tax": _("income tax"),
    "rate": _("contribution rate, per cent"),
    "accrued": _("contributions accrued"),
    "paid": _("contributions paid"),
    "paid_on": _("paid on"),
    "currency": _("currency"),
    "fund": _("fund"),
    "employer": _("number of the employer"),
}
# Fields that only forms of the Russian fund have.
FORM_TITLES = {
    "opened_by": _("kind of event"),
    "closed_by": _("kind of event"),
    "event_id": _("UUID of the event"),
    "closing_event_id": _("event that ended it (UUID)"),
    "basis_document": _("basis document"),
    "closing_document": _("basis document of the end"),
    "special_conditions": _("special conditions"),
    "not_counted": _("not counted"),
}
