import type { Config } from '../config/config.js';
import { simpleFilters, parseFilter, type ObjectFilter } from '../walk/filter.js';
import { protocolError } from './conversation.js';

/** What `uploadpack.*`, `uploadpackfilter.*`, `lsrefs.*` and `transfer.*` say about serving fetches (git-config). */
export interface UploadConfig {
  /** Wants that are the tip of a hidden ref. */
  readonly allowTip: boolean;
  /** Wants that a ref reaches. */
  readonly allowReachable: boolean;
  /** Any object at all. */
  readonly allowAny: boolean;
  readonly allowFilter: boolean;
  readonly allowRefInWant: boolean;
  readonly allowSidebandAll: boolean;
  /** Whether a simple filter, by its name in the configuration, may be used where nothing else is said. */
  readonly allowFilterFallback: boolean;
  readonly allowedFilters: ReadonlyMap<string, boolean>;
  readonly treeDepthMax: number | undefined;
  readonly advertiseSessionId: boolean;
  readonly advertiseObjectInfo: boolean;
  readonly unborn: 'advertise' | 'allow' | 'ignore';
  /** Silence after which an empty frame is sent; `undefined`: never. */
  readonly keepAliveMs: number | undefined;
}

/** @throws {GovcError} config-invalid: a value that cannot be read. */
export function readUploadConfig(config: Config): UploadConfig {
  const allowedFilters = new Map<string, boolean>();
  for (const name of config.subsections('uploadpackfilter')) {
    const isAllowed = config.findBool(`uploadpackfilter.${name}.allow`);
    if (isAllowed !== undefined) allowedFilters.set(name, isAllowed);
  }
  const treeDepthMax = config.findInt('uploadpackfilter.tree.maxDepth');
  // A bound on the depth allows the filter, unless a later line forbids it; Git goes by the order of lines.
  if (treeDepthMax !== undefined && !allowedFilters.has('tree')) allowedFilters.set('tree', true);
  const allowAny = config.getBool('uploadpack.allowAnySHA1InWant', false);
  const keepAlive = config.getInt('uploadpack.keepAlive', 5);
  return {
    allowTip: allowAny || config.getBool('uploadpack.allowTipSHA1InWant', false),
    allowReachable: allowAny || config.getBool('uploadpack.allowReachableSHA1InWant', false),
    allowAny,
    allowFilter: config.getBool('uploadpack.allowFilter', false),
    allowRefInWant: config.getBool('uploadpack.allowRefInWant', false),
    allowSidebandAll: config.getBool('uploadpack.allowSidebandAll', false),
    allowFilterFallback: config.getBool('uploadpackfilter.allow', true),
    allowedFilters,
    treeDepthMax,
    advertiseSessionId: config.getBool('transfer.advertiseSID', false),
    advertiseObjectInfo: config.getBool('transfer.advertiseObjectInfo', false),
    unborn: readUnborn(config),
    keepAliveMs: keepAlive > 0 ? keepAlive * 1000 : undefined,
  };
}

function readUnborn(config: Config): UploadConfig['unborn'] {
  const value = config.get('lsrefs.unborn') ?? 'advertise';
  if (value === 'advertise' || value === 'allow' || value === 'ignore') return value;
  throw protocolError(`invalid value for 'lsrefs.unborn': '${value}'`);
}

/**
 * The filter that a client asks for, if it may be used.
 *
 * @throws {GovcError} protocol-error: not a filter-spec, or one that the configuration forbids.
 */
export function readAllowedFilter(spec: string, config: UploadConfig): ObjectFilter {
  const filter = parseFilter(spec);
  if (filter.kind === 'combine') checkFilterName('combine', config);
  for (const simple of simpleFilters(filter)) {
    checkFilterName(simple.kind, config);
    const { treeDepthMax } = config;
    if (simple.kind === 'tree' && treeDepthMax !== undefined && simple.depth > treeDepthMax) {
      throw protocolError(`tree filter allows max depth ${treeDepthMax}, but got ${simple.depth}`);
    }
  }
  return filter;
}

function checkFilterName(name: ObjectFilter['kind'], config: UploadConfig): void {
  if (config.allowedFilters.get(name) ?? config.allowFilterFallback) return;
  throw protocolError(`filter '${name}' not supported`);
}
