import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { ObjectId } from '../../src/hash/object-id.js';
import { parseRefName, type RefName } from '../../src/ref/ref-name.js';
import { directRef, symbolicRef, type RefValue } from '../../src/ref/ref-value.js';
import { Draft } from '../../src/store/draft.js';
import { SeededRandom } from '../../src/testing/random.js';
import { describeWithGit } from './real-git.js';
import { IDENTITY, SharedRepository, showRefs } from './shared-repository.js';

// Names that get in each other's way.
const NAMES = ['a', 'a/b', 'a/b/c', 'a/d', 'b', 'b/c', 'c/d/e/f', 'c/d', 'a-', 'a.b', 'é'].map((name) => `refs/heads/${name}`);

describeWithGit('random changes of refs by git and by us', () => {
  let shared: SharedRepository;
  beforeEach(() => {
    shared = new SharedRepository();
    shared.init();
  });
  afterEach(() => shared.end());

  it.each([1, 2, 3])('leave git and us of one opinion (seed %i)', async (seed) => {
    const random = new SeededRandom(seed);
    const ids: ObjectId[] = [shared.commit('refs/tags/one'), shared.commit('refs/tags/one'), shared.commit('refs/tags/one')];
    shared.git(['config', 'core.logAllRefUpdates', 'always']);
    const writer = await shared.open('repo.git', { syncs: false });
    const done: string[] = [];
    let applied = 0;
    const ours = async (): Promise<void> => {
      const draft = new Draft(writer.current);
      const edits: [RefName, RefValue | undefined][] = [];
      for (let i = random.below(4); i >= 0; i--) {
        const name = parseRefName(random.pick(NAMES));
        const kind = random.below(10);
        const value = kind < 3 ? undefined : kind < 9 ? directRef(random.pick(ids)) : symbolicRef(parseRefName('refs/tags/one'));
        edits.push([name, value]);
        draft.editRef(name, value);
      }
      const batch = draft.finish({ origin: 'test', reflog: { identity: IDENTITY, message: 'model' } });
      const result = writer.apply(batch);
      done.push(`ours ${JSON.stringify(edits)} ${result.ok ? 'applied' : 'refused'}`);
      if (!result.ok) return;
      try {
        await writer.flush(batch);
        applied++;
      } catch (error) {
        // Git has changed what we had not looked at since.
        expect((error as { code: string }).code).toMatch(/^(?:ref-conflict|transaction-refused)$/);
        done.push('ours undone');
      }
    };
    const theirs = (): void => {
      const name = random.pick(NAMES);
      const command = random.pick<readonly string[]>([
        ['pack-refs', '--all'], ['pack-refs', '--all', '--prune'], ['pack-refs', '--all', '--no-prune'],
        ['update-ref', name, random.pick(ids)], ['update-ref', name, random.pick(ids)], ['update-ref', '--no-deref', '-d', name],
        ['branch', '-M', name.slice(11), random.pick(NAMES).slice(11)],
        ['symbolic-ref', name, 'refs/tags/one'],
      ]);
      const { status } = shared.run(['--git-dir=repo.git', ...command]);
      done.push(`git ${command.join(' ')} ${status}`);
    };
    for (let step = 0; step < 60; step++) {
      if (random.below(3) === 0) theirs();
      else await ours();
      // Sometimes several changes come before anyone looks.
      if (random.below(3) === 0) continue;
      await writer.refresh();
      expect([done, showRefs(writer)]).toEqual([done, shared.refs()]);
    }
    expect(applied).toBeGreaterThan(10);
    const again = await shared.open();
    expect(showRefs(again)).toBe(shared.refs());
    expect(shared.fsck()).toBe('');
    expect(shared.runShell('find repo.git -name "*.lock" -o -name "tmp_*" -o -name "*.keep"')).toBe('');
  });
});
