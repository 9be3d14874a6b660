const gatewayTexts = new Map(
  Object.entries({
    "1000": "认证失败",
    "1001": "授权失败",
    "9001": "参数校验失败",
    "9200": "系统异常",
    "9999": "系统错误",
  }),
);

const businessTexts = new Map(
  Object.entries({
    SUCCESS: "查询成功",
    INTERNAL_ERROR: "系统内部错误",
    TIMEOUT: "系统处理超时",
    NET_ERROR: "网络错误",
    TXN_DISCARDED: "交易已丢弃",
    INVALID_RESPONSE: "渠道应答无效",
    SYSTEM_BUSY: "系统繁忙",
    ORDER_PROCESSING: "订单锁定, 请等待一分钟后再试",
    TARGET_FAIL: "目标系统处理失败",
    NO_ORDER: "找不到订单",
    NO_BILL: "找不到账单",
    NO_MERCHANT: "找不到商户",
    INACTIVE_MERCHANT: "商户未激活",
    INVLID_MERCHANT_CONFIG: "商户配置无效", // The platform's own spelling.
    INVALID_MSGSRC: "消息来源无效",
    BAD_SIGN: "签名错误",
    DENIED_IP: "IP地址不在白名单",
    NO_SERVICE: "服务不存在",
    ABNORMAL_REQUEST_TIME: "请求时间异常",
    BAD_REQUEST: "请求报文有误",
    INVALID_ORDER: "订单无效",
    OPERATION_NOT_ALLOWED: "不允许的操作",
    NO_CROSS_DAY_TRADING: "不允许跨日交易",
    DUP_ORDER: "订单号重复",
  }),
);

/** Whether the gateway, not the business behind it, speaks this errCode: HTTP 412, and the text in `errInfo`. */
export function isGatewayFault(errCode: string): boolean {
  return gatewayTexts.has(errCode);
}

/** A plausible Chinese text for an errCode. Wordings vary on the real platform, so no client may depend on them. */
export function errorText(errCode: string): string {
  return gatewayTexts.get(errCode) ?? businessTexts.get(errCode) ?? "未知错误";
}
