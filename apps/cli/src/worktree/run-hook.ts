import type { Session } from '../session/session.js';
import { absolutePath } from '../session/files-host.js';

/** What a hook is given beside its arguments. */
export interface HookRequest {
  readonly args?: readonly string[] | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly stdin?: Uint8Array | undefined;
}

/** Runs a hook where there is one; gives its exit code, 0 where there is none or no program can be run. */
export async function runHook(session: Session, name: string, request: HookRequest = {}): Promise<number> {
  const { io } = session;
  if (io.spawn === undefined) return 0;
  const path = findHook(session, name);
  if (path === undefined) return 0;
  const result = await io.spawn.run([path, ...(request.args ?? [])], {
    cwd: topOf(session), env: { ...io.env, ...request.env }, stdin: request.stdin ?? new Uint8Array(0), output: 'toStderr',
  });
  return result.exitCode;
}

/** Where a hook is, `undefined` where there is none; one that may not be run is named on standard error. */
export function findHook(session: Session, name: string): string | undefined {
  return locateHook(session, name, true);
}

function locateHook(session: Session, name: string, tells: boolean): string | undefined {
  const { io, config } = session;
  const configured = config.getPath('core.hookspath', io.env['HOME']);
  const top = topOf(session);
  const folder = configured === undefined ? `${session.commonDirectory}/hooks` : absolutePath(top, configured);
  const info = io.files.gitFilesAt(folder).find(name);
  if (info === undefined) return undefined;
  if (info.kind !== 'file' || info.isExecutable) return `${folder}/${name}`;
  if (tells && config.getBool('advice.ignoredhook', true)) {
    const shown = folder === `${top}/.git/hooks` ? `.git/hooks/${name}` : `${folder}/${name}`;
    io.stderr.write(`hint: The '${shown}' hook was ignored because it's not set as executable.\n` +
      'hint: You can disable this warning with `git config advice.ignoredHook false`.\n');
  }
  return undefined;
}

/** Whether there is a hook that can be run, without a word about one that cannot. */
export function hasHook(session: Session, name: string): boolean {
  return session.io.spawn !== undefined && locateHook(session, name, false) !== undefined;
}

function topOf(session: Session): string {
  return session.worktreePath ?? session.gitDirectory;
}
