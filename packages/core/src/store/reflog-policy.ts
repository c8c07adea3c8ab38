/** Which refs get a log (`core.logAllRefUpdates` in git-config). */
import type { Config } from '../config/config.js';
import { findConfigBool } from '../config/config-value.js';
import { GovcError } from '../errors.js';
import { HEAD, type RefName } from '../ref/ref-name.js';

/**
 * Which refs get a log that have none.
 *
 * - `none`: no ref
 * - `normal`: HEAD, branches, branches of remotes and notes
 * - `always`: every ref
 */
export type ReflogPolicy = 'none' | 'normal' | 'always';

/** The policy that a configuration asks for. @throws {GovcError} config-invalid */
export function reflogPolicy(config: Config, isBare: boolean): ReflogPolicy {
  const value = config.get('core.logallrefupdates');
  if (value === undefined) return isBare ? 'none' : 'normal';
  if (value.toLowerCase() === 'always') return 'always';
  const isOn = findConfigBool(config.find('core.logallrefupdates')?.value);
  if (isOn === undefined) {
    throw new GovcError('config-invalid', `core.logAllRefUpdates is "${value}", neither a boolean nor "always".`, { value });
  }
  return isOn ? 'normal' : 'none';
}

/** Whether a ref without a log gets one when it changes. */
export function createsReflog(name: RefName, policy: ReflogPolicy): boolean {
  // The log of this ref is the list of stashes, so that git makes it whatever the configuration says.
  if (name === 'refs/stash') return true;
  if (policy !== 'normal') return policy === 'always';
  return name === HEAD || /^refs\/(?:heads|remotes|notes)\//.test(name);
}
