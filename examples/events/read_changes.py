"""Reads the events about your refunds since the last time, one a line. CURSOR_FILE remembers how far it has read."""
import base64
import hashlib
import hmac
import json
import os
import pathlib
import secrets
import sys
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone

env = os.environ
cursor_file = pathlib.Path(env["CURSOR_FILE"])


def changes(question: dict) -> dict:
    body = json.dumps(question).encode()
    timestamp = datetime.now(timezone(timedelta(hours=8))).strftime("%Y%m%d%H%M%S")
    app_id, nonce = env["APP_ID"], secrets.token_hex(16)
    to_sign = app_id + timestamp + nonce + hashlib.sha256(body).hexdigest()
    signature = base64.b64encode(hmac.new(env["APP_KEY"].encode(), to_sign.encode(), hashlib.sha256).digest()).decode()
    headers = {
        "Authorization": f'OPEN-BODY-SIG AppId="{app_id}",Timestamp="{timestamp}",Nonce="{nonce}",Signature="{signature}"',
        "Content-Type": "application/json",
    }
    request = urllib.request.Request(env["URL"] + "/v1/refunds/changes", data=body, headers=headers)
    with urllib.request.urlopen(request, timeout=35) as response:
        return json.load(response)


try:
    while True:
        page = changes({"cursor": cursor_file.read_text()} if cursor_file.exists() else {})
        for event in page["events"]:
            print(json.dumps(event, ensure_ascii=False))  # Handle it here; one that you have had before is to be ignored.
        # Only now, so that nothing is lost if this stops in between.
        cursor_file.write_text(page["cursor"])
        if not page["events"]:
            break
except urllib.error.HTTPError as problem:
    sys.exit(problem.read().decode())
