"""CSV that a spreadsheet opens without running anything that somebody typed as a name."""

import csv
import io
from collections.abc import Iterable, Sequence

# A cell that begins so is a formula to a spreadsheet. Source: OWASP, "CSV Injection".
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def cell(value: object) -> object:
    """Returns a value as it may stand in a cell: texts that look like formulas get a quote."""
    if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA):
        return "'" + value
    return "" if value is None else value


def csv_text(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Returns a head and rows as CSV."""
    file = io.StringIO()
    out = csv.writer(file, lineterminator="\r\n")
    out.writerow(head)
    out.writerows([cell(value) for value in row] for row in rows)
    return file.getvalue()
