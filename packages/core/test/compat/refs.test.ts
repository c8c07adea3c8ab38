import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SHA1 } from '../../src/hash/algorithm.js';
import type { ObjectId } from '../../src/hash/object-id.js';
import { HiddenRefs } from '../../src/ref/hidden-refs.js';
import { parseLooseRef, serializeLooseRef } from '../../src/ref/loose-ref.js';
import { parsePackedRefs, serializePackedRefs } from '../../src/ref/packed-refs.js';
import { expandShortRefName, parseRefName } from '../../src/ref/ref-name.js';
import { matchFetch, parseFetchRefspec, parsePushRefspec } from '../../src/ref/refspec.js';
import { parseReflog, serializeReflog, serializeReflogEntry } from '../../src/ref/reflog.js';
import { symbolicRef } from '../../src/ref/ref-value.js';
import { describeWithGit, RealGit } from './real-git.js';

describeWithGit('refs of git', () => {
  const git = new RealGit();
  const file = (path: string): Uint8Array => new Uint8Array(readFileSync(join(git.folder, '.git', path)));
  const lines = (args: readonly string[]): string[] => git.read(args).toString().split('\n').filter((line) => line !== '');

  beforeAll(() => {
    git.read(['init', '-q', '-b', 'main']);
    for (const message of ['one', '  two\n\nwith a body\tand tabs', 'drei ü']) git.read(['commit', '-q', '--allow-empty', '-m', message]);
    for (const name of ['a', 'a-b', 'a0', 'topic/x', 'größe', '\u{1F600}', '\uffe0', 'wip/1']) git.read(['branch', name, 'HEAD~1']);
    git.read(['tag', 'light']);
    git.read(['tag', '-a', '-m', 'm', 'annotated']);
    git.read(['tag', '-a', '-m', 'm', 'nested', 'annotated']);
    git.read(['symbolic-ref', 'refs/heads/alias', 'refs/heads/main']);
  });
  afterAll(() => git.remove());

  it('are read from loose files', () => {
    const id = git.read(['rev-parse', 'main']).toString().trim();
    expect(parseLooseRef(file('refs/heads/main'), SHA1)).toEqual({ kind: 'direct', id });
    expect(parseLooseRef(file('HEAD'), SHA1)).toEqual(symbolicRef(parseRefName('refs/heads/main')));
    for (const path of ['refs/heads/main', 'HEAD', 'refs/heads/alias']) {
      expect(Buffer.from(serializeLooseRef(parseLooseRef(file(path), SHA1))).equals(file(path))).toBe(true);
    }
  });

  it('are packed in the same bytes', () => {
    git.read(['pack-refs', '--all']);
    const bytes = file('packed-refs');
    const refs = parsePackedRefs(bytes, SHA1);
    expect(Buffer.from(serializePackedRefs(refs)).equals(bytes)).toBe(true);
    const format = '%(refname) %(objectname) %(*objectname)';
    // Git peels one tag for %(*objectname) before 2.45 and all of them since; packed-refs has always had all.
    const listed = lines(['for-each-ref', `--format=${format}`]).filter((line) => !line.startsWith('refs/heads/alias '));
    const ours = refs.map(({ name, id, peeled }) => `${name} ${id} ${peeled ?? ''}`);
    expect(ours.filter((line) => !line.includes('nested'))).toEqual(listed.filter((line) => !line.includes('nested')));
    expect(refs.find(({ name }) => name === 'refs/tags/nested')?.peeled).toBe(git.read(['rev-parse', 'nested^{}']).toString().trim());
  });

  it('are what git reads from a file that we packed', () => {
    const id = git.read(['rev-parse', 'main']).toString().trim() as ObjectId;
    const names = Array.from({ length: 300 }, (_, i) => parseRefName(`refs/many/${(i * 7919) % 1000}-${i}`));
    const before = parsePackedRefs(file('packed-refs'), SHA1);
    writeFileSync(
      join(git.folder, '.git/packed-refs'),
      serializePackedRefs([...names.map((name) => ({ name, id })), ...before]),
    );
    expect(lines(['for-each-ref', '--format=%(refname)', 'refs/many'])).toHaveLength(300);
    expect(git.run(['show-ref', '--verify', '--quiet', names[7]!]).status).toBe(0);
    expect(git.run(['fsck', '--connectivity-only']).status).toBe(0);
  });

  it('have logs that are read and written alike', () => {
    git.read(['update-ref', '-m', ' odd \t message\n\nof  lines ', 'refs/heads/main', 'HEAD~1']);
    git.read(['reset', '-q', '--hard', 'HEAD@{1}']);
    git.read(['commit', '-q', '--allow-empty', '-m', 'by another'], '', {
      GIT_COMMITTER_NAME: 'Ünï "C" Ode',
      GIT_COMMITTER_EMAIL: 'x@y',
      GIT_COMMITTER_DATE: '1234567890 -0830',
    });
    const log = file('logs/HEAD');
    const entries = parseReflog(log, SHA1);
    expect(Buffer.from(serializeReflog(entries)).equals(log)).toBe(true);
    expect(entries.at(-1)).toMatchObject({ name: 'Ünï "C" Ode', timeSeconds: 1_234_567_890, timezone: '-0830' });
    const shown = lines(['log', '-g', '--format=%H %gn <%ge> %gs', 'HEAD']);
    expect(entries.map(({ newId, name, email, message }) => `${newId} ${name} <${email}> ${message}`).reverse()).toEqual(shown);

    const added = { ...entries.at(-1)!, oldId: entries.at(-1)!.newId, message: 'ours: é' };
    writeFileSync(join(git.folder, '.git/logs/HEAD'), Buffer.concat([log, serializeReflogEntry(added)]));
    expect(lines(['log', '-g', '-1', '--format=%gs', 'HEAD'])).toEqual(['ours: é']);
  });

  it('are found by short names in the same order', () => {
    for (const short of ['main', 'annotated', 'heads/a', 'light', 'HEAD', 'alias']) {
      const full = git.read(['rev-parse', '--symbolic-full-name', short]).toString().trim();
      const existing = new Set([...lines(['for-each-ref', '--format=%(refname)']), 'HEAD']);
      const found = expandShortRefName(short).find((name) => existing.has(name))!;
      expect(found === 'HEAD' || found === 'refs/heads/alias' ? 'refs/heads/main' : found).toBe(full);
    }
  });

  const SPECS = [
    'refs/heads/*:refs/remotes/o/*', '+refs/heads/a*:refs/x/b*', 'main', 'main:topic', 'heads/main:tags/t', 'light:refs/x/y',
    'refs/heads/*', 'refs/heads/*:', 'a:b:c', '^refs/heads/wip/*', '^main:x', 'a b', ':refs/heads/x', ':', '+:', '@', 'main:',
    'refs/heads/x*y:refs/heads/*', 'HEAD~1:refs/heads/x', 'refs/*/*:refs/*/*',
  ];

  it('are fetched by the same refspecs, to the same places', () => {
    for (const spec of SPECS) {
      const target = new RealGit();
      target.read(['init', '-q', '--bare']);
      const result = target.run(['fetch', '-q', '--no-tags', git.folder, spec]);
      const invalid = result.stderr.includes('invalid refspec');
      let parsed;
      try {
        parsed = parseFetchRefspec(spec, SHA1);
      } catch {
        parsed = undefined;
      }
      expect([spec, parsed === undefined]).toEqual([spec, invalid]);
      if (parsed !== undefined && result.status === 0 && !parsed.negative) {
        const remote = lines(['ls-remote', '.']).map((line) => line.split('\t')[1]!).filter((name) => !name.endsWith('^{}'));
        const stored = matchFetch([parsed], remote.map(parseRefName)).flatMap((match) => match.target ?? []);
        const made = target.read(['for-each-ref', '--format=%(refname)']).toString().split('\n').filter(Boolean);
        expect([spec, stored.sort()]).toEqual([spec, made.sort()]);
      }
      target.remove();
    }
  });

  it('are pushed by the same refspecs', () => {
    for (const spec of SPECS) {
      const { stderr } = git.run(['push', '-q', '--dry-run', git.folder, spec]);
      let valid = true;
      try {
        parsePushRefspec(spec, SHA1);
      } catch {
        valid = false;
      }
      expect([spec, valid]).toEqual([spec, !stderr.includes('invalid refspec')]);
    }
  });

  it.each([
    [['refs/heads/wip']],
    [['refs/heads', '!refs/heads/main']],
    [['!refs/heads/main', 'refs/heads/']],
    [['refs/heads/a']],
    [['^refs/tags']],
    [['refs', '!refs/tags/light', 'refs/tags/li']],
  ])('are hidden by %j alike', (patterns) => {
    const settings = patterns.flatMap((pattern) => ['-c', `transfer.hideRefs=${pattern}`]);
    const advertised = git
      .read([...settings, 'upload-pack', '--advertise-refs', '.'], '', { GIT_PROTOCOL: 'version=0' })
      .toString()
      .split('\n')
      .flatMap((line) => /^[0-9a-f]{44} (refs\/[^\0]*)/.exec(line)?.[1] ?? /^[0-9a-f]{48,}? (refs\/[^\0]*)\0/.exec(line)?.[1] ?? [])
      .filter((name) => !name.endsWith('^{}'));
    const hidden = new HiddenRefs(patterns);
    const visible = lines(['for-each-ref', '--format=%(refname)']).filter((name) => !hidden.isHidden(parseRefName(name)));
    expect(advertised).toEqual(visible);
  });
});
