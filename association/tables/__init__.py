"""Tables of records, as spreadsheets have them: out of the site, and in again.

`cells` says how values are written in cells and read from them, `files` and `writing` know what
files hold them. A Table, in `declared`, names the sheets and columns of what is exported and
imported; `plans` tells what a file would change, `previews` tells it in words, `doing` does it,
and `imports` lets the worker do all that.

Not by django-import-export: a project is rows of six sheets, tied together before it has a number,
and each error has its line. Its resources know one sheet and no lines, and take nine seconds to
try a thousand plain rows.
"""
