"""Zip archives that are the same, byte for byte, whenever and wherever they are made."""

import io
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

DATE = (1980, 1, 1, 0, 0, 0)  # the oldest that the format can hold
FILE = 0o644 << 16
PROGRAM = 0o755 << 16


def pack(files, programs=()) -> bytes:
    """Return a zip archive.

    Parameters
    ----------
    files : dict of str to bytes
        What stands in it, by path. The order does not matter.
    programs : collection of str
        Paths of those that can be run.
    """
    target = io.BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = ZipInfo(name, DATE)
            entry.create_system = 3  # else it depends on the machine
            entry.external_attr = PROGRAM if name in programs else FILE
            archive.writestr(entry, files[name], ZIP_DEFLATED)
    return target.getvalue()
