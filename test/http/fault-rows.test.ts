import { expect, test } from "vitest";
import { type FaultCode, type FaultRow, faultRows } from "../../shared/http/fault-rows.ts";

const rows = Object.entries<FaultRow>(faultRows) as [FaultCode, FaultRow][];
const codesWhere = (isMeant: (row: FaultRow) => boolean) =>
  rows
    .filter(([, row]) => isMeant(row))
    .map(([code]) => code)
    .toSorted();

test("an operator is called where the service cannot do its work, and warned where somebody else's trouble may be why", () => {
  expect(codesWhere(({ level }) => level === "error")).toEqual(["internal", "unavailable", "upstream_refuses_us"]);
  expect(codesWhere(({ level }) => level === "warn")).toEqual([
    "partner_unknown_now",
    "upstream_timeout",
    "upstream_unreachable",
    "upstream_unreadable",
  ]);
});

test("what a fault counts as tells whose trouble it is", () => {
  expect(codesWhere(({ metric }) => metric === "InternalFaults")).toEqual(["internal"]);
  expect(codesWhere(({ metric }) => metric === "UnavailableFaults")).toEqual(["partner_unknown_now", "unavailable"]);
  expect(codesWhere(({ metric }) => metric === "OverShareRequests")).toEqual(["share_spent"]);
  expect(codesWhere(({ metric }) => metric === "UpstreamFaults")).toEqual([
    "upstream_refuses_us",
    "upstream_timeout",
    "upstream_unreachable",
    "upstream_unreadable",
  ]);
});

test("only who may call at all is told as ChinaUMS's gateway tells it, and unknown paths as its router does", () => {
  expect(codesWhere(({ system }) => system === "gateway")).toEqual(["not_your_merchant", "unauthenticated"]);
  expect(codesWhere(({ system }) => system === "router")).toEqual(["no_service"]);
});

test("what old clients show is said in ChinaUMS's words, and differs where the partner must do something else", () => {
  const said = Object.fromEntries(rows.map(([code, { errCode, errText }]) => [code, `${errCode} ${errText}`]));
  expect(said).toEqual({
    no_service: "NO_SERVICE 服务不存在: 此地址只提供退款查询",
    body_too_large: "BAD_REQUEST 请求报文过大",
    unauthenticated: "1000 认证失败",
    share_spent: "SYSTEM_BUSY 请求过于频繁, 请稍后再试",
    bad_request: "BAD_REQUEST 请求参数错误",
    not_your_merchant: "1001 授权失败",
    key_reused: "BAD_REQUEST 幂等键已用于其他请求",
    in_flight: "ORDER_PROCESSING 查询进行中, 请稍后再试",
    upstream_timeout: "TIMEOUT 查询超时, 系统将自动复查",
    upstream_unreachable: "NET_ERROR 网络异常, 系统将自动复查",
    upstream_unreadable: "INVALID_RESPONSE 应答无法识别, 系统将自动复查",
    upstream_refuses_us: "INTERNAL_ERROR 系统异常, 系统将自动复查",
    unavailable: "SYSTEM_BUSY 系统繁忙, 请稍后再试",
    partner_unknown_now: "SYSTEM_BUSY 系统繁忙, 请稍后再试",
    internal: "INTERNAL_ERROR 系统异常",
  });
});
