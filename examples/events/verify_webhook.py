"""Tells whether a webhook comes from this service: the body on stdin, its three headers and the secret in the environment."""
import base64
import hashlib
import hmac
import os
import sys
import time

TOLERANCE_SECONDS = 5 * 60


def verify(headers: dict, body: bytes, secret: str) -> None:
    """Raises ValueError unless this service has signed the body. The body's bytes are needed as they came."""
    timestamp = headers["webhook-timestamp"]
    if not (timestamp.isascii() and timestamp.isdigit()):
        raise ValueError("the timestamp is not in seconds")
    if abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        raise ValueError("the timestamp is more than 5 minutes away")
    key = base64.b64decode(secret[len("whsec_"):])
    signed = f'{headers["webhook-id"]}.{timestamp}.'.encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    # There are two while a secret is being replaced. The comparison takes constant time.
    given = headers["webhook-signature"].split(" ")
    if not any(hmac.compare_digest(one.encode(), expected.encode()) for one in given):
        raise ValueError("no signature fits")


names = {name: name.upper().replace("-", "_") for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
body = sys.stdin.buffer.read()
try:
    verify({name: os.environ[variable] for name, variable in names.items()}, body, os.environ["WEBHOOK_SECRET"])
except ValueError as error:
    sys.exit(f"refused: {error}")  # Answer with status 400, and do nothing else.
sys.stdout.buffer.write(body)  # Remember the webhook-id, answer with status 200, and handle the event.
