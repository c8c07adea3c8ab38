import type { Config } from '../config/config.js';
import { expandConfigPath } from '../config/config-value.js';
import { GovcError } from '../errors.js';
import { GpgProgram, SshKeygenProgram, type ProgramOptions } from './sign-program.js';
import type { ImmediateSigner, Signer } from './sign.js';

/** What a configuration does not say. */
export interface ConfiguredSignerOptions {
  /** The environment of the program. Default: that of this process. */
  readonly env?: ProgramOptions['env'];
  /** What `~` stands for. Default: a path with it is refused. */
  readonly home?: string | undefined;
  /** Who commits, whose key it is where `user.signingKey` names none. Default: `user.name` and `user.email`. */
  readonly committer?: { readonly name: string; readonly email: string } | undefined;
}

/**
 * The program that a configuration has sign: `gpg.format` (`openpgp`, `ssh` or `x509`), the programs in `gpg.program`, `gpg.<format>.program`,
 * and the key in `user.signingKey`, which for SSH is a file or a public key whose private one an agent holds. Whether anything is signed
 * is said by `commit.gpgSign` and `tag.gpgSign`; see `RepositoryOptions.signer`.
 *
 * @throws {GovcError} config-invalid: another format; signature-failed: no SSH key is named
 * @example
 * const config = Repository.init().snapshot.config;
 * const repository = Repository.init({ signer: configuredSigner(config, { committer: { name: 'Dev', email: 'dev@example.com' } }) });
 */
export function configuredSigner(config: Config, options: ConfiguredSignerOptions = {}): Signer & ImmediateSigner {
  const { env, home, committer } = options;
  const format = config.get('gpg.format') ?? 'openpgp';
  const key = config.get('user.signingkey');
  if (format === 'ssh') {
    if (key === undefined || key === '') throw new GovcError('signature-failed', 'No SSH key is named to sign with; set user.signingKey.', {});
    const program = config.get('gpg.ssh.program');
    const publicKey = key.startsWith('key::') ? key.slice('key::'.length) : key.startsWith('ssh-') ? key : undefined;
    return new SshKeygenProgram({ program, env, ...(publicKey === undefined ? { keyFile: expandConfigPath(key, home) } : { publicKey }) });
  }
  if (format !== 'openpgp' && format !== 'x509') {
    throw new GovcError('config-invalid', `"${format.slice(0, 80)}" is no format of signatures; gpg.format is openpgp, ssh or x509.`, { key: 'gpg.format', value: format });
  }
  const program = format === 'x509' ? (config.get('gpg.x509.program') ?? 'gpgsm') : (config.get('gpg.openpgp.program') ?? config.get('gpg.program'));
  const { name, email } = committer ?? { name: config.get('user.name'), email: config.get('user.email') };
  return new GpgProgram({ program, env, key: key ?? (name === undefined || email === undefined ? undefined : `${name} <${email}>`) });
}
