"""The document of one record: the open template, edited, in a process of its own."""

import os
import signal
import traceback

import child_process
import job
import sandbox
import scribus
from failure import Failure, failure_of


class Opened:
    """The open template: sizes of its pages, the fonts that were known before, and the names of the frames to edit."""

    def __init__(self, page_sizes, fonts, names):
        self.page_sizes = page_sizes
        self.fonts = fonts
        self.names = names


class Unedited(Exception):
    """An edit did not lead to the text that it should."""


def begin(message, answers, others_lines, server):
    """Makes the document of a `fork` message in this new process, and ends it. `others_lines` are not its own."""
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for descriptor in others_lines:
            os.close(descriptor)
        child_process.move_to(message["workspace"])
        prepared, opened = server.prepared_and_opened()
        run(message["request"], child_process.answer_on(answers), prepared, opened)
    except BaseException:
        # The line may be the reason: what is printed is kept.
        traceback.print_exc()
    finally:
        os._exit(0)


def run(request, answer, prepared, opened):
    """Edits, checks and exports; the answers are those of a render whose document is open."""
    try:
        narrow(request["sandbox"], prepared)
        edit_all(request["frames"], opened.names)
        give_title(request["title"])
        job.export(request, answer, opened.page_sizes, opened.fonts)
    except Unedited as error:
        answer("unedited", message=str(error))
    except BaseException as error:
        failure = error if isinstance(error, Failure) else failure_of(error, request["outputDirectory"])
        answer("failed", kind=failure.kind, message=str(failure))


def edit_all(frames, names):
    for frame in frames:
        if not frame["removed"]:
            edit(names[frame["frame"]], frame)
    for frame in frames:
        if frame["removed"]:
            remove(names[frame["frame"]])


def narrow(policy, prepared):
    try:
        sandbox.narrow(policy, prepared)
    except Exception as error:
        # As a document of its own it has a sandbox of its own.
        raise Unedited(f"The sandbox can't be made narrower: {error}") from error


def remove(name):
    """Removes a frame. Scribus leaves locked ones where they are, and says nothing of it."""
    if scribus.isLocked(name):
        scribus.lockObject(name)
    scribus.deleteObject(name)
    if scribus.objectExists(name):
        raise Unedited("Scribus has not removed a frame.")


def edit(name, frame):
    """Carries out the edits from the last to the first, so that places are still those of the template."""
    for change in reversed(frame["edits"]):
        at, length = change["at"], length_of(change["insert"])
        if length:
            # It gets the format of the character before which it comes: the first of those that go.
            scribus.insertText(change["insert"], at, name)
        scribus.selectText(at + length, change["remove"], name)
        scribus.deleteText(name)
    if scribus.getAllText(name) != frame["text"]:
        raise Unedited("Scribus has made another text of it.")
    # The check asks what of the text is shown, which else is still that of the template.
    scribus.layoutTextChain(name)


def length_of(text):
    """As Scribus counts."""
    return len(text.encode("utf-16-le")) // 2


def give_title(title):
    author, own_title, description = scribus.getInfo()
    if not own_title:
        scribus.setInfo(author, title, description)
