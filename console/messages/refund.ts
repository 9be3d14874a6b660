import type { Both } from "../language.ts";

/** Texts of the page of one refund. */
export const refundWords = {
  standing: ["How it stands", "当前状态"],
  actions: ["What you can do", "操作"],
  schedule: ["Checks in time", "查询时间线"],
  answers: ["What ChinaUMS said", "银联商务的应答"],
  told: ["What partners were told", "已告知合作方"],
  trail: ["Audit trail", "审计记录"],
  notFinal: ["Why it is not final:", "为何未终态："],
  acknowledged: ["acknowledged", "已确认"],
  foundBy: ["Found by an Idempotency-Key", "按 Idempotency-Key 找到"],
  firstSeen: ["First seen", "首次出现"],
  counted: ["Checks that counted", "计入次数的查询"],
  stalled: ["Nothing learnt for", "无新信息时长"],
  confirmed: ["confirmed", "已确认"],
  msgId: ["Our message number of the last check", "最近一次查询的 msgId"],
  key: ["Key in the table", "表中的键"],
  drawn: [
    "Instants on record: {0}. Checks that counted: {1}; one that says the same again is not kept apart. Planned until day 30: {2}.",
    "记录了 {0} 个查询时刻，计数的查询共 {1} 次：重复的应答不单独保存。到第 30 天还计划 {2} 次。",
  ],
  unreadable: ["Cannot be read: {0}", "无法读取：{0}"],
  checkNow: ["Check now", "立即查询"],
  verifyNow: ["Verify now", "立即复核"],
  acknowledge: ["Acknowledge", "确认已知"],
  acknowledgeWhy: ["Why nobody else has to look at it", "为什么不需要别人再看"],
  note: ["Note", "备注"],
  addNote: ["Add the note", "添加备注"],
  forChinaums: ["Copy for ChinaUMS", "复制给银联商务"],
  forChinaumsText: ["What ChinaUMS's support asks for", "银联商务客服所需的信息"],
  copy: ["Copy, and write that down", "复制并记录"],
  notOnRecord: ["No refund {0} is on record.", "没有记录退款 {0}。"],
  unreadableRefund: ["The record of this refund cannot be read: {0}", "这笔退款的记录无法读取：{0}"],
} as const satisfies Record<string, Both>;

/** What an action has done, by the word that stands in the address of the page after it. */
export const doneWords = {
  check: ["It is due now. The next sweep checks it.", "已到期，下次扫描就查。"],
  note: ["The note is in the audit trail.", "备注已写入审计记录。"],
  acknowledge: [
    "Acknowledged. It is off the list until there is another need.",
    "已确认，除非出现新的问题，不再列出。",
  ],
  resend: ["The event is due again. The next sweep sends it.", "事件将由下次扫描重新推送。"],
  copy: ["Copied, and written to the audit trail.", "已复制，并写入审计记录。"],
  changed: [
    "It has changed just now, so nothing was done. Look at it, and try again.",
    "它刚刚变了，未做任何操作。请看过后重试。",
  ],
  left: ["The event is not kept any more, or is being sent just now.", "事件已不再保存，或正在推送。"],
  added: ["The partner was added.", "已添加合作方。"],
  removed: ["The partner was removed.", "已移除合作方。"],
  scripted: ["The next answers are scripted.", "已设定后续应答。"],
} as const satisfies Record<string, Both>;

export type Done = keyof typeof doneWords;

export function isDone(word: string | undefined): word is Done {
  return word !== undefined && Object.hasOwn(doneWords, word);
}
