import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytesFromLosslessText, losslessTextFromBytes } from '../../src/bytes/lossless-text.js';
import { Config } from '../../src/config/config.js';
import { formatConfigName } from '../../src/config/config-name.js';
import { findConfigBool, findConfigInt } from '../../src/config/config-value.js';
import {
  addConfigValue, replaceConfigValues, setConfigValue, unsetConfigValue, unsetConfigValues,
} from '../../src/config/edit-config.js';
import { removeConfigSection, renameConfigSection } from '../../src/config/edit-section.js';
import { resolveIncludes } from '../../src/config/include.js';
import { parseConfigParameters, serializeConfigParameters } from '../../src/config/parameters.js';
import { parseConfig } from '../../src/config/parse-config.js';
import { hasCode, type GovcError } from '../../src/errors.js';
import { WM_CASEFOLD, WM_PATHNAME, wildmatchText } from '../../src/pattern/wildmatch.js';
import { describeWithGit, RealGit } from './real-git.js';

const TOKENS = [
  '[a]', '[A]\n', '[a "b"]\n', '[a "B"]', '[a.b]\n', '[a.B]\n', '[b]\n', '[a "x\\"y\\\\z"]', '[c-d "é/ü.ö"]\n', '[a \t "b"]', '[a "b" ]', '[a.b "c"]\n', '[]', '[a', '["b"]', '[a ""]\n',
  'k = v\n', 'K=v\n', 'k\n', 'k =\n', '  k2 = v w \n', 'k = "v w  "\n', 'k = v # c\n', 'k = a;b\n', 'k = "a;b"\n', 'k = a\\\n  b\n',
  'k = a\t b\n', 'k = \\n\\t\\b\\"\\\\\n', 'k = "x" y "z"\n', 'k = "open\n', 'k = \\q\n', 'k-1 = 0x10\n', '1k = v\n', 'k! = v\n', 'k = \xff\xfe\n',
  '# comment\n', '; comment\n', '\n', ' ', '\t', '\r\n', 'k = v\r\n', '[b]\r\n', '\r', 'k = a\rb\n', 'k = v', 'k = v\\', '\x00', '\ufeff', 'junk', '=', ']', 'k = \f v\n',
];
const MALFORMED = [
  '[]', '[a', '["b"]', '[a "b" ]', 'junk', '=', ']', '\x00', '\ufeff', '1k = v\n', 'k! = v\n', 'k = \\q\n', 'k = "open\n', 'k = v', 'k = v\\', '\r', 'k = \xff\xfe\n',
];
const WELL_FORMED = TOKENS.filter((token) => !MALFORMED.includes(token));

const latin1 = (text: string): Uint8Array => Buffer.from(text, /[\u0100-\uffff]/.test(text) ? 'utf8' : 'latin1');

function sampleFiles(tokens: readonly string[], count: number, seed: number): Uint8Array[] {
  const arbitrary = fc.array(fc.constantFrom(...tokens), { maxLength: 9 });
  return fc.sample(arbitrary, { numRuns: count, seed }).map((parts) => Buffer.concat(parts.map(latin1)));
}

const shellQuote = (text: string): string => `'${text.replace(/'/g, "'\\''")}'`;

describeWithGit('configuration compared with git', () => {
  const git = new RealGit();
  let runs = 0;
  afterAll(() => git.remove());

  /** Runs one `git config --file` per file in a single shell; gives status, output, and the file afterwards. */
  function each(files: readonly Uint8Array[], argumentsOf: (index: number) => readonly string[]) {
    const folder = `run${runs++}`;
    mkdirSync(join(git.folder, folder));
    const script = files.map((bytes, i) => {
      writeFileSync(join(git.folder, folder, `f${i}`), bytes);
      const args = argumentsOf(i).map(shellQuote).join(' ');
      return `git config --file f${i} ${args} >o${i} 2>e${i}; echo $?`;
    });
    const statuses = new TextDecoder().decode(runShell(folder, script.join('\n'))).trim().split('\n').map(Number);
    const read = (name: string): Buffer => readFileSync(join(git.folder, folder, name));
    return files.map((_, i) => ({
      status: statuses[i]!,
      stdout: read(`o${i}`),
      stderr: read(`e${i}`).toString(),
      after: new Uint8Array(read(`f${i}`)),
    }));
  }

  function runShell(folder: string, script: string): Buffer {
    writeFileSync(join(git.folder, folder, 'script'), script);
    // "git -c alias" gives a shell the same clean environment as every other command.
    return git.read(['-c', `alias.sh=!cd ${shellQuote(join(git.folder, folder))} && sh ./script`, 'sh']);
  }

  it('lists the same entries and refuses the same lines', () => {
    const files = sampleFiles(TOKENS, 500, 1);
    const results = each(files, () => ['--list', '-z']);
    let refused = 0;
    files.forEach((bytes, i) => {
      const theirs = results[i]!;
      let ours: string;
      try {
        ours = parseConfig(bytes)
          .map((entry) => formatConfigName(entry) + (entry.value === undefined ? '' : `\n${entry.value}`) + '\0')
          .join('');
      } catch (error) {
        if (!hasCode(error, 'config-invalid')) throw error;
        refused++;
        const { line } = (error as GovcError).data;
        expect([Buffer.from(bytes).toString(), theirs.stderr]).toEqual([Buffer.from(bytes).toString(), `fatal: bad config line ${String(line)} in file f${i}\n`]);
        return;
      }
      expect([Buffer.from(bytes).toString(), theirs.status, losslessTextFromBytes(theirs.stdout)]).toEqual([Buffer.from(bytes).toString(), 0, ours]);
    });
    expect(refused).toBeGreaterThan(100);
  });

  describe('edits', () => {
    const names = ['a.k', 'A.K', 'a.b.k', 'a.B.k', 'b.k', 'b.new', 'a.x"y\\z.k', 'c-d.é/ü.ö.k', 'a..k', 'a.k2', 'New.Sub.Key', 'a.b.c.k'];
    const values = ['v', '', ' v', 'v ', 'a;b', '#', 'a\nb', '\t', '"', '\\', 'v w', 'ü'];
    const files = sampleFiles(WELL_FORMED, 240, 2);
    const nameOf = (i: number): string => names[i % names.length]!;
    const valueOf = (i: number): string => values[(i * 5) % values.length]!;

    type Outcome = Uint8Array | undefined | 'refused';
    const cases: readonly [string, (i: number) => readonly string[], (bytes: Uint8Array, i: number) => Outcome][] = [
      ['set', (i) => [nameOf(i), valueOf(i)], (bytes, i) => setConfigValue(bytes, nameOf(i), valueOf(i))],
      ['set where a value is accepted', (i) => [nameOf(i), valueOf(i), '^v$'],
        (bytes, i) => setConfigValue(bytes, nameOf(i), valueOf(i), { accepts: (value) => value === 'v' })],
      ['add', (i) => ['--add', nameOf(i), valueOf(i)], (bytes, i) => addConfigValue(bytes, nameOf(i), valueOf(i))],
      ['replace-all', (i) => ['--replace-all', nameOf(i), valueOf(i)], (bytes, i) => replaceConfigValues(bytes, nameOf(i), valueOf(i))],
      ['unset', (i) => ['--unset', nameOf(i)], (bytes, i) => unsetConfigValue(bytes, nameOf(i))],
      ['unset-all', (i) => ['--unset-all', nameOf(i)], (bytes, i) => unsetConfigValues(bytes, nameOf(i))],
    ];
    it.each(cases)('%s write the same bytes', (_name, argumentsOf, edit) => {
      const results = each(files, argumentsOf);
      files.forEach((bytes, i) => {
        const theirs = results[i]!;
        let ours: Outcome;
        try {
          ours = edit(bytes, i);
        } catch (error) {
          if (!hasCode(error, 'config-invalid')) throw error;
          ours = 'refused';
        }
        const context = [Buffer.from(bytes).toString(), argumentsOf(i).join(' ')];
        if (ours instanceof Uint8Array) {
          expect([...context, theirs.status, Buffer.from(ours).toString('latin1')]).toEqual([...context, 0, Buffer.from(theirs.after).toString('latin1')]);
        } else {
          expect([...context, theirs.status]).toEqual([...context, theirs.stderr.includes('bad config') ? 3 : 5]);
          expect(theirs.after).toEqual(new Uint8Array(bytes));
        }
      });
    });

    const sections = ['a', 'a.b', 'a.B', 'b', 'a.x"y\\z', 'c-d.é/ü.ö', 'A', 'a.b.c'];
    const sectionOf = (i: number): string => sections[i % sections.length]!;
    const targets = ['z', 'z.y', 'z.Y"\\w', 'Z', 'é', '', 'z-1.a.b', '.x'];
    const targetOf = (i: number): string => targets[(i * 3) % targets.length]!;
    it('remove-section and rename-section write the same bytes', () => {
      const all = sampleFiles([...WELL_FORMED, '[a] k = v\n', '[b] [a]\n', ' [a]  # c\n', '[a "b"]k=v\n'], 300, 3);
      const isRename = (i: number): boolean => i % 2 === 0;
      const results = each(all, (i) => (isRename(i) ? ['--rename-section', sectionOf(i >> 1), targetOf(i >> 1)] : ['--remove-section', sectionOf(i >> 1)]));
      all.forEach((bytes, i) => {
        const theirs = results[i]!;
        let ours: Outcome;
        try {
          ours = isRename(i)
            ? renameConfigSection(bytes, sectionOf(i >> 1), targetOf(i >> 1))
            : removeConfigSection(bytes, sectionOf(i >> 1));
        } catch (error) {
          if (!hasCode(error, 'config-invalid')) throw error;
          ours = 'refused';
        }
        const context = [Buffer.from(bytes).toString(), i, theirs.stderr];
        expect([...context, theirs.status === 0]).toEqual([...context, ours instanceof Uint8Array]);
        expect([...context, Buffer.from(ours instanceof Uint8Array ? ours : bytes).toString('latin1')]).toEqual([...context, Buffer.from(theirs.after).toString('latin1')]);
      });
    });
  });

  it('reads the same booleans and integers', () => {
    const values = [
      'true', 'TRUE', 'yes', 'on', 'no', 'off', 'oFf', 'false', '', '0', '1', '2', '-1', '+1', '00', '0x10', '0X1f', '010', '08', '1k', '1K', '2m', '1g', '3G', '1kk',
      '-1g', '2147483647', '2147483648', '-2147483647', '-2147483648', '9007199254740991', '1t', 'k', '0x', '0xk', '\t5', ' 5', '5 ', '1.5', 'e', '--1', '-', 'maybe', '0k', '-0', '8388607g',
    ];
    const files = [...values.map((value) => `[a]\nk = ${/[ \t]/.test(value) ? `"${value}"` : value}\n`), '[a]\nk\n'].map(latin1);
    const bools = each(files, () => ['--type=bool', 'a.k']);
    const ints = each(files, () => ['--type=int', 'a.k']);
    files.forEach((bytes, i) => {
      const { value } = parseConfig(bytes)[0]!;
      const bool = findConfigBool(value);
      const int = value === undefined ? undefined : findConfigInt(value);
      expect([value, bools[i]!.stdout.toString().trim()]).toEqual([value, bool === undefined ? '' : String(bool)]);
      expect([value, ints[i]!.stdout.toString().trim()]).toEqual([value, int === undefined ? '' : String(int)]);
    });
  });

  it('finds the same values for URLs', () => {
    const patterns = [
      'https://example.com', 'https://example.com/', 'https://example.com/a', 'https://example.com/a/b', 'https://user@example.com', 'https://*.example.com', 'https://*.com',
      'HTTPS://EXAMPLE.com:443/a', 'https://example.com:8080', 'http://example.com', 'https://example.com/a%2fb', 'https://example.com/%61', 'https://example.com/a/../b', 'https://example.com/./x',
      'https://[::1]:8080/', 'file:///srv', 'https://example.com./a', 'https://user:pw@example.com/a', 'nourl', 'https://', 'https://ex ample.com', 'https://example.com/..', 'https://a.*.com/', 'https://example.com?q', 'https://@example.com/',
      'https://example.com:0', 'https://example.com:00080', 'https://example.com:99999', 'https://example.com/ü', 'https://example.com/%C3%BC', 'ssh://git@host:22/x', 'https://example.com/a//b', 'https://example.com/%zz',
    ];
    const urls = [...patterns, 'https://example.com/a/b/c', 'https://www.example.com/a', 'https://user@example.com/a', 'https://other@example.com/a/b', 'https://a.b.com', 'https://x.y.example.com'];
    const picks = fc.sample(fc.uniqueArray(fc.constantFrom(...patterns, ''), { minLength: 1, maxLength: 8 }), { numRuns: 220, seed: 5 });
    const files = picks.map((list) => latin1(list.map((url, i) => `[http${url === '' ? '' : ` "${url}"`}]\nkey = v${i}\n`).join('')));
    const urlOf = (i: number): string => urls[i % urls.length]!;
    const results = each(files, (i) => ['--get-urlmatch', 'http.key', urlOf(i)]);
    files.forEach((bytes, i) => {
      let ours: string | undefined;
      try {
        ours = Config.from(parseConfig(bytes)).getUrlMatch('http.key', urlOf(i));
      } catch (error) {
        if (!hasCode(error, 'config-invalid')) throw error;
        expect([urlOf(i), results[i]!.status]).toEqual([urlOf(i), 128]);
        return;
      }
      const context = [Buffer.from(bytes).toString(), urlOf(i)];
      expect([...context, results[i]!.stdout.toString()]).toEqual([...context, ours === undefined ? '' : `${ours}\n`]);
    });
  });

  it('passes parameters to git and takes its own', () => {
    const entries = ['a.k=v', "a.b'c.k=it's!", 'a.k', 'a.k=', 'A.Sub.Key=x=y z', 'a.ü.k=\\'];
    const text = git.read([...entries.flatMap((entry) => ['-c', entry]), '-c', 'alias.env=!printf %s "$GIT_CONFIG_PARAMETERS"', 'env']).toString();
    const parsed = parseConfigParameters(text).slice(0, entries.length);
    expect(parsed.map((entry) => [formatConfigName(entry), entry.value])).toEqual([
      ['a.k', 'v'], ["a.b'c.k", "it's!"], ['a.k', undefined], ['a.k', ''], ['a.Sub.key', 'x=y z'], ['a.ü.k', '\\'],
    ]);
    const listed = git.read(['config', '--list', '-z'], '', { GIT_CONFIG_PARAMETERS: serializeConfigParameters(parsed) }).toString();
    expect(listed).toBe(parsed.map((entry) => `${formatConfigName(entry)}${entry.value === undefined ? '' : `\n${entry.value}`}\0`).join(''));
  });

  describe('includes', () => {
    beforeAll(() => {
      git.read(['init', '-q', '-b', 'topic/one', 'work']);
    });

    it('follows the same files under the same conditions', () => {
      const work = join(git.folder, 'work');
      const conditions = [
        'gitdir:~/work/', `gitdir:${git.folder}/`, 'gitdir:work/', 'gitdir:WORK/', 'gitdir/i:WORK/', 'gitdir:.git', 'gitdir:./', 'gitdir:./x', 'gitdir:**/work/.git', 'gitdir:work',
        'onbranch:topic/one', 'onbranch:topic/', 'onbranch:topic/*', 'onbranch:*', 'onbranch:**', 'onbranch:other',
        'hasconfig:remote.*.url:https://host/**', 'hasconfig:remote.*.url:https://host/*', 'hasconfig:remote.*.url:ssh://**', 'hasconfig:other:x', 'unknown:x',
      ];
      const main = [
        '[include]\n\tpath = plain\n\tpath = missing\n\tpath = sub/deep\n',
        ...conditions.map((condition, i) => `[includeIf "${condition}"]\n\tpath = c${i}\n`),
        '[remote "origin"]\n\turl = https://host/a/b\n',
      ].join('');
      writeFileSync(join(work, '.git/plain'), '[plain]\nk = v\n[include]\npath = ~/home-file\n');
      writeFileSync(join(git.folder, 'home-file'), '[home]\nk\n');
      mkdirSync(join(work, '.git/sub'));
      writeFileSync(join(work, '.git/sub/deep'), '[include]\npath = ../plain\npath = more\n');
      writeFileSync(join(work, '.git/sub/more'), '[more]\nk = v\n');
      conditions.forEach((_, i) => writeFileSync(join(work, `.git/c${i}`), `[c]\nv = ${i}\n`));
      const path = join(work, '.git/config');
      writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.from(main)]));
      const listed = losslessTextFromBytes(git.read(['-C', 'work', 'config', '--list', '-z']));

      const entries = resolveIncludes([{ entries: parseConfig(readFileSync(path), path), path }], {
        read: (file) => (existsSync(file) ? readFileSync(file) : undefined),
        matchGlob: (pattern, text, { ignoresCase }) => wildmatchText(pattern, text, WM_PATHNAME | (ignoresCase ? WM_CASEFOLD : 0)),
        gitDirectories: [join(work, '.git')],
        branch: 'topic/one',
        home: git.folder,
      });
      expect(entries.map((entry) => `${formatConfigName(entry)}${entry.value === undefined ? '' : `\n${entry.value}`}\0`).join('')).toBe(listed);
      expect(bytesFromLosslessText(listed).length).toBeGreaterThan(500);
    });
  });
});
