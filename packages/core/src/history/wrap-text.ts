/** Text in columns of a terminal: how wide it is, and how it is wrapped and cut (`utf8.c` of Git). */

/** Zero-width characters: combining marks and format characters. */
const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff\u200b]$/u;
const WIDE = /^[\u1100-\u115f\u231a\u231b\u2329\u232a\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18aff}\u{1b000}-\u{1b2ff}\u{1f004}\u{1f0cf}\u{1f18e}\u{1f191}-\u{1f19a}\u{1f200}-\u{1f320}\u{1f32d}-\u{1f335}\u{1f337}-\u{1f37c}\u{1f37e}-\u{1f393}\u{1f3a0}-\u{1f3ca}\u{1f3cf}-\u{1f3d3}\u{1f3e0}-\u{1f3f0}\u{1f3f4}\u{1f3f8}-\u{1f43e}\u{1f440}\u{1f442}-\u{1f4fc}\u{1f4ff}-\u{1f53d}\u{1f54b}-\u{1f54e}\u{1f550}-\u{1f567}\u{1f57a}\u{1f595}\u{1f596}\u{1f5a4}\u{1f5fb}-\u{1f64f}\u{1f680}-\u{1f6c5}\u{1f6cc}\u{1f6d0}-\u{1f6d2}\u{1f6d5}-\u{1f6d7}\u{1f6dc}-\u{1f6df}\u{1f6eb}\u{1f6ec}\u{1f6f4}-\u{1f6fc}\u{1f7e0}-\u{1f7eb}\u{1f7f0}\u{1f90c}-\u{1f93a}\u{1f93c}-\u{1f945}\u{1f947}-\u{1f9ff}\u{1fa70}-\u{1faff}\u{20000}-\u{3fffd}]$/u;
const ESCAPE_TEXT = '\u001b\\[[\\d;]*m';
const ESCAPE_AT = new RegExp(ESCAPE_TEXT, 'y');
const ESCAPES = new RegExp(ESCAPE_TEXT, 'g');

/** The columns that a character takes: 0, 1 or 2; 0 for control characters. */
export function characterWidth(character: string): number {
  const code = character.codePointAt(0)!;
  if (code < 0x300) return code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0xad ? 0 : 1;
  if (ZERO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** The columns that text takes; escape sequences for colours take none. O(length). */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text.replace(ESCAPES, '')) width += characterWidth(character);
  return width;
}

/** A part of a text that is cut out by columns: how many to keep, how many to drop. */
export interface ColumnCut {
  readonly start: number;
  readonly width: number;
}

/** Replaces the given columns by other text; escape sequences in them stay. */
export function replaceColumns(text: string, cut: ColumnCut, replacement: string): string {
  let column = 0;
  let result = '';
  let isReplaced = false;
  for (let at = 0; at < text.length;) {
    const escape = escapeAt(text, at);
    if (escape > 0) {
      result += text.slice(at, at + escape);
      at += escape;
      continue;
    }
    const character = String.fromCodePoint(text.codePointAt(at)!);
    const width = characterWidth(character);
    if (width > 0 && column >= cut.start && column < cut.start + cut.width) {
      if (!isReplaced) result += replacement;
      isReplaced = true;
    } else {
      result += character;
    }
    column += width;
    at += character.length;
  }
  return result;
}

/** How text is wrapped. */
export interface WrapOptions {
  /** Columns of a line; 0 only indents. */
  readonly width: number;
  /** Columns before the first line, and before the others; a negative first one says how many are taken already. */
  readonly firstIndent: number;
  readonly indent: number;
}

/** Text with lines broken at white space where they are too long; an empty line stays, other line ends are joined. */
export function wrapText(text: string, options: WrapOptions): string {
  const { width, firstIndent } = options;
  if (width <= 0) return indentText(text, options);
  let result = '';
  let lineStart = 0;
  let space = firstIndent < 0 ? 0 : -1;
  let indent = firstIndent;
  let column = Math.abs(indent);
  let at = 0;
  const breakLine = (): void => {
    result += '\n';
    at = space + (isSpace(text[space]) ? 1 : 0);
    lineStart = at;
    space = -1;
    indent = options.indent;
    column = indent;
  };
  for (;;) {
    for (let size = escapeAt(text, at); size > 0; size = escapeAt(text, at)) at += size;
    const character = text[at];
    if (character !== undefined && !isSpace(character)) {
      const whole = String.fromCodePoint(text.codePointAt(at)!);
      column += characterWidth(whole);
      at += whole.length;
      continue;
    }
    if (column > width && space >= 0) {
      breakLine();
      continue;
    }
    if (character === undefined && at === lineStart) return result;
    if (space < 0) result += ' '.repeat(indent);
    result += text.slice(space >= 0 ? space : lineStart, at);
    if (character === undefined) return result;
    space = at;
    if (character === '\t') column |= 7;
    if (character === '\n') {
      space++;
      if (text[space] === '\n') {
        result += '\n';
        breakLine();
        continue;
      }
      if (!/^[A-Za-z0-9]$/.test(text[space] ?? '')) {
        breakLine();
        continue;
      }
      result += ' ';
    }
    column++;
    at++;
  }
}

function indentText(text: string, { firstIndent, indent }: WrapOptions): string {
  let result = '';
  let spaces = firstIndent;
  for (let at = 0; at < text.length;) {
    const end = text.indexOf('\n', at);
    const next = end < 0 ? text.length : end + 1;
    result += ' '.repeat(spaces) + text.slice(at, next);
    at = next;
    spaces = indent;
  }
  return result;
}

function escapeAt(text: string, at: number): number {
  if (text.charCodeAt(at) !== 0x1b) return 0;
  ESCAPE_AT.lastIndex = at;
  return ESCAPE_AT.exec(text)?.[0].length ?? 0;
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r';
}
