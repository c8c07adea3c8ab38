import { needsQuotes, quotePath, type QuoteOptions } from './quote-path.js';

/** A rename on one line, with what both paths have in common outside of braces: `a/{b => c}/d`. */
export function renameName(old: string, new_: string, options: QuoteOptions = {}): string {
  if (needsQuotes(old, options) || needsQuotes(new_, options)) return `${quotePath(old, options)} => ${quotePath(new_, options)}`;
  const prefix = commonPrefix(old, new_);
  const suffix = commonSuffix(old, new_, prefix);
  const oldPart = old.slice(prefix, Math.max(prefix, old.length - suffix));
  const newPart = new_.slice(prefix, Math.max(prefix, new_.length - suffix));
  if (prefix + suffix === 0) return `${oldPart} => ${newPart}`;
  return `${old.slice(0, prefix)}{${oldPart} => ${newPart}}${old.slice(old.length - suffix)}`;
}

/** How many characters both begin with, up to and including a slash. */
function commonPrefix(old: string, new_: string): number {
  let size = 0;
  for (let i = 0; i < old.length && i < new_.length && old[i] === new_[i]; i++) if (old[i] === '/') size = i + 1;
  return size;
}

/** How many characters both end with, from a slash on, which may be the last of the prefix. */
function commonSuffix(old: string, new_: string, prefix: number): number {
  const first = prefix === 0 ? 0 : prefix - 1;
  let size = 0;
  for (let i = 1; old.length - i >= first && new_.length - i >= first; i++) {
    if (old[old.length - i] !== new_[new_.length - i]) break;
    if (old[old.length - i] === '/') size = i;
  }
  return size;
}
