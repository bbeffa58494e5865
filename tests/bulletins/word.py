"""DOCX files for tests: by python-docx, and by hand where it cannot write what Word writes."""

import io
import zipfile
from collections.abc import Callable, Iterable

from docx import Document as new_docx
from docx.document import Document as Docx

from notifier.domain import Document

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SPACES = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)


def made(write: Callable[[Docx], object]) -> Document:
    """A document that `write` fills by python-docx."""
    docx = new_docx()
    write(docx)
    out = io.BytesIO()
    docx.save(out)
    return document(out.getvalue())


def document(content: bytes, name: str = "a.docx") -> Document:
    return Document(key=name, name=name, media_type="", content=content)


def by_hand(body: str, **parts: str) -> Document:
    """A document of the inner XML of <w:body>; other parts by their names, such as numbering='<w:num …>'."""
    files = {"word/document.xml": f"<w:document {_SPACES}><w:body>{body}</w:body></w:document>"}
    for name, inner in parts.items():
        files[f"word/{name}.xml"] = f"<w:{name} {_SPACES}>{inner}</w:{name}>"
    return document(zipped(files.items()))


def zipped(files: Iterable[tuple[str, str | bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


def p(*runs: str, style: str = "") -> str:
    """A paragraph of runs; a run that is no XML is its text."""
    made = [run if run.startswith("<") else f'<w:r><w:t xml:space="preserve">{run}</w:t></w:r>' for run in runs]
    properties = f"<w:pPr>{style}</w:pPr>" if style else ""
    return f"<w:p>{properties}{''.join(made)}</w:p>"
