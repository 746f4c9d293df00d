"""Child processes that never outlive the command that started them."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path


class Failure(Exception):
    """What went wrong, in words for the person at the terminal."""


def end_with_parent() -> None:
    """On Linux the kernel ends the child when its parent dies, even by SIGKILL; elsewhere it does nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # 1 is PR_SET_PDEATHSIG


class Child:
    """A background process that writes to a log, in a session of its own: Ctrl-C reaches only its parent."""

    def __init__(self, name: str, command: list[str], log: Path, **options) -> None:
        self.name, self.log = name, log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_parent,  # noqa: PLW1509 - no threads here
                **options,
            )

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def stop(self, first: signal.Signals = signal.SIGTERM, patience: float = 10) -> None:
        """Asks politely, then ends the whole group."""
        if self.running:
            self.process.send_signal(first)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def tail(self, lines: int = 30) -> str:
        text = self.log.read_text(errors="replace").splitlines()
        return "\n".join(f"    {line}" for line in text[-lines:]) or "    (nothing)"

    def must_run(self) -> None:
        if not self.running:
            raise Failure(
                f"The {self.name} ended with code {self.process.returncode}. Its log ends:\n{self.tail()}"
            )


@contextlib.contextmanager
def child(name: str, command: list[str], log: Path, **options) -> Iterator[Child]:
    process = Child(name, command, log, **options)
    try:
        yield process
    finally:
        process.stop()


def run(command: list[str], beside: tuple[Child, ...] = (), **options) -> int:
    """Runs a foreground command, returns its code; ends it when one of `beside` dies or at an interrupt."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, **options)
    try:
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.wait(0.2 if beside else None)
            for neighbour in beside:
                neighbour.must_run()
    finally:
        # A terminal's Ctrl-C has reached the command as well; it gets time to say its last words.
        if process.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5 if isinstance(sys.exception(), KeyboardInterrupt) else 0)
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
            process.kill()
            process.wait()


def leave_on_terminate() -> None:
    """SIGTERM unwinds like Ctrl-C, so that every `finally` runs."""

    def leave(number, frame):
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, leave)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def held_socket(first: int, last: int) -> socket.socket:
    """The first free port of localhost, held from now on; who comes early waits for the web process."""
    for port in range(first, last + 1):
        held = socket.socket()
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            held.bind(("127.0.0.1", port))
            held.listen(128)
        except OSError:
            held.close()
        else:
            return held
    raise Failure(f"No port from {first} to {last} is free on localhost.")


def wait_for(answered, what: str, beside: Child, seconds: float = 120) -> None:
    """Waits until `answered()` is true; gives up when `beside` dies or time runs out."""
    end = time.monotonic() + seconds
    while not answered():
        beside.must_run()
        if time.monotonic() > end:
            raise Failure(
                f"{what} did not answer within {seconds:.0f} seconds. Its log ends:\n{beside.tail()}"
            )
        time.sleep(0.1)
