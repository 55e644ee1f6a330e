"""Run as a program of its own: gives up what a decoder does not need, and becomes the program that is named.

Arguments: the process that started it, seconds of CPU, bytes of memory, bytes of a file, then the program and its own.
"""

import ctypes
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_MOST_FILES = 64
_NICE = 15


def main(command: list[str], parent: int, seconds: int, memory: int, file_size: int) -> None:
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        # It goes with the process that waits for it: another one does the work again.
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        # No network at all, not even the loopback, where the system lets everybody have a namespace; elsewhere the
        # options of the program have to do.
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
        if os.getppid() != parent:
            sys.exit(1)
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_MOST_FILES, _MOST_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(_NICE)
    # Python ignores both, and what is ignored stays so in the next program.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    os.chdir("/")
    os.execve(command[0], command, {})  # noqa: S606  without a shell, as it should be


if __name__ == "__main__":
    main(sys.argv[5:], *map(int, sys.argv[1:5]))
