import { readMailmap } from '@govc/core/plumbing';

import type { Session } from './session.js';

/** The mailmap of a session: `.mailmap` at the top of the worktree, then `mailmap.file`, or that of HEAD (gitmailmap(5)). */
export function sessionMailmap(session: Session): ReturnType<typeof readMailmap> {
  const { io, config, worktree } = session;
  const files: Uint8Array[] = [];
  if (worktree?.find('.mailmap')?.kind === 'file') files.push(worktree.read('.mailmap'));
  const named = config.getPath('mailmap.file', io.env['HOME']);
  const bytes = named === undefined ? undefined : io.files.readFile(named.startsWith('/') ? named : `${session.worktreePath ?? io.cwd}/${named}`);
  if (bytes !== undefined) files.push(bytes);
  return readMailmap(session.context, files);
}
