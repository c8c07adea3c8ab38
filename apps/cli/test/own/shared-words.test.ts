import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Lab } from './lab.js';

describe('words that Git has for something else', () => {
  let lab: Lab;

  beforeEach(() => {
    lab = new Lab();
  });

  afterEach(async () => {
    await lab.stop();
  });

  it('restore a backup, or files as Git does', async () => {
    for (const args of [['init', '-q', 'source'], ['-C', 'source', 'commit', '-q', '--allow-empty', '-m', 'One']]) expect(await lab.program(['git', ...args])).toMatchObject({ code: 0 });
    expect(await lab.govc(['import', 'source', 'data', 'app'])).toMatchObject({ code: 0 });
    expect(await lab.govc(['backup', 'create', 'data', 'saved'])).toMatchObject({ code: 0 });
    expect(await lab.govc(['restore', '--backup', 'saved', 'again'])).toEqual({ code: 0, stdout: '1 repositories restored\n', stderr: '' });
    expect(existsSync(join(lab.folder, 'again/app.git/HEAD'))).toBe(true);
    expect(await lab.govc(['restore', '--backup', 'saved'])).toMatchObject({ code: 129, stderr: expect.stringContaining('usage: govc restore --backup BACKUP DATA') });
    expect(await lab.govc(['restore', '--backup', 'saved', 'more'], { env: { GOVC_PROGRAM: 'git' } })).not.toMatchObject({ code: 0 });
    expect(existsSync(join(lab.folder, 'more'))).toBe(false);
  });
});
