"""Lines of JSON between this process and the program that started it."""

import json
import os

PROTOCOL = 2
REQUESTS = 3
ANSWERS = 4


class Channel:
    """A line to the runner: messages come in on one descriptor and go out on another."""

    def __init__(self, requests, answers):
        # Programs that Scribus starts, such as Ghostscript, must not hold the line open.
        os.set_inheritable(requests, False)
        os.set_inheritable(answers, False)
        self.requests = requests
        self.answers = answers
        self._begun = b""

    def receive(self):
        """Waits for what comes next and returns the messages in it; None when the other side has closed the line."""
        piece = os.read(self.requests, 1 << 16)
        if not piece:
            return None
        *lines, self._begun = (self._begun + piece).split(b"\n")
        return [json.loads(line) for line in lines]

    def send(self, type, /, **facts):
        """Sends one message."""
        send(self.answers, type=type, **facts)


def send(descriptor, /, **message):
    """Writes one message."""
    data = as_line(message)
    while data:
        data = data[os.write(descriptor, data) :]


def as_line(message):
    """A message as a line, in ASCII; file names that are not UTF-8 keep their bytes as lone surrogates."""
    return json.dumps(message).encode("ascii") + b"\n"
