import { Config, parseConfig, bytesFromText } from '@govc/core/plumbing';

/**
 * How repositories of our own are configured where they do not say otherwise. They are for partial clones and for pushes of
 * strangers, so filters are allowed and objects checked; the three findings that are ignored stand in histories that
 * nobody can rewrite any more, and harm nobody. Reflogs say where branches were when.
 */
export const OWN_DEFAULTS: readonly (readonly [name: string, value: string])[] = [
  ['core.logAllRefUpdates', 'true'],
  ['uploadpack.allowFilter', 'true'],
  ['uploadpack.allowAnySHA1InWant', 'true'],
  ['receive.advertisePushOptions', 'true'],
  ['receive.fsckObjects', 'true'],
  ['receive.fsck.badTimezone', 'ignore'],
  ['receive.fsck.missingSpaceBeforeDate', 'ignore'],
  ['receive.fsck.zeroPaddedFilemode', 'ignore'],
];

/** {@link OWN_DEFAULTS} as a configuration that a repository's own outranks. */
export function ownDefaultsConfig(): Config {
  const text = OWN_DEFAULTS.map(([name, value]) => {
    const [section, ...rest] = name.split('.');
    const key = rest.pop()!;
    const header = rest.length === 0 ? `[${section!}]` : `[${section!} "${rest.join('.')}"]`;
    return `${header}\n\t${key} = ${value}\n`;
  }).join('');
  return Config.from(parseConfig(bytesFromText(text)));
}
