"""Asks what became of one refund. Exit 0: answered (HTTP 200); 1: not."""
import base64
import hashlib
import hmac
import json
import os
import secrets
import sys
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone

env = os.environ
beijing_now = datetime.now(timezone(timedelta(hours=8)))

question = {
    "requestTimestamp": beijing_now.strftime("%Y-%m-%d %H:%M:%S"),
    "merOrderId": env["MER_ORDER_ID"],
    "instMid": env.get("INST_MID", "APPDEFAULT"),
    "mid": env["MID"],
    "tid": env["TID"],
}
if "SRC_RESERVE" in env:
    question["srcReserve"] = env["SRC_RESERVE"]
# The bytes that are signed are the bytes that are sent.
body = json.dumps(question, ensure_ascii=False).encode()

app_id, timestamp, nonce = env["APP_ID"], beijing_now.strftime("%Y%m%d%H%M%S"), secrets.token_hex(16)
to_sign = app_id + timestamp + nonce + hashlib.sha256(body).hexdigest()
mac = hmac.new(env["APP_KEY"].encode(), to_sign.encode(), hashlib.sha256)
signature = base64.b64encode(mac.digest()).decode()

request = urllib.request.Request(
    env["URL"] + "/v1/netpay/refund-query",
    data=body,
    headers={
        "Authorization": f'OPEN-BODY-SIG AppId="{app_id}",Timestamp="{timestamp}",Nonce="{nonce}",Signature="{signature}"',
        "Content-Type": "application/json",
    },
)
try:
    # The service answers within 30 s, whatever ChinaUMS does.
    response = urllib.request.urlopen(request, timeout=35)
except urllib.error.HTTPError as problem:
    response = problem
sys.stdout.buffer.write(response.read())
sys.exit(0 if response.status == 200 else 1)
