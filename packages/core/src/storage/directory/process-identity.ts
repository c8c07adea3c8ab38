/** Which process made something, so that others can tell whether it still runs. Linux only. */
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { systemCode } from './disk.js';

/** What is known of whoever an identity names. */
export type ProcessState = 'alive' | 'dead' | 'elsewhere';

/**
 * The name of this process, unlike that of any other: its number, when it began, and the boot and the space of
 * numbers in which they count. `undefined` where the system does not tell.
 */
export function findIdentity(): string | undefined {
  try {
    const id = readlinkSync('/proc/self');
    const start = findStart(id);
    return start === undefined ? undefined : `${id}.${start}.${place()}`;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}

/** Whether the process of an identity still runs; `elsewhere` for one of another machine, boot or container. */
export function stateOfProcess(identity: string): ProcessState {
  const [id = '', start, where] = identity.split('.');
  try {
    if (where !== place() || !/^\d+$/.test(id)) return 'elsewhere';
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return 'elsewhere';
  }
  return findStart(id) === start ? 'alive' : 'dead';
}

/** When a process began, in ticks since the boot; `undefined` for one that is gone or dead and not yet fetched. */
function findStart(id: string): string | undefined {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, 'latin1');
    // The second field is the name of the program, which may hold anything.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : fields[18];
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

function place(): string {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1');
  return createHash('sha1').update(boot).update(readlinkSync('/proc/self/ns/pid')).digest('hex').slice(0, 12);
}
