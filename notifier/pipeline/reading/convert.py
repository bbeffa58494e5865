"""Older formats (DOC, WPS, RTF) through a converter of the system, if there is one: LibreOffice, antiword or catdoc.

It runs in a temporary folder that is its home, for a bounded time, without macros; it is told to load nothing from
elsewhere. What it makes is read like any other document, in the reading process.
"""

import dataclasses
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import structlog

from notifier.bulletins import OLDER
from notifier.domain import Document
from notifier.errors import ReadError

log = structlog.get_logger()
SECONDS = 60.0  # LibreOffice takes 2 to 10
CPU_SECONDS = 60
FILE_BYTES = 128 * 1024 * 1024  # the largest file that a converter may write
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
</item></oor:items>
"""

Convert = Callable[[Document, str], Document]  # the document and its media type -> a document that can be read


@dataclasses.dataclass(frozen=True, slots=True)
class Converter:
    """A program of the system. `types`: what it takes; it writes a file, or where `makes` is "" its output."""

    program: str
    types: frozenset[str]
    arguments: tuple[str, ...]
    makes: str = ""
    seconds: float = SECONDS

    def __call__(self, document: Document, media_type: str) -> Document:
        """The document as DOCX or text. ReadError where the program fails or takes too long."""
        with tempfile.TemporaryDirectory(prefix="notifier-convert-", ignore_cleanup_errors=True) as folder:
            place = Path(folder)
            given = place / ("in.rtf" if media_type == "application/rtf" else "in.doc")  # WPS of Kingsoft is DOC inside
            given.write_bytes(document.content)
            output = self._run(place, given)
            made = place / self.makes
            content = made.read_bytes() if self.makes and made.is_file() else output if not self.makes else b""
        if not content.strip():
            raise _failed(document, Path(self.program).name)
        return dataclasses.replace(document, content=content, media_type="", encoding="utf-8")

    def _run(self, place: Path, given: Path) -> bytes:
        profile = place / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
        filled = [part.format(file=given, folder=place) for part in self.arguments]
        return _bounded([self.program, *filled], place, seconds=self.seconds)


def _bounded(command: Sequence[str], place: Path, *, seconds: float) -> bytes:
    """What the program prints, in its own session: all that it started ends with it."""
    with (place / "output").open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=place,
            env=_environment(place),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        _limit(process.pid)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            log.warning("converter.too_slow", program=command[0])
        finally:
            _kill_session(process)
    return (place / "output").read_bytes()


def _environment(place: Path) -> Mapping[str, str]:
    """Nothing of ours but the way to programs; a proxy that is none, for those that heed one."""
    dead = "http://127.0.0.1:9"
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(place),
        "TMPDIR": str(place),
        "LANG": "C.UTF-8",
        **dict.fromkeys(("http_proxy", "https_proxy", "ftp_proxy"), dead),
    }


def _limit(pid: int) -> None:
    try:
        import resource

        resource.prlimit(pid, resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    except (ImportError, AttributeError, OSError, ValueError):  # another system, or it has ended already
        return


def _kill_session(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (OSError, AttributeError):
        process.kill()
    process.wait()


_KNOWN = (
    Converter(
        "soffice",
        OLDER,
        ("-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore", "--nologo", "--nolockcheck",
         "--nodefault", "--convert-to", "docx:MS Word 2007 XML", "--outdir", "{folder}", "{file}"),
        "in.docx",
    ),
    Converter("antiword", OLDER - {"application/rtf"}, ("-m", "UTF-8.txt", "-w", "0", "{file}")),
    Converter("catdoc", OLDER, ("-d", "utf-8", "-w", "{file}")),
)  # fmt: skip


def find_converter(path: str | None = None, *, seconds: float = SECONDS) -> Convert | None:
    """What converts older formats on this system; None where nothing does. `path` as PATH."""
    found = [
        dataclasses.replace(known, program=program, seconds=seconds)
        for known in _KNOWN
        if (program := shutil.which(known.program, path=path))
    ]
    return (lambda document, kind: _convert(found, document, kind)) if found else None


def _convert(found: Sequence[Converter], document: Document, kind: str) -> Document:
    """By the first that takes this format and can read the file."""
    failure = _failed(document, "LibreOffice")
    for converter in found:
        if kind not in converter.types:
            continue
        try:
            return converter(document, kind)
        except (ReadError, OSError) as error:
            log.warning("converter.failed", document=document.name, program=converter.program, error=repr(error))
            failure = error if isinstance(error, ReadError) else failure
    raise failure


def _failed(document: Document, program: str) -> ReadError:
    return ReadError(
        f"{document.name} 无法用 {program} 转换；请用办公软件打开，另存为 DOCX 后重试",
        f"{program} could not convert {document.name}; open it in an office program, save it as DOCX and try again",
        needs_person=True,
    )
