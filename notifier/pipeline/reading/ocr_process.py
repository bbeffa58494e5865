"""The recognising process: reads the pictures of one document, page by page, within bounds of its own.

On standard input two frames: a JSON object {"kind": media type, "memory": bytes, "seconds": CPU seconds a page,
"pages": at most}, and the content. On standard output a frame a page, a JSON list of [text, left, top, right, bottom,
sure]; then {"done": true}, {"refused": [zh, en]}, or nothing where it died.
"""

import io
import json
import os
import sys
import warnings
from collections.abc import Iterator
from typing import Any

from notifier.bulletins import PDF
from notifier.children import limit_ourselves, read_frame, write_frame
from notifier.errors import ReadError

_DPI = 150  # characters of 10 points are 21 pixels high: enough, and a quarter of the time of 300
_PIXELS = 40_000_000  # of one picture
_LONGEST = 2000  # pixels: larger pages are made smaller


def _pictures(kind: str, content: bytes, most: int) -> Iterator[Any]:
    """Every page as a picture in RGB, no more than `most`."""
    pages = _pdf_pages(content) if kind == PDF else _frames(content)
    for number, page in enumerate(pages, 1):
        if number > most:
            raise ReadError(
                f"扫描件超过 {most} 页；请拆分后重试，或调高 reading.ocr_pages",
                f"the scan has more than {most} pages: split it, or raise reading.ocr_pages",
                needs_person=True,
            )
        page.thumbnail((_LONGEST, _LONGEST))
        yield page.convert("RGB")


def _pdf_pages(content: bytes) -> Iterator[Any]:
    import pypdfium2  # a native library, only where there is a PDF

    document = pypdfium2.PdfDocument(content)
    for page in document:
        width, height = page.get_size()
        scale = min(_DPI / 72, _LONGEST / max(width, height, 1))
        yield page.render(scale=scale).to_pil()
        page.close()


def _frames(content: bytes) -> Iterator[Any]:
    """The frames of a TIFF are its pages."""
    from PIL import Image, ImageSequence  # comes with the extra

    Image.MAX_IMAGE_PIXELS = _PIXELS
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(content)) as picture:
            for frame in ImageSequence.Iterator(picture):
                yield frame.copy()


def _engine() -> Any:
    from rapidocr import RapidOCR  # the extra; its models are in the package

    threads = {f"EngineConfig.onnxruntime.{name}_op_num_threads": 1 for name in ("intra", "inter")}
    return RapidOCR(params={"Global.log_level": "critical", "Global.use_cls": False, **threads})


def _pieces(engine: Any, picture: Any) -> list[list[Any]]:
    import numpy  # comes with the extra

    found = engine(numpy.asarray(picture)[:, :, ::-1])  # BGR is what it takes
    if found.boxes is None:
        return []
    return [
        [text, *(float(edge) for edge in (*box.min(axis=0), *box.max(axis=0))), float(sure)]
        for box, text, sure in zip(found.boxes, found.txts, found.scores, strict=True)
    ]


def _answers(request: dict[str, Any], content: bytes) -> Iterator[object]:
    try:
        engine = _engine()
        for picture in _pictures(request["kind"], content, request["pages"]):
            limit_ourselves(cpu_seconds=request["seconds"], memory_bytes=request["memory"])
            yield _pieces(engine, picture)
    except ReadError as error:
        yield {"refused": [error.zh, error.en]}
    else:
        yield {"done": True}


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    request = json.loads(read_frame(sys.stdin.buffer))
    limit_ourselves(cpu_seconds=request["seconds"], memory_bytes=request["memory"])
    for answer in _answers(request, read_frame(sys.stdin.buffer)):
        write_frame(answers, json.dumps(answer).encode())


if __name__ == "__main__":
    main()
