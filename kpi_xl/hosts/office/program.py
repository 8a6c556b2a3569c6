"""LibreOffice itself: started with a profile, spoken to over a pipe, given or rid of an extension."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any

from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.machine.desktop import this_machine
from kpi_xl.hosts.machine.obstacles.surroundings import office_program

PATIENCE = 90.0
"""Seconds for the office to answer after its start."""
FAREWELL = 20.0
"""Seconds for the office to end."""
_UNO_PLACES = ("/usr/lib/python3/dist-packages", "/usr/lib64/libreoffice/program", "/opt/libreoffice/program")
_LIBRARY = re.compile(rb"libpython3\.(\d+)")
_PYTHON_VARIABLES = frozenset(("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV"))
_PAUSE = 0.25
_START_AGAIN = 81                           # a fresh profile may end the first start with this exit code


def load_uno() -> Any:
    """The ``uno`` module: of the interpreter we run in, or else of the system's LibreOffice.

    Raises
    ------
    WorkbookError
        ``E-OFFICE-UNO``: it is not there, or is built for another Python.
    """
    if find_spec("uno") is None:
        place = next((folder for folder in _UNO_PLACES if Path(folder, "uno.py").is_file()), None)
        if place is None or _other_python():
            raise WorkbookError("E-OFFICE-UNO", version=f"{sys.version_info.major}.{sys.version_info.minor}")
        with _searched(place):
            import unohelper  # noqa: F401  (found only while the place is searched)
    import uno

    return uno


@contextlib.contextmanager
def _searched(place: str) -> Iterator[None]:
    # The folder holds every package of the system: it must not stay where ours are looked up.
    before = list(sys.path)
    sys.path.append(place)
    try:
        yield
    finally:
        sys.path[:] = before


def _other_python() -> bool:
    """Whether the office's bridge is linked to another Python, which loading it would bring down."""
    folder = office_program(this_machine())
    library = folder / "libpyuno.so" if folder else None
    found = _LIBRARY.search(library.read_bytes()) if library and library.is_file() else None
    return found is not None and int(found[1]) != sys.version_info.minor


def property_value(name: str, value: Any) -> Any:
    """One named argument, as UNO takes them."""
    return load_uno().createUnoStruct("com.sun.star.beans.PropertyValue", name, 0, value, 0)


class Office:
    """A LibreOffice for the length of a ``with``; it ends with it, unless a person had it open already.

    Not a generator, for an exception of UNO cannot pass through one.

    Parameters
    ----------
    profile : Path, optional
        Folder of the profile; the person's own when absent.
    arguments : sequence of str
        More for the command line; ``--headless`` shows no window.
    environment : mapping, optional
        More variables for the office's process.
    """

    def __init__(
        self,
        profile: Path | None = None,
        arguments: Sequence[str] = ("--headless",),
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._pipe = f"kpi_xl_{os.getpid()}_{time.monotonic_ns()}"
        own = [f"-env:UserInstallation={profile.absolute().as_uri()}"] if profile else []
        accept = f"--accept=pipe,name={self._pipe};urp;"
        self._arguments = [*own, *arguments, "--norestore", "--nologo", "--nofirststartwizard", accept]
        self._environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None
        self.context: Any = None

    def __enter__(self) -> Office:
        self.context = self._connected(load_uno())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is None or self._process.poll() is not None:
            return                          # our start only woke an office that a person had open
        # A message box keeps the office from answering, so the question is not waited for.
        threading.Thread(target=self._terminate, daemon=True).start()
        try:
            self._process.wait(FAREWELL)
        except subprocess.TimeoutExpired:
            _end(self._process)

    def _terminate(self) -> None:
        with contextlib.suppress(Exception):    # an office that has gone away cannot be asked to go
            self.desktop.terminate()

    @property
    def desktop(self) -> Any:
        """The office's desktop, which holds its documents."""
        return self.service("com.sun.star.frame.Desktop")

    def service(self, name: str, *arguments: Any) -> Any:
        """A new object of a named service."""
        manager = self.context.ServiceManager
        if arguments:
            return manager.createInstanceWithArgumentsAndContext(name, arguments, self.context)
        return manager.createInstanceWithContext(name, self.context)

    def open(self, path: Path, *, is_hidden: bool = True) -> Any:
        """Open a workbook; its macros may run.

        Raises
        ------
        WorkbookError
            ``E-BOOK-LOCKED``: LibreOffice does not open it, as it does with a file that somebody else has open.
        """
        arguments = (property_value("Hidden", is_hidden), property_value("MacroExecutionMode", 4))
        document = self.desktop.loadComponentFromURL(path.absolute().as_uri(), "_blank", 0, arguments)
        if document is None:
            raise WorkbookError("E-BOOK-LOCKED", book=path.name)
        return document

    def _connected(self, uno: Any) -> Any:
        from com.sun.star.connection import NoConnectException

        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        address = f"uno:pipe,name={self._pipe};urp;StarOffice.ComponentContext"
        self._process = self._started()
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                return resolver.resolve(address)
            except NoConnectException:
                if self._process.poll() == _START_AGAIN:
                    self._process = self._started()
                time.sleep(_PAUSE)
        _end(self._process)
        raise WorkbookError("E-ENGINE-TIMEOUT", engine="libreoffice", reason=f"{PATIENCE:g}s")

    def _started(self) -> subprocess.Popen[bytes]:
        program = soffice()
        if program is None:
            raise WorkbookError("E-ENGINE-MISSING", engine="libreoffice", reason="no-program")
        silent = subprocess.DEVNULL
        return subprocess.Popen(
            [str(program), *self._arguments],
            stdin=silent,
            stdout=silent,
            stderr=silent,
            start_new_session=True,
            env=surroundings(os.environ) | self._environment,
        )


def _end(process: subprocess.Popen[bytes]) -> None:
    # What was started is a launcher: ending it alone leaves the office itself running.
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def surroundings(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for an office: on Linux its Python takes whatever ``python3`` comes first for its own.

    >>> sorted(surroundings({"PATH": "/home/li/venv/bin", "PYTHONPATH": "/home/li", "LANG": "C"}))
    ['LANG', 'PATH']
    """
    kept = {name: value for name, value in environment.items() if name not in _PYTHON_VARIABLES}
    if sys.platform == "linux":
        kept["PATH"] = f"/usr/bin:/bin:{kept.get('PATH', '')}"
    return kept


def soffice() -> Path | None:
    """The program that starts LibreOffice; None where there is none."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found:
        return Path(found)
    folder = office_program(this_machine())
    return next((place for name in ("soffice.com", "soffice") if folder and (place := folder / name).is_file()), None)


def add_extension(extension: Path, profile: Path | None = None) -> None:
    """Give LibreOffice an extension, for this person; one of the same identity is replaced.

    Raises
    ------
    WorkbookError
        ``E-OFFICE-UNO``, ``E-OFFICE-EXTENSION``, ``E-ENGINE-MISSING``, ``E-ENGINE-TIMEOUT``.
    """
    _with_extensions(
        profile, lambda known, consent: known.addExtension(extension.absolute().as_uri(), (), "user", None, consent)
    )


def remove_extension(identity: str, file_name: str, profile: Path | None = None) -> None:
    """Take an extension away; one that is not there is no failure."""

    def remove(known: Any, consent: Any) -> None:
        if any(each.getIdentifier().Value == identity for each in known.getDeployedExtensions("user", None, consent)):
            known.removeExtension(identity, file_name, "user", None, consent)

    _with_extensions(profile, remove)


def _with_extensions(profile: Path | None, act: Callable[[Any, Any], None]) -> None:
    load_uno()
    from com.sun.star.uno import Exception as Refusal

    from kpi_xl.hosts.office.consent import consent

    with Office(profile) as office:
        known = office.context.getValueByName("/singletons/com.sun.star.deployment.ExtensionManager")
        try:
            act(known, consent())
        except Refusal as failure:
            raise WorkbookError("E-OFFICE-EXTENSION", reason=failure.Message) from failure
