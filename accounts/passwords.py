"""Which passwords are refused, and how those that are taken are kept."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import password_validation as django
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from association.lithuanian import without_diacritics
from association.models import Details

SHORTEST_WORD = 4  # letters; a shorter one is in many a password by chance
ENOUGH = 5  # letters and different signs beside common words make a password uncommon
DIFFERENT = 5  # letters, digits and signs are in it at least
LONG = 64  # letters; in more of them words are not looked for, since it would take long
# Digits and signs that people add at the end, and those that they write for letters.
ADDED = "0123456789@$!"
INSTEAD_OF_LETTERS = str.maketrans("01234578@$!", "oizeastbasi")
# What Lithuanians choose, by its stem, folded: an ending makes no other word of it.
LITHUANIAN = Path(__file__).with_name("common_words.txt").read_text().split()


class CommonPasswordValidator(django.CommonPasswordValidator):
    """Refuses common passwords, English and Lithuanian, and what hardly differs from one.

    Of one or two common words nothing is made by digits, repetition, an ending, or signs for
    letters: „Slaptažodis123!“, „l4bas.r7tas“. Three words or more are a good password.
    """

    @cached_property
    def words(self):
        english = {word for word in self.passwords if word.isascii() and word.isalpha()}
        return {word for word in english | set(LITHUANIAN) if len(word) >= SHORTEST_WORD}

    def validate(self, password, user=None):
        super().validate(password, user)
        if len(set(password)) < DIFFERENT or any(map(self.is_common, spellings(password))):
            raise ValidationError(self.get_error_message(), code="password_too_common")

    def get_help_text(self):
        return _(
            "Do not choose a common password. Three words or more that have nothing to do with "
            "each other are better."
        )

    def is_common(self, spelling):
        letters = re.fullmatch(r"(.*?)\1*", re.sub("[^a-z]", "", spelling))[1]
        signs = len(set(re.sub("[a-z0-9]", "", spelling)))
        if len(letters) > LONG:
            return False
        rests = self.without_a_word(letters)
        rests |= {rest for each in rests for rest in self.without_a_word(each)}
        return min(map(len, rests), default=ENOUGH) + signs < ENOUGH

    def without_a_word(self, letters):
        """Return what is left of `letters` without each of the common words in it."""
        ends = range(SHORTEST_WORD, len(letters) + 1)
        parts = {letters[begin:end] for end in ends for begin in range(end - SHORTEST_WORD + 1)}
        return {letters.replace(word, "") for word in parts & self.words}


class OwnPasswordValidator(django.UserAttributeSimilarityValidator):
    """Refuses what others know of the person: the address, the name, the association's name."""

    DEFAULT_USER_ATTRIBUTES = ("email", "name")

    def __init__(self, user_attributes=DEFAULT_USER_ATTRIBUTES, **options):
        super().__init__(user_attributes, **options)

    def validate(self, password, user=None):
        super().validate(password, user)
        written = ["".join(re.findall("[a-z0-9]", each)) for each in spellings(password)]
        if any(known in each for each in written for known in self.known(user)):
            raise ValidationError(self.get_help_text(), code="password_too_similar")

    def known(self, user):
        """Return what must not be in a password, folded and in one word each."""
        details = Details.objects.current()
        whole = [details.name, details.short_name]
        email, name = getattr(user, "email", ""), getattr(user, "name", "")
        local, _at, domain = email.partition("@")
        hosts = [domain, urlsplit(settings.SITE_URL).hostname]
        parts = [local, *re.split(r"[\W\d_]+", f"{local} {name}")]
        # The last part of a host name is a country's.
        parts += [label for host in hosts for label in host.split(".")[:-1]]
        known = {"".join(re.findall("[a-z0-9]", folded(each))) for each in whole + parts}
        return {each for each in known if len(each) >= SHORTEST_WORD}

    def get_help_text(self):
        return _(
            "The password cannot contain your e-mail address, your name or the Association's name."
        )


class Argon2(Argon2PasswordHasher):
    """Argon2id as OWASP advises for a small server: 19 MiB, two passes, one thread.

    https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
    """

    memory_cost = 19456  # KiB
    time_cost = 2
    parallelism = 1


def folded(text):
    return without_diacritics(text.casefold())


def spellings(password):
    """Return `password` folded, as it is and with the letters that digits and signs stand for.

    At the end they may stand for themselves.
    """
    plain = folded(password)
    return [plain, *(each.translate(INSTEAD_OF_LETTERS) for each in (plain, plain.rstrip(ADDED)))]
