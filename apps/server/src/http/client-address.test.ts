import type { IncomingMessage } from 'node:http';

import { describe, expect, it } from '@jest/globals';

import { addressKey, createClientReader, type TrustProxy } from './client-address.js';

function read(trust: TrustProxy, remoteAddress: string | undefined, headers: Record<string, string> = {}) {
  return createClientReader(trust)({ socket: { remoteAddress }, headers } as unknown as IncomingMessage);
}

const FORWARDED = { 'x-forwarded-for': '6.6.6.6, 203.0.113.7, 10.0.0.2', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'git.example' };

describe('where a request comes from', () => {
  it('is the connection where no proxy is believed', () => {
    expect(read(false, '::ffff:192.0.2.1', FORWARDED)).toEqual({ address: '192.0.2.1', scheme: 'http', host: undefined });
    expect(read(['10.0.0.0/8'], '192.0.2.1', FORWARDED)).toEqual({ address: '192.0.2.1', scheme: 'http', host: undefined });
    expect(read(1, undefined, FORWARDED).address).toBeUndefined();
  });

  it('is what believed proxies say, and not what came before them', () => {
    expect(read(1, '10.0.0.1', FORWARDED)).toEqual({ address: '10.0.0.2', scheme: 'https', host: 'git.example' });
    expect(read(2, '10.0.0.1', FORWARDED).address).toBe('203.0.113.7');
    expect(read(['loopback', 'uniquelocal'], '10.0.0.1', FORWARDED).address).toBe('203.0.113.7');
    expect(read(['10.0.0.0/8'], '::ffff:10.0.0.1', FORWARDED).address).toBe('203.0.113.7');
    expect(read(['fd00::/8'], 'fd00::1', { 'x-forwarded-for': '2001:db8::1' }).address).toBe('2001:db8::1');
  });

  it('stays with the last good one where a list holds nonsense', () => {
    expect(read(5, '10.0.0.1', { 'x-forwarded-for': '1.1.1.1, unknown, 10.0.0.2' }).address).toBe('10.0.0.2');
    expect(read(5, '10.0.0.1', { 'x-forwarded-for': '<script>', 'x-forwarded-proto': 'gopher' })).toMatchObject({ address: '10.0.0.1', scheme: 'http' });
  });
});

describe('what counts as one address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'], [undefined, 'unknown'], ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'], ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:0db8::1', '2001:db8:0:0::/64'], ['::1', '0:0:0:0::/64'], ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('of %s is %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});
