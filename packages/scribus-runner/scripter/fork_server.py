"""A warm Scribus that forks a process for each job, passes on what they say, and is the only one to kill them."""

import os
import resource
import select
import signal
import sys
import tempfile
import time

import child_process
import lifeline
import sandbox
import scribus

READ_BYTES = 1 << 16
QUIET_PAUSE_S = 0.0005
QUIET_TRIES = 200


def warm_up():
    """Opens and exports a small document, so that fonts, profiles and libraries are loaded once for all jobs."""
    scribus.newDocument(
        (72.0, 72.0), (0.0, 0.0, 0.0, 0.0), scribus.PORTRAIT, 1, scribus.UNIT_POINTS, scribus.PAGE_1, 0, 1
    )
    frame = scribus.createText(0, 0, 72, 72)
    scribus.setText("Warm", frame)
    with tempfile.TemporaryDirectory() as directory:
        image = scribus.ImageExport()
        image.type = "PNG"
        image.dpi = 72
        image.saveAs(os.path.join(directory, "warm.png"))
        pdf = scribus.PDFfile()
        pdf.file = os.path.join(directory, "warm.pdf")
        pdf.fonts = []
        pdf.save()
    scribus.closeDoc()


class Job:
    """A forked process, its group, and the end of its line for answers."""

    def __init__(self, name, pid, answers):
        self.name = name
        self.pid = pid
        self.answers = answers
        self.status = None
        self.usage = None


class ForkServer:
    """Waits in one `select` for commands, for answers of its jobs, and for the end of processes."""

    def __init__(self, channel):
        self._channel = channel
        self._jobs = {}
        self._wake, wake = os.pipe()
        for descriptor in (self._wake, wake):
            os.set_blocking(descriptor, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        lifeline.adopt_orphans()
        self._prepared = sandbox.prepare()

    def serve(self):
        """Serves until the line is closed; then no process that came from here is left."""
        try:
            while self._turn():
                pass
        finally:
            for job in self._jobs.values():
                if job.status is None:
                    kill_group(job.pid)

    def _turn(self):
        by_answers = {job.answers: job for job in self._jobs.values() if job.answers is not None}
        readable, _, _ = select.select([self._channel.requests, self._wake, *by_answers], [], [])
        if self._wake in readable:
            drain(self._wake)
        for descriptor in readable:
            if descriptor in by_answers:
                self._pass_on(by_answers[descriptor])
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
        elif message["type"] == "kill" and job is not None and job.status is None:
            kill_group(job.pid)

    def _fork(self, message):
        answers, childs_end = os.pipe()
        wait_until_quiet()
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:
            os.close(answers)
            os.close(childs_end)
            self._channel.send("ended", job=message["job"], exitCode=None, signal=None, error=error.strerror)
            return
        if pid == 0:
            child_process.begin(message, childs_end, parent, self._prepared)
        os.close(childs_end)
        os.set_blocking(answers, False)
        self._jobs[message["job"]] = Job(message["job"], pid, answers)
        self._channel.send("forked", job=message["job"], pid=pid, startTime=start_time(pid))

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
        leaders = {job.pid: job for job in self._jobs.values()}
        while True:
            try:
                dead = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                break
            if dead is None:
                break
            job = leaders.get(dead.si_pid)
            if job is not None:
                kill_group(job.pid)
            _, status, usage = os.wait4(dead.si_pid, 0)
            if job is not None:
                job.status, job.usage = status, usage
        for job in [job for job in self._jobs.values() if job.status is not None]:
            if group_is_gone(job.pid):
                self._end(job)

    def _end(self, job):
        del self._jobs[job.name]
        kill_strays({other.pid for other in self._jobs.values()})
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
            serverKib=resident_kib(),
        )


def kill_group(leader):
    """Kills a group whose leader has not been collected, so that the number is certainly its own."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        # Between fork and setsid there is no group yet.
        os.kill(leader, signal.SIGKILL)


def group_is_gone(group):
    """Collects dead members of a killed group; orphans among them have become our children."""
    try:
        while os.waitpid(-group, os.WNOHANG)[0] != 0:
            pass
    except ChildProcessError:
        return True
    return False


def kill_strays(leaders):
    """Kills children that are no job's leader: orphans that have left their group."""
    with open(f"/proc/self/task/{os.getpid()}/children") as children:
        for pid in map(int, children.read().split()):
            if pid in leaders or os.getpgid(pid) in leaders:
                continue
            os.kill(pid, signal.SIGKILL)


def wait_until_quiet():
    """Waits, not for ever, until every other thread sleeps: one that holds a lock would leave it locked in the child."""
    for _ in range(QUIET_TRIES):
        if all(state == "S" for state in states_of_other_threads()):
            return
        time.sleep(QUIET_PAUSE_S)


def states_of_other_threads():
    for thread in os.listdir("/proc/self/task"):
        if int(thread) == os.getpid():
            continue
        try:
            yield stat_fields(f"self/task/{thread}")[0]
        except FileNotFoundError:
            # It has just ended.
            continue


def start_time(pid):
    """When a process was started, in clock ticks since the machine was: with its number, who it is."""
    return int(stat_fields(pid)[19])


def stat_fields(process):
    """The fields of `stat` from the third on; the second, the name, may hold anything."""
    with open(f"/proc/{process}/stat") as stat:
        return stat.read().rpartition(")")[2].split()


def resident_kib():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize() // 1024


def drain(descriptor):
    try:
        while os.read(descriptor, READ_BYTES):
            pass
    except BlockingIOError:
        pass
