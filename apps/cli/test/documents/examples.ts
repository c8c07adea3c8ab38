import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Repository } from '@govc/core';

import { ROOT, type Block } from './page.js';
import type { Program } from './programs.js';

/** What the examples of doc comments speak of without making it; see `makeGiven`. */
const GIVEN = `
import { driveJob, parseBundleHeader, parseRefName, type ObjectId } from '@govc/core/plumbing';
import { GpgProgram, Repository, SshKeySigner, SshVerifier, type Person, type Signer } from '@govc/core';
interface Given {
  readonly repository: Repository; readonly author: Person; readonly bytes: Uint8Array; readonly stream: Uint8Array;
  readonly test: (id: ObjectId) => boolean; readonly good: boolean; readonly broken: ObjectId; readonly mended: ObjectId;
  readonly root: ObjectId; readonly lastOfTheOldHistory: ObjectId; readonly signer: Signer; readonly privateKey: string;
  readonly allowedSigners: string;
}
type Log = { log(...values: unknown[]): void };
export const examples: ((given: Given, console: Log) => Promise<void>)[] = [];
`.replaceAll('\n', ' ');
const NAMES = 'repository, author, bytes, stream, test, good, broken, mended, root, lastOfTheOldHistory, signer, privateKey, allowedSigners';

/** The examples in the doc comments of a source file as one program: a function for each, on the lines of the file. */
export function examplesOf(name: string): Program {
  const lines = readFileSync(join(ROOT, name), 'utf8').split('\n');
  const blocks: Block[] = [];
  let start = -1;
  for (const [index, line] of lines.entries()) {
    if (/^\s*\* @example$/.test(line)) start = index + 1;
    if (start < 0 || !line.includes('*/')) continue;
    const code = lines.slice(start, index).map((each) => each.replace(/^\s*\* ?/, '')).join('\n');
    const head = `${blocks.length === 0 ? GIVEN : ''}examples.push(async ({ ${NAMES} }, console) => { { `;
    blocks.push({ language: 'ts', isInert: /Ssh|signer|process\.stdin/.test(code), line: start + 1, code: `${head}${code} } });\n` });
    start = -1;
  }
  return { page: name, blocks };
}

/** Runs the examples of a program that can run, each with what is given to it; gives how many did. */
export async function runExamples(program: Program, folder: string, makeGiven: () => object): Promise<number> {
  const path = join(folder, 'examples.ts');
  writeFileSync(path, program.blocks.map(({ code }) => code).join(''));
  const { examples } = (await import(path)) as { readonly examples: ((given: object, console: object) => Promise<void>)[] };
  let count = 0;
  for (const [index, { isInert, line }] of program.blocks.entries()) {
    if (isInert) continue;
    try {
      await examples[index]!(makeGiven(), { log: () => undefined });
    } catch (error) {
      throw new Error(`${program.page}:${line}: ${String(error)}`, { cause: error });
    }
    count++;
  }
  return count;
}

const AUTHOR = { name: 'Dev', email: 'dev@example.com' };

/** A repository with all that examples name: tags, branches, notes, stashes, and a bundle of another one. */
export function makeGiven(init: () => Repository): object {
  const repository = init();
  repository.setConfig('user.name', AUTHOR.name);
  repository.setConfig('user.email', AUTHOR.email);
  repository.add('README.md', 'old\n');
  repository.add('src/main.ts', 'export {};\n// TODO\n');
  const root = repository.commit('Begin').id;
  repository.tag('v1.0', { message: 'The first\n' });
  for (let number = 0; number < 12; number++) {
    repository.add('src/main.ts', `export {};\n// TODO\n${'//\n'.repeat(number + 1)}`);
    repository.commit(`Step ${number}`);
  }
  const main = repository.resolve('HEAD');
  repository.branch('topic', 'HEAD~2');
  repository.setHead('topic');
  repository.add('topic.md', 'topic\n');
  const topic = repository.commit('Topic').id;
  repository.setHead('main');
  const { tree } = repository.commitAt('topic');
  for (const message of ['one', 'two']) repository.stash({ workTree: tree }, { message });
  const other = init();
  other.add('other', 'other\n');
  const old = other.commit('Other', { author: AUTHOR }).id;
  const pieces = [...other.bundle(['--all'])].filter((step) => step instanceof Uint8Array);
  return {
    repository, author: AUTHOR, bytes: Buffer.concat(pieces), stream: Buffer.from('blob\nmark :1\ndata 3\nhi\n\n'),
    test: (id: string) => id !== main, good: true, broken: root, mended: topic, root, lastOfTheOldHistory: old === root ? old : topic,
  };
}
