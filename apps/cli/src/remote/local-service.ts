/** A service for a path of this machine, run in this process as the command that it is. */
import { PassThrough, Writable } from 'node:stream';

import { GovcError } from '@govc/core';
import type { Connect, Connection } from '@govc/core/protocol';

import type { Context } from '../context.js';
import { Failure } from '../failure.js';

const PRIVATE = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_OBJECT_DIRECTORY', 'GIT_ALTERNATE_OBJECT_DIRECTORIES', 'GIT_CONFIG_PARAMETERS', 'GIT_CONFIG_COUNT',
  'GIT_PREFIX', 'GIT_COMMON_DIR', 'GIT_NAMESPACE', 'GIT_IMPLICIT_WORK_TREE'];

/** Connections to the repository at a path. What belongs to the repository here is taken from the environment. */
export function connectPath(context: Context, path: string): Connect {
  return ({ service, version, onDiagnostic }) => {
    const stdin = new PassThrough();
    const stdout = new PassThrough();
    const stderr = new Writable({
      write: (chunk: Uint8Array, _encoding, done) => {
        onDiagnostic?.(chunk);
        done();
      },
    });
    const env: Record<string, string | undefined> = { ...context.io.env, GIT_PROTOCOL: version > 0 ? `version=${version}` : undefined };
    for (const name of PRIVATE) env[name] = undefined;
    const state: { failure: unknown } = { failure: undefined };
    const run = context.run([service.replace(/^git-/, ''), path], { stdin, stdout, stderr, env, flush: undefined })
      .catch((error: unknown) => {
        state.failure = error;
        return 128;
      })
      .finally(() => stdout.end());
    const connection: Connection = {
      isStateless: false,
      input: answersOf(stdout, state),
      send: (bytes) => new Promise((resolve, reject) => {
        stdin.write(bytes, (error) => {
          if (error === undefined || error === null) resolve();
          else reject(new GovcError('remote-failed', 'the remote end hung up unexpectedly', {}, { cause: error }));
        });
      }),
      close: async () => {
        stdin.end();
        stdout.resume();
        await run;
      },
    };
    return Promise.resolve(connection);
  };
}

async function* answersOf(stdout: PassThrough, state: { readonly failure: unknown }): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of stdout.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array;
  if (state.failure instanceof Failure) throw new GovcError('remote-failed', state.failure.text.replace(/^fatal: /, '').trim());
  if (state.failure !== undefined) throw state.failure as Error;
}
