import { describe, expect, it } from '@jest/globals';
import { bytesFromText } from '../bytes/text.js';
import { LIMITS } from '../limits.js';
import { formatConfigName } from './config-name.js';
import { resolveIncludes, type IncludeContext } from './include.js';
import { parseConfig } from './parse-config.js';

function resolve(files: Readonly<Record<string, string>>, context: Partial<IncludeContext> = {}): string[] {
  const entries = parseConfig(bytesFromText(files['/main'] ?? ''));
  return resolveIncludes([{ entries, path: '/main' }], {
    read: (file) => (files[file] === undefined ? undefined : bytesFromText(files[file])),
    matchGlob: (pattern, text) => pattern === text,
    gitDirectories: [],
    branch: undefined,
    home: undefined,
    ...context,
  }).map((entry) => `${formatConfigName(entry)}=${entry.value ?? ''}`).filter((line) => !line.startsWith('include'));
}

describe('resolveIncludes', () => {
  it('puts the entries of a file behind the entry that includes it', () => {
    const files = { '/main': '[a]\nk=1\n[include]\npath=dir/x\npath=none\n[a]\nk=3\n', '/dir/x': '[a]\nk=2\n[include]\npath=y\n', '/dir/y': '[b]\nk=y\n' };
    expect(resolve(files)).toEqual(['a.k=1', 'a.k=2', 'b.k=y', 'a.k=3']);
  });

  it('expands "~", and refuses what it cannot place', () => {
    const files = { '/main': '[include]\npath=~/x\n', '/home/x': '[x]\nk\n' };
    expect(resolve(files, { home: '/home' })).toEqual(['x.k=']);
    for (const run of [() => resolve(files), () => resolve({ '/main': '[include]\npath\n' })]) {
      expect(run).toThrow(expect.objectContaining({ code: 'config-invalid' }));
    }
  });

  it('refuses a relative include that comes from no file', () => {
    const entries = parseConfig(bytesFromText('[include]\npath=x\n'));
    const context = { read: () => undefined, matchGlob: () => false, gitDirectories: [], branch: undefined, home: undefined };
    expect(() => resolveIncludes([{ entries, path: undefined }], context)).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  });

  it('asks conditions about the Git directory and the branch', () => {
    const files = {
      '/main': ['gitdir:/r/', 'gitdir:r/.git', 'gitdir:./.git', 'gitdir:~/.git', 'onbranch:m', 'onbranch:f/'].map((c, i) => `[includeIf "${c}"]\npath=/${i}\n`).join(''),
      ...Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`/${i}`, `[c]\nv=${i}\n`])),
    };
    const asked: string[] = [];
    const matchGlob = (pattern: string, text: string): boolean => {
      asked.push(`${pattern} ${text}`);
      return false;
    };
    resolve(files, { matchGlob, gitDirectories: ['/r/.git'], branch: 'm', home: '/r' });
    expect(asked).toEqual(['/r/** /r/.git', '**/r/.git /r/.git', '.git r/.git', '/r/.git /r/.git', 'm m', 'f/** m']);
    expect(resolve(files, { branch: 'm' })).toEqual(['c.v=4']);
    expect(resolve(files)).toEqual([]);
  });

  it('collects remote URLs from everywhere before it asks about them', () => {
    const files = { '/main': '[includeIf "hasconfig:remote.*.url:u"]\npath=/x\n[remote "o"]\nurl=u\n', '/x': '[x]\nk=v\n' };
    expect(resolve(files)).toEqual(['x.k=v', 'remote.o.url=u']);
    expect(() => resolve({ ...files, '/x': '[remote "p"]\nurl=w\n' })).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  });

  it('stops at files that include each other', () => {
    const limit = LIMITS.configIncludeDepth.value;
    const chain = (count: number): Record<string, string> =>
      Object.fromEntries(Array.from({ length: count + 1 }, (_, i) => [i === 0 ? '/main' : `/${i}`, i === count ? '[end]\nk\n' : `[include]\npath=/${i + 1}\n`]));
    expect(resolve(chain(limit))).toEqual(['end.k=']);
    for (const files of [chain(limit + 1), { '/main': '[include]\npath=/main\n' }, { '/main': '[include]\npath=/x\n', '/x': '[include]\npath=/x\npath=/x\n' }]) {
      expect(() => resolve(files)).toThrow(expect.objectContaining({ code: 'limit-exceeded' }));
    }
  });

  it('stops at a great number of includes that nest little', () => {
    const wide = '[include]\n' + 'path=/x\n'.repeat(LIMITS.configIncludeCount.value);
    expect(resolve({ '/main': wide, '/x': '' })).toEqual([]);
    expect(() => resolve({ '/main': `${wide}path=/x\n`, '/x': '' })).toThrow(
      expect.objectContaining({ code: 'limit-exceeded', data: expect.objectContaining({ name: 'configIncludeCount' }) }),
    );
  });
});
