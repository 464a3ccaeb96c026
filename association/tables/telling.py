"""In sentences: how far an import is, what it would do, and what it has done."""

from django.utils.formats import localize
from django.utils.translation import gettext, ngettext

from ..lithuanian import shortened
from ..models import TableImport
from .drafts import CHANGED, NEW, REFUSED, SAME

BRIEF_FACTS, BRIEF_LENGTH = 6, 50  # of what is told of something new, and characters of each


def part(done):
    """Return per cent of what is done; None where that is not known."""
    if not done or not done[1]:
        return None
    return min(99, 100 * done[0] // done[1])


def words_of(found, done):
    """Return the sentence that tells how far it is."""
    if found.state in TableImport.WAITING:
        return gettext("It waits for its turn.")
    importing = found.state == TableImport.State.IMPORTING
    told = gettext("It is being imported.") if importing else gettext("It is being read.")
    per_cent = part(done)
    if per_cent is None:
        return told
    return gettext("%(told)s %(part)s%% done.") % {"told": told, "part": per_cent}


def sums(counts):
    """Return the sentences that tell how many records would become what."""
    told = {
        NEW: ngettext("%(number)s new record.", "%(number)s new records.", counts.get(NEW, 0)),
        CHANGED: ngettext(
            "%(number)s record is changed.",
            "%(number)s records are changed.",
            counts.get(CHANGED, 0),
        ),
        SAME: ngettext(
            "%(number)s record stays as it is.",
            "%(number)s records stay as they are.",
            counts.get(SAME, 0),
        ),
        REFUSED: ngettext(
            "%(number)s record has errors.",
            "%(number)s records have errors.",
            counts.get(REFUSED, 0),
        ),
    }
    return _numbered(told, counts)


def done_sums(counts):
    """Return the sentences that tell how many records have become what."""
    told = {
        NEW: ngettext(
            "%(number)s record was added.", "%(number)s records were added.", counts.get(NEW, 0)
        ),
        CHANGED: ngettext(
            "%(number)s record was changed.",
            "%(number)s records were changed.",
            counts.get(CHANGED, 0),
        ),
        REFUSED: ngettext(
            "%(number)s record with errors was left out.",
            "%(number)s records with errors were left out.",
            counts.get(REFUSED, 0),
        ),
    }
    return _numbered(told, counts)


def _numbered(told, counts):
    return [
        sentence % {"number": localize(counts[fate])}
        for fate, sentence in told.items()
        if counts.get(fate)
    ]


def brief(entry):
    """Return on one line what is written of something new: the rest is unfolded."""
    told = (f"{name}: {shortened(words, BRIEF_LENGTH)}" for name, words in entry["facts"])
    return "; ".join(each for each in list(told)[1:BRIEF_FACTS])


def warnings(entries, counts):
    """Return the sentences on what should be looked at before it is agreed to."""
    told = []
    public = sum(entry["is_public"] and entry["fate"] == CHANGED for entry in entries)
    if public:
        told.append(
            ngettext(
                "Visitors will see the changes of %(number)s public record at once.",
                "Visitors will see the changes of %(number)s public records at once.",
                public,
            )
            % {"number": localize(public)}
        )
    emptied = counts.get("emptied", 0)
    if emptied:
        told.append(
            ngettext(
                "%(number)s empty cell deletes what is written on the site now.",
                "%(number)s empty cells delete what is written on the site now.",
                emptied,
            )
            % {"number": localize(emptied)}
        )
    return told
