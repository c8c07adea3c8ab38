import { describe, expect, it } from '@jest/globals';
import { bytesFromText } from '../bytes/text.js';
import { parsePatch } from './parse-patch.js';

const code = (text: string, options = {}): unknown => {
  try {
    return parsePatch(bytesFromText(text), options).length;
  } catch (error) {
    const { code: found, data } = error as { code: string; data: { line: number; reason: string } };
    return `${found} ${data.reason} ${data.line}`;
  }
};

describe('parsePatch', () => {
  it('passes over what stands around patches', () => {
    const text = 'Subject: x\n\ndiff --git a/f b/f\nindex 1234567..89abcde 100644\n--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@ section\n a\n-b\n+c\n-- \n2.39\n';
    const [patch, ...others] = parsePatch(bytesFromText(text));
    expect(others).toEqual([]);
    expect(patch).toMatchObject({ oldPath: 'f', newPath: 'f', oldMode: 0o100644, oldIdPrefix: '1234567', linesAdded: 1, linesDeleted: 1, line: 3 });
    expect(patch!.hunks[0]).toMatchObject({ oldStart: 1, oldCount: 2, leading: 1, trailing: 0 });
  });

  it('reads renames, modes and quoted names', () => {
    const text = 'diff --git "a/t\\tb" b/x\nold mode 100644\nnew mode 100755\nsimilarity index 100%\nrename from "t\\tb"\nrename to x\n';
    expect(parsePatch(bytesFromText(text))[0]).toMatchObject({
      oldPath: 't\tb', newPath: 'x', isRename: true, score: 100, oldMode: 0o100644, newMode: 0o100755, isNew: false, isDeleted: false,
    });
  });

  it('reads traditional diffs, with dates, and guesses that names without folders lose nothing', () => {
    const text = '--- f.orig\t2010-07-05 19:41:17.620000023 -0500\n+++ f\t2010-07-05 19:41:17\n@@ -1 +1 @@\n-a\n+b\n';
    expect(parsePatch(bytesFromText(text))[0]).toMatchObject({ oldPath: 'f', newPath: 'f', isNew: false, isGit: false });
    const epoch = '--- a/f\t1970-01-01 00:00:00.000000000 +0000\n+++ b/f\t2010-07-05 19:41:17\n@@ -0,0 +1 @@\n+b\n';
    expect(parsePatch(bytesFromText(epoch), { directory: 'd' })[0]).toMatchObject({ oldPath: undefined, newPath: 'd/f', isNew: true });
  });

  it('says where a patch is broken', () => {
    expect(code('@@ -1 +1 @@\n-a\n+b\n')).toBe('patch-invalid no-header 1');
    expect(code('--- a/f\n+++ b/f\n@@ -1,3 +1 @@\n-a\n+b\n')).toBe('patch-invalid corrupt 6');
    expect(code('--- a/f\n+++ b/f\n@@ -1,3 +1 @@\n-a\n+b\n', { recount: true })).toBe(1);
    expect(code('--- f\n+++ f\n@@ -1 +1 @@\n-a\n+b\n', { strip: 2 })).toBe('patch-invalid no-name 1');
    expect(code('diff --git a/f b/f\nnew file mode 100644\ndeleted file mode 100644\n\n\n')).toBe('patch-invalid inconsistent-header 3');
    expect(code('diff --git a/f b/f\nGIT binary patch\n\n\n\n\n\n')).toBe(0);
    expect(code('diff --git a/f b/f\nindex 1..2\nGIT binary patch\nliteral 5\nzcm!!!!!\n\n')).toMatch(/^patch-invalid binary-corrupt/);
  });

  it('takes combined diffs for other text', () => {
    expect(code('diff --cc f\nindex 1,2..3\n--- a/f\n+++ b/f\n@@@ -1,1 -1,1 +1,2 @@@\n  a\n++b\n')).toBe(0);
  });
});
