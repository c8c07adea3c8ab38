import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytesFromText } from '../bytes/text.js';
import { hasCode } from '../errors.js';
import { SHA1 } from '../hash/algorithm.js';
import { applyPatch } from './apply-patch.js';
import { YoungWriter } from '../store/young-objects.js';
import { formatPatch } from '../diff/format-patch.js';
import { parsePatch } from '../diff/parse-patch.js';
import type { FileChange } from '../diff/tree-diff.js';

const text = fc.array(fc.constantFrom('a', 'b', 'c', '', ' x', '\ty', '-- z', '@@ -1 +1 @@', 'diff --git a/a b/b', '\\ no'), { maxLength: 16 })
  .chain((lines) => fc.constantFrom('\n', '').map((end) => bytesFromText(lines.join('\n') + (lines.length === 0 ? '' : end))));
const binary = fc.uint8Array({ maxLength: 60 }).map((bytes) => Uint8Array.of(0, ...bytes));
const content = fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: binary });
const path = fc.constantFrom('a', 'dir/b', 'with space', 'tab\there', 'quote"d', 'ü', 'diff --git a b');

function patchOf(name: string, old: Uint8Array, new_: Uint8Array): Uint8Array {
  const objects = new YoungWriter(SHA1);
  const entry = (bytes: Uint8Array): { path: string; mode: number; id: ReturnType<YoungWriter['write']> } =>
    ({ path: name, mode: 0o100644, id: objects.write('blob', bytes) });
  const change: FileChange = { status: 'modified', old: entry(old), new: entry(new_), score: undefined };
  return formatPatch([change], { objects }, { algorithm: SHA1, includesBinary: true });
}

function apply(patch: Uint8Array, name: string, bytes: Uint8Array, reverse: boolean): Uint8Array | undefined {
  const target = { find: (asked: string) => (asked === name ? { mode: 0o100644, read: () => bytes } : undefined), below: () => [] };
  const result = applyPatch(parsePatch(patch), { target, algorithm: SHA1, options: { reverse } });
  expect(result.outcome).toBe('applied');
  return result.files.get(name)?.content;
}

it('applies what was written, and takes it back', () => {
  fc.assert(fc.property(path, content, content, (name, old, new_) => {
    fc.pre(Buffer.compare(old, new_) !== 0);
    const patch = patchOf(name, old, new_);
    const [parsed, ...others] = parsePatch(patch);
    expect(others).toEqual([]);
    expect(parsed).toMatchObject({ oldPath: name, newPath: name, isRename: false, isCopy: false });
    expect(Buffer.compare(apply(patch, name, old, false)!, new_)).toBe(0);
    expect(Buffer.compare(apply(patch, name, new_, true)!, old)).toBe(0);
  }), { numRuns: 400 });
});

it('refuses damaged patches with a GovcError, or reads them', () => {
  const edits = fc.array(fc.tuple(fc.nat(), fc.constantFrom(0, 10, 13, 32, 43, 45, 64, 92, 255), fc.boolean()), { minLength: 1, maxLength: 6 });
  fc.assert(fc.property(path, content, content, edits, (name, old, new_, changes) => {
    let bytes = patchOf(name, old, new_);
    for (const [at, value, isCut] of changes) {
      if (bytes.length === 0) break;
      const place = at % bytes.length;
      bytes = isCut ? bytes.slice(0, place) : Uint8Array.from(bytes, (byte, i) => (i === place ? value : byte));
    }
    try {
      const patches = parsePatch(bytes);
      applyPatch(patches, { target: { find: () => ({ mode: 0o100644, read: () => old }), below: () => [] }, algorithm: SHA1 });
    } catch (error) {
      expect(hasCode(error, 'patch-invalid') || hasCode(error, 'limit-exceeded')).toBe(true);
    }
  }), { numRuns: 800 });
});
