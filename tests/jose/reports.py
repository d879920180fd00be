"""Checks one report with a JOSE library that is not ours: joserfc.

Reads {"jwk": …, "jws": "…"} from stdin; writes {"header", "claims", "thumbprint"} once the signature
has held and every damaged form of it was refused.
"""
import json
import sys

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey


def verify(text, key):
    return jws.deserialize_compact(text, key, algorithms=["EdDSA"])


def damaged(text, stranger):
    header, payload, signature = text.split(".")
    flip = lambda part, at: part[:at] + ("A" if part[at] != "A" else "B") + part[at + 1:]
    yield "another payload", f"{header}.{flip(payload, 40)}.{signature}"
    yield "another signature", f"{header}.{payload}.{flip(signature, 10)}"
    yield "no signature", f"{header}.{payload}."
    yield "a stranger's", jws.serialize_compact({"alg": "EdDSA"}, b"{}", stranger, algorithms=["EdDSA"])


def main():
    given = json.load(sys.stdin)
    key = OKPKey.import_key(given["jwk"])
    report = verify(given["jws"], key)
    for what, text in damaged(given["jws"], OKPKey.generate_key("Ed25519")):
        try:
            verify(text, key)
        except (JoseError, ValueError):
            continue
        sys.exit(f"{what} was accepted")
    claims = json.loads(report.payload)
    json.dump({"header": report.headers(), "claims": claims, "thumbprint": key.thumbprint()}, sys.stdout)


main()
