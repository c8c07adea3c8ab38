import { Failure } from '../failure.js';
import type { Session } from '../session/session.js';

/** The editor of the user, by the conventions of Git; `undefined` where there is none. */
export function editorOf({ io, config }: Pick<Session, 'io' | 'config'>, isSequence = false): string | undefined {
  const { env } = io;
  const isDumb = env['TERM'] === undefined || env['TERM'] === 'dumb';
  const sequence = isSequence ? (env['GIT_SEQUENCE_EDITOR'] ?? config.get('sequence.editor')) : undefined;
  const named = sequence ?? env['GIT_EDITOR'] ?? config.get('core.editor') ?? (isDumb ? undefined : env['VISUAL']) ?? env['EDITOR'];
  if (named !== undefined && named !== '') return named;
  return isDumb ? undefined : 'vi';
}

/** Lets the user edit a file. @throws {Failure} there is no editor, or it failed */
export async function editFile(session: Session, path: string, isSequence = false): Promise<void> {
  const { io } = session;
  const editor = editorOf(session, isSequence);
  if (editor === ':') return;
  if (editor === undefined) throw new Failure('error: Terminal is dumb, but EDITOR unset\n', 1);
  if (io.spawn === undefined) throw new Failure("error: there is no editor here; give the message with -m or -F\n", 1);
  const result = await io.spawn.run([editor, path], { cwd: io.cwd, env: io.env, stdin: 'inherit', output: 'inherit', isShell: true });
  if (result.exitCode !== 0) throw new Failure(`error: There was a problem with the editor '${editor}'.\n`, 1);
}
