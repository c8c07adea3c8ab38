import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { SparsePatterns } from '../../src/pattern/sparse.js';
import { describeWithGit, RealGit } from './real-git.js';

const PATHS = ['f', 'g.c', 'a/f', 'a/b/f', 'a/b/c/f', 'a/b/c/d/f', 'a/x/f', 'd/f', 'd/a/f', 'e/b/f', 'we*rd/f', 'we*rd/q/f', 'b/f'];
const LINES = ['/*', '!/*/', '/a/', '/a/b/', '!/a/*/', '/d/', '!/a/b/*/', '/a/b/c/', '/we\\*rd/', '/e/', '/e/b/', '!/e/*/', '/b', 'f', '*.c', 'a/', '!a/b', '/a/**', '!/d', 'b/', '*', '!*.c', '/a', 'a/*/f', '# c', ''];

describeWithGit('sparse patterns compared with git', () => {
  const git = new RealGit();
  beforeAll(() => {
    git.read(['init', '-q']);
    git.read(['update-index', '-z', '--index-info'], PATHS.map((path) => `100644 ${blobOf(path)}\t${path}\0`).join(''));
    git.read(['commit', '-q', '-m', 'x']);
    git.read(['checkout-index', '-a', '-u']);
    function blobOf(path: string): string {
      return git.read(['hash-object', '-w', '--stdin'], path).toString().trim();
    }
  });
  afterAll(() => git.remove());

  it('reads the cones that git writes, and keeps the same files', () => {
    const folders = ['a', 'a/b', 'a/b/c', 'a/x', 'd', 'd/a', 'e', 'e/b', 'we*rd', 'we*rd/q', 'b', 'missing/deep'];
    const worlds = fc.sample(fc.uniqueArray(fc.constantFrom(...folders), { maxLength: 5 }), { numRuns: 40, seed: 10 });
    for (const world of worlds) {
      git.read(['sparse-checkout', 'set', '--cone', '--stdin'], world.join('\n'));
      const patterns = SparsePatterns.parse(readFileSync(join(git.folder, '.git/info/sparse-checkout')), { prefersCone: true });
      expect([world, patterns.isCone]).toEqual([world, true]);
      expect([world, PATHS.filter((path) => patterns.includes(path)).sort()]).toEqual([world, keptFiles()]);
    }
    git.read(['sparse-checkout', 'disable']);
  });

  function keptFiles(): string[] {
    const lines = git.read(['ls-files', '-t', '-z']).toString().split('\0');
    return lines.filter((line) => line.startsWith('H ')).map((line) => line.slice(2)).sort();
  }

  it.each([[true, 60], [false, 120]])('keeps the same files with any patterns and core.sparseCheckoutCone=%s', (prefersCone, count) => {
    const worlds = fc.sample(fc.uniqueArray(fc.constantFrom(...LINES), { minLength: 1, maxLength: 7 }), { numRuns: count, seed: 8 });
    for (const world of worlds) {
      const text = world.join('\n');
      writeFileSync(join(git.folder, '.git/info/sparse-checkout'), text);
      git.read(['-c', 'core.sparseCheckout=true', '-c', `core.sparseCheckoutCone=${prefersCone}`, 'read-tree', '-mu', 'HEAD']);
      const patterns = SparsePatterns.parse(Buffer.from(text), { prefersCone });
      expect([text, PATHS.filter((path) => patterns.includes(path)).sort()]).toEqual([text, keptFiles()]);
    }
  });

  it('filters the same blobs as sparse:oid', () => {
    const worlds = fc.sample(fc.uniqueArray(fc.constantFrom(...LINES), { minLength: 1, maxLength: 5 }), { numRuns: 80, seed: 9 });
    for (const world of worlds) {
      const blob = git.read(['hash-object', '-w', '--stdin'], world.join('\n')).toString().trim();
      const { status, stdout, stderr } = git.run(['rev-list', '--objects', `--filter=sparse:oid=${blob}`, 'HEAD^{tree}']);
      if (status !== 0) throw new Error(stderr);
      const theirs = stdout.toString().split('\n').map((line) => line.slice(41)).filter((path) => PATHS.includes(path)).sort();
      const patterns = SparsePatterns.parse(Buffer.from(world.join('\n')));
      const ours = PATHS.filter((path) => {
        let state = 'excluded';
        for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
          const decision = patterns.decide(path.slice(0, slash), true);
          if (decision !== 'undecided') state = decision;
        }
        const decision = patterns.decide(path, false);
        return (decision === 'undecided' ? state : decision) === 'included';
      });
      expect([world, ours.sort()]).toEqual([world, theirs]);
    }
  });
});
