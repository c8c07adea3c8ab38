import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { bytesFromText } from '../../src/bytes/text.js';
import type { ObjectId } from '../../src/hash/object-id.js';
import { EMPTY_BATCH } from '../../src/store/batch.js';
import { CloneLab } from './clone-lab.js';
import { describeWithGit } from './real-git.js';

describeWithGit('a git client that filters', () => {
  const lab = new CloneLab();
  const { git, server } = lab;

  beforeAll(() => lab.start());
  afterAll(() => lab.stop());

  it('clones without what a filter leaves out', async () => {
    for (const filter of ['blob:none', 'blob:limit=20', 'tree:0', 'tree:2', 'object:type=commit', 'combine:blob:limit=30+tree:3']) {
      await lab.compareClones(`filter-${filter.replace(/\W/g, '-')}`, ['--filter', filter], ['0', '2']);
    }
  });

  it('clones what a file of patterns lists', async () => {
    const patterns = await git.read(['hash-object', '-w', '--stdin'], 'source', '/d/\n!/d/d/\n*.txt\n');
    lab.main.timeline.apply({
      ...EMPTY_BATCH,
      objects: [{ id: patterns as ObjectId, type: 'blob', body: bytesFromText('/d/\n!/d/d/\n*.txt\n') }],
    });
    await lab.compareClones('sparse', ['--filter', `sparse:oid=${patterns}`], ['2']);
  });

  it('fetches on demand what a filter left out', async () => {
    for (const version of ['0', '2']) {
      const folder = `lazy-${version}`;
      await git.read(['-c', `protocol.version=${version}`, 'clone', '-q', '--filter=blob:none', server.url('main'), folder]);
      expect(await git.read(['status', '--porcelain'], folder)).toBe('');
      expect(await git.read(['ls-files', '-s'], folder)).toBe(await git.read(['ls-files', '-s'], 'source'));
      await git.read(['-c', `protocol.version=${version}`, 'log', '-p', '-3'], folder);
    }
    expect(lab.main.errors).toEqual([]);
  });
});
