import { hasCode, type Repository } from '@govc/core';
import { makeTree, MODE_BLOB, MODE_TREE, serializeTree, type ObjectId } from '@govc/core/plumbing';

import { countOf, makeRepository, mustBe, writeCommit, type ScaleCase, type Step, type Write } from './steps.js';

// The deepest that is allowed, and deeper than that.
const DEPTH = 4000;
const TOO_DEEP = 5000;
const PERSON = { name: 'A', email: 'a@example.com' };

/** Folders in folders: as deep as is allowed every verb works, deeper ones are refused and nothing overflows. */
export const deepFolder: ScaleCase = {
  name: 'folder',
  title: 'folders nested 4,000 and 5,000 deep',
  heapMegabytes: 512,
  memoryMegabytes: 768,
  *steps(): Generator<Step, void, void> {
    for (const depth of [DEPTH, TOO_DEEP]) {
      const path = `${'d/'.repeat(depth)}f`;
      let repository = undefined as unknown as Repository;
      const step = (name: string, action: () => string | number): Step => [`${name}, ${depth} levels`, () => allow(depth, action)];
      yield [`write, ${depth} levels`, () => {
        repository = makeRepository((write) => writeBranches(write, depth));
        return depth;
      }];
      yield step('list', () => mustBe(repository.list('', { recursive: true }).length, 1));
      yield step('read', () => mustBe(repository.readFile(path).content.length, LINES.join('').length));
      yield step('diff', () => mustBe(repository.diff('main~1', 'main').files.filter((file) => file.path === path).length, 1));
      yield step('patch', () => mustBe(repository.diffPatch('main~1', 'main').length > 4 * depth ? 1 : 0, 1));
      yield step('merge', () => mustBe(String(repository.mergeTree('main', 'side').isClean), 'true'));
      yield step('rev-list with a path', () => mustBe(countOf(repository.revList({ paths: [path] })), 2));
      yield step('rev-list of objects', () => repository.fsck().length);
      yield step('change log', () => mustBe(countOf(repository.changeLog({ follow: path })), 2));
      yield step('last change', () => mustBe(repository.lastModified({ recursive: true }).size, 1));
      yield step('blame', () => mustBe(repository.blame(path).ranges.length, 2));
      yield step('grep', () => mustBe(countOf(repository.grep('line 1')), 1));
      yield step('tar', () => mustBe(countOf(repository.archive('main')) > 0 ? 1 : 0, 1));
      yield step('zip', () => mustBe(countOf(repository.archive('main', { format: 'zip' })) > 0 ? 1 : 0, 1));
      yield step('fast-export', () => mustBe(countOf(repository.fastExport(['--all'])) > 0 ? 1 : 0, 1));
      yield step('commit', () => {
        repository.add(`${'d/'.repeat(depth)}g`, 'more\n');
        try {
          return mustBe(repository.commit('More', { author: PERSON }).parents.length, 1);
        } finally {
          repository.unstage();
        }
      });
      yield step('merge two branches', () => {
        try {
          return repository.merge('side', { committer: PERSON, author: PERSON }).kind;
        } finally {
          repository.unstage();
        }
      });
      yield step('cherry-pick', () => repository.cherryPick(['side'], { committer: PERSON }).kind);
    }
  },
};

const LINES = Array.from({ length: 20 }, (_, index) => `line ${index}\n`);

/** What is too deep may be refused, by its code. */
function allow(depth: number, action: () => string | number): string | number {
  try {
    return action();
  } catch (error) {
    if (depth > DEPTH && (hasCode(error, 'limit-exceeded') || hasCode(error, 'path-invalid'))) return 'refused';
    throw error;
  }
}

function writeBranches(write: Write, depth: number): Record<string, ObjectId> {
  const nest = (lines: readonly string[]): ObjectId => {
    const blob = write('blob', Buffer.from(lines.join('')));
    let tree = write('tree', serializeTree(makeTree([{ mode: MODE_BLOB, name: Buffer.from('f'), id: blob }])));
    for (let level = 0; level < depth; level++) tree = write('tree', serializeTree(makeTree([{ mode: MODE_TREE, name: Buffer.from('d'), id: tree }])));
    return tree;
  };
  const base = writeCommit(write, { tree: nest(LINES), parents: [], number: 0 });
  const main = writeCommit(write, { tree: nest(LINES.with(0, 'LINE 0\n')), parents: [base], number: 1 });
  const side = writeCommit(write, { tree: nest(LINES.with(19, 'LINE 9\n')), parents: [base], number: 2 });
  return { main, side };
}
