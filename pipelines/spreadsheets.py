"""Cells of files that spreadsheets open: text stays text."""

FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def harmless(cell):
    """Text that a spreadsheet would run as a formula gets an apostrophe in front; any other cell stays as it is."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
