"""Django's form and template formats for our languages (settings.FORMAT_MODULE_PATH)."""

# Every language reads these; what is shown first is what is written back into a form.
DATE_INPUT_FORMATS = ["%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y"]
DATETIME_INPUT_FORMATS = [
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d",
]
TIME_INPUT_FORMATS = ["%H:%M", "%H:%M:%S"]
TIME_FORMAT = "H:i"
FIRST_DAY_OF_WEEK = 1

# A no-break space in every language: with a comma for thousands "1234,5" would silently become 12345.
THOUSAND_SEPARATOR = "\xa0"
NUMBER_GROUPING = 3
