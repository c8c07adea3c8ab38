/** Which programs the user wants to edit and to page with (git-var(1)). */
import type { Config } from '@govc/core/plumbing';

import { die } from '../failure.js';
import type { CommandIo } from '../io.js';

/** The editor; `undefined` where none can be used. */
export function editorOf({ env }: CommandIo, config: Config): string | undefined {
  const isDumb = env['TERM'] === undefined || env['TERM'] === 'dumb';
  const named = env['GIT_EDITOR'] ?? config.get('core.editor');
  if (named !== undefined) return named;
  if (!isDumb && env['VISUAL'] !== undefined) return env['VISUAL'];
  return env['VISUAL'] !== undefined && !isDumb ? env['VISUAL'] : env['EDITOR'] ?? (isDumb ? undefined : 'vi');
}

/** The editor of the lists of a rebase. */
export function sequenceEditorOf(io: CommandIo, config: Config): string | undefined {
  return io.env['GIT_SEQUENCE_EDITOR'] ?? config.get('sequence.editor') ?? editorOf(io, config);
}

/** The pager; `undefined` where output goes out as it is. */
export function pagerOf({ env }: CommandIo, config: Config): string | undefined {
  const pager = env['GIT_PAGER'] ?? config.get('core.pager') ?? env['PAGER'] ?? 'less';
  return pager === '' || pager === 'cat' ? undefined : pager;
}

/**
 * Lets the user edit a file and waits until that is done.
 *
 * @throws {Failure} there is no editor, or it failed
 */
export async function editFile(io: CommandIo, config: Config, path: string, editor = editorOf(io, config)): Promise<void> {
  if (editor === undefined) die("Terminal is dumb, but EDITOR unset");
  if (editor === ':') return;
  if (io.spawn === undefined) die(`there is no way to run the editor '${editor}' here; give the text with an option`);
  const { exitCode } = await io.spawn.run([editor, path], { cwd: io.cwd, env: io.env, stdin: 'inherit', output: 'inherit', isShell: true });
  if (exitCode !== 0) {
    io.stderr.write(`error: There was a problem with the editor '${editor}'.\n`);
    die('', 1);
  }
}
