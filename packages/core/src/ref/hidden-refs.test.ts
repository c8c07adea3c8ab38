import { describe, expect, it } from '@jest/globals';
import { HiddenRefs } from './hidden-refs.js';
import { fromNamespace, namespaceHead, NO_NAMESPACE, parseNamespace, toNamespace } from './namespace.js';
import { parseRefName } from './ref-name.js';

const hidden = (patterns: string[], name: string, fullName?: string) =>
  new HiddenRefs(patterns).isHidden(parseRefName(name), fullName);

describe('HiddenRefs', () => {
  it('hides a ref and what is below it, at the ends of components', () => {
    expect(hidden(['refs/pull'], 'refs/pull')).toBe(true);
    expect(hidden(['refs/pull'], 'refs/pull/1/head')).toBe(true);
    expect(hidden(['refs/pull/'], 'refs/pull/1/head')).toBe(true);
    expect(hidden(['refs/pull'], 'refs/pulls/1')).toBe(false);
    expect(hidden([], 'refs/heads/a')).toBe(false);
  });

  it('lets the last value that matches decide', () => {
    expect(hidden(['refs/heads', '!refs/heads/a'], 'refs/heads/a')).toBe(false);
    expect(hidden(['refs/heads', '!refs/heads/a'], 'refs/heads/b')).toBe(true);
    expect(hidden(['!refs/heads/a', 'refs/heads'], 'refs/heads/a')).toBe(true);
  });

  it('compares full names where told to, and others without their namespace', () => {
    const full = 'refs/namespaces/a/refs/heads/x';
    expect(hidden(['refs/heads'], 'refs/heads/x', full)).toBe(true);
    expect(hidden(['^refs/heads'], 'refs/heads/x', full)).toBe(false);
    expect(hidden(['^refs/namespaces/a'], 'refs/heads/x', full)).toBe(true);
    expect(hidden(['refs/heads', '!^refs/namespaces/a/refs/heads'], 'refs/heads/x', full)).toBe(false);
  });

  it('knows refs outside of the namespace by their full names only', () => {
    const refs = new HiddenRefs(['refs/heads', '^refs/namespaces/b']);
    expect(refs.isHidden(undefined, 'refs/heads/x')).toBe(false);
    expect(refs.isHidden(undefined, 'refs/namespaces/b/refs/heads/x')).toBe(true);
    expect(new HiddenRefs([]).isEmpty).toBe(true);
  });
});

describe('namespaces', () => {
  it('nest', () => {
    expect(parseNamespace('a/b').prefix).toBe('refs/namespaces/a/refs/namespaces/b/');
    expect(parseNamespace('/a//').prefix).toBe('refs/namespaces/a/');
    expect(parseNamespace('')).toBe(NO_NAMESPACE);
  });

  it('map names in and out', () => {
    const namespace = parseNamespace('a');
    const main = parseRefName('refs/heads/main');
    expect(toNamespace(namespace, main)).toBe('refs/namespaces/a/refs/heads/main');
    expect(fromNamespace(namespace, toNamespace(namespace, main))).toBe(main);
    expect(fromNamespace(namespace, main)).toBeUndefined();
    expect(namespaceHead(namespace)).toBe('refs/namespaces/a/HEAD');
    expect(fromNamespace(namespace, namespaceHead(namespace))).toBe('HEAD');
    expect(fromNamespace(NO_NAMESPACE, main)).toBe(main);
  });

  it.each(['a..b', 'x.lock', 'a b', '.', '..'])('refuse %j', (text) => {
    expect(() => parseNamespace(text)).toThrow(expect.objectContaining({ code: 'ref-name-invalid' }));
  });
});
