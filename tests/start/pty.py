"""Runs a program on a pseudo-terminal and presses its keys.

Input (standard input, JSON): {"command", "cwd", "env", "columns", "rows", "steps"}, where a step is one of
{"expect": text} (waits until the terminal shows it), {"send": keys}, {"resize": [rows, columns]},
{"signal": number}, {"stopped": true} (waits until the program is stopped, as by Ctrl-Z), {"continue": true},
{"hang_up": true}; "out": "terminal" puts the standard output there, too, "patience" is for each step and the end.
Output (standard output, JSON): {"code" (negative: the signal), "screen" (all that came), "out" (what went to the
standard output, a pipe), "restored" (terminal attributes at the end as before), "stopped_restored", "missed" (the
first text that did not come)}.

It is what a shell is: leader of a session whose terminal the pty is, with the program in a group of its own in
the foreground. Nothing here knows the program.
"""

import fcntl
import json
import os
import select
import signal
import struct
import sys
import termios
import time

PATIENCE = 20.0  # seconds, unless the task says otherwise


class Run:
    def __init__(self, task):
        self.seen = b""
        self.out = b""
        self.matched = 0
        self.result = {"missed": None, "stopped_restored": None}
        self.patience = task.get("patience", PATIENCE)
        self.status = None
        os.setsid()
        for number in (signal.SIGTTOU, signal.SIGTTIN, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        self.master, self.slave = os.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
        self.resize(task.get("rows", 24), task.get("columns", 80))
        self.before = termios.tcgetattr(self.slave)
        self.pipe, write_end = os.pipe()
        self.child = os.fork()
        if self.child == 0:
            self.become(task, write_end)
        os.close(write_end)
        try:
            os.setpgid(self.child, self.child)
        except OSError:
            pass  # it did so itself and runs already
        self.to_front()

    def become(self, task, write_end):
        os.setpgid(0, 0)
        os.tcsetpgrp(self.slave, os.getpgrp())
        for number in (signal.SIGTTOU, signal.SIGTTIN, signal.SIGHUP, signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        os.chdir(task["cwd"])
        os.dup2(self.slave, 0)
        os.dup2(self.slave if task.get("out") == "terminal" else write_end, 1)
        os.dup2(self.slave, 2)
        os.closerange(3, 64)
        try:
            os.execve(task["command"][0], task["command"], task["env"])
        finally:
            os._exit(127)

    def to_front(self):
        try:
            os.tcsetpgrp(self.slave, self.child)
        except OSError:
            pass

    def resize(self, rows, columns):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def pump(self, wait):
        ready, _, _ = select.select([self.master, self.pipe], [], [], wait)
        for one in ready:
            try:
                data = os.read(one, 65536)
            except OSError:
                data = b""
            if one == self.master:
                self.seen += data
            else:
                self.out += data
        return bool(ready)

    def ended(self, options=0):
        if self.status is None:
            pid, status = os.waitpid(self.child, os.WNOHANG | options)
            if pid and os.WIFSTOPPED(status):
                return "stopped"
            if pid:
                self.status = status
        return "ended" if self.status is not None else None

    def expect(self, text):
        wanted = text.encode()
        end = time.monotonic() + self.patience
        while time.monotonic() < end:
            at = self.seen.find(wanted, self.matched)
            if at >= 0:
                self.matched = at + len(wanted)
                return True
            if self.ended() and not self.pump(0.05):
                break
            self.pump(0.05)
        self.result["missed"] = text
        return False

    def wait_stopped(self):
        end = time.monotonic() + self.patience
        while time.monotonic() < end:
            self.pump(0.02)
            if self.ended(os.WUNTRACED) == "stopped":
                self.result["stopped_restored"] = self.restored()
                return True
        self.result["missed"] = "stopped"
        return False

    def restored(self):
        return termios.tcgetattr(self.slave) == self.before

    def step(self, step):
        if "expect" in step:
            return self.expect(step["expect"])
        if "send" in step:
            os.write(self.master, step["send"].encode())
        elif "bytes" in step:
            os.write(self.master, bytes(step["bytes"]))
        elif "resize" in step:
            self.resize(*step["resize"])
        elif "signal" in step:
            os.kill(self.child, step["signal"])
        elif "stopped" in step:
            return self.wait_stopped()
        elif "continue" in step:
            self.to_front()
            os.kill(-self.child, signal.SIGCONT)
        elif "pause" in step:
            time.sleep(step["pause"])
        return True

    def finish(self):
        end = time.monotonic() + self.patience
        while not self.ended() and time.monotonic() < end:
            self.pump(0.02)
        if self.status is None:
            os.kill(self.child, signal.SIGKILL)
            self.result["missed"] = self.result["missed"] or "the end"
            _, self.status = os.waitpid(self.child, 0)
        while self.pump(0) and len(self.seen) < 1 << 20:
            ready, _, _ = select.select([self.master], [], [], 0)
            if not ready:
                break
        self.result["code"] = os.waitstatus_to_exitcode(self.status)
        self.result["restored"] = self.restored()
        self.result["screen"] = self.seen.decode("utf-8", "replace")
        self.result["out"] = self.out.decode("utf-8", "replace")


def main():
    task = json.load(sys.stdin)
    run = Run(task)
    for step in task["steps"]:
        if not run.step(step):
            break
    run.finish()
    json.dump(run.result, sys.stdout)


main()
