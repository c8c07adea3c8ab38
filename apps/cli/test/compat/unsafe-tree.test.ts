import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Twins } from './remote-lab.js';

/** Trees that no honest tool makes: nothing of them may reach a disk. */
describe('a tree with unsafe paths', () => {
  let twins: Twins;

  beforeEach(() => {
    twins = new Twins();
    twins.prepare([['init', '-q', '-b', 'main', 'work'], ['-C', 'work', 'commit', '-q', '--allow-empty', '-m', 'start']]);
  });

  afterEach(() => {
    twins.remove();
  });

  /** Writes an object that git would refuse to make by itself; gives its id. */
  function write(type: string, body: Uint8Array): string {
    const ids = ['git', 'govc'].map((side) => {
      const { status, stdout, stderr } = spawnSync('git', ['hash-object', '-w', '-t', type, '--literally', '--stdin'], { cwd: join(twins.folder, side, 'work'), input: body });
      if (status !== 0) throw new Error(stderr.toString());
      return stdout.toString().trim();
    });
    return ids[0]!;
  }

  function tree(mode: string, name: string, id: string): string {
    return write('tree', Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]));
  }

  it.each(['.git', '.GIT', '..', '.', 'git~1', '.g\u200Cit', '.git.'])('with the folder %j is refused', async (name) => {
    const blob = write('blob', Buffer.from('#!/bin/sh\ntouch /tmp/never\n'));
    const root = tree('40000', name, tree('40000', 'hooks', tree('100755', 'post-checkout', blob)));
    const commit = write('commit', Buffer.from(`tree ${root}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\nevil\n`));
    twins.prepare([['-C', 'work', 'update-ref', 'refs/heads/evil', commit]]);
    for (const args of [['read-tree', '-m', '-u', root], ['read-tree', root], ['checkout', 'evil'], ['reset', '--hard', 'evil'], ['restore', '--source=evil', '.'], ['merge', '--allow-unrelated-histories', 'evil']]) {
      const { govc } = await twins.both(args, 'work');
      expect({ args, failed: govc.code !== 0, said: /invalid path|path|pathspec/i.test(govc.stderr) }).toEqual({ args, failed: true, said: true });
    }
    const place = join(twins.folder, 'govc', 'work');
    expect(existsSync(join(place, '.git/hooks/post-checkout'))).toBe(false);
    expect(existsSync(join(twins.folder, 'govc', 'hooks'))).toBe(false);
    expect(readdirSync(place)).toEqual(['.git']);
  });
});
