"""The official Python sample as it was meant to be, without its SDK: needToken and needDataTag are True."""
import hashlib
import json
import os
import secrets
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone

url = os.environ["URL"] + "/v1/netpay/refund-query"
app_id, app_key = os.environ["APP_ID"], os.environ["APP_KEY"]
beijing_now = datetime.now(timezone(timedelta(hours=8)))


def post(url: str, body: dict, headers: dict) -> dict:
    headers = {"Content-Type": "application/json", **headers}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    try:
        return json.load(urllib.request.urlopen(request))
    except urllib.error.HTTPError as fault:  # The gateway's faults come with HTTP 412.
        return json.load(fault)


def access_token() -> str:
    """What DefaultOpenApiClient does for needToken."""
    timestamp, nonce = beijing_now.strftime("%Y%m%d%H%M%S"), secrets.token_hex(16)
    signature = hashlib.sha256((app_id + timestamp + nonce + app_key).encode()).hexdigest()
    body = {"appId": app_id, "timestamp": timestamp, "nonce": nonce, "signMethod": "SHA256", "signature": signature}
    answer = post(os.environ["URL"] + "/v1/token/access", body, {})
    if answer["errCode"] != "0000":
        raise SystemExit(answer)
    return answer["accessToken"]


question = {
    "requestTimestamp": beijing_now.strftime("%Y-%m-%d %H:%M:%S"),
    "merOrderId": os.environ["MER_ORDER_ID"],
    "instMid": "APPDEFAULT",
    "mid": os.environ["MID"],
    "tid": os.environ["TID"],
    "msgId": "0DUNOje1Bwtue6XinEs7DWhKS2NmUCVg",
    "srcReserve": "C20220119000001",
}
authorization = f'OPEN-ACCESS-TOKEN AccessToken="{access_token()}", AppId="{app_id}"'
response = post(url, {"data": question}, {"Authorization": authorization})
print(json.dumps(response.get("data")))
print(response.get("errCode"))
print(response.get("errInfo"))
