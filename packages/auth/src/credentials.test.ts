import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { parseCredentials } from './credentials.js';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
const KEY = `govc_${'a-_9'.repeat(10)}abc`;

describe('parseCredentials', () => {
  it('finds nothing in nothing', () => {
    expect(parseCredentials({})).toEqual({ kind: 'none' });
    expect(parseCredentials({ authorization: ' ', apiKey: '' })).toEqual({ kind: 'none' });
  });

  it('reads Basic with colons and other alphabets in the password', () => {
    expect(parseCredentials({ authorization: basic('dev:pa:ß') })).toEqual({ kind: 'password', username: 'dev', password: 'pa:ß' });
    expect(parseCredentials({ authorization: basic(':') })).toEqual({ kind: 'password', username: '', password: '' });
  });

  it('reads Bearer in any letter case', () => {
    expect(parseCredentials({ authorization: 'bearer a.b-c_d' })).toEqual({ kind: 'token', token: 'a.b-c_d' });
  });

  it('knows an API key wherever it stands', () => {
    const expected = { kind: 'api-key', key: KEY };
    expect(parseCredentials({ apiKey: ` ${KEY} ` })).toEqual(expected);
    expect(parseCredentials({ authorization: `Bearer ${KEY}` })).toEqual(expected);
    expect(parseCredentials({ authorization: basic(`anyone:${KEY}`) })).toEqual(expected);
    expect(parseCredentials({ apiKey: KEY, authorization: 'Bearer x' })).toEqual(expected);
  });

  it.each(['Digest x', 'Basic', 'Basic !!!', basic('no colon'), 'Bearer', 'Bearer a b', 'Bearer ä', `Bearer ${'x'.repeat(20_000)}`])(
    'refuses %.30s',
    (authorization) => {
      expect(() => parseCredentials({ authorization })).toThrow(expect.objectContaining({ code: 'auth-header-invalid' }));
    },
  );

  it('gives credentials or its own error for any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('', 'Basic ', 'Bearer '), (text, scheme) => {
        try {
          expect(parseCredentials({ authorization: scheme + text })).toHaveProperty('kind');
        } catch (error) {
          expect(error).toMatchObject({ code: 'auth-header-invalid' });
        }
      }),
    );
  });
});
