import { describe, expect, it } from '@jest/globals';
import { bytesFromText } from '../bytes/text.js';
import { Config } from '../config/config.js';
import { SHA1, SHA256 } from '../hash/algorithm.js';
import { runJob } from '../job/job.js';
import { parseRefName } from '../ref/ref-name.js';
import { apply } from './apply.js';
import { Draft } from './draft.js';
import { seal } from './seal.js';
import { emptySnapshot } from './snapshot.js';

describe.each([SHA1, SHA256])('seal in a $name repository', (algorithm) => {
  it('keeps every object and ref, and needs fewer bytes', () => {
    const draft = new Draft(emptySnapshot(algorithm, Config.empty));
    for (let i = 0; i < 200; i++) {
      const id = draft.write('blob', bytesFromText(`${'The same words again and again. '.repeat(40)}${i}`));
      draft.setRef(parseRefName(`refs/tags/t${i}`), id);
    }
    draft.write('blob', new Uint8Array(0));
    draft.write('tree', new Uint8Array(0));
    const applied = apply(draft.base, draft.finish({ origin: 'test' }));
    if (!applied.ok) throw new Error('the batch was refused');
    const before = applied.snapshot;
    const after = runJob(seal(before));
    expect(after.young.count).toBe(0);
    expect([...after.refs.entries()]).toEqual([...before.refs.entries()]);
    expect(new Set(after.objects.ids())).toEqual(new Set(before.objects.ids()));
    for (const id of before.objects.ids()) {
      const [young, sealed] = [before.objects.find(id)!, after.objects.find(id)!];
      expect(sealed.type).toBe(young.type);
      expect(Buffer.compare(sealed.body, young.body)).toBe(0);
      expect(after.objects.findHeader(id)).toEqual(before.objects.findHeader(id));
      expect(Buffer.concat([...after.objects.findChunks(id)!])).toEqual(Buffer.from(young.body));
      expect([...after.objects.idsWithPrefix(id.slice(0, 9))]).toEqual([id]);
      expect(after.objects.findEntry(id)).toBeDefined();
    }
    expect(runJob(seal(after))).toBe(after);
    const next = new Draft(after);
    const id = next.write('blob', bytesFromText('new'));
    next.setRef(parseRefName('refs/tags/new'), id);
    expect(apply(after, next.finish({ origin: 'test' })).ok).toBe(true);
  });
});
