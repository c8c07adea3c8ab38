import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, it } from '@jest/globals';
import { Config } from '../../config/config.js';
import { parseConfig } from '../../config/parse-config.js';
import { Repository } from '../../repository/repository.js';
import { componentOf, parseFsyncComponents } from './fsync-policy.js';
import { SYSTEM_DISK } from './system-disk.js';

it.each([
  ['', 'commit-graph pack pack-metadata'],
  ['default', 'commit-graph pack pack-metadata'],
  ['none', ''],
  ['none,pack', 'pack'],
  ['reference', 'commit-graph pack pack-metadata reference'],
  ['committed', 'commit-graph loose-object pack pack-metadata reference'],
  ['added', 'commit-graph index loose-object pack pack-metadata reference'],
  ['all', 'commit-graph index loose-object pack pack-metadata reference'],
  ['objects,-derived-metadata', 'loose-object pack'],
  ['-pack,unheard-of', 'commit-graph pack-metadata'],
])('reads core.fsync=%s as git does', (value, components) => {
  expect([...parseFsyncComponents(value)].sort().join(' ')).toBe(components);
});

it.each([
  ['objects/pack/pack-1.pack', 'pack'], ['objects/tmp_objdir-incoming-x/pack/pack-1.idx', 'pack-metadata'], ['objects/pack', 'pack'],
  ['objects/pack/multi-pack-index', 'pack-metadata'], ['objects/info/commit-graph.lock', 'commit-graph'], ['objects/ab/cd', 'loose-object'],
  ['refs/heads/main.lock', 'reference'], ['packed-refs', 'reference'], ['reftable/tables.list', 'reference'], ['logs/HEAD', 'reference'], ['', 'reference'],
])('takes %s for a part of %s', (path, component) => {
  expect(componentOf('/r.git', join('/r.git', path))).toBe(component);
});

it.each([
  [undefined, ['main.lock', 'heads', 'idx', 'pack', 'pack-folder']],
  ['default', ['idx', 'pack', 'pack-folder']],
  ['reference,-pack,-pack-metadata', ['main.lock', 'heads']],
  ['none', []],
])('forces to the disk what core.fsync=%s names', async (value, kinds) => {
  const folder = mkdtempSync(join(tmpdir(), 'govc-fsync-'));
  const synced = new Set<string>();
  const disk = {
    ...SYSTEM_DISK,
    sync: async (path: string) => {
      const name = basename(path);
      synced.add(name === 'pack' ? 'pack-folder' : name.replace(/^pack-.*\./, ''));
    },
  };
  const baseConfig = value === undefined ? undefined : Config.from(parseConfig(Buffer.from(`[core]\nfsync = ${value}\n`), 'test'));
  const repository = await Repository.create(join(folder, 'r.git'), { disk, baseConfig });
  synced.clear();
  repository.add('a', '1');
  repository.commit('one', { author: { name: 'A', email: 'a@example.com' } });
  await repository.flush();
  await repository.close();
  const expected = new Set<string>(kinds);
  for (const kind of ['main.lock', 'heads', 'idx', 'pack', 'pack-folder']) expect([kind, synced.has(kind)]).toEqual([kind, expected.has(kind)]);
  rmSync(folder, { recursive: true });
});
