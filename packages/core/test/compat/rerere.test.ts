import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { SHA1 } from '../../src/hash/algorithm.js';
import { findConflicts, resolveRecorded, type RerereVariant } from '../../src/merge/rerere.js';
import { SeededRandom } from '../../src/testing/random.js';
import { describeWithGit } from './real-git.js';
import { ReplayLab } from './replay-lab.js';

describeWithGit('recorded resolutions', () => {
  const lab = new ReplayLab();
  afterAll(() => lab.remove());

  it('have the names, preimages and results of git', () => {
    const random = new SeededRandom(81);
    lab.git('config', 'rerere.enabled', 'true');
    mkdirSync(join(lab.folder, '.git', 'rr-cache'));
    const counts = { recorded: 0, resolved: 0 };
    for (let round = 0; round < 12; round++) {
      lab.git('config', 'merge.conflictStyle', round % 3 === 0 ? 'diff3' : 'merge');
      const base = Array.from({ length: 14 }, (_, i) => `line ${i}`);
      const variant = random.below(3);
      const side = (name: string, extra: string): string => {
        const text = [...base];
        text[3] = `${name} ${variant}`;
        if (variant === 2) text[9] = `${name} again`;
        text[13] = extra;
        return `${text.join('\n')}\n`;
      };
      lab.run(['merge', '--abort']);
      lab.git('checkout', '-q', '--orphan', `r${round}`);
      lab.run(['rm', '-q', '-rf', '.']);
      lab.write('f', `${base.join('\n')}\n`);
      lab.git('add', 'f');
      lab.git('commit', '-q', '-m', 'base');
      lab.git('branch', `s${round}`);
      lab.write('f', side('ours', base[13]!));
      lab.git('commit', '-q', '-am', 'ours');
      lab.git('checkout', '-q', `s${round}`);
      lab.write('f', side('theirs', `end ${round}`));
      lab.git('commit', '-q', '-am', 'theirs');
      const recorded = read();
      const before = lab.try(['merge-file', '-p', ...(round % 3 === 0 ? ['--diff3'] : []), 'f', 'f', 'f']);
      expect(before.status).toBe(0);
      lab.try(['-c', 'rerere.enabled=false', 'merge', `r${round}`]);
      const conflicts = findConflicts(Buffer.from(lab.file('f')), SHA1);
      if (conflicts === undefined || conflicts === 'malformed') throw new Error('no conflict');
      lab.try(['rerere']);
      const outcome = resolveRecorded(conflicts.preimage, recorded.get(conflicts.id) ?? []);
      counts[outcome.kind]++;
      if (outcome.kind === 'resolved') {
        expect(lab.file('f')).toBe(Buffer.from(outcome.content).toString());
      } else {
        const suffix = outcome.variant === 0 ? '' : `.${outcome.variant}`;
        expect(lab.file(`.git/rr-cache/${conflicts.id}/preimage${suffix}`)).toBe(Buffer.from(outcome.preimage).toString());
        lab.write('f', lab.file('f').replace(/<<<<<<<[^]*?>>>>>>>.*\n/g, `resolved ${round}\n`));
      }
      lab.git('commit', '-q', '-am', 'merged');
    }
    expect(counts.resolved).toBeGreaterThan(2);
    expect(counts.recorded).toBeGreaterThan(1);
  });

  function read(): Map<string, RerereVariant[]> {
    const cache = join(lab.folder, '.git', 'rr-cache');
    const found = new Map<string, RerereVariant[]>();
    for (const id of readdirSync(cache)) {
      const file = (name: string, at: number): Buffer | undefined => {
        const path = `.git/rr-cache/${id}/${name}${at === 0 ? '' : `.${at}`}`;
        return existsSync(join(lab.folder, path)) ? Buffer.from(lab.file(path)) : undefined;
      };
      const count = readdirSync(join(cache, id)).length;
      found.set(id, Array.from({ length: count }, (_, at) => ({ preimage: file('preimage', at), postimage: file('postimage', at) })));
    }
    return found;
  }
});
