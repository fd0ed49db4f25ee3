"""Answers `file:` URLs like a server would."""

from __future__ import annotations

import os
import sys

from clutch.base.errors import ClutchError, NotFoundError, Place
from clutch.base.tickets import Ticket, failed, ready
from clutch.io.exchange import Request, Response
from clutch.io.files import translate_os_error
from clutch.io.transfer import Transfer

_PIECE = 1 << 20


def path_of(url: str, platform: str = sys.platform) -> str:
    """The path that a `file:` URL names.

    Raises: ClutchError `bad-url` when it names another host. Source: RFC 8089 §2, appendix E.2 (drive letters).
    """
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(url)
    if parts.netloc.lower() not in ("", "localhost"):
        raise ClutchError("bad-url", f"`{url}` names a file of another machine", subject=url)
    path = unquote(parts.path)
    if platform == "win32" and path[:1] == "/" and path[2:3] in (":", "|"):
        path = path[1] + ":" + path[3:]
    return path


def file_url(path: str, platform: str = sys.platform) -> str:
    """The `file:` URL of an absolute path."""
    from urllib.parse import quote

    if platform == "win32":
        path = "/" + path.replace("\\", "/")
    return "file://" + quote(path, safe="/:~" if platform == "win32" else "/~")


def answer(request: Request) -> Ticket[Response]:
    """A settled ticket with the file (or the `index.html` of a folder), checked and copied as the request wants.

    Fails with NotFoundError `http-not-found` where there is none, else as a transfer does.
    """
    transfer = Transfer(request, Ticket())
    try:
        path = path_of(request.url)
        _feed(transfer, os.path.join(path, "index.html") if os.path.isdir(path) else path)
        return ready(transfer.finish())
    except Exception as error:
        transfer.discard()
        return failed(error)
    except BaseException:
        transfer.discard()
        raise


def _feed(transfer: Transfer, path: str) -> None:
    request = transfer.request
    try:
        with open(path, "rb") as file:
            size_bytes = os.fstat(file.fileno()).st_size
            begin, end = _part(request, size_bytes)
            transfer.status = 206 if request.has_range else 200
            transfer.headers = {"content-length": str(end - begin)}
            if request.has_range:
                transfer.headers["content-range"] = f"bytes {begin}-{end - 1}/{size_bytes}"
            file.seek(begin)
            while begin < end and transfer.refusal is None:
                piece = file.read(min(_PIECE, end - begin))
                if not piece:
                    break
                begin += len(piece)
                transfer.take_body(piece)
    except (FileNotFoundError, NotADirectoryError) as error:
        message = f"there is nothing at `{transfer.url}`"
        raise NotFoundError("http-not-found", message, place=Place(transfer.url)) from error
    except OSError as error:
        raise translate_os_error(error, path, "read") from error
    if transfer.refusal is not None:
        raise transfer.refusal


def _part(request: Request, size_bytes: int) -> tuple[int, int]:
    if not request.has_range:
        return 0, size_bytes
    if request.first_byte < 0:
        return max(0, size_bytes - request.last_byte), size_bytes
    last = request.last_byte if request.last_byte >= 0 else size_bytes - 1
    return min(request.first_byte, size_bytes), min(last + 1, size_bytes)
