"""The officials of the demo: their keys, and statements signed by them."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding
from cryptography.x509.oid import NameOID

# The agency ids of the demo, by the organisation in the certificates.
AGENCIES = {
    "Sekretariat Daerah": "setda",
    "Inspektorat": "inspektorat",
    "Dinas Komunikasi dan Informatika": "kominfo",
    "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia": "bkpsdm",
    "Dinas Kesehatan": "dinkes",
    "Kementerian Pendayagunaan Aparatur Negara dan Reformasi Birokrasi": "kemenpanrb",
    "Badan Siber dan Sandi Negara": "bssn",
}


def encoded(data: bytes) -> str:
    """base64url without padding (RFC 7515, 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Official:
    """Somebody with a key and an enrolled certificate."""

    def __init__(self, chain: Path) -> None:
        certificate = x509.load_pem_x509_certificates(chain.read_bytes())[0]
        key = chain.with_name(chain.stem + ".key.pem").read_bytes()
        self.key: Any = serialization.load_pem_private_key(key, password=None)
        der = certificate.public_bytes(serialization.Encoding.DER)
        self.thumbprint = hashlib.sha256(der).digest()
        organisation = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0]
        self.agency = AGENCIES[str(organisation.value)]

    def sign(self, payload: bytes, **changes: Any) -> bytes:
        """A compact JWS; `changes` replace members of the header."""
        is_ed25519 = isinstance(self.key, ed25519.Ed25519PrivateKey)
        header = {
            "alg": "Ed25519" if is_ed25519 else "RS256",
            "typ": "jejak-event+jws",
            "x5t#S256": encoded(self.thumbprint),
            "iat": int(time.time()),
        } | changes
        head = encoded(json.dumps(header, separators=(",", ":")).encode())
        signed = f"{head}.{encoded(payload)}".encode()
        if is_ed25519:
            signature = self.key.sign(signed)
        else:
            signature = self.key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
        return signed + b"." + encoded(signature).encode()


def officials(folder: Path) -> list[Official]:
    """Everybody whose key the demo left, in the order of their names."""
    chains = (path for path in sorted(folder.glob("*.pem")) if not path.stem.endswith(".key"))
    return [Official(path) for path in chains if path.with_name(path.stem + ".key.pem").exists()]
