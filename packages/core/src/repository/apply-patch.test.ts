import { expect, it } from '@jest/globals';
import { Repository } from './repository.js';

const AUTHOR = { name: 'A', email: 'a@b', timeSeconds: 1_700_000_000 };

it('applies patches to what is staged, or stages nothing', () => {
  const repository = Repository.init({ clock: () => 1_700_000_000_000 });
  repository.add('a', 'one\n');
  repository.commit('First', { author: AUTHOR });
  repository.add('b', 'two\n');
  const patch = '--- a/a\n+++ b/a\n@@ -1 +1 @@\n-one\n+ONE\n--- a/b\n+++ b/b\n@@ -1 +1 @@\n-two\n+TWO\n';
  expect(repository.applyPatch(`${patch}--- a/c\n+++ b/c\n@@ -1 +1 @@\n-x\n+y\n`).outcome).toBe('refused');
  expect([...repository.staged().keys()]).toEqual(['b']);
  expect(repository.applyPatch(patch).outcome).toBe('applied');
  repository.commit('Second', { author: AUTHOR });
  expect(new TextDecoder().decode(repository.readFile('a').content)).toBe('ONE\n');
  expect(new TextDecoder().decode(repository.readFile('b').content)).toBe('TWO\n');
});
