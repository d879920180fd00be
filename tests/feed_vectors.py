"""Judges the test vectors of docs/FEED.md by the specification alone: the signature by joserfc, a
JOSE library that has nothing of Cloud Shelf, the rest in plain Python.

Prints how many were judged; fails on the first that the index judges otherwise.
"""
import base64
import hashlib
import json
import pathlib
import re
import sys

from joserfc import jws
from joserfc.jwk import KeySet, OKPKey
from joserfc.jws import JWSRegistry

DATA = pathlib.Path(__file__).resolve().parent / "data/feed"
PART = re.compile(rb"[A-Za-z0-9_-]+")
LINK = re.compile(r"https://(detail\.tmall\.com|detail\.tmall\.hk|chaoshi\.detail\.tmall\.com|item\.taobao\.com)"
                  r"/item\.htm\?id=([1-9][0-9]{4,19})(?:&skuId=([1-9][0-9]{4,19}))?")


class Refused(Exception):
    pass


def must(true, problem):
    if not true:
        raise Refused(problem)


def b64(text):
    """Base64url as RFC 7515 has it, and in one form only."""
    must(PART.fullmatch(text), "not_a_pointer")
    try:
        decoded = base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    except ValueError:
        raise Refused("not_a_pointer") from None
    must(base64.urlsafe_b64encode(decoded).rstrip(b"=") == text, "not_a_pointer")
    return decoded


def once(pairs):
    names = [name for name, _ in pairs]
    must(len(set(names)) == len(names), "bad_json")
    return dict(pairs)


def read(data):
    """JSON of one object, no member twice, no half characters."""
    def constant(_):
        raise Refused("bad_json")
    try:
        value = json.loads(data.decode(), object_pairs_hook=once, parse_constant=constant)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Refused("bad_json") from None
    must(isinstance(value, dict) and deepest(value) <= 127, "bad_json")
    schema = value.get("schema")
    must(schema is not None, "bad_value")
    whole(schema)
    must(schema == 1, "other_schema")
    return value


def deepest(value):
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [v for x in level if isinstance(x, (dict, list)) for v in (x.values() if isinstance(x, dict) else x)]
    return depth


def whole(value, most=(1 << 64) - 1):
    must(type(value) is int and abs(value) <= most, "bad_json")
    return value


def kind(value, kinds):
    must(isinstance(value, kinds), "bad_json")
    return value


HIDDEN = re.compile(
    "[\0-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\ufff0-\ufffc\U000110bd\U000110cd"
    "\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\ue000-\uf8ff\U000f0000-\U0010ffff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF)) + "]")
PICTOGRAPH = ("[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2934\u2935"
              "\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]")
EMOJI = re.compile(f"{PICTOGRAPH}\ufe0f?(?:\u200d{PICTOGRAPH}\ufe0f?)*|[0-9#*]\ufe0f")
MARK = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f\\s]")


def text(value, most):
    kind(value, str)
    # An emoji of several characters is one that can be seen
    plain = EMOJI.sub("x", value)
    must(not HIDDEN.search(plain) and MARK.sub("", plain) and len(value) <= most, "bad_value")


def thing(value, most):
    kind(value, dict)
    name, size = kind(value.get("sha256"), str), whole(value.get("size"))
    must(re.fullmatch("[0-9a-f]{64}", name) and 0 < size <= most, "bad_value")
    return name, size


def jwk(public):
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": public})


def verified(data, trusted):
    """The payload, if the library verifies it with one of the keys; else None."""
    keys = []
    for public in trusted:
        key = jwk(public)
        keys.append(OKPKey.import_key({**key.as_dict(), "kid": key.thumbprint()}))
    registry = JWSRegistry(algorithms=["EdDSA"])
    try:
        return jws.deserialize_compact(data, KeySet(keys), registry=registry).payload
    except Exception:
        return None


def pointer(case, data):
    must(len(data) <= 16 << 10, "pointer_too_large")
    parts = data.split(b".")
    must(len(parts) == 3, "not_a_pointer")
    header, _, signature = map(b64, parts)
    must(len(signature) == 64, "not_a_pointer")
    try:
        header = json.loads(header, object_pairs_hook=once)
    except (ValueError, Refused):
        raise Refused("bad_header") from None
    must(isinstance(header, dict) and set(header) <= {"alg", "kid", "typ"}, "bad_header")
    must(header.get("alg") == "EdDSA" and header.get("typ") in (None, "JOSE", "JWT"), "bad_header")
    kid = header.get("kid")
    must(isinstance(kid, str) and re.fullmatch("[A-Za-z0-9_-]{43}", kid), "bad_header")
    must(any(jwk(public).thumbprint() == kid for public in case["trusted"]), "unknown_key")
    payload = verified(data, case["trusted"])
    must(payload is not None, "bad_signature")
    try:
        claims(case, read(payload), kid)
    except Refused as refused:
        within = {"bad_json", "bad_value"}
        raise Refused(f"pointer_{refused}" if str(refused) in within else str(refused)) from None


def claims(case, said, kid):
    for name in ("sub", "version", "iat", "exp", "brand", "catalog"):
        must(said.get(name) is not None, "bad_json")
    keys = kind(said.get("keys") or [], list)
    must(len(keys) <= 4, "bad_json")
    version, iat, exp = whole(said["version"]), whole(said["iat"]), whole(said["exp"])
    brand, logo = kind(said["brand"], dict), kind(said["brand"], dict).get("logo")
    kind(said["catalog"], dict)
    must(said["sub"] == f"{case['store']}/{case['device']}", "other_shelf")
    must(0 < version < 1 << 53, "bad_value")
    must(0 <= iat < exp <= iat + 400 * 86400, "bad_value")
    thing(said["catalog"], 16 << 20)
    text(brand.get("name"), 60)
    if logo is not None:
        thing(logo, 20 << 20)
    for color in (brand.get("primary"), brand.get("accent")):
        must(color is None or re.fullmatch("#[0-9A-Fa-f]{6}", color), "bad_value")
    settings(kind(said.get("settings") or {}, dict))
    if said.get("keys") is not None:
        new = [key.get("x") for key in keys if key.get("kty") == "OKP" and key.get("crv") == "Ed25519" and "d" not in key]
        must(len(new) == len(keys) and len(set(new)) == len(new) and not any(map(weak, new)), "bad_value")
        must(kid in [jwk(public).thumbprint() for public in new], "bad_value")
    must(version >= case["min_version"], "rollback")
    must(exp > case["now"], "expired")


def weak(public):
    """The points of small order, as they are written."""
    y = int.from_bytes(base64.urlsafe_b64decode(public + "="), "little") & ((1 << 255) - 1)
    p, high = (1 << 255) - 19, 2707385501144840649318225287225658788936804267575313519463743609750303021421
    return y % p in {0, 1, p - 1, high, p - high} or y >= p


def settings(said):
    for name, low, high in (("idle_s", 1, 864000), ("item_s", 1, 864000), ("countdown_s", 0, 60),
                            ("slide_s", 2, 3600), ("qr_mm", 15, 150)):
        must(said.get(name) is None or low <= whole(said[name]) <= high, "bad_value")
    if said.get("support_phone") is not None:
        text(said["support_phone"], 40)
    url = said.get("report_url")
    must(url is None or re.fullmatch(r"https?://[^/?#@]+(/[^?#]*)?", url), "bad_value")


def catalog(case, data):
    must(len(data) <= 16 << 20, "catalog_too_large")
    must(len(data) == case["size"], "wrong_size")
    must(hashlib.sha256(data).hexdigest() == case["sha256"], "wrong_hash")
    try:
        items(read(data))
    except Refused as refused:
        within = {"bad_json", "bad_value"}
        raise Refused(f"catalog_{refused}" if str(refused) in within else str(refused)) from None


def items(said):
    categories, all_items = kind(said.get("categories"), list), kind(said.get("items"), list)
    must(len(categories) <= 1000 and len(all_items) <= 10000, "bad_json")
    # Shapes first, as a typed reader does
    for item in all_items:
        kind(item, dict), kind(item.get("link"), str), kind(item.get("title"), str)
        for name in ("price_fen", "sale_price_fen", "category", "listed_from", "listed_until"):
            must(item.get(name) is None or type(item[name]) is int, "bad_json")
        must(len(kind(item.get("pictures") or [], list)) <= 12, "bad_json")
        must(len(kind(item.get("selling_points") or [], list)) <= 10, "bad_json")
    for name in categories:
        text(name, 60)
    seen, sizes = set(), {}
    for item in all_items:
        link = LINK.fullmatch(item["link"])
        must(link and link.groups()[1:] not in seen, "bad_value")
        seen.add(link.groups()[1:])
        text(item["title"], 200)
        price, sale = item.get("price_fen"), item.get("sale_price_fen")
        must(all(fen is None or 1 <= fen <= 999999999 for fen in (price, sale)), "bad_value")
        must(price is None or sale is None or sale < price, "bad_value")
        for point in item.get("selling_points") or []:
            text(point, 200)
        must(item.get("category") is None or 0 <= item["category"] < len(categories), "bad_value")
        if item.get("barcode") is not None:
            text(item["barcode"], 64)
        for name in ("listed_from", "listed_until"):
            must(item.get(name) is None or 0 <= item[name] <= 253402300799, "bad_value")
        for picture in item.get("pictures") or []:
            name, size = thing(picture, 20 << 20)
            width, height = whole(picture.get("width")), whole(picture.get("height"))
            must(0 < width <= 16384 and 0 < height <= 16384 and width * height <= 40_000_000, "bad_value")
            must(sizes.setdefault(name, (size, width, height)) == (size, width, height), "bad_value")


def judge(case, data, by):
    try:
        by(case, data)
        found = (True, None)
    except Refused as refused:
        found = (False, str(refused))
    expected = (case["accepted"], case.get("problem"))
    if found != expected:
        sys.exit(f"{case['file']} ({case['why']}): the index says {expected}, this {found}")


def main():
    index = json.loads((DATA / "index.json").read_text())
    for case in index["pointers"]:
        data = (DATA / case["file"]).read_bytes()
        library = verified(data, case["trusted"]) is not None
        if case.get("signature", library) != library:
            sys.exit(f"{case['file']} ({case['why']}): the library says {library} of the signature")
        judge(case, data, pointer)
    for case in index["catalogs"]:
        judge(case, (DATA / case["file"]).read_bytes(), catalog)
    print(f"{len(index['pointers'])} pointers and {len(index['catalogs'])} catalogs judged alike")


main()
