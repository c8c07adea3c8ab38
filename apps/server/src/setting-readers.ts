import { parseLevel, type LogFormat, type LogLevel } from '@govc/logging';

import { ServerError } from './errors.js';

/** Readers of settings: each turns a text into a value, or says which setting is wrong and what it must be. */

/** A text that is not empty. @throws {ServerError} config-value-invalid */
export function readText(text: string, name: string): string {
  if (text !== '' && !text.includes('\0')) return text;
  throw invalid(name, text, 'a text that is not empty');
}

/** A path of a URL. @throws {ServerError} config-value-invalid */
export function readPath(text: string, name: string): string {
  if (/^\/[A-Za-z0-9/_.-]+$/.test(text)) return text;
  throw invalid(name, text, 'a path such as /metrics');
}

/** @throws {ServerError} config-value-invalid */
export function readBoolean(text: string, name: string): boolean {
  switch (text.trim().toLowerCase()) {
    case 'true': case 'yes': case 'on': case '1':
      return true;
    case 'false': case 'no': case 'off': case '0':
      return false;
    default:
      throw invalid(name, text, 'true or false');
  }
}

/** A reader of whole numbers in these bounds. */
export function integer(min: number, max: number): (text: string, name: string) => number {
  return (text, name) => {
    const value = /^\d{1,15}$/.test(text.trim()) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw invalid(name, text, `a whole number from ${min} to ${max}`);
  };
}

/** A size in bytes, with `k`, `m`, `g` or `t` in powers of 1024. @throws {ServerError} config-value-invalid */
export function readSize(text: string, name: string): number {
  const match = /^(\d{1,12})\s*([kmgt]?)$/i.exec(text.trim());
  const power = ['', 'k', 'm', 'g', 't'].indexOf(match?.[2]?.toLowerCase() ?? '');
  const value = match === null ? Number.NaN : Number(match[1]) * 1024 ** power;
  if (Number.isSafeInteger(value)) return value;
  throw invalid(name, text, 'a size in bytes such as 65536 or 64m');
}

/** @throws {ServerError} config-value-invalid */
export function readLevel(text: string, name: string): LogLevel {
  try {
    return parseLevel(text);
  } catch (error) {
    throw new ServerError('config-value-invalid', `${name}: ${(error as Error).message}.`, { name, value: text.slice(0, 60) }, { cause: error });
  }
}

/** @throws {ServerError} config-value-invalid */
export function readLogFormat(text: string, name: string): LogFormat {
  if (text === 'json' || text === 'text' || text === 'pretty') return text;
  throw invalid(name, text, 'json, pretty or text');
}

/** @throws {ServerError} config-value-invalid */
export function readStorageType(text: string, name: string): 'memory' | 'disk' {
  if (text === 'memory' || text === 'disk') return text;
  throw invalid(name, text, 'memory or disk');
}

/** Pages that may ask through a browser: `*`, or origins such as `https://example.com`. @throws {ServerError} config-value-invalid */
export function readOrigins(text: string, name: string): readonly string[] {
  const origins = listOf(text);
  for (const origin of origins) {
    if (origin === '*' || (URL.canParse(origin) && new URL(origin).origin === origin)) continue;
    throw invalid(name, text, '* or origins such as https://example.com, separated by commas');
  }
  return origins;
}

/** Hosts, or hosts with ports: `localhost:9000`. @throws {ServerError} config-value-invalid */
export function readHosts(text: string, name: string): readonly string[] {
  const hosts = listOf(text.toLowerCase());
  if (hosts.every((host) => host === '*' || /^([a-z0-9._-]+|\[?[0-9a-f:.]+\]?)(:\d{1,5})?$/.test(host))) return hosts;
  throw invalid(name, text, 'hosts such as localhost:9000, separated by commas');
}

/**
 * Which proxies are believed about where a request comes from: `false`, a number of hops, or addresses and networks.
 *
 * @throws {ServerError} config-value-invalid
 */
export function readTrustProxy(text: string, name: string): false | number | readonly string[] {
  const trimmed = text.trim().toLowerCase();
  if (trimmed === 'false' || trimmed === '0' || trimmed === 'no' || trimmed === 'off') return false;
  if (/^\d{1,2}$/.test(trimmed)) return Number(trimmed);
  const places = listOf(trimmed);
  // "true" would believe whatever a client writes.
  const known = /^(loopback|linklocal|uniquelocal|[0-9a-f.:]{3,45}(\/\d{1,3})?)$/;
  if (places.length > 0 && places.every((place) => known.test(place) && /^[a-z]+$|[.:]/.test(place))) return places;
  throw invalid(name, text, 'false, how many proxies there are, or their addresses such as loopback or 10.0.0.0/8');
}

/** Texts that are separated by commas. */
export function readList(text: string): readonly string[] {
  return listOf(text);
}

/** A reader of one of some words. */
export function choice<Word extends string>(...words: readonly Word[]): (text: string, name: string) => Word {
  return (text, name) => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    throw invalid(name, text, words.join(', '));
  };
}

function listOf(text: string): string[] {
  return text.split(',').map((part) => part.trim()).filter((part) => part !== '');
}

function invalid(name: string, value: string, wanted: string): ServerError {
  return new ServerError('config-value-invalid', `${name} is ${JSON.stringify(value.slice(0, 60))}; it must be ${wanted}.`, {
    name, value: value.slice(0, 60),
  });
}
