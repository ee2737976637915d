"""Runs a program on a terminal of its own, and types where it asks.

    typist.py PROMPT TYPED PROGRAM ARGUMENT…

TYPED goes to the terminal, one line after each PROMPT that shows; "\\x03" is Ctrl-C, and "kill" no text but SIGTERM.
Out: {"tty": all that showed, "out": standard output, "code", "echo": whether the terminal shows again what is typed}.
"""

import fcntl
import json
import os
import pty
import select
import subprocess
import sys
import termios
import time

prompt, typed, command = sys.argv[1], sys.argv[2].split("|"), sys.argv[3:]
ours, theirs = pty.openpty()


def take_terminal():
    os.setsid()
    fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)


child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, preexec_fn=take_terminal)
shown, asked, until = "", 0, time.time() + 20
while child.poll() is None and time.time() < until:
    if select.select([ours], [], [], 0.05)[0]:
        shown += os.read(ours, 4096).decode()
    if shown.count(prompt) > asked and typed:
        asked += 1
        time.sleep(0.1)
        line = typed.pop(0)
        if line == "kill":
            child.terminate()
        else:
            os.write(ours, line.encode() if line == "\x03" else f"{line}\r".encode())
if child.poll() is None:
    child.kill()
out = child.stdout.read().decode()
while select.select([ours], [], [], 0.05)[0]:
    shown += os.read(ours, 4096).decode()
echo = bool(termios.tcgetattr(theirs)[3] & termios.ECHO)
print(json.dumps({"tty": shown, "out": out, "code": child.wait(), "echo": echo}))
