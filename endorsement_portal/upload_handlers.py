"""How files come in: small ones in memory, larger ones on disk, and what is far too large only as far as we can see."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class CappedFileUploadHandler(TemporaryFileUploadHandler):
    """Keeps a file until it is larger than any that is taken; the rest is let through and thrown away.

    The form then says by its field that the file is too large, with everything else that was typed still there, and
    neither memory nor disk has held more than the limit and one piece.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        self.kept = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """A piece of it."""
        if self.kept <= settings.UPLOAD_MAX_BYTES:
            super().receive_data_chunk(raw_data, start)
            self.kept += len(raw_data)

    def file_complete(self, file_size: int) -> Any:
        """The file as far as it was kept: its size is still larger than any that is taken."""
        return super().file_complete(self.kept)
