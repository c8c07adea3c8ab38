import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { VALUE_LIMITS, toPlainText, toPlainValue } from './plain-value.js';
import { type LogFields, renderRecord } from './record.js';
import { REDACTED, isSecretName, redactText } from './redact.js';
import { requestFields } from './request-fields.js';

function rendered(fields: LogFields): Record<string, unknown> {
  return JSON.parse(renderRecord({ timeMs: 0, level: 'INFO', message: 'm', fields }, 'json')) as Record<string, unknown>;
}

describe('renderRecord', () => {
  it('survives values that refer to themselves', () => {
    const loop: Record<string, unknown> = { name: 'loop' };
    loop['self'] = loop;
    expect(rendered({ loop }).loop).toEqual({ name: 'loop', self: '[circular]' });
  });

  it('writes the same value twice when it is shared but not circular', () => {
    const shared = { a: 1 };
    expect(rendered({ x: [shared, shared] }).x).toEqual([{ a: 1 }, { a: 1 }]);
  });

  it('keeps what an error says: name, message, code, data and cause', () => {
    const cause = new TypeError('inner');
    const error = Object.assign(new Error('outer', { cause }), { code: 'ref-conflict', data: { ref: 'refs/heads/main' } });
    expect(rendered({ error }).error).toMatchObject({
      name: 'Error',
      message: 'outer',
      code: 'ref-conflict',
      data: { ref: 'refs/heads/main' },
      cause: { name: 'TypeError', message: 'inner' },
    });
  });

  it('writes bigints, dates, bytes, sets, maps, symbols and odd numbers as plain data', () => {
    expect(
      rendered({
        big: 2n ** 70n,
        date: new Date(0),
        wrong: new Date(Number.NaN),
        bytes: new Uint8Array(5),
        set: new Set([1, 2]),
        map: new Map([['k', 'v']]),
        symbol: Symbol('s'),
        nan: Number.NaN,
        none: undefined,
        call: () => 1,
      }),
    ).toMatchObject({
      big: '1180591620717411303424',
      date: '1970-01-01T00:00:00.000Z',
      wrong: 'invalid date',
      bytes: '[5 bytes]',
      set: [1, 2],
      map: { k: 'v' },
      symbol: 'Symbol(s)',
      nan: 'NaN',
    });
    expect(Object.keys(rendered({ none: undefined, call: () => 1 }))).toEqual(['timestamp', 'level', 'message']);
  });

  it('notes a getter that throws instead of throwing', () => {
    const value = Object.defineProperty({}, 'x', { enumerable: true, get: () => { throw new Error('no'); } });
    expect(rendered({ value }).value).toEqual({ x: '[unreadable: no]' });
  });

  it('keeps a member called __proto__ a member', () => {
    const value: unknown = JSON.parse('{"__proto__":{"polluted":true}}');
    expect(JSON.stringify(toPlainValue(value))).toBe('{"__proto__":{"polluted":true}}');
  });

  it('never throws and always gives one line of JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true })), (fields) => {
        const line = renderRecord({ timeMs: 0, level: 'INFO', message: 'm', fields }, 'json');
        expect(line).not.toContain('\n');
        JSON.parse(line);
        expect(renderRecord({ timeMs: 0, level: 'INFO', message: 'm', fields }, 'text')).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});

describe('the bounds of a value', () => {
  it('takes a text at the limit whole and shortens a longer one', () => {
    expect(toPlainText('x'.repeat(VALUE_LIMITS.textLength))).toHaveLength(VALUE_LIMITS.textLength);
    expect(toPlainText('x'.repeat(VALUE_LIMITS.textLength + 7))).toMatch(/x… \(7 more characters\)$/);
  });

  it('takes a list at the limit whole and says when more was left out', () => {
    const at = toPlainValue(new Array(VALUE_LIMITS.members).fill(1)) as unknown[];
    const over = toPlainValue(new Array(VALUE_LIMITS.members + 1).fill(1)) as unknown[];
    expect(at.at(-1)).toBe(1);
    expect(over.at(-1)).toBe('[more items]');
  });

  it('stops at the depth limit, however deep the value is', () => {
    let deep: unknown = 'end';
    for (let depth = 0; depth < 100_000; depth++) deep = { deep };
    expect(JSON.stringify(toPlainValue(deep))).toContain('[too deep]');
  });
});

describe('redaction', () => {
  it.each(['authorization', 'Authorization', 'password', 'X-API-Key', 'apiKey', 'api_key', 'refresh_token', 'Set-Cookie', 'jwtSecret'])(
    'hides a field called %s',
    (name) => {
      expect(isSecretName(name)).toBe(true);
      expect(rendered({ headers: { [name]: 'hunter2' }, [name]: 'hunter2' })).toMatchObject({ headers: { [name]: REDACTED }, [name]: REDACTED });
    },
  );

  it.each(['path', 'token_count', 'user_id', 'repository', 'key_id'])('shows a field called %s', (name) => {
    expect(isSecretName(name)).toBe(false);
  });

  it('hides credentials inside texts', () => {
    const key = `govc_${'A'.repeat(43)}`;
    const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
    expect(redactText(`key ${key}.`)).toBe(`key ${REDACTED}.`);
    expect(redactText(`Authorization: Bearer ${jwt}`)).toBe(`Authorization: Bearer ${REDACTED}`);
    expect(redactText(`got ${jwt}`)).toBe(`got ${REDACTED}`);
    expect(redactText('https://user:hunter2@host/x')).toBe(`https://user:${REDACTED}@host/x`);
    expect(redactText('/repos?api_key=abc&x=1')).toBe(`/repos?api_key=${REDACTED}&x=1`);
    expect(redactText('https://ghp_abcdef@host/x')).toBe(`https://${REDACTED}@host/x`);
    expect(redactText('govr_abcdefghijklmnopqrstuv.secretsecret end')).toBe(`${REDACTED} end`);
    expect(redactText('X-API-Key: abc, Cookie: sid=1; Authorization: Digest x')).not.toMatch(/abc|sid=1/);
    expect(redactText('{"admin_password": "a\\"b", "x": 1}')).toBe(`{"admin_password": "${REDACTED}", "x": 1}`);
    expect(redactText('GOVC_JWT_SECRET=abc next')).toBe(`GOVC_JWT_SECRET=${REDACTED} next`);
    expect(redactText('-----BEGIN EC PRIVATE KEY-----\nMHcCAQ==\n-----END')).not.toContain('MHcC');
    expect(redactText('nothing secret here')).toBe('nothing secret here');
  });

  it('hides a secret that the length limit cuts in two', () => {
    const text = `${'x'.repeat(VALUE_LIMITS.textLength - 20)} govc_${'A'.repeat(43)}`;
    expect(toPlainText(text)).not.toContain('govc_A');
  });

  it('searches a hostile text in linear time', () => {
    const text = '://:'.repeat(2048) + 'eyJ'.repeat(2000);
    expect(redactText(text).length).toBeGreaterThan(0);
  });
});

describe('requestFields', () => {
  it('uses the names of the record shape and leaves out an unknown user', () => {
    const fields = requestFields({ requestId: 'r', method: 'POST', path: '/api/v1/repos', status: 201, latencyMs: 45.00049 });
    expect(rendered(fields)).toMatchObject({
      request_id: 'r',
      http_method: 'POST',
      http_path: '/api/v1/repos',
      http_status: 201,
      http_latency_ms: 45,
    });
    expect(rendered(fields)).not.toHaveProperty('user_id');
  });
});
