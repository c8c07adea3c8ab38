import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { isContextName, nameFor, parseContexts, parseServerUrl, serializeContexts } from './contexts.js';

const name = fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,20}[A-Za-z0-9])?$/);
const url = fc.tuple(fc.constantFrom('http', 'https'), fc.domain(), fc.option(fc.integer({ min: 1024, max: 65_535 })), fc.constantFrom('', '/base', '/a/b')).map(
  ([scheme, host, port, path]) => parseServerUrl(`${scheme}://${host}${port === null ? '' : `:${port}`}${path}`),
);

describe('contexts', () => {
  it('are read as they were written', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.tuple(name, url), { selector: ([each]) => each }), fc.boolean(), (entries, hasHelper) => {
      const contexts = new Map(entries.map(([each, address]) => [each, { url: address, username: 'ann' }] as const));
      const known = { current: entries[0]?.[0], credentialHelper: hasHelper ? 'libsecret' : undefined, contexts };
      expect(parseContexts(serializeContexts(known), 'file')).toEqual(known);
    }));
  });

  it('are refused as broken, and nothing else, whatever a file holds', () => {
    fc.assert(fc.property(fc.oneof(fc.json(), fc.string(), fc.json().map((text) => `{"contexts": ${text}}`), fc.json().map((text) => `{"contexts": {"a": ${text}}}`)), (text) => {
      try {
        parseContexts(text, 'file');
      } catch (error) {
        expect((error as Error).name).toBe('Failure');
      }
    }));
  });

  it('get names that may be names, and that nobody has', () => {
    fc.assert(fc.property(url, (address) => {
      const first = nameFor({ contexts: new Map() }, address);
      expect(isContextName(first)).toBe(true);
      const second = nameFor({ contexts: new Map([[first, { url: address }]]) }, address);
      expect(isContextName(second)).toBe(true);
      expect(second).not.toBe(first);
    }));
  });
});

describe('addresses of servers', () => {
  it.each([
    ['localhost:8080', 'http://localhost:8080'], ['127.0.0.1:1/', 'http://127.0.0.1:1'], ['[::1]:8080', 'http://[::1]:8080'], ['git.example.com', 'https://git.example.com'],
    ['HTTPS://Git.Example.com:443/base//', 'https://git.example.com/base'],
  ])('reads %s', (text, expected) => {
    expect(parseServerUrl(text)).toBe(expected);
  });

  it.each(['', 'ftp://example.com', 'http://', 'https://ann:secret@example.com', 'https://example.com/?a', 'https://example.com/#a', 'http://a b'])('refuses %j', (text) => {
    expect(() => parseServerUrl(text)).toThrow(expect.objectContaining({ exitCode: 128 }));
  });

  it('says nothing of a password in an address', () => {
    expect(() => parseServerUrl('https://ann:secret@example.com')).toThrow(expect.objectContaining({ text: expect.not.stringContaining('secret') }));
  });
});
