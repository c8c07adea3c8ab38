/** What Git says of patches that do not apply, and of white space that they add. */
import type { PatchProblem, PatchWhitespaceError } from '@govc/core';
import { losslessTextFromBytes, type FilePatch, type WhitespaceError } from '@govc/core/plumbing';

/** A patch as its lines, to show those that something is wrong with. */
export class PatchLines {
  readonly #lines: readonly string[];

  constructor(bytes: Uint8Array) {
    this.#lines = losslessTextFromBytes(bytes).split('\n');
  }

  /** A line, counted from 1, without its line feed. */
  at(line: number): string {
    return this.#lines[line - 1] ?? '';
  }

  /** Where a hunk begins in the file that it is for. */
  hunkStart(line: number, isReverse: boolean): number {
    const match = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(this.at(line));
    return Number(match?.[isReverse ? 2 : 1] ?? 0);
  }
}

/** The lines about a problem. @param where what the paths are looked up in */
export function problemText(problem: PatchProblem, parts: { readonly lines: PatchLines; readonly isReverse: boolean; readonly usesIndex: boolean; readonly inIndex: boolean; readonly patch: FilePatch | undefined }): string {
  const { kind, path, line } = problem;
  const { lines, isReverse, usesIndex, inIndex, patch } = parts;
  const failed = `error: ${path}: patch does not apply\n`;
  switch (kind) {
    case 'hunk-failed': return `error: patch failed: ${path}:${lines.hunkStart(line, isReverse)}\n${failed}`;
    case 'missing': return usesIndex ? `error: ${path}: does not exist in index\n` : `error: ${path}: No such file or directory\n`;
    case 'gone': return `error: path ${path} has been renamed/deleted\n`;
    case 'wrong-type': return `error: ${path}: wrong type\n`;
    case 'exists': {
      const name = patch?.newPath ?? path;
      return inIndex ? `error: ${name}: already exists in index\n` : `error: ${name}: already exists in working directory\n`;
    }
    case 'mode-mismatch': {
      const [old, new_] = isReverse ? [patch?.newMode, patch?.oldMode] : [patch?.oldMode, patch?.newMode];
      const renamed = patch !== undefined && patch.oldPath !== patch.newPath ? ` of ${patch.oldPath ?? ''}` : '';
      return `error: new mode (${(new_ ?? 0).toString(8)}) of ${patch?.newPath ?? path} does not match old mode (${(old ?? 0).toString(8)})${renamed}\n`;
    }
    case 'leftover-contents': return `error: removal patch leaves file contents\n${failed}`;
    case 'path-invalid': return `error: invalid path '${path}'\n`;
    case 'symlink-above': return `error: affected file '${patch?.newPath ?? path}' is beyond a symbolic link\n`;
    case 'binary-without-ids': return `error: cannot apply binary patch to '${path}' without full index line\n${failed}`;
    case 'binary-without-data': return `error: cannot apply binary patch to '${path}' without full index line\n${failed}`;
    case 'binary-mismatch': return `error: the patch applies to '${path}' (${patch?.oldIdPrefix ?? ''}), which does not match the current contents.\n${failed}`;
    case 'binary-wrong-result': return `error: binary patch to '${path}' creates incorrect result (expecting ${patch?.newIdPrefix ?? ''}, got something else)\n${failed}`;
    case 'empty': return path === '' ? 'error: No valid patches in input (allow with "--allow-empty")\n' : `error: patch with only garbage at line ${line}\n`;
    case 'name-clash': return `error: ${path}: patch does not apply\n`;
    case 'submodule-corrupt': return `error: corrupt patch for submodule ${path}\n`;
    case 'whitespace': return '';
  }
}

/** Whether nothing at all is done after such a problem. */
export function isFatalProblem({ kind }: PatchProblem): boolean {
  return kind === 'path-invalid' || kind === 'empty' || kind === 'whitespace';
}

const WORDS: Readonly<Record<WhitespaceError, string>> = {
  'blank-at-eol': 'trailing whitespace', 'blank-at-eof': 'new blank line at EOF', 'space-before-tab': 'space before tab in indent',
  'indent-with-non-tab': 'indent with spaces', 'tab-in-indent': 'tab in indent',
};
const ORDER: readonly WhitespaceError[] = ['blank-at-eol', 'blank-at-eof', 'space-before-tab', 'indent-with-non-tab', 'tab-in-indent'];

/** The lines about one error of white space. */
export function whitespaceText({ line, errors }: PatchWhitespaceError, { file, lines }: { readonly file: string; readonly lines: PatchLines }): string {
  const words = ORDER.filter((kind) => errors.includes(kind)).map((kind) => WORDS[kind]).join(', ');
  return `${file}:${line}: ${words}.\n${lines.at(line).slice(1)}\n`;
}

/** What is said of all of them at the end. */
export function whitespaceSummary(total: number, { shown, action, applied }: { readonly shown: number; readonly action: string; readonly applied: number }): string {
  if (total === 0) return '';
  const many = (count: number, one: string, more: string): string => `${count} ${count === 1 ? one : more}`;
  const squelched = shown > 0 && total > shown ? `warning: squelched ${many(total - shown, 'whitespace error', 'whitespace errors')}\n` : '';
  if (action === 'error') return `${squelched}error: ${many(total, 'line adds whitespace errors.', 'lines add whitespace errors.')}\n`;
  if (applied > 0) return `${squelched}warning: ${many(applied, 'line applied after fixing whitespace errors.', 'lines applied after fixing whitespace errors.')}\n`;
  return `${squelched}warning: ${many(total, 'line adds whitespace errors.', 'lines add whitespace errors.')}\n`;
}
