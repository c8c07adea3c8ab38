/** What a rebase has done last and will do next, as `git status` and the editor of `git commit` tell it. */
import { losslessTextFromBytes, type ObjectId } from '@govc/core/plumbing';

import { shortId } from '../print/abbreviation.js';
import type { Session } from '../session/session.js';

const SHOWN = 2;

/** The lines; none where no rebase with a list of commands is in progress. */
export function rebaseLines(session: Session, showsHints: boolean): string[] {
  if (session.gitFiles.find('rebase-merge/interactive') === undefined) return [];
  const done = commandsIn(session, 'rebase-merge/done');
  const next = commandsIn(session, 'rebase-merge/git-rebase-todo');
  const lines: string[] = [];
  if (done.length === 0) {
    lines.push('No commands done.');
  } else {
    lines.push(done.length === 1 ? 'Last command done (1 command done):' : `Last commands done (${done.length} commands done):`);
    lines.push(...done.slice(-SHOWN).map((line) => `   ${line}`));
    if (done.length > SHOWN && showsHints) lines.push(`  (see more in file ${session.gitDirectoryText}/rebase-merge/done)`);
  }
  if (next.length === 0) {
    lines.push('No commands remaining.');
  } else {
    lines.push(next.length === 1 ? 'Next command to do (1 remaining command):' : `Next commands to do (${next.length} remaining commands):`);
    lines.push(...next.slice(0, SHOWN).map((line) => `   ${line}`));
    if (showsHints) lines.push('  (use "git rebase --edit-todo" to view and edit)');
  }
  return lines;
}

/** The commands of a list, with short ids. */
function commandsIn(session: Session, path: string): string[] {
  const { gitFiles } = session;
  if (gitFiles.find(path) === undefined) return [];
  const lines = losslessTextFromBytes(gitFiles.read(path)).split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => shortened(session, line));
}

function shortened(session: Session, line: string): string {
  const match = /^(\S+ (?:-[cC] )?)([0-9a-f]{40,64})( .*)?$/.exec(line);
  if (match === null || /^(?:exec|x|label|l) /.test(line)) return line;
  const [, command = '', id = '', rest = ''] = match;
  return `${command}${shortId(session, id as ObjectId)}${rest}`;
}
