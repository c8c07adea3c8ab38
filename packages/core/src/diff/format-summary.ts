/** What happened to whole files: `--summary` of git-diff(1). */
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { modeText } from './format-names.js';
import { quotePath, type QuoteOptions } from './quote-path.js';
import { renameName } from './rename-name.js';
import type { FileChange } from './tree-diff.js';

/** Creations, deletions, renames, copies, rewrites and changes of mode, a line each. */
export function formatSummary(changes: readonly FileChange[], format: QuoteOptions = {}): Uint8Array {
  return bytesFromLosslessText(changes.map((change) => summaryOf(change, format)).join(''));
}

function summaryOf(change: FileChange, format: QuoteOptions): string {
  const { status, old, new: new_, score } = change;
  switch (status) {
    case 'added':
      return ` create mode ${modeText(new_?.mode)} ${quotePath(new_!.path, format)}\n`;
    case 'deleted':
      return ` delete mode ${modeText(old?.mode)} ${quotePath(old!.path, format)}\n`;
    case 'copied':
    case 'renamed': {
      const verb = status === 'copied' ? 'copy' : 'rename';
      return ` ${verb} ${renameName(old!.path, new_!.path, format)} (${score ?? 0}%)\n${modeChange(change, undefined)}`;
    }
    case 'modified':
    case 'type-changed': {
      const path = quotePath(new_!.path, format);
      if (score === undefined) return modeChange(change, path);
      return ` rewrite ${path} (${score}%)\n${modeChange(change, undefined)}`;
    }
    case 'unmerged':
      return '';
  }
}

function modeChange({ old, new: new_ }: FileChange, path: string | undefined): string {
  if (old === undefined || new_ === undefined || old.mode === new_.mode) return '';
  return ` mode change ${modeText(old.mode)} => ${modeText(new_.mode)}${path === undefined ? '' : ` ${path}`}\n`;
}
