/**
 * Words are the parts of a text between spaces; quotes and the escape character keep spaces inside a word. They are given as written,
 * quotes included, because what stands in single quotes is not expanded later.
 */

/** All words of a text. One pass, O(text). */
export function splitWords(text: string, escape: '\\' | '`'): string[] {
  const words: string[] = [];
  let at = skipSpaces(text, 0);
  while (at < text.length) {
    const end = findWordEnd(text, at, escape);
    words.push(text.slice(at, end));
    at = skipSpaces(text, end);
  }
  return words;
}

/** Where the word that begins at `start` ends. */
export function findWordEnd(text: string, start: number, escape: '\\' | '`'): number {
  let quote = '';
  for (let at = start; at < text.length; at++) {
    const char = text[at]!;
    if (char === escape && quote !== "'") at++;
    else if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
    else if (isSpace(char)) return at;
  }
  return text.length;
}

/** The first place from `start` on that is no space. */
export function skipSpaces(text: string, start: number): number {
  let at = start;
  while (at < text.length && isSpace(text[at]!)) at++;
  return at;
}

function isSpace(char: string): boolean {
  return char === ' ' || char === '\t';
}
