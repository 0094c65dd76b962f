"""A peer over HTTP on loopback: answers as LINE or a push service would, and keeps what came."""

import http.server
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.notice_channels.web_push import b64


@dataclass(frozen=True, slots=True)
class Call:
    """One request that came."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Peer:
    """What came, and what is answered: ``answers`` in turn, then 201."""

    address: str
    calls: list[Call] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


@contextmanager
def running_peer() -> Iterator[Peer]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with peer.lock:
                peer.calls.append(Call(self.path, dict(self.headers), body))
                status = peer.answers.pop(0) if peer.answers else 200
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    peer = Peer(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield peer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Browser:
    """The receiving end of RFC 8291."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = bytes(range(16))
        self.public = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )

    def keys(self) -> dict[str, str]:
        return {"p256dh": b64(self.public), "auth": b64(self.auth)}

    def open(self, record: bytes) -> bytes:
        salt, own = record[:16], record[21 : 21 + record[20]]
        sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), own)
        shared = self.key.exchange(ec.ECDH(), sender)
        info = b"WebPush: info\x00" + self.public + own
        secret = self._hkdf(shared, self.auth, info, 32)
        key = self._hkdf(secret, salt, b"Content-Encoding: aes128gcm\x00", 16)
        nonce = self._hkdf(secret, salt, b"Content-Encoding: nonce\x00", 12)
        plain = AESGCM(key).decrypt(nonce, record[21 + record[20] :], None)
        assert plain.endswith(b"\x02")
        return plain[:-1]

    @staticmethod
    def _hkdf(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
        return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)
