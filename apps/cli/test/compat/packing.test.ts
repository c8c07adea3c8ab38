import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { GIT_VERSION, Playground, type Ended } from './command-lines.js';

type Work = (args: readonly string[], input?: string) => Ended | Promise<Ended>;

/** Bundles, streams, packs and replacements: what one program writes the other reads, and both say the same. */
(GIT_VERSION === undefined ? describe.skip : describe)('objects on their way', () => {
  const [theirs, ours] = [new Playground(), new Playground()];

  beforeAll(() => {
    for (const place of [theirs, ours]) {
      place.git(['init', '-q', '-b', 'main']);
      for (let round = 1; round <= 6; round++) {
        writeFileSync(join(place.path, `f${round}`), Array.from({ length: round * 50 }, (_, line) => `${line * round}\n`).join(''));
        writeFileSync(join(place.path, 'grown'), Array.from({ length: round * 40 }, (_, line) => `line ${line}\n`).join(''));
        place.git(['add', '.']);
        place.tick();
        place.git(['commit', '-q', '-m', `commit ${round}`]);
      }
      place.git(['tag', '-a', '-m', 'one', 'v1', 'HEAD~2']);
      place.git(['branch', 'side', 'HEAD~1']);
      place.git(['init', '-q', 'empty']);
    }
  });

  afterAll(() => {
    theirs.remove();
    ours.remove();
  });

  const byGit: Work = (args, input = '') => theirs.git(args, { input });
  const byGovc: Work = (args, input = '') => ours.govc(args, { input });

  async function same(args: readonly string[], input?: string): Promise<Ended> {
    const [expected, found] = [await byGit(args, input), await byGovc(args, input)];
    const place = (text: string): string => text.replaceAll(theirs.path, '<root>').replaceAll(ours.path, '<root>');
    expect({ args, code: found.code, stdout: place(found.stdout), stderr: place(found.stderr) })
      .toEqual({ args, code: expected.code, stdout: place(expected.stdout), stderr: place(expected.stderr) });
    return found;
  }

  it('bundles', async () => {
    for (const line of [
      'bundle create all.bundle --all', 'bundle create part.bundle main~2..main', 'bundle create two.bundle -2 main', 'bundle create none.bundle main..main',
      'bundle create -- x', 'bundle verify all.bundle', 'bundle verify part.bundle', 'bundle verify two.bundle', 'bundle list-heads all.bundle', 'bundle list-heads all.bundle refs/tags/v1',
      'bundle list-heads all.bundle v1', 'bundle verify nosuch', 'bundle', 'bundle foo', '-C empty bundle verify ../part.bundle', '-C empty bundle unbundle ../part.bundle',
      '-C empty bundle unbundle ../all.bundle',
    ]) await same(line.split(' '));
    for (const name of ['all', 'part', 'two']) {
      expect(byGit(['-C', ours.path, 'bundle', 'verify', `${name}.bundle`])).toMatchObject({ code: 0 });
      expect(await byGovc(['-C', theirs.path, 'bundle', 'verify', `${name}.bundle`])).toMatchObject({ code: 0 });
    }
  });

  it('clones and fetches from bundles', async () => {
    expect(await byGovc(['clone', '-q', 'all.bundle', 'cloned'])).toMatchObject({ code: 0 });
    const refs = ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/heads', 'refs/tags'];
    expect(ours.git(['-C', 'cloned', ...refs]).stdout.split('\n')[0]).toBe(ours.git(refs).stdout.split('\n')[0]);
    expect(ours.git(['-C', 'cloned', 'fsck']).code).toBe(0);
    expect(ours.git(['-C', 'cloned', 'status', '--porcelain']).stdout).toBe('');
    const refused = await byGovc(['clone', '-q', 'part.bundle', 'partial']);
    expect([refused.code, refused.stderr]).toEqual([128, expect.stringContaining('Repository lacks these prerequisite commits')]);
    ours.git(['clone', '-q', '--no-tags', '--single-branch', '--branch', 'side', `file://${ours.path}`, 'behind']);
    ours.git(['-C', 'behind', 'reset', '-q', '--hard', 'HEAD~1']);
    expect(await byGovc(['-C', 'behind', 'fetch', '-q', '../part.bundle', 'main:from-bundle'])).toMatchObject({ code: 0, stderr: '' });
    expect(ours.git(['-C', 'behind', 'rev-parse', 'from-bundle']).stdout).toBe(ours.git(['rev-parse', 'main']).stdout);
    expect(ours.git(['-C', 'behind', 'fsck']).code).toBe(0);
    const listed = (text: string): string[] => text.split('\n').sort();
    expect(listed((await byGovc(['ls-remote', 'all.bundle'])).stdout)).toEqual(listed(theirs.git(['ls-remote', 'all.bundle']).stdout));
  });

  it('need no name of a person to be fetched and pushed', async () => {
    const nobody = { PATH: process.env['PATH'] ?? '', HOME: '/nowhere', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_TEST_FSYNC: '0' };
    ours.git(['init', '-q', '--bare', 'shared.git']);
    const source = `file://${ours.path}`;
    for (const line of [`clone -q ${source} unnamed`, '-C unnamed fetch -q', '-C unnamed pull -q', '-C unnamed checkout -q -b other', `-C unnamed push -q ${source}/shared.git other`]) {
      expect({ line, ...await ours.govc(line.split(' '), { env: nobody }) }).toEqual({ line, code: 0, stdout: '', stderr: '' });
    }
    writeFileSync(join(ours.path, 'unnamed', 'f1'), 'changed\n');
    expect(await ours.govc(['-C', 'unnamed', 'stash', '-q'], { env: nobody })).toMatchObject({ code: 0, stderr: '' });
    expect(ours.git(['-C', 'unnamed', 'log', '-1', '--format=%an <%ae> %cn <%ce>', 'refs/stash']).stdout).toBe('git <git@stash> git <git@stash>\n');
    writeFileSync(join(ours.path, 'unnamed', 'f1'), 'changed\n');
    expect(await ours.govc(['-C', 'unnamed', 'commit', '-qam', 'x'], { env: nobody })).toMatchObject({ code: 128, stderr: expect.stringContaining('Please tell me who you are') });
  });

  it('streams of fast-export and fast-import', async () => {
    const lines = ['--all', 'main~1..main', '--signed-tags=strip v1', 'main -- f1 grown', '--full-tree side', '--no-data side', '--use-done-feature main', '--show-original-ids v1',
      '-M -C main', '--signed-tags=nonsense main', 'nosuch', '--export-marks=marks side', '--import-marks=marks side..main', '--import-marks=nosuch main', '--reference-excluded-parents main~1..main'];
    for (const line of lines) await same(['fast-export', ...line.split(' ')]);
    expect(readFileSync(join(ours.path, 'marks'), 'latin1').split('\n').sort()).toEqual(readFileSync(join(theirs.path, 'marks'), 'latin1').split('\n').sort());
    const stream = theirs.git(['fast-export', '--all']).stdout;
    for (const place of [theirs, ours]) place.git(['init', '-q', 'imported']);
    await same(['-C', 'imported', 'fast-import', '--quiet', '--export-marks=../imported-marks'], stream);
    expect(readFileSync(join(ours.path, 'imported-marks'), 'latin1')).toBe(readFileSync(join(theirs.path, 'imported-marks'), 'latin1'));
    expect(ours.git(['-C', 'imported', 'for-each-ref']).stdout).toBe(theirs.git(['-C', 'imported', 'for-each-ref']).stdout);
    await same(['-C', 'imported', 'fast-import', '--quiet'], 'blob\nmark :1\ndata 3\nabc\nreset refs/heads/new\nfrom main\n\nget-mark :1\nprogress half\n');
    await same(['-C', 'imported', 'for-each-ref', 'refs/heads/new']);
  });

  it('packs', async () => {
    const ids = theirs.git(['rev-list', '--objects', '--all']).stdout;
    const name = (await byGovc(['pack-objects', '-q', 'by-names'], ids)).stdout.trim();
    expect(ours.git(['verify-pack', `by-names-${name}.pack`])).toMatchObject({ code: 0 });
    const index = readFileSync(join(ours.path, `by-names-${name}.idx`));
    expect(ours.git(['index-pack', '-o', 'again.idx', `by-names-${name}.pack`])).toMatchObject({ code: 0, stdout: `${name}\n` });
    expect(readFileSync(join(ours.path, 'again.idx')).equals(index)).toBe(true);
    expect(await byGovc(['index-pack', '--index-version=1', '-o', 'ours1.idx', `by-names-${name}.pack`])).toMatchObject({ code: 0, stdout: `${name}\n` });
    ours.git(['index-pack', '--index-version=1', '-o', 'git1.idx', `by-names-${name}.pack`]);
    expect(readFileSync(join(ours.path, 'ours1.idx')).equals(readFileSync(join(ours.path, 'git1.idx')))).toBe(true);
    const count = (place: Playground, file: string): number => place.git(['show-index'], { input: readFileSync(join(place.path, file), 'latin1') }).stdout.trim().split('\n').length;
    expect(count(ours, `by-names-${name}.idx`)).toBe(new Set(ids.trim().split('\n').map((line) => line.slice(0, 40))).size);
    for (const [line, input] of [
      ['pack-objects x', 'garbage\n'], ['pack-objects --revs --thin x', 'main\n'], ['index-pack nosuch.pack', ''], ['index-pack', ''], ['index-pack --fix-thin x.pack', ''],
    ] as const) await same(line.split(' '), input);
  });

  it('thin packs from standard input', async () => {
    const thin = ours.git(['pack-objects', '--revs', '--thin', '--stdout', '-q'], { input: 'main\n^main~2\n' }).stdout;
    for (const [command, ...options] of [['index-pack', '--stdin', '--fix-thin'], ['unpack-objects', '-q']]) {
      const folder = `thin-${command!}`;
      ours.git(['clone', '-q', '--bare', '--no-tags', '--single-branch', '--branch', 'main', `file://${ours.path}`, folder]);
      ours.git(['-C', folder, 'update-ref', 'refs/heads/main', 'main~2']);
      ours.git(['-C', folder, 'repack', '-adq']);
      ours.git(['-C', folder, 'prune']);
      // Bytes go through as latin1, which Node's streams of the test take as they are.
      expect(await feed(ours, ['-C', folder, command!, ...options], thin)).toMatchObject({ code: 0 });
      expect(ours.git(['-C', folder, 'rev-list', '--objects', theirs.git(['rev-parse', 'main']).stdout.trim()])).toMatchObject({ code: 0 });
      expect(ours.git(['-C', folder, 'fsck'])).toMatchObject({ code: 0 });
    }
    expect(await feed(ours, ['-C', 'thin-index-pack', 'unpack-objects'], thin.slice(0, 200))).toMatchObject({ code: 128 });
  });

  it('replacements', async () => {
    for (const line of [
      'replace main~1 main', 'replace main~1 main', 'replace -f main~1 main~2', 'replace', 'replace --format=medium', 'replace --format=long', 'replace --format=none', 'log --oneline main',
      'replace -d main~1 nosuch', 'replace --graft main side~2', 'log --oneline main', 'replace -d main', 'replace -d main', 'replace a b c', 'replace main main^{tree}', 'replace -l -f',
      'replace nosuch main', 'replace --graft nosuch',
    ]) await same(line.split(' '));
  });

  it('what dumb transports read', async () => {
    await same(['update-server-info']);
    expect(readFileSync(join(ours.path, '.git/info/refs'), 'latin1')).toBe(readFileSync(join(theirs.path, '.git/info/refs'), 'latin1'));
  });
});

/** Feeds bytes that are no text. */
async function feed(place: Playground, args: readonly string[], latin1: string): Promise<Ended> {
  return place.govc(args, { input: latin1, isBinary: true });
}
