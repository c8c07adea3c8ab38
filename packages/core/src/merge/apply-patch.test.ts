import { describe, expect, it } from '@jest/globals';
import { bytesFromText, textFromBytes } from '../bytes/text.js';
import { parsePatch } from '../diff/parse-patch.js';
import { SHA1 } from '../hash/algorithm.js';
import { applyPatch, type ApplyPatchOptions, type PatchResult } from './apply-patch.js';

function apply(files: Readonly<Record<string, string>>, patch: string, options: ApplyPatchOptions = {}): PatchResult {
  return applyPatch(parsePatch(bytesFromText(patch)), {
    target: {
      find: (path) => (path in files ? { mode: 0o100644, read: () => bytesFromText(files[path]!) } : undefined),
      below: (folder) => Object.keys(files).filter((path) => path.startsWith(`${folder}/`)),
    },
    algorithm: SHA1, options,
  });
}

const text = (result: PatchResult, path: string): string | undefined => {
  const file = result.files.get(path);
  return file === undefined ? undefined : textFromBytes(file.content);
};
const CHANGE = 'diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -2,3 +2,3 @@\n b\n-c\n+C\n d\n';

describe('applyPatch', () => {
  it('finds the place of a hunk that has moved', () => {
    const result = apply({ f: 'x\ny\na\nb\nc\nd\ne\n' }, CHANGE);
    expect(result.outcome).toBe('applied');
    expect(text(result, 'f')).toBe('x\ny\na\nb\nC\nd\ne\n');
  });

  it('refuses with a reason and changes nothing', () => {
    const result = apply({ f: 'other\n' }, CHANGE);
    expect(result).toMatchObject({ outcome: 'refused', problems: [{ kind: 'hunk-failed', path: 'f', line: 4 }] });
    expect(result.files.size).toBe(0);
    expect(apply({}, CHANGE).problems[0]!.kind).toBe('missing');
    expect(apply({}, '').problems[0]!.kind).toBe('empty');
    expect(apply({}, '', { allowEmpty: true }).outcome).toBe('applied');
  });

  it('undoes what it does', () => {
    const result = apply({ f: 'a\nb\nC\nd\n' }, CHANGE, { reverse: true });
    expect(text(result, 'f')).toBe('a\nb\nc\nd\n');
  });

  it('gives rejected hunks as data and as text, where that is asked for', () => {
    const two = `${CHANGE}@@ -9,1 +9,2 @@\n missing\n+new\n`;
    const result = apply({ f: 'a\nb\nc\nd\n' }, two, { reject: true });
    expect(result.outcome).toBe('rejected');
    expect(text(result, 'f')).toBe('a\nb\nC\nd\n');
    expect(textFromBytes(result.rejects[0]!.text)).toBe('diff a/f b/f\t(rejected hunks)\n@@ -9,1 +9,2 @@\n missing\n+new\n');
  });

  it('swaps names', () => {
    const swap = 'diff --git a/f b/g\nsimilarity index 100%\nrename from f\nrename to g\ndiff --git a/g b/f\nsimilarity index 100%\nrename from g\nrename to f\n';
    const result = apply({ f: '1\n', g: '2\n' }, swap);
    expect([text(result, 'f'), text(result, 'g')]).toEqual(['2\n', '1\n']);
  });

  it('refuses unsafe paths, and files in the way of folders', () => {
    const create = (path: string): string => `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+x\n`;
    expect(apply({}, create('.git/config')).problems[0]!.kind).toBe('path-invalid');
    expect(apply({}, create('../x')).problems[0]!.kind).toBe('path-invalid');
    expect(apply({ d: 'x\n' }, create('d/e')).problems[0]!.kind).toBe('name-clash');
    expect(apply({ f: 'x\n' }, create('f')).problems[0]!.kind).toBe('exists');
  });

  it('fixes or refuses white space errors', () => {
    const patch = '--- a/f\n+++ b/f\n@@ -1 +1,2 @@\n a\n+b \n';
    expect(text(apply({ f: 'a\n' }, patch, { whitespace: 'fix' }), 'f')).toBe('a\nb\n');
    expect(apply({ f: 'a\n' }, patch, { whitespace: 'error' })).toMatchObject({ outcome: 'refused', problems: [{ kind: 'whitespace' }] });
    expect(apply({ f: 'a\n' }, patch).whitespaceErrors).toEqual([{ path: 'f', line: 5, errors: ['blank-at-eol'] }]);
  });
});
