"""Reads one member of a zip file on a server without fetching the file: its end, then the member.

Source: APPNOTE.TXT 6.3 §4.3.6 (the directory is at the end), RFC 9110 §14 (range requests).
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

from clutch.base.errors import ClutchError, NotFoundError
from clutch.base.tickets import Ticket, ready
from clutch.io.auth import redact
from clutch.io.exchange import RangesRefused as RangesRefused
from clutch.io.exchange import Request, Response
from clutch.io.fetch import Fetcher

if TYPE_CHECKING:
    from zipfile import ZipInfo

FIRST_BYTES = 16 << 10
"""How much of the end is asked for first: the directory of 90 % of all wheels, with the last members in front of it."""

LARGEST_MEMBER_BYTES = 64 << 20
"""No member that is worth reading this way is larger; more is an attack."""

# Directory entries of 30,000 members with long names; a directory that is larger is not read this way.
_LARGEST_DIRECTORY_BYTES = 16 << 20
# The local header and what may stand in it after the name.
_LOCAL_BYTES = 30 + 256


def fetch_member(
    fetcher: Fetcher, url: str, size_bytes: int, predicate: Callable[[str], bool]
) -> Ticket[tuple[str, bytes]]:
    """A ticket for (path, content) of the first member whose path satisfies `predicate`; one to three requests.

    `size_bytes` may be 0. The ticket fails with RangesRefused where the server does not serve parts (the caller takes
    the whole file), NotFoundError `no-member`, ClutchError `damaged-archive`, and what a fetch may give.
    """
    return _RemoteZip(fetcher, url, size_bytes, predicate).fetch()


class _RemoteZip:
    """The bytes from `begin` to the end of the file, and what is found in them."""

    def __init__(self, fetcher: Fetcher, url: str, size_bytes: int, predicate: Callable[[str], bool]) -> None:
        self.fetcher = fetcher
        self.url = url
        self.size_bytes = size_bytes
        self.predicate = predicate
        self.begin = 0
        self.tail = b""
        self.asks = 0

    def fetch(self) -> Ticket[tuple[str, bytes]]:
        if self.size_bytes:
            begin = max(0, self.size_bytes - FIRST_BYTES)
            request = Request(self.url, first_byte=begin, last_byte=self.size_bytes - 1)
        else:
            request = Request(self.url, last_byte=FIRST_BYTES)
        return self.fetcher.fetch(request).then_ticket(self._take_end)

    def _take_end(self, response: Response) -> Ticket[tuple[str, bytes]]:
        self.asks += 1
        first, total = self._served(response)
        if self.size_bytes and total != self.size_bytes:
            raise self._damaged(f"it has {total} bytes, expected {self.size_bytes}")
        self.size_bytes = total
        self.begin = first
        self.tail = response.body + self.tail
        if first + len(self.tail) != total:
            raise self._damaged("the server gave another part than its end")
        missing_from = self._directory_begin()
        if missing_from >= self.begin:
            return self._find()
        if self.asks > 2 or total - missing_from > _LARGEST_DIRECTORY_BYTES:
            raise self._damaged("its directory is not where its end says")
        request = Request(self.url, first_byte=missing_from, last_byte=self.begin - 1)
        return self.fetcher.fetch(request).then_ticket(self._take_end)

    def _directory_begin(self) -> int:
        """Where the central directory begins, by the record at the end."""
        at = self.tail.rfind(b"PK\x05\x06")
        if at < 0 or len(self.tail) < at + 22:
            raise self._damaged("it does not end as a zip file does")
        size_bytes = int.from_bytes(self.tail[at + 12 : at + 16], "little")
        if size_bytes == 0xFFFFFFFF or int.from_bytes(self.tail[at + 16 : at + 20], "little") == 0xFFFFFFFF:
            # Zip64 is for files above 4 GiB, which are taken whole or read by their metadata file.
            raise self._refused()
        # Like the standard library: what stands in front of the archive moves every offset.
        return max(0, self.begin + at - size_bytes)

    def _find(self) -> Ticket[tuple[str, bytes]]:
        infos = _read_directory(self.tail, self.size_bytes)
        if infos is None:
            raise self._damaged("its directory cannot be read")
        for info in infos:
            if not info.filename.endswith("/") and self.predicate(info.filename):
                return self._member(info)
        raise NotFoundError("no-member", f"`{redact(self.url)}` has no such member", subject=redact(self.url))

    def _member(self, info: ZipInfo) -> Ticket[tuple[str, bytes]]:
        if max(info.file_size, info.compress_size) > LARGEST_MEMBER_BYTES:
            raise self._damaged(f"its member `{info.filename}` is too large")
        if info.header_offset < 0:
            raise self._damaged(f"its member `{info.filename}` is not where the directory says")
        name_bytes = len(info.orig_filename.encode("utf-8"))
        end = info.header_offset + _LOCAL_BYTES + name_bytes + info.compress_size
        if info.header_offset >= self.begin:
            return ready((info.filename, self._inflate(info, self.tail[info.header_offset - self.begin :])))
        request = Request(self.url, first_byte=info.header_offset, last_byte=min(end, self.size_bytes) - 1)
        return self.fetcher.fetch(request).then(lambda part: (info.filename, self._inflate(info, part.body)))

    def _inflate(self, info: ZipInfo, raw: bytes) -> bytes:
        import zlib

        begin = 30 + int.from_bytes(raw[26:28], "little") + int.from_bytes(raw[28:30], "little")
        packed = raw[begin : begin + info.compress_size]
        content = packed
        if raw[:4] != b"PK\x03\x04" or len(packed) != info.compress_size or info.compress_type not in (0, 8):
            raise self._damaged(f"its member `{info.filename}` is not where the directory says")
        if info.compress_type == 8:
            try:
                content = zlib.decompressobj(-15).decompress(packed, info.file_size + 1)
            except zlib.error as error:
                raise self._damaged(f"its member `{info.filename}` cannot be inflated") from error
        if len(content) != info.file_size or zlib.crc32(content) != info.CRC:
            raise self._damaged(f"its member `{info.filename}` does not have its checksum")
        return content

    def _served(self, response: Response) -> tuple[int, int]:
        """(first byte, size of the whole file) of the part. Source: RFC 9110 §14.4."""
        text = response.headers.get("content-range", "").partition(" ")[2]
        span, _, total = text.partition("/")
        first = span.partition("-")[0]
        if not (first.isdigit() and total.isdigit()):
            raise self._refused()
        return int(first), int(total)

    def _refused(self) -> RangesRefused:
        shown = redact(self.url)
        return RangesRefused("ranges-refused", f"`{shown}` cannot be read in parts", subject=shown)

    def _damaged(self, reason: str) -> ClutchError:
        shown = redact(self.url)
        return ClutchError("damaged-archive", f"`{shown}` is damaged: {reason}", subject=shown)


class _Tail(io.RawIOBase):
    """A file of `size_bytes` of which only the end is here; the rest is never read."""

    def __init__(self, tail: bytes, size_bytes: int) -> None:
        self._tail = tail
        self._begin = size_bytes - len(tail)
        self._size_bytes = size_bytes
        self._at = 0

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (0, self._at, self._size_bytes)[whence]
        if self._at < 0:
            raise OSError("before the beginning")
        return self._at

    def read(self, size_bytes: int = -1) -> bytes:
        begin = self._at - self._begin
        if begin < 0:
            raise OSError("this part is not here")
        end = len(self._tail) if size_bytes < 0 else begin + size_bytes
        piece = self._tail[begin:end]
        self._at += len(piece)
        return piece


def _read_directory(tail: bytes, size_bytes: int) -> list[ZipInfo] | None:
    import zipfile

    try:
        with zipfile.ZipFile(_Tail(tail, size_bytes)) as opened:
            return opened.infolist()
    except Exception:  # BadZipFile, struct.error, OverflowError … the bytes are a stranger's
        return None
