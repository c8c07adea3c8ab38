import { describe, expect, it } from '@jest/globals';
import { SHA1 } from '../hash/algorithm.js';
import { parseRefName, type RefName } from './ref-name.js';
import {
  fetchRefPrefixes,
  mapSource,
  mapTarget,
  matchFetch,
  parseFetchRefspec,
  parsePushRefspec,
  serializeRefspec,
} from './refspec.js';

const fetch = (...texts: string[]) => texts.map((text) => parseFetchRefspec(text, SHA1));
const push = (...texts: string[]) => texts.map((text) => parsePushRefspec(text, SHA1));
const ref = (text: string): RefName => parseRefName(text);
const ID = 'a'.repeat(40);

describe('parseFetchRefspec', () => {
  it('reads force, pattern, both sides', () => {
    expect(fetch('+refs/heads/*:refs/remotes/origin/*')[0]).toEqual({
      force: true,
      negative: false,
      matching: false,
      pattern: true,
      exactId: undefined,
      source: 'refs/heads/*',
      target: 'refs/remotes/origin/*',
    });
  });

  it('knows object ids, @ for HEAD, and the two ways to have no target', () => {
    expect(fetch(`${ID}:refs/heads/x`)[0]).toMatchObject({ exactId: ID, pattern: false });
    expect(fetch('@')[0]).toMatchObject({ source: 'HEAD', target: undefined });
    expect(fetch('main:')[0]).toMatchObject({ source: 'main', target: '' });
    expect(fetch('')[0]).toMatchObject({ source: '' });
    expect(fetch(':')[0]).toMatchObject({ source: '', target: '', matching: false });
  });

  it.each(['refs/heads/*', 'refs/heads/*:', 'refs/heads/*:refs/x', 'refs/heads/x:refs/*', 'a b', 'a:b:c d', '^', '^a:b', `^${ID}`, 'refs/*/*:refs/*/*'])(
    'refuses %j',
    (text) => {
      expect(() => fetch(text)).toThrow(expect.objectContaining({ code: 'refspec-invalid' }));
    },
  );
});

describe('parsePushRefspec', () => {
  it('reads matching, deletion and revisions', () => {
    expect(push(':')[0]).toMatchObject({ matching: true, force: false });
    expect(push('+:')[0]).toMatchObject({ matching: true, force: true });
    expect(push(':refs/heads/x')[0]).toMatchObject({ source: '', target: 'refs/heads/x' });
    expect(push('HEAD~2:refs/heads/x')[0]).toMatchObject({ source: 'HEAD~2', target: 'refs/heads/x' });
    expect(push('refs/heads/*')[0]).toMatchObject({ pattern: true, target: undefined });
    expect(push('^refs/heads/x*')[0]).toMatchObject({ negative: true, pattern: true });
  });

  it.each(['main:', 'HEAD~2', '', 'a:b c', 'refs/heads/*:refs/x', 'x:refs/*', '^'])('refuses %j', (text) => {
    expect(() => push(text)).toThrow(expect.objectContaining({ code: 'refspec-invalid' }));
  });

  it('is written as it was read', () => {
    for (const text of ['+:', ':', '+a:b', '^refs/heads/a', 'a', ':refs/heads/x', '+refs/heads/*:refs/heads/b/*']) {
      expect(serializeRefspec(push(text)[0]!)).toBe(text);
    }
  });
});

describe('mapping', () => {
  const specs = fetch('+refs/heads/*:refs/remotes/origin/*', '^refs/heads/wip/*', 'refs/tags/v1:refs/tags/v1');

  it('goes from source to target and back', () => {
    expect(mapSource(specs, ref('refs/heads/a/b'))).toEqual({
      source: 'refs/heads/a/b',
      target: 'refs/remotes/origin/a/b',
      force: true,
    });
    expect(mapTarget(specs, ref('refs/remotes/origin/a'))).toEqual({
      source: 'refs/heads/a',
      target: 'refs/remotes/origin/a',
      force: true,
    });
    expect(mapSource(specs, ref('refs/tags/v1'))).toMatchObject({ target: 'refs/tags/v1', force: false });
  });

  it('leaves out what nothing matches or a negative refspec does', () => {
    expect(mapSource(specs, ref('refs/notes/x'))).toBeUndefined();
    expect(mapSource(specs, ref('refs/heads/wip/x'))).toBeUndefined();
    expect(mapTarget(specs, ref('refs/remotes/origin/wip/x'))).toBeUndefined();
  });

  it('takes a star in the middle of a component', () => {
    const middle = fetch('refs/heads/a*z:refs/x/b*y');
    expect(mapSource(middle, ref('refs/heads/a-1/2-z'))?.target).toBe('refs/x/b-1/2-y');
    expect(mapSource(middle, ref('refs/heads/az'))?.target).toBe('refs/x/by');
    expect(mapSource(fetch('refs/heads/ab*ba:refs/x/*'), ref('refs/heads/aba'))).toBeUndefined();
  });
});

describe('matchFetch', () => {
  const remote = ['HEAD', 'refs/heads/main', 'refs/heads/wip', 'refs/tags/main'].map(ref);

  it('pairs every ref that a pattern matches', () => {
    expect(matchFetch(fetch('+refs/heads/*:refs/remotes/o/*', '^refs/heads/wip'), remote)).toEqual([
      { source: 'refs/heads/main', target: 'refs/remotes/o/main', force: true },
    ]);
  });

  it('finds short names as a person means them', () => {
    expect(matchFetch(fetch('main:topic'), remote)).toEqual([
      { source: 'refs/tags/main', target: 'refs/heads/topic', force: false },
    ]);
    expect(matchFetch(fetch('heads/main:tags/x'), remote)[0]).toMatchObject({ source: 'refs/heads/main', target: 'refs/tags/x' });
    expect(matchFetch(fetch(':refs/heads/x', 'nothing'), remote)).toEqual([
      { source: 'HEAD', target: 'refs/heads/x', force: false },
    ]);
    expect(matchFetch(fetch('wip'), remote)[0]).toMatchObject({ target: undefined });
  });

  it('tells the prefixes that matter', () => {
    expect(fetchRefPrefixes(fetch('refs/heads/*:refs/x/*', '^refs/heads/y', ID))).toEqual(['refs/heads/']);
    expect(fetchRefPrefixes(fetch('main'))).toContain('refs/heads/main');
  });
});
