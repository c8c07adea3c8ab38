import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Repository, type MergeTreeResult } from '@govc/core';

/**
 * Every merge of a history, or a sample spread over it, done again: ours against `git merge-tree --write-tree -z --messages`,
 * byte for byte: the tree, the list of conflicts and the messages.
 *
 *     node tools/oracle/dist/merges.js --repository PATH [--from N] [--sample N] [--only COMMIT] [--show K]
 *
 * `--from` leaves out the newest N. Merges of more than two parents are passed over. Git writes its objects into a temporary folder.
 * Prints each merge that differs, the first K in full, and at the end how many are equal and the time of both. Ends with 1 when any
 * differs.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      repository: { type: 'string' }, from: { type: 'string', default: '0' },
      sample: { type: 'string', default: '0' }, only: { type: 'string' }, show: { type: 'string', default: '3' },
    },
  });
  const path = values.repository;
  if (path === undefined) throw new Error('usage: merges --repository PATH [--from N] [--sample N] [--only COMMIT] [--show K]');
  const objects = mkdtempSync(join(tmpdir(), 'govc-merges-'));
  const git = (args: readonly string[]): Buffer => runGit(path, objects, args);
  const all = git(['rev-list', '--all', '--min-parents=2', '--max-parents=2', '--parents']).toString().trim().split('\n');
  const merges = sample(all.slice(Number(values.from)), Number(values.sample)).map((line) => line.split(' ') as [string, string, string]);
  const repository = await Repository.open(path);
  let different = 0;
  let done = 0;
  let oursMs = 0;
  let gitMs = 0;
  for (const [id, ours, theirs] of merges) {
    if (values.only !== undefined && !id.startsWith(values.only)) continue;
    if (++done % 1000 === 0) console.log(`${done} done, ${different} different`);
    const started = performance.now();
    const mine = attempt(() => print(repository.mergeTree(ours, theirs, { allowUnrelated: true })));
    const between = performance.now();
    const answer = withoutAdvice(git(['merge-tree', '--write-tree', '-z', '--messages', '--allow-unrelated-histories', ours, theirs]));
    oursMs += between - started;
    gitMs += performance.now() - between;
    if (answer === mine) continue;
    console.log(`different: ${id}`);
    if (different++ < Number(values.show)) console.log(`--- git\n${readable(answer)}\n--- govc\n${readable(mine)}`);
  }
  console.log(`${merges.length - different} equal, ${different} different; govc ${Math.round(oursMs)} ms, git ${Math.round(gitMs)} ms`);
  await repository.close();
  rmSync(objects, { recursive: true, force: true });
  if (different > 0) process.exitCode = 1;
}

function sample(lines: readonly string[], count: number): readonly string[] {
  if (count <= 0 || count >= lines.length) return lines;
  return Array.from({ length: count }, (_, i) => lines[Math.floor((i * lines.length) / count)]!);
}

/** What a command prints; a merge with conflicts ends with 1. */
function runGit(path: string, objects: string, args: readonly string[]): Buffer {
  const { status, stdout, stderr } = spawnSync('git', args, {
    maxBuffer: 2 ** 31 - 1,
    env: {
      PATH: process.env['PATH'] ?? '', LC_ALL: 'C', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_ATTR_NOSYSTEM: '1',
      GIT_DIR: path, GIT_OBJECT_DIRECTORY: objects, GIT_ALTERNATE_OBJECT_DIRECTORIES: join(path, 'objects'),
    },
  });
  if (status !== 0 && status !== 1) throw new Error(`git ${args.join(' ')} ended with ${String(status)}: ${stderr.toString()}`);
  return stdout;
}

/** A result as git prints it, one character per byte. */
function print(result: MergeTreeResult): string {
  const parts: string[] = [result.tree];
  if (!result.isClean) {
    for (const { path, stages } of result.conflicts) {
      [stages.base, stages.ours, stages.theirs].forEach((stage, i) => {
        if (stage !== undefined) parts.push(`${stage.mode.toString(8).padStart(6, '0')} ${stage.id} ${i + 1}\t${byteText(path)}`);
      });
    }
  }
  parts.push('');
  for (const { paths, kind, text } of result.messages) parts.push(String(paths.length), ...paths.map(byteText), kind, `${byteText(text)}\n`);
  return parts.map((part) => `${part}\0`).join('');
}

/** Git's output without the advice about submodules that it prints behind the messages. */
function withoutAdvice(stdout: Buffer): string {
  const text = stdout.toString('latin1');
  const advice = text.indexOf('Recursive merging with submodules');
  return advice < 0 ? text : text.slice(0, advice);
}

/** Bytes that are not UTF-8 stand in lossless text as U+DC80 to U+DCFF. */
function byteText(text: string): string {
  return text.replace(/[\u0080-\uffff]+/g, (part) => Array.from(part, (character) => {
    const code = character.codePointAt(0)!;
    return code >= 0xdc80 && code <= 0xdcff ? String.fromCharCode(code - 0xdc00) : Buffer.from(character).toString('latin1');
  }).join(''));
}

function attempt(action: () => string): string {
  try {
    return action();
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

function readable(text: string): string {
  return text.replaceAll('\0', '\n').slice(0, 4000);
}

await main();
