import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { bytesFromLosslessText } from '../../src/bytes/lossless-text.js';
import { hasCode } from '../../src/errors.js';
import { parsePatch, type ParsePatchOptions } from '../../src/diff/parse-patch.js';
import { parseWhitespaceRule } from '../../src/diff/whitespace-rule.js';
import { SHA1 } from '../../src/hash/algorithm.js';
import { hashObject } from '../../src/hash/hash-object.js';
import { findSubmoduleCommit } from '../../src/merge/apply-patch-file.js';
import { applyPatch, type ApplyPatchOptions } from '../../src/merge/apply-patch.js';
import { applyCases, type ApplyCase, type Files } from './apply-cases.js';
import { describeWithGit, RealGit } from './real-git.js';

const CASES = Number(process.env['CASES'] ?? 400);

describeWithGit('applying patches compared with git apply', () => {
  const git = new RealGit();
  const cases = applyCases(CASES, Number(process.env['SEED'] ?? 7));
  beforeAll(() => {
    git.read(['init', '-q']);
    git.read(['fast-import', '--quiet', '--force'], fastImport(cases));
    mkdirSync(join(git.folder, 'out'));
    writeFileSync(join(git.folder, 'run.sh'), cases.map((one, i) => script(one, i)).join(''));
  });
  afterAll(() => git.remove());

  it(`leaves the same index, or refuses, in ${CASES} cases`, () => {
    runScript(git);
    const patches = cases.map((one, i) => one.mutate(readFileSync(join(git.folder, `out/${i}.made`))));
    patches.forEach((patch, i) => writeFileSync(join(git.folder, `out/${i}.patch`), patch));
    writeFileSync(join(git.folder, 'run.sh'), cases.map((one, i) => applyScript(one, i)).join(''));
    runScript(git);
    const differences: string[] = [];
    let applied = 0;
    cases.forEach((one, i) => {
      const status = readFileSync(join(git.folder, `out/${i}.status`), 'utf8').trim();
      const index = readFileSync(join(git.folder, `out/${i}.index`), 'latin1').split('\0').filter((line) => line !== '').sort().join('\n');
      const isChanged = status === '0' || (status === '1' && index !== listing(one.target).join('\n'));
      const expected = isChanged ? index : 'refused';
      const ours = apply(one, patches[i]!);
      if (isChanged) applied++;
      const stderr = readFileSync(join(git.folder, `out/${i}.stderr`), 'utf8');
      // A merge of two creations looks at the working tree, which is empty here; and git 2.39 aborts where a new file has an old name.
      if (stderr.includes('does not match index') || status === '134') return;
      if (ours !== expected) {
        differences.push(`case ${i} ${one.args.join(' ')} status ${status}\nours:\n${ours}\ntheirs:\n${expected}\n` +
          stderr);
      }
    });
    if (differences.length > 0) console.log(`${differences.length} of ${cases.length} differ (${applied} applied)`, differences.slice(0, 3).join('\n====\n'));
    expect(applied).toBeGreaterThan(CASES / 4);
    expect(differences.length).toBe(0);
  });
});

function runScript(git: RealGit): void {
  const done = git.run(['-c', 'alias.sh=!sh run.sh', 'sh']);
  if (done.status !== 0) throw new Error(done.stderr);
}

function script(one: ApplyCase, i: number): string {
  return `git diff-tree -p ${one.diffArgs.join(' ')} refs/c/${i}/old refs/c/${i}/new > out/${i}.made\n`;
}

function applyScript(one: ApplyCase, i: number): string {
  return `export GIT_INDEX_FILE=$PWD/out/${i}.idx\ngit read-tree refs/c/${i}/target\n` +
    `git ${one.config.map((value) => `-c ${value}`).join(' ')} apply --cached ${one.args.join(' ')} out/${i}.patch 2> out/${i}.stderr\n` +
    `echo $? > out/${i}.status\ngit ls-files -s -z > out/${i}.index\n`;
}

function fastImport(cases: readonly ApplyCase[]): Buffer {
  const parts: Buffer[] = [];
  const put = (text: string | Buffer): void => {
    parts.push(typeof text === 'string' ? Buffer.from(text, 'latin1') : text);
  };
  cases.forEach((one, i) => {
    for (const kind of ['old', 'new', 'target'] as const) {
      put(`commit refs/c/${i}/${kind}\ncommitter A <a@b> 1700000000 +0000\ndata 0\n\n`);
      for (const [path, { mode, content }] of one[kind]) {
        const name = `"${Buffer.from(bytesFromLosslessText(path)).toString('latin1').replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;
        if (mode === 0o160000) {
          put(`M 160000 ${findSubmoduleCommit(content, SHA1)!} ${name}\n`);
          continue;
        }
        put(`M ${mode.toString(8)} inline ${name}\ndata ${content.length}\n`);
        put(Buffer.from(content));
        put('\n');
      }
      put('\n');
    }
  });
  return Buffer.concat(parts);
}

function idOf({ mode, content }: { mode: number; content: Uint8Array }): string {
  return mode === 0o160000 ? findSubmoduleCommit(content, SHA1)! : hashObject('blob', content, SHA1);
}

function line(path: string, file: { mode: number; content: Uint8Array }, stage = 0): string {
  return `${file.mode.toString(8)} ${idOf(file)} ${stage}\t${Buffer.from(bytesFromLosslessText(path)).toString('latin1')}`;
}

function listing(files: Files): string[] {
  return [...files].map(([path, file]) => line(path, file)).sort();
}

/** The index as git lists it, after our result. */
function apply(one: ApplyCase, patch: Uint8Array): string {
  const rule = one.config.find((value) => value.startsWith('core.whitespace='));
  const options: ApplyPatchOptions & ParsePatchOptions = {
    ...one.options, ...(rule === undefined ? {} : { whitespaceRule: () => parseWhitespaceRule(rule.slice('core.whitespace='.length)) }),
  };
  const blobs = [...one.old.values(), ...one.new.values(), ...one.target.values()];
  const findBlob = (prefix: string): Uint8Array | undefined => blobs.find((file) => file.mode !== 0o160000 && idOf(file).startsWith(prefix))?.content;
  let result;
  try {
    result = applyPatch(parsePatch(patch, options), {
      target: {
        find: (path) => {
          const file = one.target.get(path);
          return file === undefined ? undefined : { mode: file.mode, read: () => file.content };
        },
        below: (folder) => [...one.target.keys()].filter((path) => path.startsWith(`${folder}/`)),
      },
      algorithm: SHA1, findBlob, options,
    });
  } catch (error) {
    if (hasCode(error, 'patch-invalid')) return 'refused';
    throw error;
  }
  if (result.outcome === 'refused' || result.outcome === 'rejected') return 'refused';
  const after = new Map(one.target);
  const conflicts: string[] = [];
  for (const [path, file] of result.files) {
    if (file === undefined || file.conflict !== undefined) after.delete(path);
    else after.set(path, file);
    if (file?.conflict !== undefined) {
      const { base, ours, theirs } = file.conflict;
      [base, ours, theirs].forEach((content, i) => {
        if (content !== undefined) conflicts.push(line(path, { mode: file.mode, content }, i + 1));
      });
    }
  }
  return [...listing(after), ...conflicts].sort().join('\n');
}
