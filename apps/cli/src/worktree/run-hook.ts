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
  const { io, config } = session;
  if (io.spawn === undefined) return 0;
  const configured = config.getPath('core.hookspath', io.env['HOME']);
  const top = session.worktreePath ?? session.gitDirectory;
  const folder = configured === undefined ? `${session.commonDirectory}/hooks` : absolutePath(top, configured);
  const info = io.files.gitFilesAt(folder).find(name);
  if (info === undefined) return 0;
  if (info.kind === 'file' && !info.isExecutable) {
    if (config.getBool('advice.ignoredhook', true)) {
      const shown = folder === `${top}/.git/hooks` ? `.git/hooks/${name}` : `${folder}/${name}`;
      io.stderr.write(`hint: The '${shown}' hook was ignored because it's not set as executable.\n` +
        'hint: You can disable this warning with `git config advice.ignoredHook false`.\n');
    }
    return 0;
  }
  const result = await io.spawn.run([`${folder}/${name}`, ...(request.args ?? [])], {
    cwd: top, env: { ...io.env, ...request.env }, stdin: request.stdin ?? new Uint8Array(0), output: 'toStderr',
  });
  return result.exitCode;
}
