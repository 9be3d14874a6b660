import { describe, expect, test } from "vitest";
import { isLoopbackAddress, isPublicAddress } from "../../shared/webhook/allowed-address.ts";
import { noLoopback, readLoopbackOrigins } from "../../shared/webhook/loopback-origins.ts";
import { readWebhookUrl } from "../../shared/webhook/webhook-url.ts";

describe("an address", () => {
  test.each(["8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.1", "172.32.0.1", "223.5.5.5"])(
    "%s is public",
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  test.each(["2606:4700::1111", "2001:4860:4860::8888", "240e::1", "2400:3200::1", "2600:1f18::1"])(
    "%s is public",
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  test.each([
    ["this network", "0.0.0.0", "0.1.2.3", "::"],
    ["loopback", "127.0.0.1", "127.255.255.254", "::1"],
    ["private", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
    ["carrier-grade NAT", "100.64.0.1", "100.100.100.200", "100.127.255.255"],
    [
      "link-local, with the metadata services",
      "169.254.169.254",
      "169.254.170.2",
      "fe80::1",
      "fe80::1%eth0",
      "febf::1",
    ],
    ["unique local, with the metadata service", "fc00::1", "fd00::1", "fd00:ec2::254"],
    ["site-local", "fec0::1"],
    ["multicast", "224.0.0.1", "239.255.255.255", "ff02::1", "ff0e::1"],
    ["broadcast", "255.255.255.255"],
    ["reserved", "240.0.0.1", "192.0.0.1", "192.0.0.170", "2001:1::1", "5f00::1", "4000::1", "8000::1", "e000::1"],
    ["documentation", "192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
    ["benchmarking", "198.18.0.1", "198.19.255.255", "2001:2::1"],
    ["discard", "100::1"],
    ["IPv4-mapped", "::ffff:10.0.0.1", "::ffff:7f00:1", "::ffff:8.8.8.8", "::ffff:0:8.8.8.8"],
    ["IPv4-compatible", "::127.0.0.1", "::7f00:1", "::8.8.8.8", "::808:808"],
    ["NAT64", "64:ff9b::7f00:1", "64:ff9b::8.8.8.8", "64:ff9b:1::7f00:1", "64:ff9b:1:ffff::1"],
    ["6to4", "2002:7f00:1::", "2002:808:808::1", "192.88.99.1"],
    ["Teredo", "2001::1", "2001:0:53aa:64c:0:0:0:1"],
    ["ORCHID", "2001:10::1", "2001:20::1"],
  ])("%s is not public", (_, ...addresses) => {
    expect(addresses.filter(isPublicAddress)).toEqual([]);
  });

  test.each([
    "",
    "localhost",
    "127.1",
    "0x7f.0.0.1",
    "2130706433",
    "017700000001",
    "8.8.8",
    "8.8.8.8.8",
    "[::1]",
    "8.8.8.8/8",
  ])("%j is none, so it is not public and not loopback", (text) => {
    expect(isPublicAddress(text)).toBe(false);
    expect(isLoopbackAddress(text)).toBe(false);
  });

  test("only 127.0.0.0/8 and ::1 are loopback", () => {
    const loopback = ["127.0.0.1", "127.8.9.10", "::1", "0:0:0:0:0:0:0:1"];
    const others = ["10.0.0.1", "::", "0.0.0.0", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "8.8.8.8"];
    expect([...loopback, ...others].filter(isLoopbackAddress)).toEqual(loopback);
  });
});

describe("the URL of a webhook", () => {
  const read = (text: string, loopback = "") => {
    const result = readWebhookUrl(text, loopback === "" ? noLoopback : readLoopbackOrigins(loopback));
    return result.wrong ?? result.url.href;
  };

  test.each([
    "https://hooks.example.com/refunds?a=1",
    "https://hooks.example.com:8443/",
    "https://8.8.8.8/",
    "https://[2606:4700::1111]/",
  ])("%s is taken as it is", (url) => expect(read(url)).toBe(url));

  test.each([
    ["no URL", "malformed"],
    ["/relative", "malformed"],
    [`https://a.example/${"x".repeat(2048)}`, "malformed"],
    ["http://hooks.example.com/", "not_https"],
    ["ftp://hooks.example.com/", "not_https"],
    ["file:///etc/passwd", "not_https"],
    ["http://127.0.0.1:3000/", "not_https"],
    ["https://me@hooks.example.com/", "user_info"],
    ["https://me:secret@hooks.example.com/", "user_info"],
    ["https://hooks.example.com%40@127.0.0.1/", "user_info"],
    ["https://127.0.0.1/", "forbidden_address"],
    ["https://127.1/", "forbidden_address"],
    ["https://0x7f000001/", "forbidden_address"],
    ["https://2130706433/", "forbidden_address"],
    ["https://017700000001/", "forbidden_address"],
    ["https://①②⑦.0.0.1/", "forbidden_address"],
    ["https://[::1]/", "forbidden_address"],
    ["https://[::ffff:169.254.169.254]/", "forbidden_address"],
    ["https://169.254.169.254/latest/meta-data", "forbidden_address"],
    ["https://localhost/", "forbidden_address"],
    ["https://LOCALHOST./", "forbidden_address"],
    ["https://a.localhost/", "forbidden_address"],
  ])("%s is refused: %s", (url, wrong) => expect(read(url)).toBe(wrong));

  test("an origin of this machine passes where the run allows it, and only an address, because names can change", () => {
    expect(read("http://127.0.0.1:4000/hook", "http://127.0.0.1:4000")).toBe("http://127.0.0.1:4000/hook");
    expect(read("http://127.0.0.1:4001/hook", "http://127.0.0.1:4000, http://127.0.0.1:4002")).toBe("not_https");
    expect(read("http://127.0.0.1:4001/hook", "*")).toBe("http://127.0.0.1:4001/hook");
    expect(read("http://[::1]:4001/hook", "*")).toBe("http://[::1]:4001/hook");
    expect(read("http://localhost:4001/", "*")).toBe("not_https");
    expect(read("http://10.0.0.1/", "*")).toBe("not_https");
    expect(read("https://10.0.0.1/", "*")).toBe("forbidden_address");
    expect(read("http://me@127.0.0.1:4001/", "*")).toBe("user_info");
    expect(read("ftp://127.0.0.1:4001/", "*")).toBe("not_https");
  });
});
