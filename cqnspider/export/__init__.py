"""Articles and metrics as files: CSV for spreadsheets, JSON Lines, Parquet. In: stored documents, one by one. Out: a file, whole or not at all."""

from cqnspider.export.formats import FORMATS, ExportError, written
from cqnspider.export.output import finished_file

__all__ = ["FORMATS", "ExportError", "finished_file", "written"]
