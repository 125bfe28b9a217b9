"""What keeps a Plaza from running, as one sentence for the person at the keyboard."""

import errno
import os

REMEDIES = {
    errno.ENOSPC: "The disk is full: free some space and run it again.",
    errno.EDQUOT: "Your disk quota is used up: free some space and run it again.",
    errno.EROFS: "{path} cannot be written: set PLAZA_DATA_DIR to a folder you may write in.",
    errno.EACCES: "{path} cannot be written: set PLAZA_DATA_DIR to a folder you may write in.",
    errno.EPERM: "{path} cannot be changed: set PLAZA_DATA_DIR to a folder you may write in.",
    errno.ENOTDIR: "{path} is not a folder: set PLAZA_DATA_DIR to a folder you may write in.",
    errno.EEXIST: "{path} is in the way: set PLAZA_DATA_DIR to a folder you may write in.",
    errno.EMFILE: "Too many files are open: raise the limit with `ulimit -n 1024` and run it again.",
}


class CannotRun(Exception):
    """Plaza does not start or go on; the message says in one sentence what to do."""


def explain(error: OSError) -> str:
    """The sentence for a failure of the system."""
    path = os.fspath(error.filename) if isinstance(error.filename, str | os.PathLike) else "The data folder"
    remedy = REMEDIES.get(error.errno or 0, "{path}: " + (error.strerror or str(error)) + ".")
    return remedy.format(path=path)
