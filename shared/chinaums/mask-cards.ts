/** Neither letter nor digit. `*` is excluded because it stands in numbers that are masked already. */
const separators = String.raw`[^\p{L}\p{Nd}*]*`;
/** 12 digits or more of any script, whatever stands between them. Two card numbers in a row are one run. */
const run = new RegExp(String.raw`\p{Nd}(?:${separators}\p{Nd}){11,}`, "gu");
const digit = /\p{Nd}/gu;

const time = String.raw`((?:19|20)\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]) (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d`;
const timeInText = new RegExp(String.raw`(?<!\p{Nd})${time}(?!\p{Nd})`, "gu");
const wholeTime = new RegExp(`^${time}$`);
const compactTime = /^((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d$/;

const fewestDigits = 12;

/**
 * Masks every run of 12 digits or more: the first six and the last four stay, as in `622848*********0018`. A time such as
 * `2022-04-15 10:47:59` is no card number and stays. A masked text is not changed any more.
 */
export function maskCards(text: string): string {
  if (!mayHoldCard(text)) return text;
  let masked = "";
  let from = 0;
  for (const found of text.matchAll(timeInText)) {
    if (!isOfRealDay(found)) continue;
    masked += maskRuns(text.slice(from, found.index)) + found[0];
    from = found.index + found[0].length;
  }
  return masked + maskRuns(text.slice(from));
}

/** True for a moment that exists, written as `2022-04-15 10:47:59` or `20220415104759`. */
export function isTime(text: string): boolean {
  const found = wholeTime.exec(text) ?? compactTime.exec(text);
  return found !== null && isOfRealDay(found);
}

/** A quick look, because few texts hold digits at all. Every digit but those of ASCII comes after U+0660. */
function mayHoldCard(text: string): boolean {
  let digits = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if ((unit >= 0x30 && unit <= 0x39) || unit >= 0x660) digits++;
  }
  return digits >= fewestDigits;
}

function isOfRealDay([, year, month, day]: RegExpExecArray): boolean {
  return Number(day) <= new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
}

function maskRuns(text: string): string {
  return text.replace(run, (card) => {
    const digits = (card.match(digit) ?? []).map(asciiDigit).join("");
    return digits.slice(0, 6) + "*".repeat(digits.length - 10) + digits.slice(-4);
  });
}

/** `5` for `５` and for the 5 of any other script. */
function asciiDigit(digit: string): string {
  const code = Number(digit.normalize("NFKC").codePointAt(0));
  // Unicode has the ten digits of a script in one row, the zero first. The row before may be another script's digits.
  let before = 0;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(code - before - 1))) before++;
  return String(before % 10);
}
