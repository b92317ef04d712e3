"""A template that is opened once, in its sandbox, and from which a process is forked for each record."""

import os

import document
import libraries
import preflight
import record
import sandbox
import scribus
from channel import Channel
from edited_text import EditedText
from fork_server import ForkServer
from pdf_exporter import OwnSettings


class Unfit(Exception):
    """Why no records can be made of the open template."""


def serve(request, answer, messages, line, prepared):
    """Opens the template, answers as PROTOCOL.md says, and forks the processes that make the records that it is told of."""
    threads = os.open("/proc/self/task", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    keep = (messages, line, threads)
    protections = sandbox.enter({**request["sandbox"], "forks": True}, keep=keep, prepared=prepared)
    answer("protected", protections=protections)
    fonts = preflight.known_fonts()
    # Now, and not later: a template that is open may have taken this process over.
    answer("libraries", **libraries.list_all(request["profileDirectories"]))
    page_sizes = document.open_document(request["document"])
    try:
        texts = texts_of(request["frames"])
        settings = OwnSettings(request["outputDirectory"])
        export_once(request["outputDirectory"])
        if len(os.listdir(threads)) > 1:
            # One of them may hold a lock, which would stay locked in what is forked.
            raise Unfit("it leaves threads behind when it is opened")
    except Unfit as reason:
        answer("unfit", reason=str(reason))
        return
    answer("opened", pages=page_sizes)
    opened = record.Opened(page_sizes, fonts, texts, settings)
    RecordServer(Channel(messages, line), prepared, opened, also_open=(threads,)).serve()


def texts_of(frames):
    """The texts of the frames, whose names must be theirs alone, and which must be what they are known by."""
    pages = [scribus.getAllObjects(type=preflight.TEXT_FRAME, page=page) for page in range(scribus.pageCount())]
    known = [name for page in range(scribus.pageCount()) for name in scribus.getAllObjects(page=page)]
    texts = []
    for frame in frames:
        on_page = pages[frame["page"]] if frame["page"] < len(pages) else []
        name = on_page[frame["index"]] if frame["index"] < len(on_page) else None
        if name is None or known.count(name) != 1 or scribus.getAllText(name) != frame["text"]:
            raise Unfit("a text is not where Scribus shows it")
        texts.append(EditedText(name, frame["text"]))
    return texts


def export_once(directory):
    """Lets Scribus do what it does with the first export, which all records would have to do again."""
    path = os.path.join(directory, "first.pdf")
    pdf = scribus.PDFfile()
    pdf.file = path
    pdf.pages = [1]
    pdf.fonts = []
    pdf.save()
    os.unlink(path)


class RecordServer(ForkServer):
    """The same again one level down. All processes stay in the group of this one, and whoever forked it kills them:
    in the sandbox nobody can."""

    def __init__(self, channel, prepared, opened, also_open):
        super().__init__(channel, places=0, prepared=prepared)
        self._opened = opened
        self._also_open = also_open

    def _begin(self, message, lines, parent):
        others = [line for job in self._jobs.values() for line in (job.answers, job.messages) if line is not None]
        own = (self._channel.requests, self._channel.answers, *self.wake_up_line, *self._also_open)
        record.begin(message, lines, (*own, *lines.parents, *others), self)

    def _is_told_more(self, message):
        return True

    def prepared_and_opened(self):
        return self._prepared, self._opened

    def _tell_forked(self, job):
        self._channel.send("forked", job=job.name, pid=job.pid)

    def _wait_until_quiet(self):
        """There is no other thread."""

    def _kill_what_is_left(self, leader):
        """It could start nothing."""

    def _kill_strays(self):
        """There are none."""

    def _leave_none(self):
        """Its whole group is killed when it has ended."""

    def _resident_kib(self):
        return None
