/**
 * The rules for ref names of git check-ref-format (`refs.c` of Git). They stand at this rank because names
 * inside tag objects are held to them too.
 */

/** A rule of git check-ref-format, and that text is Unicode. */
export type RefFormatRule =
  | 'empty-component'
  | 'leading-dot'
  | 'double-dot'
  | 'control-character'
  | 'forbidden-character'
  | 'asterisk'
  | 'lock-suffix'
  | 'at-brace'
  | 'lone-at'
  | 'trailing-dot'
  | 'one-level'
  | 'not-unicode';

// Classes of characters. All bytes of a UTF-8 character that is not ASCII are allowed, so checking
// characters and checking bytes come to the same.
const PLAIN = 0;
const CONTROL = 1;
const FORBIDDEN = 2;
const SLASH = 3;
const DOT = 4;
const BRACE = 5;
const STAR = 6;

const CLASSES = new Uint8Array(128);
CLASSES.fill(CONTROL, 0, 32);
CLASSES[127] = CONTROL;
for (const c of ' ~^:?[\\') CLASSES[c.charCodeAt(0)] = FORBIDDEN;
CLASSES[0x2f] = SLASH;
CLASSES[0x2e] = DOT;
CLASSES[0x7b] = BRACE;
CLASSES[0x2a] = STAR;

const SURROGATE = /\p{Surrogate}/u;

/**
 * The first rule that `text` breaks, or `undefined`. Text may be the characters or, one each, the bytes of a name.
 *
 * @param allowOneLevel accept a name without a slash
 * @param pattern accept one `*`
 */
export function findBrokenRefFormat(
  text: string,
  allowOneLevel = false,
  pattern = false,
): RefFormatRule | undefined {
  if (text === '@') return 'lone-at';
  let starAllowed = pattern;
  let componentStart = 0;
  let levels = 1;
  let ascii = true;
  let last = 0;
  const size = text.length;
  for (let i = 0; i < size; i++) {
    const code = text.charCodeAt(i);
    const kind = code < 128 ? CLASSES[code]! : PLAIN;
    if (kind !== PLAIN) {
      switch (kind) {
        case CONTROL:
          return 'control-character';
        case FORBIDDEN:
          return 'forbidden-character';
        case SLASH:
          if (i === componentStart) return 'empty-component';
          if (endsWithLock(text, componentStart, i)) return 'lock-suffix';
          componentStart = i + 1;
          levels++;
          break;
        case DOT:
          if (last === 0x2e) return 'double-dot';
          if (i === componentStart) return 'leading-dot';
          break;
        case BRACE:
          if (last === 0x40) return 'at-brace';
          break;
        default:
          if (!starAllowed) return 'asterisk';
          starAllowed = false;
      }
    } else if (code > 127) {
      ascii = false;
    }
    last = code;
  }
  if (componentStart === size) return 'empty-component';
  if (endsWithLock(text, componentStart, size)) return 'lock-suffix';
  if (last === 0x2e) return 'trailing-dot';
  if (!ascii && SURROGATE.test(text)) return 'not-unicode';
  if (levels < 2 && !allowOneLevel) return 'one-level';
  return undefined;
}

function endsWithLock(text: string, start: number, end: number): boolean {
  return end - start >= 5 && text.charCodeAt(end - 1) === 0x6b && text.startsWith('.lock', end - 5);
}
