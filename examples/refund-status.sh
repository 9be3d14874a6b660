#!/bin/sh
# Asks what became of one refund, with curl and openssl. Exit 0: answered (HTTP 200); 1: not.
set -eu
: "${URL:?}" "${APP_ID:?}" "${APP_KEY:?}" "${MID:?}" "${TID:?}" "${MER_ORDER_ID:?}"

# Beijing time. POSIX counts zones the other way round, so UTC-8 is eight hours ahead, and needs no zone files.
timestamp=$(TZ=UTC-8 date +%Y%m%d%H%M%S)
nonce=$(openssl rand -hex 16)
body=$(printf '{"requestTimestamp":"%s","merOrderId":"%s","instMid":"%s","mid":"%s","tid":"%s"}' \
  "$(TZ=UTC-8 date '+%Y-%m-%d %H:%M:%S')" "$MER_ORDER_ID" "${INST_MID:-APPDEFAULT}" "$MID" "$TID")

body_hash=$(printf %s "$body" | openssl dgst -sha256 -r | cut -d ' ' -f 1)
signature=$(printf %s "$APP_ID$timestamp$nonce$body_hash" |
  openssl dgst -sha256 -hmac "$APP_KEY" -binary | openssl base64 -A)

# The service answers within 30 s, whatever ChinaUMS does.
curl -sS --fail-with-body --max-time 35 "$URL/v1/netpay/refund-query" \
  -H "Authorization: OPEN-BODY-SIG AppId=\"$APP_ID\",Timestamp=\"$timestamp\",Nonce=\"$nonce\",Signature=\"$signature\"" \
  -H 'Content-Type: application/json' \
  --data-binary "$body" || exit 1
