import type { Config } from '../config/config.js';
import type { ObjectId } from '../hash/object-id.js';
import { findFsckMessageId, parseFsckSeverities, type FsckOverrides } from '../object/fsck-message.js';

/** What `denyCurrentBranch` and `denyDeleteCurrent` may say (git-config). */
export type DenyAction = 'unconfigured' | 'ignore' | 'warn' | 'refuse' | 'updateInstead';

/** How the objects of a push are checked by the rules of git fsck. */
export interface FsckPolicy {
  readonly overrides: FsckOverrides;
  /** Objects that are known to be bad and pass. */
  readonly skipList: ReadonlySet<ObjectId> | undefined;
}

/** Which refs go to a proc-receive handler: one value of `receive.procReceiveRefs`. */
export interface ProcReceivePattern {
  readonly add: boolean;
  readonly remove: boolean;
  readonly modify: boolean;
  readonly negated: boolean;
  readonly prefix: string;
}

/** What `receive.*`, `transfer.*`, `repack.*` and `core.*` say about taking pushes (git-config). */
export interface ReceiveConfig {
  readonly isBare: boolean;
  readonly denyDeletes: boolean;
  readonly denyNonFastForwards: boolean;
  readonly denyCurrentBranch: DenyAction;
  readonly denyDeleteCurrent: DenyAction;
  readonly fsck: FsckPolicy | undefined;
  /** Values of `receive.fsck.*` that name no check; Git warns and goes on. */
  readonly unknownFsckIds: readonly string[];
  readonly shallowUpdate: boolean;
  readonly advertiseAtomic: boolean;
  readonly advertisePushOptions: boolean;
  readonly advertiseSessionId: boolean;
  readonly preferOfsDelta: boolean;
  /** Bytes of a pack; `undefined`: any. */
  readonly inputSizeMax: number | undefined;
  /** `undefined`: never. */
  readonly keepAliveMs: number | undefined;
  readonly procReceive: readonly ProcReceivePattern[];
}

/**
 * @param skipList what `receive.fsck.skipList` names, read by whoever can read files
 * @throws {GovcError} config-invalid: a value that cannot be read.
 */
export function readReceiveConfig(config: Config, skipList: ReadonlySet<ObjectId> | undefined): ReceiveConfig {
  const checksObjects =
    config.findBool('receive.fsckObjects') ?? config.findBool('transfer.fsckObjects') ?? false;
  const keepAlive = config.getInt('receive.keepAlive', 5);
  const inputSizeMax = config.getInt('receive.maxInputSize', 0);
  const { overrides, unknown } = readFsckOverrides(config);
  return {
    isBare: config.getBool('core.bare', true),
    denyDeletes: config.getBool('receive.denyDeletes', false),
    denyNonFastForwards: config.getBool('receive.denyNonFastForwards', false),
    denyCurrentBranch: readDenyAction(config, 'receive.denyCurrentBranch'),
    denyDeleteCurrent: readDenyAction(config, 'receive.denyDeleteCurrent'),
    fsck: checksObjects ? { overrides, skipList } : undefined,
    unknownFsckIds: unknown,
    shallowUpdate: config.getBool('receive.shallowUpdate', false),
    advertiseAtomic: config.getBool('receive.advertiseAtomic', true),
    advertisePushOptions: config.getBool('receive.advertisePushOptions', false),
    advertiseSessionId: config.getBool('transfer.advertiseSID', false),
    preferOfsDelta: config.getBool('repack.useDeltaBaseOffset', true),
    inputSizeMax: inputSizeMax > 0 ? inputSizeMax : undefined,
    keepAliveMs: keepAlive > 0 ? keepAlive * 1000 : undefined,
    procReceive: config.getAll('receive.procReceiveRefs').map(parseProcReceivePattern),
  };
}

function readDenyAction(config: Config, name: string): DenyAction {
  const value = config.get(name)?.toLowerCase();
  switch (value) {
    case undefined:
      return 'unconfigured';
    case 'ignore':
    case 'warn':
    case 'refuse':
      return value;
    case 'updateinstead':
      return 'updateInstead';
    default:
      return config.getBool(name, false) ? 'refuse' : 'ignore';
  }
}

function readFsckOverrides(config: Config): { readonly overrides: FsckOverrides; readonly unknown: readonly string[] } {
  const known: [string, string][] = [];
  const unknown: string[] = [];
  for (const entry of config.entries()) {
    if (entry.section !== 'receive' || entry.subsection?.toLowerCase() !== 'fsck' || entry.key === 'skiplist') continue;
    if (findFsckMessageId(entry.key) === undefined) unknown.push(entry.key);
    else known.push([entry.key, entry.value ?? '']);
  }
  return { overrides: parseFsckSeverities(known), unknown };
}

/** Reads a value such as `refs/for`, `ad:refs/heads` or `!:refs/heads` (git-config, `receive.procReceiveRefs`). */
export function parseProcReceivePattern(value: string): ProcReceivePattern {
  const colon = value.indexOf(':');
  const flags = colon < 0 ? 'adm' : value.slice(0, colon);
  return {
    add: flags.includes('a'),
    remove: flags.includes('d'),
    modify: flags.includes('m'),
    negated: flags.includes('!'),
    prefix: value.slice(colon + 1).replace(/\/+$/, ''),
  };
}

/** Whether a change of a ref goes to the proc-receive handler. */
export function matchesProcReceive(
  patterns: readonly ProcReceivePattern[],
  change: { readonly name: string; readonly creates: boolean; readonly deletes: boolean },
): boolean {
  const { name, creates, deletes } = change;
  for (const pattern of patterns) {
    if (!pattern.add && creates) continue;
    if (!pattern.remove && deletes) continue;
    if (!pattern.modify && !creates && !deletes) continue;
    const { prefix } = pattern;
    const isBelow = name.startsWith(prefix) && (name.length === prefix.length || name[prefix.length] === '/');
    if (isBelow !== pattern.negated) return true;
  }
  return false;
}
