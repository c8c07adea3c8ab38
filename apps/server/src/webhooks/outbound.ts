import { lookup as resolveName } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

import { ServerError } from '../errors.js';
import type { Timers } from '../events/timers.js';

/** What is sent to an address that a user named. */
export interface OutboundRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  /** Whether the certificate of the other side is not looked at. */
  readonly isInsecure?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What came back. */
export interface OutboundAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The beginning of it. */
  readonly body: string;
}

/** Sends requests to addresses that users named, and to none inside. @throws {ServerError} address-refused; or what goes wrong on the way */
export type Outbound = (request: OutboundRequest) => Promise<OutboundAnswer>;

const ANSWER_SIZE_MAX = 16 * 1024;

/** Addresses that are not the open internet (IANA special-purpose registries), the metadata services of clouds among them. */
const INSIDE = new BlockList();
for (const [address, prefix] of [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.0.2.0', 24],
  ['192.88.99.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 4], ['240.0.0.0', 4],
] as const) INSIDE.addSubnet(address, prefix, 'ipv4');
for (const [address, prefix] of [
  ['::', 128], ['::1', 128], ['::', 96], ['64:ff9b::', 96], ['64:ff9b:1::', 48], ['100::', 64], ['2001::', 23], ['2001:db8::', 32], ['2002::', 16],
  ['fc00::', 7], ['fe80::', 10], ['fec0::', 10], ['ff00::', 8],
] as const) INSIDE.addSubnet(address, prefix, 'ipv6');

/** Whether an address is inside: private, loopback, link-local, multicast, reserved. */
export function isInsideAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  if (mapped !== undefined) return isInsideAddress(mapped);
  // The same in hexadecimal.
  const hex = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(bare);
  if (hex !== null) {
    const [high, low] = [Number.parseInt(hex[1]!, 16), Number.parseInt(hex[2]!, 16)];
    return isInsideAddress(`${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`);
  }
  const family = isIP(bare);
  return family === 0 || INSIDE.check(bare, family === 6 ? 'ipv6' : 'ipv4');
}

/**
 * The address that users may name, as a URL.
 *
 * @param allowed hosts, or hosts with ports, that may be inside
 * @throws {ServerError} webhook-invalid: it is no address of HTTP; address-refused
 */
export function checkOutboundUrl(text: string, allowed: readonly string[]): URL {
  if (text.length > 2048 || !URL.canParse(text)) throw invalid(text, 'it is no URL');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw invalid(text, 'it must begin with http:// or https://');
  if (url.username !== '' || url.password !== '') throw invalid(text, 'it must hold no user name and no password');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!isAllowed(url, allowed) && (isIP(host) !== 0 ? isInsideAddress(host) : /^localhost$|\.localhost$|\.local$|\.internal$/i.test(host))) throw refused(host);
  return url;
}

/** How names of a URL are resolved; `undefined`: in the usual way, for a host that may be inside. */
export function lookupFor(url: URL, allowed: readonly string[]): LookupFunction | undefined {
  return isAllowed(url, allowed) ? undefined : guardedLookup;
}

/** How requests go out: names are resolved once, and the address that was looked at is the one that is connected to; redirects are not followed. */
export function createOutbound({ allowed, timers }: { readonly allowed: readonly string[]; readonly timers: Timers }): Outbound {
  return async ({ url: text, headers, body, timeoutMs, isInsecure, signal }) => {
    const url = checkOutboundUrl(text, allowed);
    const lookup = lookupFor(url, allowed);
    return new Promise((resolve, reject) => {
      const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
      const request = send(url, {
        method: 'POST', headers: { ...headers, 'Content-Length': Buffer.byteLength(body) }, agent: false,
        ...(lookup === undefined ? {} : { lookup }), ...(isInsecure === true ? { rejectUnauthorized: false } : {}),
      });
      const finish = (act: () => void): void => {
        cancel();
        signal?.removeEventListener('abort', onAbort);
        request.destroy();
        act();
      };
      const onAbort = (): void => finish(() => reject(new Error('the server stops')));
      const cancel = timers.after(timeoutMs, () => finish(() => reject(new Error(`no answer within ${timeoutMs} ms`))));
      signal?.addEventListener('abort', onAbort);
      request.on('error', (error) => finish(() => reject(error)));
      request.on('response', (response) => {
        readBeginning(response).then(
          (beginning) => finish(() => resolve({ status: response.statusCode ?? 0, body: beginning, headers: headersOf(response) })),
          (error: unknown) => finish(() => reject(error instanceof Error ? error : new Error(String(error)))),
        );
      });
      request.end(body);
    });
  };
}

/** The first headers, each cut to a length that can be kept. */
function headersOf({ rawHeaders }: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let index = 0; index < Math.min(rawHeaders.length, 100); index += 2) headers[rawHeaders[index]!.toLowerCase()] = rawHeaders[index + 1]!.slice(0, 1000);
  return headers;
}

async function readBeginning(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= ANSWER_SIZE_MAX) break;
  }
  return Buffer.concat(chunks).subarray(0, ANSWER_SIZE_MAX).toString('utf8');
}

/** Refuses a name of which any address is inside: a name may have several, and others later. */
const guardedLookup: LookupFunction = (hostname, options, done) => {
  resolveName(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) {
      done(error, '', 0);
      return;
    }
    const [first] = addresses;
    if (first === undefined || addresses.some(({ address }) => isInsideAddress(address))) {
      done(refused(hostname), '', 0);
      return;
    }
    if (options.all === true) done(null, addresses);
    else done(null, first.address, first.family);
  });
};

function isAllowed(url: URL, allowed: readonly string[]): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return allowed.includes('*') || allowed.includes(host) || allowed.includes(url.host);
}

function invalid(url: string, reason: string): ServerError {
  return new ServerError('webhook-invalid', `"${url.slice(0, 200)}" cannot be called: ${reason}.`, { url: url.slice(0, 200), reason });
}

function refused(host: string): ServerError {
  return new ServerError('address-refused', `"${host.slice(0, 200)}" is inside of this network and may not be called.`, { host: host.slice(0, 200) });
}
