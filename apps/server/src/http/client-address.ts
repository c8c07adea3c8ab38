import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv6 } from 'node:net';

/** Which proxies are believed about where a request comes from: none, so many, or those with these addresses. */
export type TrustProxy = false | number | readonly string[];

/** What stands between the server and its client, as far as proxies are believed. */
export interface Client {
  /** `undefined` when the connection is gone already. */
  readonly address: string | undefined;
  /** Of the address that the client asked. */
  readonly scheme: 'http' | 'https';
  /** Authority that the client asked, where a proxy says so; `undefined`: what the `Host` header says. */
  readonly host: string | undefined;
}

const PLACES: Readonly<Record<string, readonly (readonly [network: string, prefix: number])[]>> = {
  loopback: [['127.0.0.0', 8], ['::1', 128]],
  linklocal: [['169.254.0.0', 16], ['fe80::', 10]],
  uniquelocal: [['10.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16], ['fc00::', 7]],
};

/**
 * Reads who asks. `X-Forwarded-For`, `-Proto` and `-Host` are what proxies append to; only what a believed proxy appended is
 * believed, so the list is read from its end.
 */
export function createClientReader(trust: TrustProxy): (request: IncomingMessage) => Client {
  const isBelieved = believer(trust);
  return (request) => {
    const { remoteAddress } = request.socket;
    const scheme = 'encrypted' in request.socket ? 'https' : 'http';
    const direct = plain(remoteAddress);
    if (trust === false || direct === undefined || !isBelieved(direct, 0)) return { address: direct, scheme, host: undefined };
    let address = direct;
    const hops = listOf(request, 'x-forwarded-for').map(plain).reverse();
    for (const [index, hop] of hops.entries()) {
      if (hop === undefined) break;
      address = hop;
      if (!isBelieved(hop, index + 1)) break;
    }
    const told = listOf(request, 'x-forwarded-proto').at(-1)?.toLowerCase();
    return { address, scheme: told === 'https' || told === 'http' ? told : scheme, host: listOf(request, 'x-forwarded-host').at(-1) };
  };
}

function believer(trust: TrustProxy): (address: string, hop: number) => boolean {
  if (trust === false) return () => false;
  if (typeof trust === 'number') return (_address, hop) => hop < trust;
  const list = new BlockList();
  for (const place of trust) {
    const [network, prefix] = place.split('/') as [string, string | undefined];
    for (const [base, bits] of PLACES[place] ?? [[network, Number(prefix ?? (isIPv6(network) ? 128 : 32))] as const]) {
      list.addSubnet(base, bits, isIPv6(base) ? 'ipv6' : 'ipv4');
    }
  }
  return (address) => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** An address without the shape that IPv6 gives to those of IPv4; `undefined` for what is none, such as `unknown`. */
function plain(text: string | undefined): string | undefined {
  const address = text?.trim().replace(/^\[(.*)\]$/, '$1').replace(/^::ffff:(?=\d+\.)/i, '');
  return address !== undefined && /^[0-9a-fA-F.:]{2,45}(%[\w.]{1,20})?$/.test(address) ? address : undefined;
}

function listOf(request: IncomingMessage, name: string): string[] {
  const value = request.headers[name];
  const text = Array.isArray(value) ? value.join(',') : value;
  return text === undefined ? [] : text.slice(0, 2000).split(',').map((part) => part.trim());
}

/**
 * What stands for an address where requests are counted: whoever has one address of IPv6 has the 2^64 of its network as well.
 */
export function addressKey(address: string | undefined): string {
  if (address === undefined) return 'unknown';
  if (!isIPv6(address)) return address;
  const [head, tail] = address.split('%', 1)[0]!.split('::') as [string, string | undefined];
  const parts = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const whole = tail === undefined ? parts : [...parts, ...Array.from({ length: Math.max(0, 8 - parts.length - rest.length) }, () => '0'), ...rest];
  return `${whole.slice(0, 4).map((part) => part.replace(/^0+(?=.)/, '').toLowerCase()).join(':')}::/64`;
}
