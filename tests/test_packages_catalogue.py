"""The Lithuanian of Django and allauth: locale/packages, and what is in force with it.

In scope is what the packages' own English catalogues ask for, in the apps that the site has or
may have: Django's core, admin, auth, content types and sessions; allauth without its logins
through other sites (socialaccount, openid), its login for other sites (idp) and headless.
"""

import json
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import allauth
import django
import polib
import pytest
from django import forms
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.template.backends.django import DjangoTemplates
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format, localize, number_format
from django.utils.timesince import timesince
from django.utils.translation.trans_real import DjangoTranslation
from django.views.i18n import JSONCatalog

from . import factories

OURS = Path(__file__).resolve().parent.parent / "locale/packages/lt/LC_MESSAGES"
DJANGO, ALLAUTH = Path(django.__file__).parent, Path(allauth.__file__).parent
PACKAGES = {
    "django": [
        DJANGO / "conf",
        *(DJANGO / "contrib" / app for app in ("admin", "auth", "contenttypes", "sessions")),
        ALLAUTH,
    ],
    "djangojs": [DJANGO / "contrib/admin"],
}
DOMAINS = list(PACKAGES)
OUT_OF_SCOPE = re.compile(r"(templates/)?(socialaccount|openid|idp|headless)/")  # of allauth
NUMBERS = [1, 2, 10, 11, 21]  # each plural form of whole numbers
SAME_IN_BOTH_LANGUAGES = {
    *("Esperanto", "Hindi", "Ido", "Interlingua", "IPv4", "IPv6", "URL"),
    *("%s KB", "%s MB", "%s GB", "%s TB", "%s PB"),
    *(":", ":?.!", ", ", "…", "%(truncated_text)s…", "%(class_name)s %(instance)s"),
    "S",  # sekmadienis, in the calendar of the admin
    "%(num)d minute",  # its plural: „prieš 2 minutes“
}
# The value of each would be an English word: date, year or month.
LEFT_OUT = {
    "%(field_label)s must be unique for %(date_field_label)s %(lookup_type)s.": {"%(lookup_type)"},
    "Please correct the duplicate data for %(field_name)s which must be unique for the "
    "%(lookup)s in %(date_field)s.": {"%(lookup)"},
}


class Message(NamedTuple):
    """What a package asks to be translated; without a plural or a context they are empty."""

    context: str
    singular: str
    plural: str


def message_of(entry):
    return Message(entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")


def translations_of(entry):
    """Return the texts of a catalogue's entry, one for each plural form."""
    return list(entry.msgstr_plural.values()) or [entry.msgstr]


def entries(domain, language, package):
    path = package / "locale" / language / "LC_MESSAGES" / f"{domain}.po"
    return [entry for entry in polib.pofile(path) if not entry.obsolete]


def is_in_scope(package, entry):
    places = [place for place, _ in entry.occurrences]
    return package != ALLAUTH or not all(OUT_OF_SCOPE.match(place) for place in places)


@cache
def asked_for(domain):
    """Return the messages in scope."""
    return {
        message_of(entry)
        for package in PACKAGES[domain]
        for entry in entries(domain, "en", package)
        if is_in_scope(package, entry)
    }


@cache
def in_force(domain):
    """Return for each message in scope the texts that the site shows, one for each number."""
    folders = None if domain == "django" else [DJANGO / "contrib/admin/locale"]
    lithuanian = DjangoTranslation("lt", domain=domain, localedirs=folders)

    def texts(context, singular, plural):
        if plural:
            return [lithuanian.ngettext(singular, plural, number) for number in NUMBERS]
        if context:
            return [lithuanian.pgettext(context, singular)]
        return [lithuanian.gettext(singular)]

    return {message: texts(*message) for message in asked_for(domain)}


def shipped(domain):
    """Return for each message what the packages' own Lithuanian catalogues say."""
    found = {}
    for package in PACKAGES[domain]:
        for entry in entries(domain, "lt", package):
            found.setdefault(message_of(entry), []).append(translations_of(entry))
    return found


def ours(domain):
    return polib.pofile(OURS / f"{domain}.po")


def placeholders(text):
    return set(re.findall(r"%\(\w+\)|%[sd]|\{\w*\}", text))


def without_tags(text):
    return re.sub(r"<[^>]+>", "", text)


def test_message_is_translated():
    same = {
        message.singular
        for domain in DOMAINS
        for message, texts in in_force(domain).items()
        if {message.singular, message.plural} & set(texts)
    }
    assert same == SAME_IN_BOTH_LANGUAGES


@pytest.mark.parametrize("domain", DOMAINS)
def test_message_keeps_its_placeholders(domain):
    lost = {
        message.singular: placeholders(message.singular) ^ placeholders(text)
        for message, texts in in_force(domain).items()
        for text in texts
        if placeholders(text) != placeholders(message.singular)
    }
    assert lost == (LEFT_OUT if domain == "django" else {})


@pytest.mark.parametrize("domain", DOMAINS)
def test_message_keeps_its_tags(domain):
    tags = re.compile(r"<[^>]+>")
    assert [
        text
        for message, texts in in_force(domain).items()
        for text in texts
        if tags.findall(text) != tags.findall(message.singular)
    ] == []


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("fault", ["vartotoj", '"', "”", "!", "...", "—", " - "])
def test_message_is_written_as_lithuanian_is(domain, fault):
    faulty = [
        text
        for message, texts in in_force(domain).items()
        for text in texts
        if fault in without_tags(text).lower() and message.singular != ":?.!"
    ]
    assert faulty == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_message_closes_its_quotation_marks(domain):
    assert [
        text
        for texts in in_force(domain).values()
        for text in texts
        if re.sub("[^„“]", "", text).replace("„“", "") not in {"", "„“"}
    ] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_entry_is_complete(domain):
    assert [
        entry.msgid
        for entry in ours(domain)
        if entry.fuzzy or "" in translations_of(entry) or not entry.occurrences
    ] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_entry_has_every_plural_form(domain):
    counted = [len(entry.msgstr_plural) for entry in ours(domain) if entry.msgid_plural]
    assert set(counted) == {4}


@pytest.mark.parametrize("domain", DOMAINS)
def test_entry_is_asked_for_by_a_package(domain):
    assert {message_of(entry) for entry in ours(domain)} - asked_for(domain) == set()


@pytest.mark.parametrize("domain", DOMAINS)
def test_entry_differs_from_what_the_packages_ship(domain):
    theirs = shipped(domain)
    assert [
        entry.msgid
        for entry in ours(domain)
        if all(texts == translations_of(entry) for texts in theirs.get(message_of(entry), [[]]))
    ] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_plural_rule_is_that_of_the_packages(domain):
    rules = {
        polib.pofile(package / f"locale/lt/LC_MESSAGES/{domain}.po").metadata["Plural-Forms"]
        for package in PACKAGES[domain]
    }
    assert rules == {ours(domain).metadata["Plural-Forms"]}


@pytest.mark.parametrize("domain", DOMAINS)
def test_compiled_catalogue_holds_what_the_source_holds(domain):
    compiled = polib.mofile(OURS / f"{domain}.mo")
    assert compiled.metadata == ours(domain).metadata
    assert {message_of(entry): translations_of(entry) for entry in compiled} == {
        message_of(entry): translations_of(entry) for entry in ours(domain)
    }


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("DATE_FORMAT", "2014\u00a0m. balandžio\u00a03\u00a0d."),
        ("DATETIME_FORMAT", "2014\u00a0m. balandžio\u00a03\u00a0d. 10:05"),
        ("YEAR_MONTH_FORMAT", "2014\u00a0m. balandžio\u00a0mėn."),
        ("MONTH_DAY_FORMAT", "balandžio\u00a03\u00a0d."),
        ("TIME_FORMAT", "10:05"),
        ("SHORT_DATE_FORMAT", "2014-04-03"),
        ("SHORT_DATETIME_FORMAT", "2014-04-03 10:05"),
        ("F", "balandis"),
        ("M", "Bal"),
        ("N", "bal."),
        ("l", "ketvirtadienis"),
        ("D", "kt"),
        ("a", "priešpiet"),
    ],
)
def test_moment_is_written(name, text):
    assert date_format(datetime(2014, 4, 3, 10, 5), name) == text


def test_months_are_in_the_genitive_beside_a_day():
    assert [date_format(date(2014, month, 1), "E") for month in range(1, 13)] == [
        *("sausio", "vasario", "kovo", "balandžio", "gegužės", "birželio"),
        *("liepos", "rugpjūčio", "rugsėjo", "spalio", "lapkričio", "gruodžio"),
    ]


@pytest.mark.parametrize(
    "typed", ["2014-04-03", "2014.04.03", "2014 04 03", "2014\u00a004\u00a003"]
)
def test_date_is_read(typed):
    assert forms.DateField().clean(typed) == date(2014, 4, 3)


@pytest.mark.parametrize("typed", ["10:00", "10.00", "10:00:00"])
def test_time_is_read(typed):
    assert forms.TimeField().clean(typed) == time(10)


@pytest.mark.parametrize("typed", ["2014-04-03 10:00", "2014.04.03 10.00", "2014 04 03 10:00:00"])
def test_moment_is_read(typed):
    assert forms.DateTimeField().clean(typed).replace(tzinfo=None) == datetime(2014, 4, 3, 10)


def test_form_shows_a_moment_as_the_admin_writes_it():
    shown = forms.SplitDateTimeWidget().decompress(datetime(2014, 4, 3, 10))
    assert [forms.DateInput().format_value(shown[0]), forms.TimeInput().format_value(shown[1])] == [
        "2014-04-03",
        "10:00",
    ]


def test_number_is_grouped_by_no_break_spaces():
    assert number_format(80000) == "80\u00a0000"
    assert localize(Decimal("23169.60")) == "23\u00a0169,60"


@pytest.mark.parametrize("typed", ["23\u00a0169,60", "23 169,60", "23169,60"])
def test_number_is_read(typed):
    assert forms.DecimalField(localize=True).clean(typed) == Decimal("23169.60")


def test_admin_does_not_group_the_digits_of_an_id(superuser):
    factories.library(pk=12345)
    page = superuser.get(reverse("admin:association_library_changelist")).text
    assert re.findall(r"/library/([^/\"]+)/change/", page) == ["12345"]


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (timedelta(minutes=1), "prieš 1\u00a0minutę"),
        (timedelta(minutes=2), "prieš 2\u00a0minutes"),
        (timedelta(hours=11), "prieš 11\u00a0valandų"),
        (timedelta(hours=21), "prieš 21\u00a0valandą"),
        (timedelta(days=2), "prieš 2\u00a0dienas"),
        (timedelta(days=9), "prieš 1\u00a0savaitę, 2\u00a0dienas"),
        (timedelta(days=366), "prieš 1\u00a0metus"),
        (timedelta(days=3653), "prieš 10\u00a0metų"),
    ],
)
def test_passed_time_is_written_after_its_preposition(passed, text):
    then = datetime(2014, 4, 3)
    assert f"prieš {timesince(then, then + passed)}" == text


@pytest.mark.parametrize(
    ("number", "results", "size"),
    [
        (0, "0 rezultatų", "0\u00a0baitų"),
        (1, "1 rezultatas", "1\u00a0baitas"),
        (2, "2 rezultatai", "2\u00a0baitai"),
        (15, "15 rezultatų", "15\u00a0baitų"),
        (21, "21 rezultatas", "21\u00a0baitas"),
        (111, "111 rezultatų", "111\u00a0baitų"),
    ],
)
def test_counted_thing_agrees_with_its_number(number, results, size):
    counted = translation.ngettext("%(counter)s result", "%(counter)s results", number)
    assert (counted % {"counter": number}, filesizeformat(number)) == (results, size)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("The {name} “{obj}” was added successfully.", "Pridėta: biblioteka „Aušra“."),
        ("The {name} “{obj}” was changed successfully.", "Pakeista: biblioteka „Aušra“."),
        ("Deleted {name} “{object}”.", "Ištrinta: biblioteka „Aušra“."),
    ],
)
def test_admin_names_a_record_of_any_gender(message, text):
    written = translation.gettext(message).format(name="biblioteka", obj="Aušra", object="Aušra")
    assert written == text


@pytest.mark.parametrize(
    ("field", "typed", "text"),
    [
        (forms.CharField(), "", "Užpildykite šį lauką."),
        (
            forms.CharField(max_length=2),
            "abc",
            "Reikšmę turi sudaryti ne daugiau kaip 2 simboliai (dabar – 3).",
        ),
        (
            forms.CharField(min_length=21),
            "abc",
            "Reikšmę turi sudaryti ne mažiau kaip 21 simbolis (dabar – 3).",
        ),
        (forms.IntegerField(min_value=5), "3", "Reikšmė turi būti ne mažesnė kaip 5."),
        (
            forms.IntegerField(),
            "pusė",
            "Įveskite sveikąjį skaičių skaitmenimis, pavyzdžiui, 12.",
        ),
        (
            forms.DecimalField(),
            "daug",
            "Įveskite skaičių skaitmenimis, pavyzdžiui, 80 000,50.",
        ),
        (forms.TimeField(), "ryte", "Įveskite laiką taip: 10:00."),
        (
            forms.URLField(),
            "be protokolo",
            "Įveskite visą interneto adresą, pavyzdžiui, https://biblioteka.lt.",
        ),
        (
            forms.CharField(),
            "a\0b",
            "Tekste yra nematomų ženklų, kurių svetainė nepriima. Ištrinkite jį ir įrašykite iš "
            "naujo.",
        ),
        (
            forms.DecimalField(decimal_places=2),
            "1.234",
            "Po kablelio gali būti ne daugiau kaip 2 skaitmenys.",
        ),
        (
            forms.EmailField(),
            "ne adresas",
            "Įveskite el. pašto adresą, pavyzdžiui, vardas@biblioteka.lt.",
        ),
        (
            forms.ChoiceField(choices=[("a", "a")]),
            "b",
            "Pasirinkite tinkamą reikšmę. „b“ nėra tarp galimų.",
        ),
        (forms.DateField(), "vakar", "Įveskite datą taip: 2014-04-10."),
    ],
)
def test_refused_value_is_told_why(field, typed, text):
    with pytest.raises(ValidationError) as refusal:
        field.clean(typed)
    assert refusal.value.messages == [text]


def test_short_password_is_told_the_length():
    with pytest.raises(ValidationError) as refusal:
        MinimumLengthValidator(min_length=8).validate("abc")
    assert refusal.value.messages == ["Slaptažodis per trumpas. Jį turi sudaryti bent 8 simboliai."]


def test_allauth_letter_about_a_forgotten_password_is_lithuanian():
    templates = DjangoTemplates(
        {"NAME": "allauth", "DIRS": [ALLAUTH / "templates"], "APP_DIRS": False, "OPTIONS": {}}
    )
    letter = templates.get_template("account/email/password_reset_key_message.txt").render(
        {
            "current_site": SimpleNamespace(name="biblioteka.example", domain="biblioteka.example"),
            "password_reset_url": "https://biblioteka.example/raktas/",
        }
    )
    assert [line for line in letter.splitlines() if line] == [
        "Rašome iš svetainės „biblioteka.example“.",
        "Šį laišką gavote todėl, kad jūs arba kas nors kitas paprašė atkurti jūsų paskyros "
        "slaptažodį.",
        "Jei to neprašėte, į laišką nekreipkite dėmesio. Naują slaptažodį susikursite atvėrę "
        "šią nuorodą:",
        "https://biblioteka.example/raktas/",
        "Dėkojame, kad naudojatės svetaine „biblioteka.example“.",
        "biblioteka.example",
    ]


def test_calendar_of_the_admin_gets_texts_and_formats(rf):
    view = JSONCatalog.as_view(packages=["django.contrib.admin"])
    script = json.loads(view(rf.get("/")).content)
    assert script["catalog"]["Today (%(date)s)"] == "Šiandien (%(date)s)"
    assert script["catalog"]["%(sel)s of %(cnt)s selected"] == ["Pasirinkta %(sel)s iš %(cnt)s"] * 4
    assert script["formats"]["DATE_INPUT_FORMATS"][0] == "%Y-%m-%d"
    assert script["formats"]["TIME_INPUT_FORMATS"][0] == "%H:%M"
    assert script["formats"]["FIRST_DAY_OF_WEEK"] == 1


def test_day_in_the_calendar_of_the_admin_is_told_with_its_month_in_the_nominative():
    lithuanian = DjangoTranslation("lt", domain="djangojs")
    told = {"month": lithuanian.gettext("November"), "day": 23, "year": 2026}
    day = lithuanian.gettext("%(month)s %(day)s, %(year)s") % told
    assert lithuanian.gettext("%s (today)") % day == "23 diena, 2026 m. lapkritis (šiandien)"
