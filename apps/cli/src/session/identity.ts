/** Who the user is, by the environment and the configuration (git-commit(1), "COMMIT INFORMATION"). */
import type { Identity } from '@govc/core';
import { findDate, type Config } from '@govc/core/plumbing';

import { die, Failure } from '../failure.js';
import type { CommandIo } from '../io.js';

/** Whose part an identity has in a commit or tag. */
export type IdentityKind = 'author' | 'committer';

/** What an identity is made of beside the configuration. */
export interface IdentityOptions {
  /** Whether a name and an address that can be used must be known. Default: yes. */
  readonly isStrict?: boolean | undefined;
  /** Who it is where nobody is named. Default: what the machine makes of the user, which is refused where `isStrict`. */
  readonly fallback?: { readonly name: string; readonly email: string } | undefined;
  /** A date in the place of the environment's. */
  readonly date?: string | undefined;
}

/** Who stashes where nobody is named. */
export const STASHER = { name: 'git', email: 'git@stash' };

/**
 * The author or committer, with a date.
 *
 * @throws {Failure} nobody is named, or the date cannot be read
 */
export function findIdentity(io: CommandIo, config: Config, kind: IdentityKind, options: IdentityOptions = {}): Identity {
  const { env } = io;
  const isStrict = options.isStrict ?? true;
  const prefix = `GIT_${kind.toUpperCase()}_`;
  const email = env[`${prefix}EMAIL`] ?? nonEmpty(config.get(`${kind}.email`)) ?? nonEmpty(config.get('user.email')) ?? options.fallback?.email ?? defaultEmail(io, config, kind, isStrict);
  let name = env[`${prefix}NAME`] ?? nonEmpty(config.get(`${kind}.name`)) ?? nonEmpty(config.get('user.name')) ?? options.fallback?.name;
  const isDefault = name === undefined;
  name ??= defaultName(io, config, kind, isStrict);
  if (name === '') {
    if (isStrict) refuse(isDefault ? kind : undefined, `empty ident name (for <${email}>) not allowed`);
    name = userName(io);
  }
  if (isStrict && !/[^\0- .,:;<>"\\']/.test(name)) die(`name consists only of disallowed characters: ${name}`);
  return { name: clean(name), email: clean(email), ...readDate(io, options.date ?? nonEmpty(env[`${prefix}DATE`])) };
}

/** The moment that a date of the environment names, or the present one. @throws {Failure} */
export function readDate(io: CommandIo, text: string | undefined): Pick<Identity, 'timeSeconds' | 'timezone'> {
  const nowSeconds = Math.floor(io.clock() / 1000);
  const zone = io.zone ?? (() => 0);
  if (text === undefined) return { timeSeconds: nowSeconds, timezone: formatZone(zone(nowSeconds)) };
  const date = findDate(text, { nowSeconds, zone });
  if (date === undefined) die(`invalid date format: ${text}`);
  return { timeSeconds: date.timeSeconds, timezone: formatZone(date.offsetMinutes) };
}

/** Minutes ahead of UTC as `+0100`. */
export function formatZone(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${String(Math.floor(size / 60)).padStart(2, '0')}${String(size % 60).padStart(2, '0')}`;
}

/** An identity as Git prints it: `name <email> seconds zone`. */
export function formatIdentity({ name, email, timeSeconds, timezone }: Identity): string {
  return `${name} <${email}> ${timeSeconds} ${timezone}`;
}

function defaultEmail(io: CommandIo, config: Config, kind: IdentityKind, isStrict: boolean): string {
  if (isStrict && config.getBool('user.useconfigonly', false)) refuse(kind, 'no email was given and auto-detection is disabled');
  const email = nonEmpty(io.env['EMAIL']);
  if (email !== undefined) return email;
  const made = `${userName(io)}@${io.env['HOSTNAME'] ?? 'localhost'}.(none)`;
  if (isStrict) refuse(kind, `unable to auto-detect email address (got '${made}')`);
  return made;
}

function defaultName(io: CommandIo, config: Config, kind: IdentityKind, isStrict: boolean): string {
  if (isStrict && config.getBool('user.useconfigonly', false)) refuse(kind, 'no name was given and auto-detection is disabled');
  return userName(io);
}

function userName({ env }: CommandIo): string {
  return nonEmpty(env['LOGNAME']) ?? nonEmpty(env['USER']) ?? 'root';
}

function refuse(kind: IdentityKind | undefined, sentence: string): never {
  const who = kind === undefined ? '' : `${kind === 'author' ? 'Author' : 'Committer'} identity unknown\n`;
  const hint = kind === undefined ? '' : `${who}\n*** Please tell me who you are.\n\nRun\n\n` +
    '  git config --global user.email "you@example.com"\n  git config --global user.name "Your Name"\n\n' +
    'to set your account\'s default identity.\nOmit --global to set the identity only in this repository.\n\n';
  throw new Failure(`${hint}fatal: ${sentence}\n`, 128);
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

/** Takes away what cannot stand in a name or address, as Git does. */
function clean(text: string): string {
  return text.replace(/^[\0- .,:;<>"\\']+|[\0- .,:;<>"\\']+$/g, '').replace(/[\n<>]/g, '');
}
