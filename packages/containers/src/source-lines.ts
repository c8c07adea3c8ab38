import { type ContainersError, errorAt } from './errors.js';

/**
 * The lines of a definition as instructions see them: comments and empty lines are gone, continued lines are joined.
 *
 * Comments between continued lines vanish too, as in the Dockerfile reference, so that a long `RUN` can be explained line by line.
 * The reader stops before heredoc lines; only the parser knows where they begin.
 */
export interface SourceLines {
  /** The next instruction or metadata line, or `undefined` at the end. */
  next(): { readonly text: string; readonly line: number } | undefined;
  /**
   * The physical lines up to the one that is `word`, each ending with a line feed.
   *
   * @throws {ContainersError} heredoc-unterminated
   */
  takeUntil(word: string, options: { readonly stripTabs: boolean; readonly line: number }): string;
  readonly directives: ReadonlyMap<string, string>;
  /** The character that continues a line and quotes the next one: a backslash unless the directive `escape` says a backtick. */
  readonly escape: '\\' | '`';
}

/** Reads the directives at the top and stands before the first line after them. */
export function readSourceLines(text: string): SourceLines {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const directives = readDirectives(lines);
  const escape = directives.get('escape') === '`' ? '`' : '\\';
  const isComment = (line: string): boolean => /^\s*#/.test(line);
  const isEmpty = (line: string): boolean => line.trim() === '';
  let at = 0;

  /** The text before the continuation character, or `undefined` when the line is complete. Escaped, that character continues nothing. */
  function continued(line: string): string | undefined {
    const trimmed = line.trimEnd();
    return trimmed.endsWith(escape) && !trimmed.endsWith(escape + escape) ? trimmed.slice(0, -1) : undefined;
  }

  return {
    directives,
    escape,
    next() {
      while (at < lines.length && (isComment(lines[at]!) || isEmpty(lines[at]!))) at++;
      if (at >= lines.length) return undefined;
      const line = at + 1;
      const pieces: string[] = [];
      while (at < lines.length) {
        const current = lines[at++]!;
        if (pieces.length > 0 && (isComment(current) || isEmpty(current))) continue;
        const before = continued(current);
        pieces.push(before ?? current);
        if (before === undefined) break;
      }
      return { text: pieces.join('').trim(), line };
    },
    takeUntil(word, { stripTabs, line }) {
      const taken: string[] = [];
      while (at < lines.length) {
        const current = stripTabs ? lines[at++]!.replace(/^\t+/, '') : lines[at++]!;
        if (current === word) return taken.map((content) => `${content}\n`).join('');
        taken.push(current);
      }
      throw unterminated(word, line);
    },
  };
}

function readDirectives(lines: readonly string[]): Map<string, string> {
  const directives = new Map<string, string>();
  for (const line of lines) {
    const match = /^#\s*(syntax|escape|check)\s*=([^]*)$/i.exec(line);
    if (match === null) break;
    directives.set(match[1]!.toLowerCase(), match[2]!.trim());
  }
  return directives;
}

function unterminated(word: string, line: number): ContainersError {
  return errorAt(line, 'heredoc-unterminated', `the heredoc <<${word} has no closing line ${JSON.stringify(word)}`);
}
