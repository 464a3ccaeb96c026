"""Dates, times and numbers as Lithuanian writes them; FORMAT_MODULE_PATH puts them before Django's.

The *_FORMAT strings are in Django's date syntax, the *_INPUT_FORMATS in strptime's. What belongs
together is held by no-break spaces: „2014 m. balandžio 3 d.“, „80 000“.
"""

from itertools import product

DATE_FORMAT = "Y\u00a0\\m. E\u00a0j\u00a0\\d."  # 2014 m. balandžio 3 d.
TIME_FORMAT = "H:i"  # 10:00
DATETIME_FORMAT = f"{DATE_FORMAT} {TIME_FORMAT}"
YEAR_MONTH_FORMAT = "Y\u00a0\\m. E\u00a0\\mė\\n."  # 2014 m. balandžio mėn.
MONTH_DAY_FORMAT = "E\u00a0j\u00a0\\d."  # balandžio 3 d.
SHORT_DATE_FORMAT = "Y-m-d"
SHORT_DATETIME_FORMAT = f"{SHORT_DATE_FORMAT} {TIME_FORMAT}"
FIRST_DAY_OF_WEEK = 1  # Monday

# A form shows a value in the first of these, and so does the admin's calendar. Month names are
# not among them, since strptime reads those of the server's locale, not of the page's language.
DATE_INPUT_FORMATS = [
    "%Y-%m-%d",  # 2014-04-03
    "%Y.%m.%d",  # 2014.04.03
    "%Y %m %d",  # 2014 04 03
]
TIME_INPUT_FORMATS = [
    "%H:%M",  # 10:00
    "%H.%M",  # 10.00
    "%H:%M:%S",  # 10:00:00
    "%H:%M:%S.%f",  # 10:00:00.000200
]
DATETIME_INPUT_FORMATS = [
    f"{date} {time}" for date, time in product(DATE_INPUT_FORMATS, TIME_INPUT_FORMATS)
]

DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "\u00a0"  # Django takes an ordinary space in a typed number as well
NUMBER_GROUPING = 3
