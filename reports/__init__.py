"""Numbers -> documents: PDF, Word, text, workbooks, letters, and checking a report that people wrote."""
