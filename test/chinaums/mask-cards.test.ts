import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isTime, maskCards } from "../../shared/chinaums/mask-cards.ts";

describe("a card number is masked to its first six and last four digits", () => {
  test.each([
    ["6228480402564890018", "622848*********0018"],
    ["6228 4804 0256 4890 018", "622848*********0018"],
    ["6228  4804   0256 4890", "622848******4890"],
    ["6228\u00a04804\u00a00256\u00a04890", "622848******4890"],
    ["6228\u30004804\u20090256\u200b4890", "622848******4890"],
    ["6228.4804.0256.4890", "622848******4890"],
    ["6228_4804_0256_4890", "622848******4890"],
    ["6228-4804–0256—4890", "622848******4890"],
    ["6228/4804\\0256|4890", "622848******4890"],
    ["6228\t4804\n0256\r\n4890", "622848******4890"],
    ["６２２８４８０４０２５６４８９０", "622848******4890"],
    ["٦٢٢٨٤٨٠٤٠٢٥٦٤٨٩٠", "622848******4890"],
    ["𝟔𝟐𝟐𝟖𝟒𝟖𝟎𝟒𝟎𝟐𝟓𝟔𝟒𝟖𝟗𝟎", "622848******4890"],
    ["622848040256", "622848**0256"],
    ["999999999999", "999999**9999"],
    ["000000000000", "000000**0000"],
    ["6228480402564890 6228480402564890018", `622848${"*".repeat(25)}0018`],
    ["6228482022-04-15 10:47:59", "622848**********4759"],
    ["3528-04-15 10:47:59", "352804****4759"],
    ["2022-02-30 10:47:59", "202202****4759"],
    ["2022-04-15 25:47:59", "202204****4759"],
  ])("%j", (card, masked) => {
    expect(maskCards(card)).toBe(masked);
    expect(maskCards(`退款至招商银行 ${card}，请查收`)).toBe(`退款至招商银行 ${masked}，请查收`);
  });
});

test("the digits of every script that the platform writes numbers in are told", () => {
  const systems = Intl.supportedValuesOf("numberingSystem").map((name) =>
    Array.from({ length: 10 }, (_, digit) => new Intl.NumberFormat("en", { numberingSystem: name }).format(digit)),
  );
  // The digits of Pwo Karen stand right behind those of Pa'O.
  systems.push(Array.from({ length: 10 }, (_, digit) => String.fromCodePoint(0x116da + digit)));
  const scripts = systems.filter((digits) => digits.every((digit) => /^\p{Nd}$/u.test(digit)));
  expect(scripts.length).toBeGreaterThan(50);
  for (const digits of scripts) {
    const masked = digits.map((digit) => maskCards(digit.repeat(12)));
    expect(masked).toEqual([..."0123456789"].map((digit) => `${digit.repeat(6)}**${digit.repeat(4)}`));
  }
});

test.each([
  "",
  "现金退款124.00元",
  "62284804025",
  "622848*********0018",
  "622848*********0018 622848*********0018",
  "2022-04-15 10:47:59",
  "在2022-04-15 10:47:59退款，2022-04-16 10:47:59到账",
  "2024-02-29 00:00:00",
  "6228480 / TARGET 4025648",
  "SUCCESS|SUCCESS",
])("nothing else is changed: %j", (text) => {
  expect(maskCards(text)).toBe(text);
});

test("a card number beside a time is masked, and the time is not", () => {
  expect(maskCards("2022-04-15 10:47:59 6228480402564890 2022-04-15 10:47:59")).toBe(
    "2022-04-15 10:47:59 622848******4890 2022-04-15 10:47:59",
  );
});

describe("for any text", () => {
  const zeros = ["0", "０", "٠", "०", "𝟎", "๐", "᠐"];
  const digits = fc.array(fc.tuple(fc.constantFrom(...zeros), fc.nat(9)), { minLength: 12, maxLength: 40 });
  const mark = fc
    .oneof(fc.constantFrom(" ", "  ", "\u00a0", ".", "_", "-", "/", "", "·", "，", "\u200b", "💳"), fc.string())
    .filter((between) => !/[\p{L}\p{Nd}*]/u.test(between));
  const card = fc.tuple(digits, fc.array(mark, { minLength: 40, maxLength: 40 })).map(([all, marks]) => ({
    plain: all.map(([, value]) => value).join(""),
    text: all
      .map(([zero, value]) => String.fromCodePoint((zero.codePointAt(0) ?? 0) + value))
      .reduce((text, digit, i) => text + marks[i] + digit),
  }));

  /** The most digits that stand in a row, whatever is between them but a letter or a mask. */
  function mostDigits(text: string): number {
    let [most, count] = [0, 0];
    for (const character of text) {
      if (/[\p{L}*]/u.test(character)) count = 0;
      else if (/\p{Nd}/u.test(character)) most = Math.max(most, ++count);
    }
    return most;
  }

  test("no card number comes through, whatever its digits are and whatever stands between them", () => {
    fc.assert(
      fc.property(card, ({ plain, text }) => {
        const masked = maskCards(`卡${text}元`);
        expect(masked).toBe(`卡${plain.slice(0, 6)}${"*".repeat(plain.length - 10)}${plain.slice(-4)}元`);
      }),
      { numRuns: 1_000 },
    );
  });

  test("no masked text has 12 digits of one number, and masking it again changes nothing", () => {
    const piece = fc.oneof(
      card.map(({ text }) => text),
      fc.string({ unit: "binary" }),
      fc.constantFrom("*", "a", " 2022-04-15 10:47:59 "),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 5 }), (pieces) => {
        const masked = maskCards(pieces.join(""));
        for (const part of masked.split("2022-04-15 10:47:59")) expect(mostDigits(part)).toBeLessThan(12);
        expect(maskCards(masked)).toBe(masked);
      }),
      { numRuns: 1_000 },
    );
  });
});

test.each([
  ["2022-04-15 10:47:59", true],
  ["20220415104759", true],
  ["20240229235959", true],
  ["20230229235959", false],
  ["30011220101010", false],
  ["20221315104759", false],
  ["2022-04-15 10:47:59.0", false],
  ["6228480402564890", false],
])("%j has the form of a time that exists: %j", (text, expected) => {
  expect(isTime(text)).toBe(expected);
});
