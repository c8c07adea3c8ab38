import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Twins } from './compat/remote-lab.js';

describe('govc import and govc export', () => {
  let twins: Twins;

  beforeEach(() => {
    twins = new Twins();
    twins.prepare([
      ['init', '-q', '-b', 'main', 'source'], ['-C', 'source', 'commit', '-q', '--allow-empty', '-m', 'one'], ['-C', 'source', 'tag', '-a', '-m', 't', 't1'],
      ['-C', 'source', 'branch', 'deep/er'], ['init', '-q', '--bare', 'target.git'],
    ]);
  });

  afterEach(() => {
    twins.remove();
  });

  function refs(folder: string): string {
    return twins.look(['--git-dir', folder, 'for-each-ref', '--format=%(refname) %(objectname)']).govc;
  }

  it.each(['a path', 'a URL'])('brings a repository in from %s and out again, with nothing of where it was', async (from) => {
    const place = (path: string): string => (from === 'a URL' ? `file://${join(twins.folder, 'govc', path)}` : path);
    expect((await twins.govc(['import', place('source'), 'data', 'team/app'])).code).toBe(0);
    expect(refs('data/team/app.git')).toBe(refs('source/.git'));
    expect(twins.look(['--git-dir', 'data/team/app.git', 'fsck', '--strict']).govc).toBe('');
    expect(twins.look(['--git-dir', 'data/team/app.git', 'config', '--list', '--local']).govc).not.toMatch(/remote|worktree|bare=false/);
    const target = from === 'a URL' ? 'target.git' : 'out.git';
    expect((await twins.govc(['export', 'data', 'team/app', place(target)])).code).toBe(0);
    expect(refs(target)).toBe(refs('source/.git'));
  });

  it('leaves nothing where it cannot', async () => {
    expect((await twins.govc(['import', 'http://127.0.0.1:1/none.git', 'data', 'app'])).code).toBe(128);
    expect((await twins.govc(['import', 'nowhere', 'data', 'app'])).code).toBe(128);
    expect((await twins.govc(['import', 'source', 'data', '../app'])).code).toBe(128);
    expect(existsSync(join(twins.folder, 'govc', 'data', 'app.git'))).toBe(false);
    expect((await twins.govc(['import', 'source'])).code).toBe(129);
    expect((await twins.govc(['import', 'source', 'data', 'app'])).code).toBe(0);
    expect((await twins.govc(['import', 'source', 'data', 'app'])).code).not.toBe(0);
  });
});
