import type { Person } from '@govc/core';

import { ServerError } from '../errors.js';
import type { Call } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import type { HostedRepository } from '../repositories/repositories.js';

/** Somebody as requests name them. */
export interface PersonBody {
  readonly name: string;
  readonly email: string;
  readonly date?: string;
}

/** The schema of {@link PersonBody}. */
export const PERSON: Schema = {
  title: 'Person',
  type: 'object',
  required: ['name', 'email'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 1000 },
    email: { type: 'string', minLength: 1, maxLength: 1000 },
    date: {
      type: 'string', pattern: String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$`, maxLength: 40,
      description: 'RFC 3339. Default: now.',
    },
  },
};

/** The parts of a body that say who does something. */
export interface AuthorBody {
  readonly author?: string | PersonBody;
  readonly email?: string;
  readonly committer?: PersonBody;
}

/** The properties of {@link AuthorBody}. */
export const AUTHOR_PROPERTIES: Readonly<Record<string, Schema>> = {
  author: { anyOf: [PERSON, { type: 'string', minLength: 1, maxLength: 1000 }], description: 'Default: whoever is signed in.' },
  email: { type: 'string', minLength: 1, maxLength: 1000, description: 'Of an author given as text.' },
  committer: { ...PERSON, description: 'Default: the author.' },
};

/** The author that a body names, or whoever is signed in; `undefined` leaves it to the repository's configuration. */
export function authorOf({ body, context }: Call<AuthorBody | undefined>): Person | undefined {
  const { author, email } = body ?? {};
  if (typeof author === 'object') return personOf(author);
  const { principal } = context;
  if (author === undefined) return principal === undefined ? undefined : { name: principal.username, email: email ?? principal.email };
  if (email !== undefined) return { name: author, email };
  const match = /^(.*?)\s*<([^<>]*)>$/.exec(author);
  if (match !== null) return { name: match[1]!, email: match[2]! };
  throw new ServerError('request-invalid', 'The author needs an address: write {"name": …, "email": …}, or "email" beside it.', {
    place: 'body', path: '/email',
  });
}

/** Who stands as author and committer of what a verb makes by itself: somebody always does. */
export function actorsOf(call: Call<AuthorBody | undefined>, { repository }: HostedRepository): { readonly author: Person; readonly committer: Person } {
  const { config } = repository.snapshot;
  const name = config.get('user.name');
  const email = config.get('user.email');
  const author = authorOf(call) ?? (name === undefined || email === undefined ? NOBODY : { name, email });
  const { committer } = call.body ?? {};
  return { author, committer: committer === undefined ? author : personOf(committer) };
}

/** The same, under one name. */
export function actorOf(call: Call<AuthorBody | undefined>, hosted: HostedRepository): Person {
  return actorsOf(call, hosted).committer;
}

const NOBODY: Person = { name: 'govc', email: 'govc@localhost' };

/** A person of a request as the library takes it. @throws {ServerError} request-invalid: the date does not exist */
export function personOf({ name, email, date }: PersonBody): Person {
  if (date === undefined) return { name, email };
  const ms = Date.parse(date);
  if (Number.isNaN(ms)) throw new ServerError('request-invalid', `There is no date "${date}".`, { place: 'body', path: '/date' });
  const zone = /([+-])(\d\d):?(\d\d)$/.exec(date);
  return { name, email, timeSeconds: Math.floor(ms / 1000), timezone: zone === null ? '+0000' : `${zone[1]!}${zone[2]!}${zone[3]!}` };
}
