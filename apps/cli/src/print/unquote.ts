import { bytesFromLosslessText, losslessTextFromBytes } from '@govc/core/plumbing';


const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, '\\': 92 };

/** A path that Git put into quotes (`"a\tb"`), as it was; other texts stay as they are. */
export function unquotePath(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text;
  const bytes: number[] = [];
  const inner = text.slice(1, -1);
  for (let at = 0; at < inner.length;) {
    const octal = /^\\([0-3][0-7]{2})/.exec(inner.slice(at, at + 4));
    const escape = inner[at] === '\\' ? ESCAPES[inner[at + 1] ?? ''] : undefined;
    if (octal !== null) {
      bytes.push(Number.parseInt(octal[1]!, 8));
      at += 4;
    } else if (escape !== undefined) {
      bytes.push(escape);
      at += 2;
    } else {
      const character = String.fromCodePoint(inner.codePointAt(at)!);
      bytes.push(...bytesFromLosslessText(character));
      at += character.length;
    }
  }
  return losslessTextFromBytes(Uint8Array.from(bytes));
}
