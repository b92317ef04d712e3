"""The line to the program that started Scribus: requests come in on descriptor 3, answers go out on 4."""

import json
import os

PROTOCOL = 1
REQUESTS = 3
ANSWERS = 4

# Programs that Scribus starts, such as Ghostscript, must not hold the line open.
os.set_inheritable(REQUESTS, False)
os.set_inheritable(ANSWERS, False)
_requests = os.fdopen(REQUESTS, "rb", closefd=False)
_answers = os.fdopen(ANSWERS, "wb", closefd=False)


def next_request():
    """Waits for the next request; None when the other side has closed the line."""
    line = _requests.readline()
    return json.loads(line) if line.endswith(b"\n") else None


def answer(type, /, **facts):
    """Sends one answer. File names that are not UTF-8 arrive with replacement characters."""
    text = json.dumps({"type": type, **facts}, ensure_ascii=False)
    _answers.write(text.encode("utf-8", "replace") + b"\n")
    _answers.flush()
