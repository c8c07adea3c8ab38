/**
 * Patterns of ref names and of paths, matched whole and by letter case:
 *
 *     *    any characters but "/"
 *     **   any characters
 *
 * Everything else stands for itself. Matching costs at most length of pattern times length of text; nothing backtracks.
 */

/** Longest pattern, in characters. */
export const PATTERN_LENGTH_MAX = 512;

/** Whether the pattern matches the whole text. */
export function matchesPattern(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === text;
  if (!text.startsWith(pattern.slice(0, star))) return false;
  // What was matched so far: reached[i] says that the pattern up to here matches the first i characters.
  let reached = new Uint8Array(text.length + 1);
  reached[star] = 1;
  for (let at = star; at < pattern.length; at++) {
    const next = new Uint8Array(text.length + 1);
    if (pattern[at] === '*') {
      const crosses = pattern[at + 1] === '*';
      if (crosses) at++;
      let isOpen = false;
      for (let index = 0; index <= text.length; index++) {
        if (!crosses && index > 0 && text[index - 1] === '/') isOpen = false;
        if (reached[index] === 1) isOpen = true;
        if (isOpen) next[index] = 1;
      }
    } else {
      for (let index = 0; index < text.length; index++) if (reached[index] === 1 && text[index] === pattern[at]) next[index + 1] = 1;
    }
    reached = next;
  }
  return reached[text.length] === 1;
}
