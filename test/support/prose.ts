/**
 * The sentences of a Markdown page that are prose: no code blocks, tables, headings, labels in bold or comments. A list item
 * is a paragraph of its own, a link counts as its text, and code within a sentence counts as one word.
 */
export function sentencesOf(markdown: string): string[] {
  const prose = markdown
    .replace(/^[ \t]*```[\s\S]*?^[ \t]*```$/gm, "\n")
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/^(?:\||#).*$/gm, "\n")
    .replace(/^\s*(?:[*-]|\d+\.)\s+/gm, "\n")
    .replace(/^\*\*[^*]+\.\*\*/gm, "")
    .replace(/`[^`]+`/g, "code")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[*_]/g, "");
  return prose
    .split(/\n\s*\n/)
    .flatMap((paragraph) => paragraph.replace(/\s+/g, " ").split(/(?<=[.!?])["”)]?\s+(?=\S)/))
    .map((sentence) => sentence.trim())
    .filter((sentence) => wordsIn(sentence) > 0);
}

/** Words are what has a letter or a digit in it. */
export function wordsIn(sentence: string): number {
  return sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

export function averageWords(sentences: readonly string[]): number {
  return sentences.reduce((sum, sentence) => sum + wordsIn(sentence), 0) / Math.max(sentences.length, 1);
}
