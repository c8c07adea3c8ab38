/** Output through a pager, where a person reads it at a terminal (git(1), "--paginate"; `core.pager`, `pager.<command>`). */
import type { Writable } from 'node:stream';

import type { Config } from '@govc/core/plumbing';

import type { CommandIo } from '../io.js';
import { pagerOf } from './programs.js';

/** Output that goes to a pager. */
export interface PagedIo {
  readonly io: CommandIo;
  /** Tells the pager that nothing more comes, and waits until the user leaves it. */
  close(): Promise<void>;
}

const ALWAYS = new Set(['log', 'show', 'whatchanged', 'diff', 'blame', 'annotate', 'grep', 'range-diff']);

/** Whether a command line shows so much that it is paged by itself. */
function isPagedByItself(name: string, args: readonly string[]): boolean {
  if (name === 'diff') return !args.includes('--quiet') && !args.includes('--exit-code');
  if (name === 'grep') return !args.some((arg) => /^-(?:q|O)|^--(?:quiet|open-files-in-pager)/.test(arg));
  if (ALWAYS.has(name)) return true;
  const words = args.filter((arg) => !arg.startsWith('-'));
  switch (name) {
    case 'branch': return args.some((arg) => /^(?:-l|--list|--contains|--no-contains|--merged|--no-merged|--points-at)/.test(arg)) ||
      (words.length === 0 && !args.some((arg) => /^-(?:[dDmMcCfu]|-(?:delete|move|copy|edit|set-up|unset|show-current))/.test(arg)));
    case 'tag': return args.some((arg) => /^(?:-l|--list|-n)/.test(arg)) || (words.length === 0 && !args.some((arg) => /^-[asdvumF]/.test(arg)));
    case 'config': return args.some((arg) => /^(?:-l|--list|--get-regexp|--get-all|--get-urlmatch)$/.test(arg));
    case 'reflog': return words[0] === undefined || words[0] === 'show';
    case 'stash': return words[0] === 'list' || words[0] === 'show';
    default: return false;
  }
}

/**
 * Starts the pager for a command; `undefined` where output goes out as it is: there is no terminal, or nobody wants one.
 *
 * @param asked `-p` or `-P`
 */
export async function startPager(
  io: CommandIo, { name, args, asked, config }: { readonly name: string; readonly args: readonly string[]; readonly asked: boolean | undefined; readonly config: Config },
): Promise<PagedIo | undefined> {
  if (asked === false || io.spawn === undefined || io.isTerminal?.(1) !== true || io.env['GIT_PAGER_IN_USE'] !== undefined) return undefined;
  const key = `pager.${name}`;
  const own = /^[a-z-]+$/.test(name) ? config.get(key) : undefined;
  const isSwitch = own === undefined || /^(?:true|false|yes|no|on|off|\d+|)$/i.test(own);
  const isWanted = asked ?? (own === undefined ? isPagedByItself(name, args) : isSwitch ? config.getBool(key, false) : true);
  if (!isWanted) return undefined;
  const pager = !isSwitch && asked === undefined ? own : pagerOf(io, config);
  if (pager === undefined || pager === '' || pager === 'cat') return undefined;
  const env = { ...io.env, LESS: io.env['LESS'] ?? 'FRX', LV: io.env['LV'] ?? '-c', GIT_PAGER_IN_USE: 'true' };
  const { stdin, ended } = await io.spawn.pipe(pager, { cwd: io.cwd, env });
  const isColored = config.getBool('color.pager', true);
  return {
    io: {
      ...io, stdin: io.stdin, stdout: stdin, env: { ...io.env, GIT_PAGER_IN_USE: 'true' }, flush: undefined,
      isTerminal: isColored ? io.isTerminal : (stream) => stream !== 1 && io.isTerminal?.(stream) === true,
    },
    close: async () => {
      await finished(stdin);
      await ended;
    },
  };
}

function finished(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    stream.on('error', () => { resolve(); });
    stream.end(() => { resolve(); });
  });
}
