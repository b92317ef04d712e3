"""Why a render failed, in the words of the protocol."""

import os


class Failure(Exception):
    """A failure whose kind is known: 'sandbox', 'open', 'export', 'output' or 'temporary'."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


def failure_of(error, output_directory):
    """Tells a disk that refuses a file from a refused export, which Scribus often reports in the same words.

    Where Scribus has removed the unfinished file there may be room again, but then its words are clear.
    """
    message = str(error).replace(output_directory + os.sep, "")
    reason = why_unwritable(output_directory)
    if reason is None and "disk space" in message:
        reason = "No space left on device"
    if reason is not None:
        return Failure("output", reason)
    reason = why_unwritable(os.environ.get("TMPDIR", output_directory))
    if reason is not None:
        return Failure("temporary", reason)
    return Failure("export", f"{type(error).__name__}: {message}")


def why_unwritable(directory):
    """The operating system's reason why a file of 64 KiB can't be written, or None."""
    probe = os.path.join(directory, "probe")
    try:
        with open(probe, "wb") as file:
            file.write(bytes(65536))
        os.unlink(probe)
    except OSError as error:
        return error.strerror
    return None
