import type { FilterAnswer, FilterRequest } from '@govc/core/plumbing';

import { quoteShell } from '../print/quote.js';
import type { Session } from '../session/session.js';

/** Runs a clean or smudge command of the configuration, and tells what went wrong as Git does. */
export async function runFilter(session: Session, request: FilterRequest): Promise<FilterAnswer> {
  const { io } = session;
  const { command, content, path, process } = request;
  if (process !== undefined && process !== '') return (await import('./filter-process.js')).runFilterProcess(session, process, request);
  if (command === undefined || command === '' || io.spawn === undefined) return undefined;
  const line = command.replace(/%([%f])/g, (_, letter: string) => (letter === 'f' ? quoteShell(path) : '%'));
  const result = await io.spawn.run([line], {
    cwd: session.worktreePath ?? io.cwd, env: io.env, stdin: content, output: 'captureStdout', isShell: true,
  });
  if (result.exitCode === 0) return result.stdout;
  io.stderr.write(`error: external filter '${command}' failed ${result.exitCode}\nerror: external filter '${command}' failed\n`);
  return undefined;
}
