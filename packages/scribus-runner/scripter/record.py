"""The documents of records: the open template, edited, in a process that makes one after the other."""

import os
import signal
import traceback

import child_process
import job
import sandbox
import scribus
from channel import Channel
from edited_text import Unedited
from failure import Failure, failure_of


class Opened:
    """The open template: sizes of its pages, the fonts that were known before, the texts to edit, and its own settings of
    PDFs."""

    def __init__(self, page_sizes, fonts, texts, settings):
        self.page_sizes = page_sizes
        self.fonts = fonts
        self.texts = texts
        self.settings = settings


def begin(message, lines, others_lines, server):
    """Makes the document of a `fork` message in this new process, then those that it is told of, and ends when it is told
    of none any more or one has failed. `others_lines` are not its own."""
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for descriptor in others_lines:
            os.close(descriptor)
        child_process.move_to(message["workspace"])
        prepared, opened = server.prepared_and_opened()
        make_all(message["request"], Channel(lines.messages, lines.answers), prepared, opened)
    except BaseException:
        # The line may be the reason: what is printed is kept.
        traceback.print_exc()
    finally:
        os._exit(0)


def make_all(first, channel, prepared, opened):
    requests = [first]
    is_made = enter(first["sandbox"], channel.send, prepared)
    while is_made and requests is not None:
        is_made = all(make(request, channel.send, opened) for request in requests)
        requests = channel.receive() if is_made else None


def enter(policy, answer, prepared):
    """Narrows the sandbox, for all records that come."""
    try:
        sandbox.narrow(policy, prepared)
    except Exception as error:
        # As a document of its own it has a sandbox of its own.
        answer("unedited", message=f"The sandbox can't be made narrower: {error}")
        return False
    return True


def make(request, answer, opened):
    """Edits, checks and exports; the answers are those of a render whose document is open. False when it has failed."""
    try:
        edit_all(request["frames"], opened.texts)
        opened.settings.give_title(request["title"])
        job.export(request, answer, opened.page_sizes, opened.fonts, opened.settings)
    except Unedited as error:
        answer("unedited", message=str(error))
        return False
    except BaseException as error:
        failure = error if isinstance(error, Failure) else failure_of(error, request["outputDirectory"])
        answer("failed", kind=failure.kind, message=str(failure))
        return False
    return True


def edit_all(frames, texts):
    for frame in frames:
        if not frame["removed"]:
            texts[frame["frame"]].edit(frame["edits"], frame["text"])
    for frame in frames:
        if frame["removed"]:
            texts[frame["frame"]].remove()
