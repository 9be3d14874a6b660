// Signs a request before it is sent. Set appId and appKey as variables of the collection.
const cryptoJs = require("crypto-js");
const appId = pm.variables.get("appId");
const appKey = pm.variables.get("appKey");

// Beijing is 8 hours ahead of UTC all year.
const beijingTime = new Date(Date.now() + 8 * 3600000).toISOString().slice(0, 19).replace("T", " ");
const timestamp = beijingTime.replace(/\D/g, "");
const nonce = cryptoJs.lib.WordArray.random(16).toString();
pm.variables.set("requestTimestamp", beijingTime);
pm.variables.set("timestamp", timestamp);
pm.variables.set("nonce", nonce);
pm.variables.set("tokenSignature", cryptoJs.SHA256(appId + timestamp + nonce + appKey).toString());

// The body as it is sent, with its variables filled in.
const sent = pm.request.body ? pm.request.body.raw : "";
const body = pm.variables.replaceIn(sent || "");
const bodyHash = cryptoJs.SHA256(body).toString();
const signature = cryptoJs.HmacSHA256(appId + timestamp + nonce + bodyHash, appKey).toString(cryptoJs.enc.Base64);
pm.variables.set(
  "authorization",
  `OPEN-BODY-SIG AppId="${appId}",Timestamp="${timestamp}",Nonce="${nonce}",Signature="${signature}"`,
);
