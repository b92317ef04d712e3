"""A warm Scribus that forks a process for each job, passes on what they say, and is the only one to kill them."""

import os
import select
import signal
import sys

import child_process
import lifeline
import sandbox
from channel import as_line, send
from processes import group_is_gone, kill_group, kill_member, kill_strays, resident_kib, start_time, wait_until_quiet

READ_BYTES = 1 << 16
# After this time without news no job is about to come that a process forked ahead would be too late for.
PAUSE_S = 0.005
# Where those that wait are killed, as for lack of memory, one after the other would only make it worse.
LONGEST_PAUSE_S = 60
# A job that doesn't read what it is told is ended.
MAX_UNREAD_BYTES = 64 * 1024 * 1024


class Child:
    """A forked process, its group, and the end of its line for answers.

    One that was forked ahead has no `name` before it has a job, which it gets by the line `messages`. A job that is told
    of more keeps that line: that of a template, and within it those that make records.
    """

    def __init__(self, pid, answers, name=None, messages=None):
        self.pid = pid
        self.answers = answers
        self.name = name
        self.messages = messages
        self.unread = b""
        self.is_ready = False
        self.status = None
        self.usage = None


class Lines:
    """The ends of its lines that a forked process has, and those of the one that forks it."""

    def __init__(self, messages, answers, parents):
        self.messages = messages
        self.answers = answers
        self.parents = parents


class ForkServer:
    """Waits in one `select` for commands, for answers of its jobs, and for the end of processes.

    While fewer than `places` jobs run, one process more is forked ahead for the next.
    """

    def __init__(self, channel, places, prepared=None):
        self._channel = channel
        self._places = places
        self._jobs = {}
        self._spare = None
        self._pause = PAUSE_S
        self._wake, wake = self.wake_up_line = os.pipe()
        for descriptor in self.wake_up_line:
            os.set_blocking(descriptor, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        lifeline.adopt_orphans()
        self._prepared = prepared or sandbox.prepare()

    def serve(self):
        """Serves until the line is closed; then no process that came from here is left."""
        try:
            while self._turn():
                pass
        finally:
            self._leave_none()

    def _leave_none(self):
        for leader in self._leaders().values():
            if leader.status is None:
                kill_group(leader.pid)
        # Those that have left their group, which only a sandbox prevents, become children of this one.
        kill_strays(())

    def _turn(self):
        by_answers = {job.answers: job for job in self._jobs.values() if job.answers is not None}
        lines = [self._channel.requests, self._wake, *by_answers]
        if self._spare is not None and not self._spare.is_ready:
            lines.append(self._spare.answers)
        wants_spare = self._spare is None and len(self._jobs) < self._places
        by_messages = {job.messages: job for job in self._jobs.values() if job.unread}
        readable, writable, _ = select.select(lines, by_messages, [], self._pause if wants_spare else None)
        if not readable and not writable:
            self._fork_ahead()
        if self._wake in readable:
            drain(self._wake)
        for descriptor in readable:
            if descriptor in by_answers:
                self._pass_on(by_answers[descriptor])
            elif self._spare is not None and descriptor == self._spare.answers:
                self._hear_spare()
        for descriptor in writable:
            by_messages[descriptor].unread = write_some(descriptor, by_messages[descriptor].unread)
        self._reap()
        if self._channel.requests in readable:
            messages = self._channel.receive()
            if messages is None:
                return False
            for message in messages:
                self._obey(message)
        return True

    def _obey(self, message):
        job = self._jobs.get(message["job"])
        if message["type"] == "fork":
            self._fork(message)
        elif job is None or job.status is not None:
            return
        elif message["type"] == "kill":
            if "pid" in message:
                kill_member(job.pid, message["pid"])
            else:
                kill_group(job.pid)
        elif message["type"] == "tell":
            self._tell(job, message["message"])

    def _tell(self, job, message):
        """Hands a message to a job, as far as there is room for it now; the rest goes when there is."""
        if job.messages is None:
            return
        job.unread = write_some(job.messages, job.unread + as_line(message))
        if len(job.unread) > MAX_UNREAD_BYTES:
            kill_group(job.pid)

    def _fork(self, message):
        if not self._give_to_spare(message):
            answers, childs_end = os.pipe()
            childs_messages, messages = os.pipe() if self._is_told_more(message) else (None, None)
            lines = Lines(childs_messages, childs_end, parents=(answers, messages))
            try:
                pid = self._fork_process(lambda parent: self._begin(message, lines, parent))
            except OSError as error:
                os.close(answers)
                close(messages)
                self._channel.send("ended", job=message["job"], exitCode=None, signal=None, error=error.strerror)
                return
            finally:
                os.close(childs_end)
                close(childs_messages)
            os.set_blocking(answers, False)
            self._jobs[message["job"]] = Child(pid, answers, message["job"], messages)
            if messages is not None:
                os.set_blocking(messages, False)
        self._tell_forked(self._jobs[message["job"]])

    def _begin(self, message, lines, parent):
        child_process.begin(message, lines.messages, lines.answers, parent, self._prepared)

    def _is_told_more(self, message):
        return is_template(message)

    def _tell_forked(self, job):
        self._channel.send("forked", job=job.name, pid=job.pid, startTime=start_time(job.pid))

    def _fork_ahead(self):
        answers, childs_answers = os.pipe()
        childs_messages, messages = os.pipe()
        try:
            pid = self._fork_process(
                lambda parent: child_process.begin_ahead(childs_messages, childs_answers, parent, self._prepared)
            )
        except OSError:
            # Nobody waits for it: when there is a job, the same failure will be that job's.
            os.close(answers)
            os.close(messages)
            self._places = 0
            return
        finally:
            os.close(childs_answers)
            os.close(childs_messages)
        os.set_blocking(answers, False)
        self._spare = Child(pid, answers, messages=messages)

    def _fork_process(self, begin):
        """Forks a process, which runs `begin` with the number of this one, and returns its number."""
        self._wait_until_quiet()
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            begin(parent)
        return pid

    def _wait_until_quiet(self):
        wait_until_quiet()

    def _hear_spare(self):
        """Takes the one thing that a process forked ahead has to say before its job; its death is seen elsewhere."""
        if os.read(self._spare.answers, READ_BYTES):
            self._spare.is_ready = True

    def _lose_spare(self):
        spare, self._spare = self._spare, None
        os.close(spare.answers)
        os.close(spare.messages)
        self._pause = min(self._pause * 10, LONGEST_PAUSE_S)
        if not spare.is_ready:
            # The next would fare no better.
            print("A process forked ahead died before it was ready: no more are.", file=sys.stderr, flush=True)
            self._places = 0

    def _leaders(self):
        """The first processes of all groups, by their numbers."""
        children = [*self._jobs.values(), *([] if self._spare is None else [self._spare])]
        return {child.pid: child for child in children}

    def _give_to_spare(self, message):
        """Whether there is a process that waits for a job, and has got this one."""
        spare = self._spare
        if spare is None or not spare.is_ready:
            return False
        try:
            send(spare.messages, **message)
        except BrokenPipeError:
            # It has just died, which is seen elsewhere.
            return False
        if is_template(message):
            os.set_blocking(spare.messages, False)
        else:
            os.close(spare.messages)
            spare.messages = None
        self._pause = PAUSE_S
        self._spare, spare.name = None, message["job"]
        self._jobs[spare.name] = spare
        return True

    def _pass_on(self, job):
        """Passes on what a job has said: its bytes, as characters 0 to 255, which the runner parses."""
        try:
            said = os.read(job.answers, READ_BYTES)
        except BlockingIOError:
            return False
        if said:
            self._channel.send("said", job=job.name, bytes=said.decode("latin-1"))
            return True
        os.close(job.answers)
        job.answers = None
        return False

    def _reap(self):
        """Collects the dead. The leader of a group is only collected once the group has been killed: until then
        its number can't belong to anybody else."""
        while True:
            try:
                dead = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                break
            if dead is None:
                break
            leader = self._leaders().get(dead.si_pid)
            if leader is not None:
                self._kill_what_is_left(leader)
            _, status, usage = os.wait4(dead.si_pid, 0)
            if leader is not None:
                leader.status, leader.usage = status, usage
        if self._spare is not None and self._spare.status is not None:
            self._lose_spare()
        for job in [job for job in self._jobs.values() if job.status is not None]:
            if group_is_gone(job.pid):
                self._end(job)

    def _kill_what_is_left(self, leader):
        kill_group(leader.pid)

    def _kill_strays(self):
        kill_strays(self._leaders())

    def _end(self, job):
        del self._jobs[job.name]
        self._kill_strays()
        close(job.messages)
        while job.answers is not None and self._pass_on(job):
            pass
        if job.answers is not None:
            os.close(job.answers)
        died = os.WIFSIGNALED(job.status)
        self._channel.send(
            "ended",
            job=job.name,
            exitCode=None if died else os.WEXITSTATUS(job.status),
            signal=signal.Signals(os.WTERMSIG(job.status)).name if died else None,
            cpuSeconds=round(job.usage.ru_utime + job.usage.ru_stime, 3),
            peakKib=job.usage.ru_maxrss,
            serverKib=self._resident_kib(),
        )

    def _resident_kib(self):
        return resident_kib()


def is_template(message):
    return message["request"]["type"] == "template"


def write_some(descriptor, data):
    """Writes what a descriptor takes now; returns the rest, which is nothing when nobody reads any more."""
    try:
        return data[os.write(descriptor, data) :]
    except BlockingIOError:
        return data
    except BrokenPipeError:
        return b""


def close(descriptor):
    if descriptor is not None:
        os.close(descriptor)


def drain(descriptor):
    try:
        while os.read(descriptor, READ_BYTES):
            pass
    except BlockingIOError:
        pass
