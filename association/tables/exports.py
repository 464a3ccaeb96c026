"""Records out of the site, as a workbook or as CSV; read some at a time, whatever their number."""

import tempfile

from . import writing

CHUNK = 200  # records in memory at a time
IN_MEMORY = 1024 * 1024  # bytes of a file before it goes to the disk


def sheets_of(table, records, sheets=None):
    """Return what writing needs of the `sheets` of `table`, all by default, for `records`.

    `records` is a QuerySet, of which only the filter is used.
    """
    return [
        (
            str(sheet.name),
            headings_of(table, sheet),
            widths_of(sheet),
            rows_of(table, sheet, records),
        )
        for sheet in sheets or table.sheets
    ]


def headings_of(table, sheet):
    known = [table.key_heading] + ([table.place_heading] if sheet.accessor else [])
    return [str(each) for each in [*known, *(column.heading for column in sheet.columns)]]


def widths_of(sheet):
    return [10, *([8] if sheet.accessor else []), *(column.width for column in sheet.columns)]


def rows_of(table, sheet, records):
    """Yield the cells of each row of `sheet`."""
    found = table.records(sheet).filter(pk__in=records.order_by().values("pk"))
    for record in found.iterator(chunk_size=CHUNK):
        if not sheet.accessor:
            yield [record.pk, *(column.write(record) for column in sheet.columns)]
            continue
        for number, part in enumerate(sheet.parts_of(record), start=1):
            yield [record.pk, number, *(column.write(part) for column in sheet.columns)]


def file_of(sheets, write=writing.write_workbook):
    """Return an open file into which `write` has written `sheets`; raise writing.TooLong.

    Whoever sends it closes it.
    """
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    try:
        write(file, sheets)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file
