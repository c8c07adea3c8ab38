import type { Config } from '@govc/core/plumbing';
import { bytesFromText } from '@govc/core/plumbing';
import { GovcError } from '@govc/core';
import {
  ACCEPTED, driveConversation, refused, talkToProcReceiveHook,
  type Decision, type ProcReceiveAnswer, type PushCommand, type TellClient, type Verdict,
} from '@govc/core/protocol';
import { locateGitDirectory, type RefChange, type TransactionObserver } from '@govc/core/storage';

import type { Environment } from '../config-sources.js';
import { hookEnvironment, pushOptionEnvironment, quarantineEnvironment, type HookSurroundings } from './hook-environment.js';
import { exitOf, findHook, passOn, runHook, startHook, type HookRun } from './run-hook.js';

const HOOK_NAMES = {
  'pre-receive': 'pre-receive',
  'proc-receive': 'proc-receive',
  'update': 'update',
  'update-worktree': 'push-to-checkout',
  'post-receive': 'post-receive',
  'post-update': 'post-update',
} as const satisfies Record<Decision['kind'], string>;

/** What hears of hooks that no client hears of. */
export interface HookLog {
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
}

/**
 * Runs the executable hooks of Git directories (githooks): in the Git directory, with the variables that Git sets, their outputs
 * shown to the client.
 */
export class Hooks {
  readonly #env: Environment;
  readonly #logger: HookLog;

  constructor(options: { readonly env: Environment; readonly logger: HookLog }) {
    this.#env = options.env;
    this.#logger = options.logger;
  }

  /** Whether there is a hook for this kind of decision. */
  async has(surroundings: HookSurroundings, kind: Decision['kind']): Promise<boolean> {
    return (await this.#find(surroundings, HOOK_NAMES[kind])) !== undefined;
  }

  /** Asks the hook; without one everything is accepted that needs none. */
  async decide(decision: Decision, surroundings: HookSurroundings, tell: TellClient): Promise<Verdict | ProcReceiveAnswer> {
    const path = await this.#find(surroundings, HOOK_NAMES[decision.kind]);
    if (path === undefined) return withoutHook(decision);
    const run = this.#makeRun(path, { surroundings, decision, tell });
    switch (decision.kind) {
      case 'pre-receive':
        return verdict(await runHook({ ...run, input: commandLines(decision.commands) }));
      case 'update': {
        const { name, oldId, newId } = decision.command;
        return verdict(await runHook({ ...run, args: [name, oldId, newId] }));
      }
      case 'proc-receive':
        return procReceive(run, decision);
      case 'update-worktree':
        return verdict(await runHook({ ...run, args: [decision.command.newId] }));
      case 'post-receive':
        await runHook({ ...run, input: commandLines(decision.commands), signal: undefined });
        return ACCEPTED;
      case 'post-update':
        await runHook({ ...run, args: decision.names, signal: undefined });
        return ACCEPTED;
    }
  }

  /** Runs `reference-transaction` at every change of refs, whoever makes it; what it says goes to the log. */
  observe(gitPath: string, config: () => Config): TransactionObserver {
    const run = async (state: 'prepared' | 'committed' | 'aborted', changes: readonly RefChange[]): Promise<number> => {
      const surroundings: HookSurroundings = {
        directory: locateGitDirectory(gitPath),
        config,
        namespace: undefined,
        committer: undefined,
        remoteUser: undefined,
        remoteAddress: undefined,
        signal: new AbortController().signal,
      };
      const path = await this.#find(surroundings, 'reference-transaction');
      const input = path === undefined ? '' : transactionLines(changes);
      if (path === undefined || input === '') return 0;
      return runHook({
        path,
        args: [state],
        cwd: surroundings.directory.gitPath,
        env: hookEnvironment(this.#env, surroundings),
        input: bytesFromText(input),
        signal: undefined,
        tell: async (bytes) => this.#logger.info('hook output', { hook: 'reference-transaction', output: Buffer.from(bytes).toString('utf8') }),
      });
    };
    return {
      async prepared(changes) {
        const code = await run('prepared', changes);
        if (code !== 0) throw new GovcError('ref-refused', 'ref updates aborted by hook', { code });
      },
      async committed(changes) {
        await run('committed', changes);
      },
      async aborted(changes) {
        await run('aborted', changes);
      },
    };
  }

  #find(surroundings: HookSurroundings, name: string): Promise<string | undefined> {
    return findHook(surroundings, name, this.#env['HOME']);
  }

  #makeRun(
    path: string,
    { surroundings, decision, tell }: { readonly surroundings: HookSurroundings; readonly decision: Decision; readonly tell: TellClient },
  ): HookRun {
    const { directory, signal } = surroundings;
    const { push, kind } = decision;
    return {
      path,
      args: [],
      cwd: directory.gitPath,
      env: {
        ...hookEnvironment(this.#env, surroundings),
        ...(kind === 'pre-receive' ? quarantineEnvironment(directory, push.quarantinePath) : {}),
        ...(kind === 'pre-receive' || kind === 'post-receive' ? pushOptionEnvironment(push.options) : {}),
      },
      input: undefined,
      tell,
      signal,
    };
  }
}

function withoutHook(decision: Decision): Verdict | ProcReceiveAnswer {
  switch (decision.kind) {
    case 'proc-receive':
      return { kind: 'proc-receive', reports: [], error: "cannot find hook 'proc-receive'", problems: [] };
    case 'update-worktree':
      return refused('updating the worktree needs a push-to-checkout hook');
    default:
      return ACCEPTED;
  }
}

function verdict(exitCode: number): Verdict {
  return exitCode === 0 ? ACCEPTED : refused();
}

async function procReceive(run: HookRun, decision: Extract<Decision, { kind: 'proc-receive' }>): Promise<ProcReceiveAnswer> {
  const child = await startHook(run);
  const stop = (): void => void child.kill();
  run.signal?.addEventListener('abort', stop, { once: true });
  const stdin = child.stdin!;
  stdin.on('error', () => undefined);
  try {
    const ended = exitOf(child);
    const told = passOn(child.stderr!, run.tell);
    const answer = await driveConversation(talkToProcReceiveHook(decision.push, decision.commands), {
      input: child.stdout as AsyncIterable<Uint8Array>,
      send: (bytes) => new Promise((resolve) => stdin.write(bytes, () => resolve())),
      signal: run.signal,
    });
    stdin.end();
    await told;
    const code = await ended;
    if (code === 0 || answer.error !== undefined) return answer;
    return { ...answer, problems: [...answer.problems, `proc-receive exited with ${code}`] };
  } finally {
    run.signal?.removeEventListener('abort', stop);
    if (child.exitCode === null) child.kill();
  }
}

function commandLines(commands: readonly PushCommand[]): Uint8Array {
  return bytesFromText(commands.map(({ oldId, newId, name }) => `${oldId} ${newId} ${name}\n`).join(''));
}

/** `<old> SP <new> SP <name> LF` for each ref that names an object; symbolic ones are not told, as in Git. */
function transactionLines(changes: readonly RefChange[]): string {
  let lines = '';
  for (const { name, before, after } of changes) {
    if (before?.kind === 'symbolic' || after?.kind === 'symbolic') continue;
    const length = (before ?? after)?.id.length ?? 0;
    if (length === 0) continue;
    const zero = '0'.repeat(length);
    lines += `${before?.id ?? zero} ${after?.id ?? zero} ${name}\n`;
  }
  return lines;
}
