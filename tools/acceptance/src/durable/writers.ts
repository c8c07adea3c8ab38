import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { git, run } from '../programs.js';
import type { Acknowledged } from './acknowledged.js';
import { Chance } from './chance.js';

/** A server that may be gone at any moment. */
export interface Target {
  readonly url: string;
  /** Whether what goes wrong from now on is no wonder. */
  isOver(): boolean;
}

/** Someone who writes to one repository again and again. */
export interface DurableWriter {
  readonly name: string;
  /** Writes until the target is over. @throws {Error} when the server refuses what it should have taken */
  write(target: Target): Promise<void>;
}

/** Whether a refusal is one that an honest client expects where others write too. */
export type IsHonest = (text: string) => boolean;

const AUTHOR = { name: 'R', email: 'r@example.com' };

/** Commits by `POST /commits` to a branch that all such writers of the repository share. */
export function restWriter(
  { name, repository, branch, acknowledged, isHonest }: {
    readonly name: string; readonly repository: string; readonly branch: string; readonly acknowledged: Acknowledged;
    readonly isHonest: IsHonest;
  },
): DurableWriter {
  let count = 0;
  return {
    name,
    async write(target) {
      while (!target.isOver()) {
        count++;
        let status: number;
        let text: string;
        try {
          const response = await fetch(`${target.url}/api/v1/repos/${repository}/commits`, {
            method: 'POST', headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({
              message: `${name} ${count}`, author: AUTHOR, branch, files: [{ path: `${name}/${count % 50}`, content: `${count}\n` }],
            }),
          });
          status = response.status;
          text = await response.text();
        } catch (error) {
          if (target.isOver()) return;
          // The request may have been cut off in the moment before the server is known to be gone.
          await moment();
          if (target.isOver()) return;
          throw new Error(`${name}: ${String(error)} ${String((error as { cause?: unknown }).cause)}`, { cause: error });
        }
        if (status === 201) acknowledged.add(repository, (JSON.parse(text) as { hash: string }).hash);
        else if (!isHonest(text)) throw new Error(`${name}: ${status} ${text}`);
      }
    },
  };
}

/**
 * Pushes a branch of its own with real `git push`, now and then together with other refs in one push: a new topic
 * branch, a tag, and the deletion of the topic before.
 */
export async function pushWriter(
  { name, repository, work, acknowledged, isHonest, seed, inTurn = (push) => push() }: {
    readonly name: string; readonly repository: string; readonly work: string; readonly acknowledged: Acknowledged;
    readonly isHonest: IsHonest; readonly seed: number;
    /** Says when each push may run. Default: at once. */
    readonly inTurn?: <Result>(push: () => Promise<Result>) => Promise<Result>;
  },
): Promise<DurableWriter> {
  const folder = join(work, name);
  const chance = new Chance(seed);
  await git('/', ['init', '-q', '-b', name, folder]);
  await git(folder, ['config', 'gc.auto', '0']);
  appendFileSync(join(folder, 'file'), 'begin\n');
  await git(folder, ['add', '.']);
  await git(folder, ['commit', '-q', '-m', 'begin']);
  let count = 0;
  let topics: string[] = [];
  return {
    name,
    async write(target) {
      while (!target.isOver()) {
        count++;
        appendFileSync(join(folder, 'file'), `${count} ${'x'.repeat(chance.below(200))}\n`);
        await git(folder, ['commit', '-q', '-a', '-m', `${name} ${count}`]);
        const commit = (await git(folder, ['rev-parse', 'HEAD'])).trim();
        const refspecs = [`HEAD:refs/heads/${name}`];
        const made: string[] = [];
        if (chance.below(3) === 0) {
          made.push(`topic/${name}/${count}`);
          refspecs.push(...made.map((topic) => `HEAD:refs/heads/${topic}`), `HEAD:refs/tags/${name}-${count}`);
          refspecs.push(...topics.map((topic) => `:refs/heads/${topic}`));
        }
        const atomic = chance.below(2) === 0 ? ['--atomic'] : [];
        const { code, stderr } = await inTurn(() => run('git', ['push', '-q', ...atomic, `${target.url}/${repository}.git`, ...refspecs], { cwd: folder }));
        if (code === 0) {
          acknowledged.add(repository, commit);
          if (refspecs.length > 1) topics = made;
          continue;
        }
        if (!target.isOver()) await moment();
        if (!target.isOver() && !isHonest(stderr)) throw new Error(`${name}: ${stderr}`);
        // Nobody knows what of it was done: the next push neither makes nor deletes the same.
        if (refspecs.length > 1) topics = [];
      }
    },
  };
}

function moment(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 200);
  });
}
